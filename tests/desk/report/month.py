"""A made-up month: customers, what the bot answered, and what agents did. The same every time."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from handoff_desk.domain import Outcome, State
from handoff_desk.labelling.records import EMOTIONS
from handoff_desk.store import accounts, audit, tickets
from handoff_desk.store.database import Database
from handoff_desk.store.schema import metadata
from tests.desk.core.rasa_tracker import EVENTS, RasaTracker, bot, slot, user

DAY, HOUR = 86400.0, 3600.0
ANSWERS = {
    "utter_jam_buka": ("jam_buka", 0.03),
    "utter_harga": ("tanya_harga", 0.05),
    "utter_status_pesanan": ("status_pesanan", 0.28),
    "utter_ongkir": ("ongkir", 0.08),
    "utter_keluhan": ("keluhan", 0.2),
    "utter_fallback": ("nlu_fallback", 0.16),
    "utter_katalog": ("katalog", 0.02),
}
"""What the bot says, to which intent, and how often it makes angry."""
WRITES = "made-up"


class Month:
    """Writes conversations into a tracker store, and their tickets into a desk.

    Args:
        last: the end of the month, seconds since the epoch.
    """

    def __init__(
        self, tracker: RasaTracker, database: Database | None, *, last: float, seed: int = 1
    ) -> None:
        self._tracker, self._database, self._last = tracker, database, last
        self._draw = random.Random(seed)
        self.now = last
        self._said: list[tuple[float, str, dict[str, Any]]] = []
        self._tickets: list[dict[str, Any]] = []

    def tell(self, customers: int, *, days: int = 28) -> None:
        """So many conversations, in the order of time."""
        agent = None
        if self._database is not None:
            with self._database.transaction() as connection:
                found = accounts.find(connection, username="rina")
                agent = found.id if found else None
        hours = [8, 9, 9, 10, 10, 11, 12, 13, 14, 15, 16, 17, 19, 20, 20, 21]
        # Midnight in Jakarta, so that they write in the hours they would.
        begin = (self._last + 7 * HOUR) // DAY * DAY - 7 * HOUR - (days - 1) * DAY
        times = sorted(
            begin
            + self._draw.randrange(days) * DAY
            + self._draw.choice(hours) * HOUR
            + self._draw.random() * HOUR
            for _ in range(customers)
        )
        for number, at in enumerate(times):
            if at > self._last - 2 * HOUR:
                continue  # the day is not over
            self.now = at
            self._customer(f"pelanggan-{number:04}")
        self._store(agent)

    def _store(self, agent: int | None) -> None:
        """In the order of time, as several customers at once leave it, and in one transaction."""
        order = sorted(range(len(self._said)), key=lambda one: self._said[one][0])
        numbers = {place: number for number, place in enumerate(order, start=1)}
        rows = []
        for place in order:
            at, sender, event = self._said[place]
            row = self._tracker.values(sender, {**event, "timestamp": at})
            rows.append({**row, "id": numbers[place]})
        with self._tracker.engine.begin() as connection:
            connection.execute(EVENTS.insert(), rows)
        if self._database is not None:
            with self._database.transaction() as connection:
                for ticket in self._tickets:
                    self._open(connection, ticket, numbers[ticket["opened_event"]], agent)

    def _customer(self, sender: str) -> None:
        draw = self._draw
        anger = draw.betavariate(1, 12)
        for _ in range(draw.randint(1, 5)):
            name = draw.choice(list(ANSWERS))
            intent, poison = ANSWERS[name]
            self._says(sender, anger, intent)
            self._wait(5)
            self._add(sender, {**bot("…"), "metadata": {"utter_action": name}})
            if draw.random() < poison:
                anger = min(0.95, anger + draw.uniform(0.35, 0.8))
            else:
                anger *= 0.7
            self._wait(60)
        wishes = draw.random() < 0.08
        if anger < 0.5 and not wishes:
            return
        self._says(sender, anger, "minta_manusia" if wishes else "keluhan")
        if draw.random() < 0.12:
            return  # nobody is called
        event = self._add(sender, slot("handoff", "waiting"))
        opened = self.now
        helped = draw.random() < 0.85
        for _ in range(draw.randint(1, 4)):
            self._wait(120)
            anger = anger * 0.55 if helped else min(0.95, anger * 1.05)
            self._says(sender, anger, "tidak_jelas")
        self._add(sender, slot("handoff", "none"))
        closed = self.now
        for _ in range(draw.randint(0, 3)):
            self._wait(90)
            self._says(sender, anger * 0.8, "terima_kasih")
        self._tickets.append(
            {
                "sender": sender,
                "opened_event": event,
                "opened_at": opened,
                "closed_at": closed,
                **self._outcome(anger, wishes=wishes),
            }
        )

    def _says(self, sender: str, anger: float, intent: str) -> None:
        angry = self._draw.uniform(0.3, 0.7)
        calm = 1 - anger
        shares = (0.15 * calm, 0.65 * calm, 0.2 * calm, anger * (1 - angry), anger * angry)
        if intent == "terima_kasih" and anger < 0.4:
            shares = (0.8 * calm, 0.15 * calm, 0.05 * calm, anger * (1 - angry), anger * angry)
        elif intent == "nlu_fallback" and anger < 0.4:
            shares = (0.05 * calm, 0.3 * calm, 0.65 * calm, anger * (1 - angry), anger * angry)
        probabilities = dict(zip(EMOTIONS, shares, strict=True))
        name = max(probabilities, key=probabilities.__getitem__)
        event: dict[str, Any] = user(WRITES, None)
        event["parse_data"] = {
            "intent": {"name": intent},
            "emotion": {
                "name": name,
                "confidence": probabilities[name],
                "probabilities": probabilities,
            },
        }
        self._add(sender, event)

    def _add(self, sender: str, event: dict[str, Any]) -> int:
        """Its place."""
        self._said.append((self.now, sender, event))
        return len(self._said) - 1

    def _wait(self, mean: float) -> None:
        self.now = min(self._last - 60, self.now + self._draw.expovariate(1 / mean))

    def _outcome(self, anger: float, *, wishes: bool) -> dict[str, Any]:
        """What agent and customer say in the end."""
        draw = self._draw
        trigger = "wish" if wishes else draw.choice(["marah", "frustrasi", "accumulated"])
        right = {"wish": 0.97, "marah": 0.9, "frustrasi": 0.75, "accumulated": 0.6}[trigger]
        outcome = draw.choices(list(Outcome), [right, 1 - right, 0.08])[0]
        stars = min(5, max(1, round(5 - 4 * anger + draw.gauss(0, 0.8))))
        return {
            "trigger": trigger,
            "outcome": outcome.value,
            "waited": draw.expovariate(1 / 90),
            "score": stars if draw.random() < 0.4 else None,
        }

    @staticmethod
    def _open(
        connection: sa.Connection, ticket: Mapping[str, Any], event: int, agent: int | None
    ) -> None:
        values = dict(ticket)
        waited, score = values.pop("waited"), values.pop("score")
        opened = values["opened_at"]
        number = tickets.insert(
            connection,
            {
                **values,
                "channel": "rest",
                "state": State.RESOLVED.value,
                "reason": {},
                "opened_event": event,
                "last_event": event,
                "due_from": opened,
                "waiting_since": opened,
                "assignee": agent,
            },
        )
        for action, at in (
            ("ticket.claimed", opened + waited),
            ("ticket.replied", opened + waited + 40),
            ("ticket.resolved", values["closed_at"]),
        ):
            audit.record(connection, at=at, actor="Rina", action=action, ticket_id=number)
        if score is not None:
            rated = {
                "ticket_id": number,
                "message_event_id": event,
                "score": score,
                "created_at": values["closed_at"],
            }
            connection.execute(metadata.tables["rating"].insert().values(rated))
