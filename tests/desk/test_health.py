"""`/health` and `/ready`: what sends agents to another desk, and what does not."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import sqlalchemy as sa

from handoff_desk.settings import Settings
from tests.desk.conftest import Desk

FINE = {"running": "ok", "database": "ok", "tables": "ok", "rasa": "ok", "tail": "ok"}


@pytest.fixture
def rasa() -> Iterator[str]:
    """Something that answers as Rasa's `/` does."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=[0.01], daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def desk(start: Callable[..., Desk], settings: Settings, rasa: str) -> Desk:
    return start(settings, rasa=rasa)


def ready(desk: Desk, **query: str) -> tuple[int, str, dict[str, str]]:
    answer = desk.client().get("/ready", params=query)
    return answer.status_code, answer.json()["status"], answer.json()["checks"]


def test_all_is_well_and_known_without_login(desk: Desk) -> None:
    assert desk.client().get("/health").json() == {"status": "ok"}
    assert ready(desk) == (200, "ok", FINE)
    assert ready(desk, all="true") == (200, "ok", FINE)


@pytest.mark.parametrize("query, status", [({}, 200), ({"all": "true"}, 503)])
def test_without_rasa_agents_stay(start, settings, query: dict[str, str], status: int) -> None:
    desk = start(settings, rasa="http://127.0.0.1:9")
    assert ready(desk, **query) == (status, "degraded", {**FINE, "rasa": "failed"})


@pytest.mark.parametrize("query, status", [({}, 200), ({"all": "true"}, 503)])
def test_with_a_tail_that_is_behind_agents_stay(
    desk: Desk, query: dict[str, str], status: int
) -> None:
    runtime, go_on = desk.app.ctx.runtime, threading.Event()
    runtime.tracker_store.is_there = lambda: go_on.wait(60)  # a database that hangs
    try:
        deadline = time.monotonic() + 30
        while ready(desk)[2]["tail"] == "ok":  # a look that had begun before
            assert time.monotonic() < deadline
            runtime._knew_all_at -= 31
        assert ready(desk, **query) == (status, "degraded", {**FINE, "tail": "failed"})
    finally:
        go_on.set()


def test_without_a_database_it_lives_but_is_not_ready(desk: Desk, tmp_path) -> None:
    desk.app.ctx.database.engine.dispose()
    (tmp_path / "desk.db").unlink()
    (tmp_path / "desk.db").mkdir()
    assert desk.client().get("/health").status_code == 200
    status, told, checks = ready(desk)
    assert (status, told) == (503, "unavailable")
    assert (checks["database"], checks["tables"]) == ("failed", "failed")
    (tmp_path / "desk.db").rmdir()


@pytest.mark.parametrize(
    "version, status", [("0003", 503), (None, 503), ("0004", 200), ("9999", 200)]
)
def test_the_tables_are_of_this_version_or_a_later_one(
    desk: Desk, version: str | None, status: int
) -> None:
    with desk.database.transaction() as connection:
        connection.execute(sa.text("DELETE FROM alembic_version"))
        if version:
            query = sa.text("INSERT INTO alembic_version VALUES (:version)")
            connection.execute(query, {"version": version})
    found, _, checks = ready(desk)
    assert found == status
    assert checks["tables"] == ("ok" if status == 200 else "failed")


def test_a_desk_that_is_about_to_stop_sends_agents_away(desk: Desk) -> None:
    runtime, deadline = desk.app.ctx.runtime, time.monotonic() + 30
    while runtime._loop is None:  # its workers have not begun yet
        assert time.monotonic() < deadline
    runtime._loop.call_soon_threadsafe(runtime.begin_to_stop)
    while ready(desk)[0] == 200:
        assert time.monotonic() < deadline
    assert ready(desk)[2]["running"] == "failed"
