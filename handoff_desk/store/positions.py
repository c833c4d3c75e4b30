"""How far Rasa's `events` have been dealt with."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from handoff_desk.store.schema import tail_position

NAME = "events"
_mine = tail_position.c.name == NAME


def read(connection: sa.Connection) -> int:
    """Everything up to this id has been dealt with; 0 at the very beginning."""
    return connection.execute(sa.select(tail_position.c.low).where(_mine)).scalar() or 0


def lock(connection: sa.Connection) -> None:
    """Desks that deal with rows take turns: two that hold tickets could wait for each other."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    # Both may be the first ever.
    first = dialect.insert(tail_position).values(name=NAME, low=0).on_conflict_do_nothing()
    connection.execute(first)
    connection.execute(sa.select(tail_position.c.low).where(_mine).with_for_update())


def write(connection: sa.Connection, low: int) -> None:
    """Never goes back: another desk may be further. The caller holds the lock."""
    query = tail_position.update().where(_mine, tail_position.c.low < low)
    connection.execute(query.values(low=low))
