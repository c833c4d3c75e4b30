"""Rows of Rasa's table `events`, in pages.

Between two pages no lock is held: on SQLite one long query would keep Rasa from writing, and
messages of customers would be refused meanwhile. Memory holds one page, however big the table.

Columns as in Rasa 3.6 (`SQLEvent` in `rasa/core/tracker_store.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

PAGE_ROWS = 2000


class StoredRow(NamedTuple):
    """One event as it is stored.

    Attributes:
        at: seconds since the epoch, as far as it is a number.
        data: JSON of the event.
    """

    id: int
    sender: str
    type: str
    at: Any
    data: Any


def events_table() -> Any:
    """Rasa's table, as far as it is read here."""
    import sqlalchemy as sa

    names = ("id", "sender_id", "type_name", "timestamp", "intent_name", "action_name", "data")
    return sa.table("events", *(sa.column(name) for name in names))


def rows_in_order(engine: Engine, type_name: str, *, size: int = PAGE_ROWS) -> Iterator[StoredRow]:
    """All events of one type, in the order in which they were stored.

    Args:
        type_name: as Rasa calls it: `user`, `bot`, `slot`.
        size: rows of a page.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the table cannot be read.
    """
    table, last = events_table(), None
    while True:
        query = _select(table).where(table.c.type_name == type_name).order_by(table.c.id)
        if last is not None:
            query = query.where(table.c.id > last)
        page = _page(engine, query, size)
        yield from page
        if len(page) < size:
            return
        last = page[-1].id


def rows_by_sender(engine: Engine, *, size: int = PAGE_ROWS) -> Iterator[StoredRow]:
    """All events, conversation by conversation, each in the order in which it was stored.

    Args:
        size: rows of a page.

    Raises:
        sqlalchemy.exc.SQLAlchemyError: the table cannot be read.
    """
    table = events_table()
    in_order = _select(table).order_by(table.c.sender_id, table.c.id)
    page = _page(engine, in_order, size)
    while page:
        yield from page
        last = page[-1]
        # Two plain questions, for which the index on `sender_id` is enough.
        same = in_order.where(table.c.sender_id == last.sender, table.c.id > last.id)
        page = _page(engine, same, size)
        if not page:
            page = _page(engine, in_order.where(table.c.sender_id > last.sender), size)


def rows_of(engine: Engine, sender: str) -> list[StoredRow]:
    """All events of one conversation, in the order in which they were stored."""
    table = events_table()
    query = _select(table).where(table.c.sender_id == sender).order_by(table.c.id)
    with engine.connect() as connection:
        return [StoredRow(*row) for row in connection.execute(query)]


def senders_among(engine: Engine, senders: Sequence[str]) -> set[str]:
    """Those of these conversations that the store has."""
    import sqlalchemy as sa

    table = events_table()
    query = sa.select(table.c.sender_id).where(table.c.sender_id.in_(senders)).distinct()
    with engine.connect() as connection:
        return set(connection.execute(query).scalars())


def _select(table: Any) -> Any:
    import sqlalchemy as sa

    column = table.c
    return sa.select(column.id, column.sender_id, column.type_name, column.timestamp, column.data)


def _page(engine: Engine, query: Any, size: int) -> list[StoredRow]:
    with engine.connect() as connection:
        return [StoredRow(*row) for row in connection.execute(query.limit(size))]
