"""Rasa's side of the tracker store: its table, and events as it writes them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa

NOW = 1_700_000_000.0
EMOTIONS = ("Senang", "Netral", "Bingung", "Frustrasi", "Marah")

_METADATA = sa.MetaData()
EVENTS = sa.Table(
    "events",
    _METADATA,
    # As rasa.core.tracker_store.SQLTrackerStore.SQLEvent makes it.
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("sender_id", sa.String(255), nullable=False, index=True),
    sa.Column("type_name", sa.String(255), nullable=False),
    sa.Column("timestamp", sa.Float),
    sa.Column("intent_name", sa.String(255)),
    sa.Column("action_name", sa.String(255)),
    sa.Column("data", sa.Text),
)


class RasaTracker:
    """Rasa's side of the tracker store: writes events as Rasa does."""

    def __init__(self, url: str, clock: Callable[[], float]) -> None:
        self.clock = clock
        self.engine = sa.create_engine(url)
        _METADATA.create_all(self.engine)

    def values(self, sender: str, event: Mapping[str, Any]) -> dict[str, Any]:
        data = {"timestamp": self.clock(), **event}
        return {
            "sender_id": sender,
            "type_name": data["event"],
            "timestamp": data["timestamp"],
            "intent_name": data.get("parse_data", {}).get("intent", {}).get("name"),
            "action_name": data.get("name"),
            "data": json.dumps(data),
        }

    def append(self, sender: str, *events: Mapping[str, Any]) -> list[int]:
        """Events in one transaction; the ids of their rows."""
        with self.engine.begin() as connection:
            return [
                connection.execute(
                    EVENTS.insert().values(self.values(sender, event)).returning(EVENTS.c.id)
                ).scalar_one()
                for event in events
            ]

    def raw(self, sender: str, type_name: str, data: str | None, timestamp: Any = NOW) -> int:
        """A row that Rasa would not write."""
        with self.engine.begin() as connection:
            query = EVENTS.insert().values(
                sender_id=sender, type_name=type_name, data=data, timestamp=timestamp
            )
            return connection.execute(query.returning(EVENTS.c.id)).scalar_one()

    def says(self, sender: str, text: str, emotion: str | None = "Netral") -> int:
        """A message of the customer while the bot is silent."""
        return self.append(sender, user(text, emotion), action("action_listen"))[0]

    def escalates(
        self, sender: str, text: str = "kok lama sekali!!", emotion: str = "Marah"
    ) -> int:
        """A turn in which EscalationPolicy calls a human; the id of the row `handoff: waiting`."""
        reason = {
            "action": "handoff",
            "trigger": "strong",
            "emotion": emotion,
            "confidence": 0.93,
        }
        ids = self.append(
            sender,
            user(text, emotion),
            slot("emotion", emotion),
            slot("handoff_reason", reason),
            action("utter_empathy"),
            bot("Mohon maaf ya, Kak."),
            action("utter_handoff"),
            bot("Saya panggilkan petugas kami."),
            slot("handoff", "waiting"),
            action("action_listen"),
        )
        return ids[7]

    def asks_for_human(self, sender: str) -> int:
        """A turn in which a rule of the bot calls a human; the reason comes after the state."""
        ids = self.append(
            sender,
            user("mau bicara dengan orang", None),
            action("utter_handoff"),
            bot("Saya panggilkan petugas kami."),
            slot("handoff", "waiting"),
            slot("handoff_reason", {"action": "handoff", "trigger": "rule"}),
            action("action_listen"),
        )
        return ids[3]

    def restarts(self, sender: str, state: str) -> int:
        """The customer writes /restart, then something: the policy restores the slot."""
        ids = self.append(
            sender,
            user("/restart", None),
            {"event": "restart"},
            {"event": "session_started"},
            action("action_listen"),
            user("halo?", "Netral"),
            slot("handoff", state),
            action("action_listen"),
        )
        return ids[5]

    def rows(self, sender: str) -> list[Mapping[str, Any]]:
        """All events of a sender, as dictionaries."""
        query = sa.select(EVENTS.c.data).where(EVENTS.c.sender_id == sender).order_by(EVENTS.c.id)
        with self.engine.connect() as connection:
            return [json.loads(data) for data in connection.execute(query).scalars()]


def user(text: str, emotion: str | None = "Netral", channel: str = "rest") -> dict[str, Any]:
    parse_data: dict[str, Any] = {"intent": {"name": "tidak_jelas", "confidence": 0.8}}
    if emotion:
        probabilities = dict.fromkeys(("Senang", "Netral", "Bingung", "Frustrasi", "Marah"), 0.02)
        parse_data["emotion"] = {
            "name": emotion,
            "confidence": 0.92,
            "probabilities": {**probabilities, emotion: 0.92},
        }
    return {"event": "user", "text": text, "parse_data": parse_data, "input_channel": channel}


def bot(text: str, **ours: str) -> dict[str, Any]:
    """A message of the bot; with `id` and `kind`, of the desk."""
    return {"event": "bot", "text": text, "data": {}, "metadata": {"desk": ours} if ours else {}}


def slot(name: str, value: Any, *, ours: bool = False) -> dict[str, Any]:
    event = {"event": "slot", "name": name, "value": value}
    return {**event, "metadata": {"desk": {"id": "k", "kind": "notice"}}} if ours else event


def action(name: str) -> dict[str, Any]:
    return {"event": "action", "name": name, "policy": None, "confidence": 1.0}
