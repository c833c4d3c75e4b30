"""Connections to a database that belongs to somebody else: one that cannot write, one that can."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from emotion_component.errors import DataError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL, Engine

BUSY_SECONDS = 30
"""So long a connection to SQLite waits for another one's lock."""


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What a database is.

    Attributes:
        rule: the first sentence of an error.
        tables: that must be there.
    """

    rule: str
    tables: tuple[str, ...]


TRACKER_STORE = Kind(
    rule="A tracker store is a database with Rasa's table `events`.", tables=("events",)
)
DESK = Kind(
    rule="The desk's database has the tables `ticket` and `outbox`.", tables=("ticket", "outbox")
)


@contextmanager
def opened(source: str, kind: Kind, *, writes: bool = False) -> Iterator[Engine]:
    """An engine on a database, closed at the end.

    Args:
        source: a file of SQLite, or the URL of SQLAlchemy. Neither makes a file that is not there.
        kind: what it must be.
        writes: whether the connection may write; what it deletes from SQLite it overwrites.

    Raises:
        DataError: the database, or what is read from it within the block, is not there. A password
            is not repeated.
        ImportError: SQLAlchemy is not installed.
    """
    import sqlalchemy
    from sqlalchemy.exc import SQLAlchemyError

    shown = f"{source.partition('://')[0]}://..." if "://" in source else source
    try:
        make_url, url_class = sqlalchemy.engine.make_url, sqlalchemy.engine.URL
        is_url = "://" in source
        url = make_url(source) if is_url else url_class.create("sqlite", database=source)
        shown = repr(url)  # hides the password
        engine = _engine(url, writes=writes)
        try:
            with engine.connect() as connection:
                for name in kind.tables:
                    found = sqlalchemy.table(name)
                    connection.execute(sqlalchemy.select(sqlalchemy.exists().select_from(found)))
            yield engine
            if writes and engine.dialect.name == "sqlite":
                _forget(engine)
        finally:
            engine.dispose()
    except (SQLAlchemyError, ImportError) as error:
        raise DataError(
            rule=kind.rule,
            got=f"{shown}: {_why(error)}",
            do="Check the file or URL, and that its driver is installed.",
        ) from None


def _engine(url: URL, *, writes: bool) -> Engine:
    from sqlalchemy import create_engine, event

    if url.get_backend_name() != "sqlite":
        options: Any = {} if writes else {"postgresql_readonly": True}
        return create_engine(_with_driver(url), future=True, execution_options=options)
    # Opened by its name alone, a file that is not there would be made.
    name, mode = url.database or "", "rw" if writes else "ro"
    address = name if name.startswith("file:") else f"file:{quote(name)}?mode={mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS)
        if writes:
            connection.isolation_level = None  # `_begin` begins, not the driver
            connection.execute("PRAGMA foreign_keys=ON")
            connection.execute("PRAGMA secure_delete=ON")
        else:
            connection.execute("PRAGMA query_only=ON")
        return connection

    engine = create_engine("sqlite://", creator=connect, future=True)
    if writes:
        event.listen(engine, "begin", _begin)
    return engine


def _forget(engine: Engine) -> None:
    """Empty the log of a database that keeps one (WAL): what was deleted still stands in it."""
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


def _begin(connection: Any) -> None:
    """With the lock that writing needs: what is read in a transaction stays true in it."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _with_driver(url: URL) -> URL:
    """PostgreSQL by the driver that is installed: Rasa brings psycopg2, the desk psycopg 3."""
    if url.drivername in ("postgresql", "postgres"):
        old = find_spec("psycopg2") is not None or find_spec("psycopg") is None
        return url.set(drivername="postgresql" if old else "postgresql+psycopg")
    return url


def is_sqlite_file(path: Path) -> bool:
    """Whether a file holds a database of SQLite."""
    header = b"SQLite format 3\x00"
    try:
        with path.open("rb") as file:
            return file.read(len(header)) == header
    except OSError:
        return False


def _why(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or "") or type(error).__name__
    return " ".join(said.split())
