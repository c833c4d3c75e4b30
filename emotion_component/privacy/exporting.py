"""All that is kept of one customer, as one object of JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from emotion_component.privacy.desk_tables import DeskTables, desk_tables
from emotion_component.tracker.names import BOT, DESK_KEY, EMOTION_KEY, USER
from emotion_component.tracker.rows import StoredRow, rows_of
from emotion_component.tracker.typed import as_event, is_external, mapping, read_as

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

FORMAT = "emosi-customer-1"


def export(
    sender: str, tracker: Engine, desk: Engine | None = None, *, now: float
) -> dict[str, Any]:
    """Everything, twice where that helps: `messages` to be read, `events` and `desk` as stored.

    Accounts, passwords, sessions and the audit log are not the customer's, and not in it.

    Args:
        now: seconds since the epoch.

    Returns:
        JSON with no `messages`, `events` and rows of the desk if nothing is known of the sender.

    Raises:
        DataError: the desk's tables are not understood.
        sqlalchemy.exc.SQLAlchemyError: a database cannot be read.
    """
    rows = rows_of(tracker, sender)
    said = [found for row in rows if (found := message(row)) is not None]
    stored = _of_desk(desk, desk_tables(desk), sender) if desk is not None else {}
    emotions = Counter(one["emotion"] for one in said if one.get("emotion"))
    return {
        "format": FORMAT,
        "customer": sender,
        "exported_at": _iso(now),
        "from": ["tracker store", *(["desk"] if desk is not None else [])],
        "summary": {
            "messages": sum(one["from"] == "customer" for one in said),
            "first": said[0]["at"] if said else None,
            "last": said[-1]["at"] if said else None,
            "emotions": dict(emotions),
            "tickets": len(stored.get("ticket", ())),
        },
        "messages": said,
        "desk": stored,
        "events": [as_event(row.data) or row.data for row in rows],
    }


def message(row: StoredRow) -> dict[str, Any] | None:
    """What somebody said in this row, to be read by a person; None if nobody did."""
    event = as_event(row.data) or {}
    if row.type not in (USER, BOT) or (row.type == USER and is_external(event)):
        return None
    metadata = mapping(event.get("metadata"))
    found = {"at": _iso(row.at), "from": "customer", "text": event.get("text")}
    if row.type == USER:
        reading = mapping(mapping(event.get("parse_data")).get(EMOTION_KEY))
        if emotion := read_as(event):
            found |= {"emotion": emotion, "confidence": reading.get("confidence")}
        return found
    desk = mapping(metadata.get(DESK_KEY))
    found["from"] = "agent" if desk else "bot"
    if desk.get("agent"):
        found["name"] = desk["agent"]
    if extras := {key: value for key, value in mapping(event.get("data")).items() if value}:
        found["extras"] = extras
    return found


def _of_desk(
    engine: Engine, tables: DeskTables, sender: str
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Rows by table, each whole: also columns and tables that came after this was written."""
    import sqlalchemy as sa

    ticket = tables.ticket
    found: dict[str, list[dict[str, Any]]] = {}
    with engine.connect() as connection:
        mine = sa.select(ticket).where(ticket.c.sender == sender).order_by(ticket.c.id)
        found["ticket"] = [dict(row) for row in connection.execute(mine).mappings()]
        numbers = [row["id"] for row in found["ticket"]]
        for name, table in sorted(tables.parts.items()):
            query = sa.select(table).where(table.c.ticket_id.in_(numbers))
            in_order = query.order_by(*table.primary_key.columns)
            rows = connection.execute(in_order).mappings() if numbers else ()
            found[name] = [dict(row) for row in rows]
        for name, table in sorted(tables.labels.items()):
            of_sender = sa.select(table).where(table.c.conversation_id == sender)
            in_order = of_sender.order_by(*table.primary_key.columns)
            found[name] = [dict(row) for row in connection.execute(in_order).mappings()]
    return found


def _iso(at: Any) -> str | None:
    try:
        return datetime.fromtimestamp(float(at), timezone.utc).isoformat(timespec="milliseconds")
    except (TypeError, ValueError, OverflowError, OSError):
        return None
