"""Tickets and outbox of the desk, read from its own database.

The desk is another program in another environment: of its tables only these columns are known
here. A test of the desk keeps them true.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from emotion_component.audit.conversation import Ticket, Word

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

COLUMNS: Mapping[str, Sequence[str]] = {
    "ticket": ("id", "sender", "state", "opened_at", "opened_event", "claimed_at", "closed_at"),
    "outbox": ("id", "sender", "key", "kind", "text", "state", "created_at", "done_at", "error"),
}


@dataclass(kw_only=True)
class DeskSide:
    """What the desk has on one customer."""

    tickets: list[Ticket] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)


def read_desk(engine: Engine, senders: Sequence[str]) -> Mapping[str, DeskSide]:
    """What the desk has on these customers.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: a table cannot be read.
    """
    import sqlalchemy as sa

    found: dict[str, DeskSide] = defaultdict(DeskSide)
    ticket, outbox = _table("ticket"), _table("outbox")
    column = outbox.c
    words = sa.select(
        *(column.sender, column.key, column.kind, column.state, column.created_at),
        *(column.done_at, column.error),
        column.text.is_not(None).label("spoken"),
    )
    with engine.connect() as connection:
        of_tickets = sa.select(ticket).where(ticket.c.sender.in_(senders)).order_by(ticket.c.id)
        for row in connection.execute(of_tickets).mappings():
            values = {name: row[name] for name in Ticket.__dataclass_fields__}
            found[row["sender"]].tickets.append(Ticket(**values))
        of_words = words.where(column.sender.in_(senders)).order_by(column.id)
        for row in connection.execute(of_words).mappings():
            word = Word(
                key=row["key"],
                kind=row["kind"],
                spoken=bool(row["spoken"]),
                done=row["state"] == "done",
                created_at=row["created_at"],
                done_at=row["done_at"],
                error=row["error"],
            )
            found[row["sender"]].words.append(word)
    return found


def desk_senders(engine: Engine, *, size: int = 500) -> Iterator[list[str]]:
    """The customers who have tickets, page by page."""
    import sqlalchemy as sa

    ticket, last = _table("ticket"), ""
    while True:
        query = sa.select(ticket.c.sender).where(ticket.c.sender > last).distinct()
        with engine.connect() as connection:
            page = list(connection.execute(query.order_by(ticket.c.sender).limit(size)).scalars())
        if not page:
            return
        yield page
        last = page[-1]


def _table(name: str) -> Any:
    import sqlalchemy as sa

    return sa.table(name, *(sa.column(column) for column in COLUMNS[name]))
