"""The desk, served for real on a free port, with people who can log in."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from sanic import Sanic

from handoff_desk.domain import Account, Role
from handoff_desk.security.passwords import hash_password
from handoff_desk.settings import Settings
from handoff_desk.store import accounts, audit
from handoff_desk.store.database import Database
from handoff_desk.web.app import create_app

START = 1_700_000_000.0
PASSWORD = "kuda-hijau-42-pagi"


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and no rows; to be copied, not used."""
    path = tmp_path_factory.mktemp("migrated") / "desk.db"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def database(migrated: Path, tmp_path: Path) -> Iterator[Database]:
    """The desk's own database, empty."""
    path = tmp_path / "desk.db"
    shutil.copy(migrated, path)
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Of PASSWORD. In a thread of its own: the tests of the browser have a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, hash_password(PASSWORD)).result()


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@dataclass(kw_only=True)
class Desk:
    """A running desk.

    Attributes:
        url: where it answers.
        clock: its time; add to `clock.now`.
    """

    url: str
    app: Sanic[Any, Any]
    database: Database
    clock: Clock
    password_hash: str
    manager: AbstractContextManager[str]
    password: str = PASSWORD
    clients: list[httpx.Client] = field(default_factory=list)
    stopped: bool = False

    def stop(self) -> None:
        """Stop the server; once more does nothing."""
        if not self.stopped:
            self.stopped = True
            for client in self.clients:
                client.close()
            self.manager.__exit__(None, None, None)

    def client(self, **headers: str | bytes) -> httpx.Client:
        """A new browser, logged in as nobody; does not follow redirects."""
        # Without certificates: to read them takes longer than all requests of a test.
        client = httpx.Client(base_url=self.url, headers=headers, timeout=30, verify=False)
        self.clients.append(client)
        return client

    def add(self, username: str, role: Role = Role.AGENT, **values: Any) -> Account:
        """An account whose password is PASSWORD."""
        with self.database.transaction() as connection:
            return accounts.add(
                connection,
                username=username,
                name=values.pop("name", username.title()),
                role=role,
                password_hash=self.password_hash,
                at=self.clock.now,
                **values,
            )

    def login(self, username: str, password: str = PASSWORD, **headers: str) -> httpx.Client:
        """A new browser that is logged in; sends the CSRF token with each request."""
        client = self.client(**headers)
        response = client.post("/login", data={"username": username, "password": password})
        assert response.status_code == 303, response.text
        client.headers["X-CSRF-Token"] = csrf(client)
        return client

    def account(self, username: str) -> Account:
        with self.database.transaction() as connection:
            found = accounts.find(connection, username=username)
        assert found is not None
        return found

    def actions(self) -> list[str]:
        """Actions in the audit log, oldest first."""
        with self.database.transaction() as connection:
            return [entry.action for entry in reversed(audit.recent(connection, limit=1000))]


def csrf(client: httpx.Client) -> str:
    """The token of this session, from a page."""
    found = re.search(r'name="csrf" content="([^"]+)"', client.get("/me").text)
    assert found
    return found.group(1)


@contextmanager
def serving(app: Sanic[Any, Any]) -> Iterator[str]:
    """Serve an app in a thread; gives its address."""
    loop = asyncio.new_event_loop()
    listener = socket.create_server(("127.0.0.1", 0))
    started, stopping = threading.Event(), asyncio.Event()
    failed: list[BaseException] = []

    async def serve() -> None:
        server = await app.create_server(sock=listener, return_asyncio_server=True)
        assert server is not None
        await server.startup()
        await server.before_start()
        await server.start_serving()
        await server.after_start()
        started.set()
        await stopping.wait()
        await server.before_stop()
        closing = server.close()
        for connection in list(server.connections):
            connection.abort()
        if closing:
            await closing
        await server.after_stop()

    def run() -> None:
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(serve())
        except BaseException as error:
            failed.append(error)
        finally:
            started.set()
            loop.run_until_complete(loop.shutdown_default_executor())
            loop.close()

    thread = threading.Thread(target=run)
    thread.start()
    started.wait(30)
    try:
        if not failed:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        if not loop.is_closed():
            loop.call_soon_threadsafe(stopping.set)
        thread.join(30)
    if failed:
        raise failed[0]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """For plain http; a test may override this fixture to change it."""
    return Settings(
        database="sqlite://", tracker_store=f"sqlite:///{tmp_path}/rasa.db", secure_cookies=False
    )


@pytest.fixture
def start(database: Database, password_hash: str) -> Iterator[Callable[..., Desk]]:
    """Start a desk with these settings; `prepare` may add to the app before it is served."""
    desks: list[Desk] = []

    def start(
        settings: Settings, prepare: Callable[[Sanic[Any, Any]], None] | None = None, **changes: Any
    ) -> Desk:
        clock = Clock()
        app = create_app(replace(settings, **changes), database, clock=clock)
        if prepare:
            prepare(app)
        manager = serving(app)
        desk = Desk(
            url=manager.__enter__(),
            app=app,
            database=database,
            clock=clock,
            password_hash=password_hash,
            manager=manager,
        )
        desks.append(desk)
        return desk

    yield start
    for desk in reversed(desks):
        desk.stop()


@pytest.fixture
def desk(start: Callable[..., Desk], settings: Settings) -> Desk:
    """A running desk with nobody in it."""
    return start(settings)
