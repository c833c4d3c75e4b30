"""A real SQLite and a real PostgreSQL, Rasa's own table, a desk, and a clock that stands still."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from handoff_desk.domain import Account, Role
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.store import accounts
from handoff_desk.store.database import Database
from tests.desk.core.one_desk import Clock, Desk
from tests.desk.core.postgres_server import Postgres, postgres_binaries
from tests.desk.core.rasa_tracker import NOW, RasaTracker


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server."""
    binaries = postgres_binaries()
    if binaries is None:
        reason = "No PostgreSQL server is installed (Debian: apt-get install postgresql)."
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    server = Postgres(binaries)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """A database with all of the desk's tables and no rows, to be copied."""
    database = Database(postgres.create("migrated"))
    database.migrate()
    database.close()
    return "migrated"


@pytest.fixture
def postgres_url(postgres: Postgres, postgres_template: str) -> Iterator[str]:
    """A migrated database for one test."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield postgres.create(name, postgres_template)
    postgres.drop(name)


@dataclass(frozen=True, kw_only=True)
class Urls:
    """Where the desk's and Rasa's tables are."""

    desk: str
    tracker: str


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request: pytest.FixtureRequest, tmp_path: Path) -> Urls:
    """Two files of SQLite, or one database of PostgreSQL for both."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        return Urls(desk=url, tracker=url)
    shutil.copy(request.getfixturevalue("migrated"), tmp_path / "desk.db")
    return Urls(
        desk=f"sqlite:///{tmp_path / 'desk.db'}", tracker=f"sqlite:///{tmp_path / 'rasa.db'}"
    )


@pytest.fixture
def only_postgres(postgres_url: str) -> Urls:
    """For what only PostgreSQL can do."""
    return Urls(desk=postgres_url, tracker=postgres_url)


@pytest.fixture
def database(urls: Urls) -> Iterator[Database]:
    """The desk's own database, migrated and empty."""
    database = Database(urls.desk)
    yield database
    database.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tracker(urls: Urls, clock: Clock) -> Iterator[RasaTracker]:
    tracker = RasaTracker(urls.tracker, clock)
    yield tracker
    tracker.engine.dispose()


@pytest.fixture
def tracker_store(urls: Urls, tracker: RasaTracker) -> Iterator[TrackerStore]:
    """The desk's view of Rasa's table, which is there and empty."""
    store = TrackerStore(urls.tracker)
    yield store
    store.close()


@pytest.fixture
def desk(database: Database, tracker_store: TrackerStore, clock: Clock) -> Desk:
    return Desk(database=database, tracker_store=tracker_store, clock=clock)


@pytest.fixture
def account(database: Database) -> Callable[..., Account]:
    """Makes accounts: `account("sari")`."""

    def make(username: str, role: Role = Role.AGENT, **values: Any) -> Account:
        with database.transaction() as connection:
            return accounts.add(
                connection,
                username=username,
                name=username.title(),
                role=role,
                password_hash="x",
                at=NOW,
                **values,
            )

    return make


@pytest.fixture
def sari(account: Callable[..., Account]) -> Account:
    return account("sari")


@pytest.fixture
def tono(account: Callable[..., Account]) -> Account:
    return account("tono")
