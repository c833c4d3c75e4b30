"""The connection to the desk's own database: SQLite in a file, or PostgreSQL."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parents[1] / "migrations"
BUSY_SECONDS = 30
_AFTER_COMMIT = "after_commit"


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
                self.url,
                connect_args={"timeout": BUSY_SECONDS},
                max_overflow=40,
                hide_parameters=True,  # customers' words must not stand in a log
            )
            sa.event.listen(self.engine, "connect", _configure_sqlite)
            sa.event.listen(self.engine, "begin", _begin_immediate)
        else:
            self.engine = sa.create_engine(
                self.url, pool_pre_ping=True, pool_size=10, hide_parameters=True
            )

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @contextmanager
    def transaction(self) -> Iterator[sa.Connection]:
        """A transaction that is committed at the end, or rolled back when something is raised."""
        with self.engine.begin() as connection:
            # What a transaction that was rolled back has left there must not be done.
            to_do: list[Callable[[], None]] = []
            connection.info[_AFTER_COMMIT] = to_do
            yield connection
        for do in to_do:
            do()

    def migrate(self) -> None:
        """Create or update the tables; at once when they are up to date.

        Several desks may do it at the same time: on PostgreSQL they take turns.
        """
        config = _alembic()
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

    def now(self) -> float:
        """Seconds since the epoch by the clock of PostgreSQL's server.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database does not answer.
        """
        with self.engine.connect() as connection:
            query = sa.text("SELECT extract(epoch FROM clock_timestamp())")
            return float(connection.execute(query).scalar_one())

    def is_current(self) -> bool:
        """Whether the tables are those of this version, or of a later one, which another desk has
        made: a later one must go on serving the desks of the version before.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: the database does not answer, or has no tables.
        """
        with self.engine.connect() as connection:
            found = connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()
        newest, earlier = _revisions()
        return found == newest or (found is not None and found not in earlier)

    def close(self) -> None:
        self.engine.dispose()


def _alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


@cache
def _revisions() -> tuple[str | None, frozenset[str]]:
    """The newest migration of this version, and those before it."""
    scripts = ScriptDirectory.from_config(_alembic())
    newest = scripts.get_current_head()
    known = {script.revision for script in scripts.walk_revisions()}
    return newest, frozenset(known - {newest})


def after_commit(connection: sa.Connection, do: Callable[[], None]) -> None:
    """Do something once the transaction is committed: what is counted must have happened."""
    connection.info[_AFTER_COMMIT].append(do)


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
