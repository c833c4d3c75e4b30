"""Headers, refusals, workers."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sanic import Request

from handoff_desk.errors import ConflictError, RasaError
from handoff_desk.security.headers import content_policy
from handoff_desk.settings import Settings
from handoff_desk.web.workers import keep_running


@pytest.mark.parametrize("path", ["/login", "/me", "/nothing-here", "/health"])
def test_pages_are_locked_down(desk, path):
    desk.add("sari")
    headers = desk.login("sari").get(path).headers
    assert "script-src 'self';" in headers["content-security-policy"]
    assert "style-src 'self';" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"


@pytest.mark.parametrize("secure, said", [(True, "max-age=31536000"), (False, None)])
def test_a_browser_that_came_by_https_stays_there(start, settings, secure, said):
    answer = start(settings, secure_cookies=secure).client().get("/login")
    assert answer.headers.get("strict-transport-security") == said


def test_files_may_be_kept_as_long_as_their_address_says_their_content(desk):
    client = desk.client()
    page = client.get("/login").text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get("/static/desk.css").headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    "demo, rasa, connect",
    [
        (False, "https://bot.example/x", "connect-src 'self';"),
        (True, "https://bot.example:8443/x", "connect-src 'self' https://bot.example:8443;"),
        (True, "", "connect-src 'self' http://127.0.0.1:5005;"),
    ],
)
def test_only_the_demo_page_may_talk_to_rasa(demo, rasa, connect):
    assert connect in content_policy(Settings(demo=demo, public_rasa=rasa))


def test_pages_have_no_inline_scripts_or_styles(root):
    for path in (root / "handoff_desk" / "web" / "templates").glob("*.html"):
        text = path.read_text("utf-8")
        assert " style=" not in text, path.name
        assert "<style" not in text, path.name
        assert not any(f" on{event}=" in text for event in ("click", "change", "submit", "load"))
        scripts = [part.partition(">")[0] for part in text.split("<script")[1:]]
        data = ' type="application/json"'  # no browser runs it
        assert all(" src=" in one or one.startswith(data) for one in scripts), path.name


def add_failures(app):
    @app.get("/api/conflict")
    async def conflict(_request: Request) -> None:
        raise ConflictError(rule="One at a time.", got="two", do="Wait.")

    @app.get("/conflict")
    async def conflict_page(_request: Request) -> None:
        raise ConflictError(rule="One at a time.", got="<b>two</b>", do="Wait.")

    @app.get("/rasa")
    async def rasa(_request: Request) -> None:
        raise RasaError(rule="Rasa answers.", got="nothing", do="Start it.", unknown=True)

    @app.get("/broken")
    async def broken(_request: Request) -> None:
        raise RuntimeError("the password is swordfish")


@pytest.mark.parametrize(
    "path, accept, status, words",
    [
        ("/api/conflict", "*/*", 409, '"error":"conflict"'),
        ("/conflict", "application/json", 409, '"rule":"One at a time."'),
        ("/conflict", "text/html", 409, "Keadaannya sudah berubah"),
        ("/conflict", "text/html", 409, "&lt;b&gt;two"),
        ("/rasa", "text/html", 502, "Chatbot tidak dapat dihubungi"),
        ("/nothing", "text/html", 404, "Tidak ditemukan"),
        ("/nothing", "application/json", 404, '"error":"not_found"'),
        ("/api/nothing", "*/*", 404, '"error":"not_found"'),
        ("/logout", "text/html", 405, "Tidak dapat dilakukan"),
        ("/broken", "text/html", 500, "Ada yang salah di pihak kami"),
        ("/broken", "application/json", 500, '"error":"internal"'),
    ],
)
def test_a_refusal_is_a_page_for_people_and_json_for_programs(
    start, settings, path, accept, status, words
):
    desk = start(settings, prepare=add_failures)
    desk.add("sari")
    response = desk.login("sari").get(path, headers={"Accept": accept})
    assert response.status_code == status
    assert words in response.text
    assert "swordfish" not in response.text
    assert "Traceback" not in response.text


def test_what_breaks_is_in_the_log_with_the_number_that_the_page_shows(start, settings, caplog):
    desk = start(settings, prepare=add_failures)
    desk.add("sari")
    answer = desk.login("sari").get("/broken", headers={"Accept": "application/json"}).json()
    logged = [record for record in caplog.records if record.name == "handoff_desk.web.refusals"]
    assert "swordfish" in str(logged[0].exc_info)
    assert logged[0].getMessage().partition("[")[2].rstrip("]") in answer["got"]


def test_a_request_that_is_too_large_is_refused(desk):
    response = desk.client().post("/login", data={"username": "x" * 2_000_000})
    assert response.status_code == 413


def test_a_worker_that_fails_is_started_again_and_one_that_ends_is_not(caplog):
    runs: list[int] = []

    async def worker() -> None:
        runs.append(1)
        if len(runs) < 3:
            raise ValueError("stumbled")

    asyncio.run(keep_running(worker, 0))
    assert len(runs) == 3
    assert caplog.text.count("worker failed; starting it again") == 2


def test_workers_run_with_the_server_and_stop_with_it(start, settings):
    started, stopped = threading.Event(), threading.Event()

    async def worker() -> None:
        started.set()
        try:
            await asyncio.sleep(3600)
        finally:
            stopped.set()

    desk = start(settings, prepare=lambda app: app.ctx.workers.append(worker))
    assert started.wait(10)
    assert not stopped.is_set()
    desk.stop()
    assert stopped.wait(10)


def test_a_worker_that_missed_it_is_told_again_to_stop(start, settings):
    started, stopped, told = threading.Event(), threading.Event(), []

    async def worker() -> None:
        started.set()
        while len(told) < 2:
            try:
                await asyncio.sleep(40)
                return
            except asyncio.CancelledError:
                told.append(1)
        stopped.set()

    desk = start(settings, prepare=lambda app: app.ctx.workers.append(worker))
    assert started.wait(10)
    desk.stop()
    assert stopped.is_set()


def test_two_desks_live_in_one_process(start, settings):
    first, second = start(settings), start(settings, title="Meja Dua")
    assert "Meja Dua" in second.client().get("/login").text
    assert "Meja Dua" not in first.client().get("/login").text
