"""Reads Rasa's append-only table `events`. The desk never writes there: Rasa's API does."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY

from handoff_desk.rasa.events import HANDOFF_SLOT, REASON_SLOT, Row

BUSY_SECONDS = 30
_events = sa.table(
    "events",
    *(sa.column(name) for name in ("id", "sender_id", "type_name", "timestamp", "data")),
    sa.column("action_name"),  # of a slot event: the slot's name
)
_COLUMNS = (
    _events.c.id,
    _events.c.sender_id,
    _events.c.type_name,
    _events.c.timestamp,
    _events.c.data,
)


class TrackerStore:
    """The tracker store that Rasa writes, read through connections of our own."""

    def __init__(self, url: str) -> None:
        self._file: Path | None
        parsed = sa.make_url(url)
        if parsed.drivername.startswith("postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._file = Path(parsed.database or "") if self.is_sqlite else None
        if self.is_sqlite:
            self.engine = sa.create_engine(
                parsed,
                connect_args={"timeout": BUSY_SECONDS},
                max_overflow=40,
                hide_parameters=True,
            )
            sa.event.listen(self.engine, "connect", _read_only)
        else:
            self.engine = sa.create_engine(
                parsed, pool_pre_ping=True, pool_size=10, hide_parameters=True
            )

    @classmethod
    def on(cls, engine: sa.Engine) -> TrackerStore:
        """The same through connections of somebody else, who closes them."""
        store = cls.__new__(cls)
        store.engine, store._file = engine, None
        store.is_sqlite = engine.dialect.name == "sqlite"
        return store

    def is_there(self) -> bool:
        """Whether Rasa has made its table yet."""
        # To connect to an SQLite file that is not there would make an empty one.
        if self._file is not None and not self._file.exists():
            return False
        return bool(sa.inspect(self.engine).has_table("events"))

    def after(self, low: int, *, limit: int = 500) -> list[Row]:
        """Rows with an id above `low`, rising."""
        query = sa.select(*_COLUMNS).where(_events.c.id > low).order_by(_events.c.id).limit(limit)
        with self.engine.connect() as connection:
            return [_row(found) for found in connection.execute(query)]

    def said(self, low: int, high: int, *, limit: int = 500) -> list[Row]:
        """Rows with an id above `low` up to `high`, rising: what was said, by which action, and who
        speaks."""
        kind, name = _events.c.type_name, _events.c.action_name
        wanted = sa.or_(
            kind.in_(("user", "bot", "session_started")),
            sa.and_(kind == "slot", name == HANDOFF_SLOT),
            sa.and_(kind == "action", name != "action_listen"),
        )
        query = sa.select(*_COLUMNS).where(_events.c.id > low, _events.c.id <= high, wanted)
        with self.engine.connect() as connection:
            found = connection.execute(query.order_by(_events.c.id).limit(limit))
            return [_row(one) for one in found]

    def bounds(self) -> tuple[int, int]:
        """The lowest and the highest id; 0 and 0 without rows."""
        query = sa.select(sa.func.min(_events.c.id), sa.func.max(_events.c.id))
        with self.engine.connect() as connection:
            low, high = connection.execute(query).one()
        return (int(low), int(high)) if low is not None else (0, 0)

    def time_from(self, row_id: int) -> tuple[int, float] | None:
        """Id and time of the first row with this id or a higher one that has a time."""
        query = (
            sa.select(_events.c.id, _events.c.timestamp)
            .where(_events.c.id >= row_id, _events.c.timestamp > 0)
            .order_by(_events.c.id)
            .limit(1)
        )
        with self.engine.connect() as connection:
            found = connection.execute(query).first()
        return (int(found.id), float(found.timestamp)) if found else None

    def rows(self, ids: Collection[int]) -> tuple[list[Row], int]:
        """Those of these rows that can be seen now, rising; PostgreSQL only.

        Returns:
            The rows, and the oldest transaction that still ran *before* they were read: what
            older ones wrote is among them, or was rolled back.
        """
        listed = sa.bindparam("ids", list(ids), type_=ARRAY(sa.BigInteger))
        # One parameter, however many ids there are: a statement has room for 65,535.
        query = (
            sa.select(*_COLUMNS)
            .where(_events.c.id.in_(sa.select(sa.func.unnest(listed))))
            .order_by(_events.c.id)
        )
        with self.engine.connect() as connection:
            oldest = connection.execute(
                sa.text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
            ).scalar_one()
            return [_row(found) for found in connection.execute(query)], int(oldest)

    def next_transaction(self) -> int:
        """A number above that of every transaction that has one now; PostgreSQL only."""
        # Not the snapshot's xmax: that is one above the last that has *ended*, and there may be
        # others above it that still run. This draws a number, and writes nothing.
        with self.engine.connect() as connection:
            query = sa.text("SELECT pg_current_xact_id()::text")
            return int(connection.execute(query).scalar_one())

    def conversation(self, sender: str, *, after: int = 0) -> list[Row]:
        """All rows of a sender over all sessions, in order."""
        with self.engine.connect() as connection:
            query = (
                sa.select(*_COLUMNS)
                .where(_events.c.sender_id == sender, _events.c.id > after)
                .order_by(_events.c.id)
            )
            return [_row(found) for found in connection.execute(query)]

    def one(self, row_id: int) -> Row | None:
        """The row with this id."""
        with self.engine.connect() as connection:
            found = connection.execute(sa.select(*_COLUMNS).where(_events.c.id == row_id)).first()
            return _row(found) if found else None

    def latest_of_customers(self, *, limit: int) -> list[Row]:
        """The newest rows in which customers wrote, newest first, over all conversations."""
        query = sa.select(*_COLUMNS).where(_events.c.type_name == "user")
        with self.engine.connect() as connection:
            found = connection.execute(query.order_by(_events.c.id.desc()).limit(limit))
            return [_row(one) for one in found]

    def earlier(self, below: int | None, *, limit: int) -> list[Row]:
        """What tells how conversations were handed over: rows in which customers wrote, in which
        sessions begin, or which set the handoff's state or its reason; falling.

        Args:
            below: only rows with a smaller id: the last one of the page before.
        """
        kind, name = _events.c.type_name, _events.c.action_name
        query = sa.select(*_COLUMNS).where(
            kind.in_(("user", "session_started", "restart"))
            | ((kind == "slot") & name.in_((HANDOFF_SLOT, REASON_SLOT)))
        )
        if below is not None:
            query = query.where(_events.c.id < below)
        with self.engine.connect() as connection:
            found = connection.execute(query.order_by(_events.c.id.desc()).limit(limit))
            return [_row(one) for one in found]

    def has_desk_message(self, sender: str, key: str) -> bool:
        """Whether Rasa has stored the message of the desk with this key."""
        with self.engine.connect() as connection:
            query = sa.select(*_COLUMNS).where(
                _events.c.sender_id == sender,
                _events.c.type_name.in_(("bot", "agent")),
                # As it stands in the JSON, if it has letters that are escaped there.
                _events.c.data.contains(json.dumps(key)[1:-1], autoescape=True),
            )
            return any(_row(found).desk_key == key for found in connection.execute(query))

    def close(self) -> None:
        self.engine.dispose()


def _row(found: Any) -> Row:
    return Row.read(
        id=found.id,
        sender=found.sender_id,
        type=found.type_name,
        at=found.timestamp,
        data=found.data,
    )


def _read_only(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA query_only=ON").close()
