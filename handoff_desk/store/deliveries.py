"""What other systems are to be told: one row an event and target, in order within one ticket."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from handoff_desk import request_ids
from handoff_desk.domain import Ticket
from handoff_desk.errors import ConflictError, NotFoundError
from handoff_desk.helpdesks.webhook_events import EVENTS
from handoff_desk.settings import Settings
from handoff_desk.shown import Shown
from handoff_desk.store.schema import webhook_delivery

CHATWOOT = "chatwoot"
"""The target that is no webhook of desk.yml, and the `origin` of what came from there."""

CHATWOOT_KEY = "chatwoot-"
"""Keys of replies that were written in Chatwoot begin with it."""

ERROR_LENGTH = 400


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One event for one target. Times are seconds since the epoch, UTC; 0 means never.

    Attributes:
        state: `pending`, `done`, or `dead`: given up, and waiting for somebody to look.
        attempts: how many there were, the running one included.
        error: of the last attempt that failed.
        next_at: when it is tried next.
    """

    id: int
    key: str
    target: str
    event: str
    ticket_id: int
    body: dict[str, Any]
    state: str
    attempts: int
    error: str
    created_at: float
    next_at: float
    leased_until: float
    leased_by: str | None
    done_at: float

    @property
    def request_id(self) -> str | None:
        """Of the request that led to the event, if one did."""
        return request_ids.checked(self.body.get("request_id"))

    @property
    def tried_before(self) -> bool:
        """Whether an earlier attempt may have reached the target."""
        return self.attempts > 1 or bool(self.error)


def webhook_target(name: str) -> str:
    """The target of the webhook with this name. The prefix keeps it apart from `CHATWOOT`."""
    return f"webhook:{name}"


def origin_of(key: str | None) -> str | None:
    """Where the reply with this key was written: `chatwoot`, or None for the desk itself."""
    return CHATWOOT if key is not None and key.startswith(CHATWOOT_KEY) else None


def targets(settings: Settings, event: str, data: dict[str, Any]) -> tuple[str, ...]:
    """Who is told of this event.

    What came from Chatwoot (`data["origin"]` says so) is not sent back there.
    """
    found = [
        webhook_target(webhook.name)
        for webhook in settings.webhooks
        if not webhook.events or event in webhook.events
    ]
    if settings.chatwoot and data.get("origin") != CHATWOOT:
        found.append(CHATWOOT)
    return tuple(found)


def enqueue(
    connection: sa.Connection,
    settings: Settings,
    *,
    event: str,
    ticket: Ticket,
    data: dict[str, Any],
    key: str,
    at: float,
) -> None:
    """Leave a delivery for everybody who is to be told, in the transaction of what happened, and
    with the id of the request that led to it.

    They are told what they may see: personal data is masked here, if the settings say so.

    Once for a target and key: with the same key again it does nothing. Deliveries of one ticket
    leave in the order of these calls, if the caller holds the ticket's row meanwhile.

    Args:
        event: one of `handoff_desk.helpdesks.webhook_events.EVENTS`.
        ticket: as it is after the event.
        data: what only this event has, as JSON; `text`, `author` and `sent_at` for a message, and
            `origin: chatwoot` for what an agent did in Chatwoot.
        key: names the event, 64 characters at most; receivers see it as `Idempotency-Key`.
        at: when it happened; seconds since the epoch, UTC.

    Raises:
        ValueError: there is no such event.
    """
    if event not in EVENTS:
        raise ValueError(f"No such event: {event!r}; one of {', '.join(EVENTS)}.")
    shown = Shown(settings)
    body = _body(event, shown.ticket(ticket), _shown(data, shown), key, at)
    rows = [
        {
            "key": key,
            "target": target,
            "event": event,
            "ticket_id": ticket.id,
            "body": body,
            "state": "pending",
            "created_at": at,
            "next_at": at,
        }
        for target in targets(settings, event, data)
    ]
    if rows:
        dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
        connection.execute(dialect.insert(webhook_delivery).on_conflict_do_nothing(), rows)


def _shown(data: dict[str, Any], shown: Shown) -> dict[str, Any]:
    return {**data, "text": shown.text(data["text"])} if "text" in data else data


def _body(event: str, ticket: Ticket, data: dict[str, Any], key: str, at: float) -> dict[str, Any]:
    return {
        "event": event,
        "key": key,
        "request_id": request_ids.current(),
        "at": at,
        "ticket": {
            "id": ticket.id,
            "sender": ticket.sender,
            "channel": ticket.channel,
            "state": ticket.state.value,
            "urgency": ticket.urgency,
            "trigger": ticket.trigger,
            "reason": ticket.reason,
            "emotion": ticket.emotion,
            "course": list(ticket.course),
            "last_text": ticket.last_text,
            "assignee": ticket.assignee_name,
            "outcome": ticket.outcome.value if ticket.outcome else None,
            "rating": ticket.rating,
            "opened_at": ticket.opened_at,
            "claimed_at": ticket.claimed_at,
            "closed_at": ticket.closed_at,
        },
        "data": data,
    }


def lease(
    connection: sa.Connection, *, target: str, name: str, now: float, until: float, limit: int
) -> list[Delivery]:
    """Take deliveries that are due, for this desk alone until `until`.

    Of each ticket only the oldest that is pending, so that its events arrive in order. Who takes
    them and dies loses them when the lease ends; somebody else takes them then.

    Args:
        name: of this desk, unlike that of any other.
    """
    row = webhook_delivery
    older = row.alias("older")
    due = (
        sa.select(row.c.id)
        .where(
            row.c.target == target,
            row.c.state == "pending",
            row.c.next_at <= now,
            row.c.leased_until <= now,
            ~sa.exists().where(
                older.c.target == row.c.target,
                older.c.ticket_id == row.c.ticket_id,
                older.c.state == "pending",
                older.c.id < row.c.id,
            ),
        )
        .order_by(row.c.next_at, row.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    ids = list(connection.scalars(due))
    if not ids:
        return []
    connection.execute(
        sa.update(row)
        .where(row.c.id.in_(ids))
        .values(leased_until=until, leased_by=name, attempts=row.c.attempts + 1)
    )
    return _read(connection, sa.select(row).where(row.c.id.in_(ids)).order_by(row.c.id))


def finish(connection: sa.Connection, delivery: Delivery, *, at: float) -> bool:
    """It has arrived. False: the lease was over, and it is somebody else's by now."""
    return _settle(connection, delivery, state="done", done_at=at)


def postpone(connection: sa.Connection, delivery: Delivery, *, error: str, next_at: float) -> bool:
    """It failed and is tried again at `next_at`. False: it is somebody else's by now."""
    return _settle(connection, delivery, next_at=next_at, error=error[:ERROR_LENGTH])


def bury(connection: sa.Connection, delivery: Delivery, *, error: str, at: float) -> bool:
    """It failed for good. False: it is somebody else's by now."""
    return _settle(connection, delivery, state="dead", done_at=at, error=error[:ERROR_LENGTH])


def bury_strangers(connection: sa.Connection, known: tuple[str, ...], *, at: float) -> int:
    """Give up what waits for a target that desk.yml no longer names; how many there were."""
    result = connection.execute(
        sa.update(webhook_delivery)
        .where(webhook_delivery.c.state == "pending", webhook_delivery.c.target.not_in(known))
        .values(state="dead", done_at=at, error="desk.yml no longer names this target")
    )
    return result.rowcount


def recent(
    connection: sa.Connection, *, state: str | None = None, limit: int = 100
) -> list[Delivery]:
    """The newest deliveries, newest first.

    Args:
        state: only those; `dead` for what somebody must look at.
    """
    query = sa.select(webhook_delivery).order_by(webhook_delivery.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(webhook_delivery.c.state == state)
    return _read(connection, query)


def retry(connection: sa.Connection, delivery_id: int, *, at: float) -> None:
    """Try a dead delivery again, from the beginning of the schedule and with the same key.

    Later events of its ticket may have arrived meanwhile: it comes out of order then.

    Raises:
        NotFoundError: there is none with this id.
        ConflictError: it is not dead.
    """
    row = webhook_delivery
    result = connection.execute(
        sa.update(row)
        .where(row.c.id == delivery_id, row.c.state == "dead")
        .values(state="pending", attempts=0, next_at=at, leased_until=0.0, done_at=0.0)
    )
    if result.rowcount:
        return
    state = connection.scalar(sa.select(row.c.state).where(row.c.id == delivery_id))
    if state is None:
        raise NotFoundError(
            rule="There is no such delivery.", got=str(delivery_id), do="Load the list again."
        )
    raise ConflictError(
        rule="Only a delivery that was given up can be tried again.",
        got=f"delivery {delivery_id} is {state}",
        do="Load the list again.",
    )


def forget(connection: sa.Connection, *, before: float) -> int:
    """Delete what arrived before this moment, with the texts in it; how many there were."""
    result = connection.execute(
        sa.delete(webhook_delivery).where(
            webhook_delivery.c.state == "done", webhook_delivery.c.done_at < before
        )
    )
    return result.rowcount


def _settle(connection: sa.Connection, delivery: Delivery, **values: Any) -> bool:
    result = connection.execute(
        sa.update(webhook_delivery)
        .where(
            webhook_delivery.c.id == delivery.id,
            webhook_delivery.c.state == "pending",
            webhook_delivery.c.leased_by == delivery.leased_by,
            webhook_delivery.c.attempts == delivery.attempts,
        )
        .values(leased_until=0.0, **values)
    )
    return bool(result.rowcount)


def _read(connection: sa.Connection, query: sa.Select[Any]) -> list[Delivery]:
    return [Delivery(**row) for row in connection.execute(query).mappings()]
