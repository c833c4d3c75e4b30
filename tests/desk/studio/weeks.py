"""Four weeks of a bot, made up: conversations, who was handed over, what people said of them."""

from __future__ import annotations

import hashlib
import random
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from handoff_desk.domain import Account, Outcome
from handoff_desk.labelling.records import EMOTIONS, Snapshot, Source
from handoff_desk.store.database import Database
from handoff_desk.store.schema import audit, label_task, labels, ticket
from tests.desk.core.rasa_tracker import EVENTS, RasaTracker, slot, user

MODEL = hashlib.sha256(b"weeks").hexdigest()
OWN = {"Frustrasi": 0.615, "Marah": 0.222}
DAY = 86400.0


def tell(
    tracker: RasaTracker,
    database: Database,
    by: Account,
    *,
    until: float,
    conversations: int = 300,
    labelled: float = 0.3,
    used: dict[str, float] = OWN,
) -> None:
    """Write them; the same every time.

    Args:
        by: who labels.
        until: when they end, seconds since the epoch; they begin 27 days earlier.
        labelled: share of the conversations of which the queue asked.
        used: the thresholds of the decisions; `OWN` are the model's.
    """
    generator = random.Random(7)
    rows: list[dict[str, Any]] = []
    tickets: list[dict[str, Any]] = []
    given: list[tuple[Snapshot, str]] = []

    def write(sender: str, at: float, event: dict[str, Any]) -> int:
        values = tracker.values(sender, {**event, "timestamp": at})
        rows.append({"id": len(rows) + 1, **values})
        return len(rows)

    for number in range(conversations):
        sender, at = f"pelanggan-{number}", _when(generator, until)
        write(sender, at, {"event": "session_started"})
        heated = generator.random() < 0.35
        for _ in range(generator.randint(1, 4)):
            at += generator.uniform(15, 90)
            need = generator.betavariate(4, 2) if heated else generator.betavariate(0.6, 9)
            marah = need * generator.betavariate(1.5, 4)
            message = write(sender, at, _read(need, marah))
            # Who is sure of a need is a little too sure: labels will tell.
            truly = generator.random() < need**1.25
            angry = truly and generator.random() < marah / need
            emotion = "Marah" if angry else "Frustrasi" if truly else "Netral"
            if generator.random() < 0.02:
                write(sender, at, slot("handoff_reason", {"trigger": "wish"}))
                write(sender, at, slot("handoff", "waiting"))
                write(sender, at + 300, slot("handoff", "none"))
                break
            if generator.random() < labelled:
                given.append((_snapshot(sender, message, at, need, marah), emotion))
            if need < used["Frustrasi"] and marah < used["Marah"]:
                continue
            trigger = "marah" if marah >= used["Marah"] else "frustrasi"
            thresholds = {"frustrasi": used["Frustrasi"], "marah": used["Marah"]}
            write(
                sender, at, slot("handoff_reason", {"trigger": trigger, "thresholds": thresholds})
            )
            opened = write(sender, at, slot("handoff", "waiting"))
            claimed = at + generator.expovariate(1 / 40)
            closed = claimed + generator.lognormvariate(6.2, 0.7)
            write(sender, closed, slot("handoff", "none"))
            outcome = Outcome.RIGHT if truly else Outcome.WRONG
            tickets.append(_ticket(sender, opened, at, claimed, closed, outcome, trigger))
            break
    with tracker.engine.begin() as connection:
        connection.execute(EVENTS.insert(), rows)
    with database.transaction() as connection:
        opened = sa.insert(ticket).returning(ticket.c.id, sort_by_parameter_order=True)
        numbers = connection.scalars(opened, tickets).all()
        connection.execute(
            sa.insert(audit),
            [
                {
                    "at": one[when],
                    "account_id": by.id,
                    "actor": by.name,
                    "action": action,
                    "ticket_id": number,
                }
                for number, one in zip(numbers, tickets, strict=True)
                for action, when in (
                    ("ticket.claimed", "claimed_at"),
                    ("ticket.resolved", "closed_at"),
                )
            ],
        )
        connection.execute(
            sa.insert(label_task),
            [
                {
                    **asdict(snapshot),
                    "reasons": [["between", "Netral", "Frustrasi"]],
                    "score": 0.5,
                    "skipped_by": [],
                    "created_at": until,
                }
                for snapshot, _ in given
            ],
        )
        connection.execute(
            sa.insert(labels),
            [
                {
                    **asdict(snapshot),
                    "label": emotion,
                    "source": Source.QUEUE.value,
                    "account_id": by.id,
                    "agent": by.username,
                    "created_at": until,
                }
                for snapshot, emotion in given
            ],
        )


def _when(generator: random.Random, until: float) -> float:
    """A moment of the last 27 days, mostly between nine and seventeen o'clock in Jakarta."""
    day = int(until // DAY) - generator.randint(1, 27)
    hour = generator.choice([9, 10, 10, 11, 11, 11, 13, 14, 14, 15, 16, 19])
    return (day + 1) * DAY + (hour - 7) * 3600 + generator.uniform(0, 3600) - DAY


def _read(need: float, marah: float) -> dict[str, Any]:
    event = user("kok belum sampai ya kak", None)
    event["parse_data"]["emotion"] = {
        "name": "Frustrasi" if need > 0.5 else "Netral",
        "confidence": max(need, 1 - need),
        "probabilities": _probabilities(need, marah),
        "thresholds": OWN,
        "model": MODEL,
    }
    return event


def _probabilities(need: float, marah: float) -> dict[str, float]:
    rest = {"Senang": 0.1, "Netral": 0.8, "Bingung": 0.1}
    found = {name: share * (1 - need) for name, share in rest.items()}
    return {**dict.fromkeys(EMOTIONS, 0.0), **found, "Frustrasi": need - marah, "Marah": marah}


def _snapshot(sender: str, message: int, at: float, need: float, marah: float) -> Snapshot:
    return Snapshot(
        conversation_id=sender,
        message_event_id=message,
        message_at=at,
        text="kok belum sampai ya kak",
        emotion_before="Frustrasi" if need > 0.5 else "Netral",
        confidence=max(need, 1 - need),
        probabilities=_probabilities(need, marah),
        model_sha256=MODEL,
    )


def _ticket(
    sender: str,
    event: int,
    at: float,
    claimed: float,
    closed: float,
    outcome: Outcome,
    trigger: str,
) -> dict[str, Any]:
    return {
        "sender": sender,
        "channel": "rest",
        "state": "resolved",
        "urgency": 1,
        "trigger": trigger,
        "reason": {"trigger": trigger},
        "opened_at": at,
        "opened_event": event,
        "last_event": event,
        "due_from": at,
        "waiting_since": at,
        "claimed_at": claimed,
        "closed_at": closed,
        "outcome": outcome.value,
        "last_text": "kok belum sampai ya kak",
        "emotion": "Frustrasi",
        "course": ["Frustrasi"],
    }
