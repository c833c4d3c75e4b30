"""The connection to the desk's own database: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

MIGRATIONS = Path(__file__).parents[1] / "migrations"
BUSY_SECONDS = 30


class Database:
    """An engine, and transactions on it. Safe to use from several threads.

    On SQLite a transaction takes the write lock at its beginning: what was read in it is still
    true when it writes. On PostgreSQL functions that read and then write lock the row they read.
    """

    def __init__(self, url: str) -> None:
        self.url = sa.make_url(url)
        if self.url.get_backend_name() == "postgresql" and self.url.drivername == "postgresql":
            self.url = self.url.set(drivername="postgresql+psycopg")
        if self.is_sqlite:
            _keep_private(self.url.database)
            self.engine = sa.create_engine(
                self.url, connect_args={"timeout": BUSY_SECONDS}, max_overflow=40
            )
            sa.event.listen(self.engine, "connect", _configure_sqlite)
            sa.event.listen(self.engine, "begin", _begin_immediate)
        else:
            self.engine = sa.create_engine(self.url, pool_pre_ping=True, pool_size=10)

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """A transaction that is committed at the end, or rolled back when something is raised."""
        with self.engine.begin() as connection:
            yield connection

    def migrate(self) -> None:
        """Create or update the tables; at once when they are up to date.

        Several desks may do it at the same time: on PostgreSQL they take turns.
        """
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        with self.engine.begin() as connection:
            if not self.is_sqlite:
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(7319041)"))
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def ping(self) -> None:
        """Ask something that costs nothing.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database does not answer.
        """
        with self.engine.connect() as connection:
            connection.execute(sa.text("SELECT 1"))

    def close(self) -> None:
        self.engine.dispose()


def _keep_private(file: str | None) -> None:
    """Make the file for its owner alone: it holds customers' words."""
    if file and file != ":memory:":
        with suppress(OSError):  # opening it will say what is wrong
            Path(file).touch(mode=0o600)


def _configure_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # SQLAlchemy begins transactions itself (see `_begin_immediate`), not the driver.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.close()


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
