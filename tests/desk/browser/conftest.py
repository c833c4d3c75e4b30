"""One Rasa server, one desk, one browser for all tests in here; each test has its own windows."""

from __future__ import annotations

import itertools
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.desk.browser.people import PASSWORD, Story, Windows
from tests.desk.processes import Desk
from tests.servers import RASA_PYTHON, Rasa, copy_trained_project, free_port

WAIT_MILLISECONDS = 45_000
"""Long, for slow machines: these tests say what happens, not how fast."""

AGENTS = {"sari": "supervisor", "rina": "agent", "budi": "agent", "tono": "agent"}
"""Username and role; Tono's sessions and password are there to be broken."""

_numbers = itertools.count(1)


# `package`, not `session`: Playwright's event loop must end before other tests start theirs.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; Debian's, or the one that Playwright installed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    with sync_playwright() as playwright:
        if not found and not Path(playwright.chromium.executable_path).exists():
            _lacking("No Chromium is installed (Debian: apt-get install chromium).")
        expect.set_options(timeout=WAIT_MILLISECONDS)
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def desk_port() -> int:
    """Known before the desk starts: Rasa must allow its pages."""
    return free_port()


@pytest.fixture(scope="package")
def rasa(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, desk_port: int
) -> Iterator[Rasa]:
    """The example bot's server. Asks for the browser first: without it there is nothing to test."""
    if not RASA_PYTHON.exists():
        _lacking("Rasa's environment is not there (make venv).")
    directory = tmp_path_factory.mktemp("project")
    copy_trained_project(directory)
    server = Rasa(directory, pages=[f"http://127.0.0.1:{desk_port}"])
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="package")
def desk(rasa: Rasa, desk_port: int) -> Iterator[Desk]:
    """The desk, with an account for each of AGENTS."""
    server = Desk(rasa, port=desk_port, rating=True)
    for username, role in AGENTS.items():
        server.add_account(username, PASSWORD, role=role)
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="package")
def tidy(desk: Desk) -> Iterator[httpx.Client]:
    """The desk's API in a supervisor's name, to clean up with."""
    token = desk.add_token("sari")
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(
        base_url=f"{desk.url}/api", headers=headers, timeout=60, verify=False
    ) as client:
        yield client


@pytest.fixture(scope="package")
def logins() -> dict[str, Any]:
    """Cookies of who has logged in, by username."""
    return {}


@pytest.fixture
def windows(browser: Browser) -> Iterator[Windows]:
    """Windows of this test. In the end no console may have complained about anything."""
    windows = Windows(browser)
    yield windows
    windows.close()
    assert windows.complaints == []


@pytest.fixture
def story(
    windows: Windows, desk: Desk, rasa: Rasa, tidy: httpx.Client, logins: dict[str, Any]
) -> Iterator[Story]:
    """Customers and agents; all tickets are closed afterwards."""
    yield Story(windows, desk, rasa, next(_numbers), logins)
    for ticket in tidy.get("/tickets").raise_for_status().json()["tickets"]:
        path = f"/tickets/{ticket['id']}"
        if ticket["state"] == "waiting":
            tidy.post(f"{path}/claim").raise_for_status()
        tidy.post(f"{path}/resolve", json={"outcome": "unsure"}).raise_for_status()


def _lacking(reason: str) -> None:
    """Skip, but never where all must be tested."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)
