"""What the scripts that take pictures share: a real desk in Chromium, over conversations that are
made up. It needs no Rasa. Whoever imports it finds the repository's packages."""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from handoff_desk.domain import Account, Role  # noqa: E402
from handoff_desk.hours import OfficeHours  # noqa: E402
from handoff_desk.security.passwords import hash_password  # noqa: E402
from handoff_desk.settings import Settings  # noqa: E402
from handoff_desk.store import accounts  # noqa: E402
from handoff_desk.store.database import Database  # noqa: E402
from handoff_desk.web.app import create_app  # noqa: E402
from tests.desk.conftest import PASSWORD, serving  # noqa: E402
from tests.desk.core.rasa_tracker import RasaTracker  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PHONE = {"width": 360, "height": 740}
Tell = Callable[[RasaTracker, Database, Account], None]
"""Writes the conversations, and what the desk knows of them, Rina among its people."""


@contextmanager
def desk_window(
    tell: Tell, *, height: int, hours: OfficeHours | None = None, max_tickets: int = 5
) -> Iterator[Page]:
    """A window, 1280 pixels wide, in which the supervisor Rina has logged in to a desk.

    Args:
        height: of the window, in pixels.
        max_tickets: that Rina may hold at a time.
    """
    hashed = asyncio.run(hash_password(PASSWORD))
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        settings = Settings(
            tracker_store=f"sqlite:///{place}/rasa.db",
            rasa="http://127.0.0.1:9",
            secure_cookies=False,
            hours=hours or OfficeHours(),
        )
        database = Database(f"sqlite:///{place}/desk.db")
        database.migrate()
        with database.transaction() as connection:
            rina = accounts.add(
                connection,
                username="rina",
                name="Rina",
                role=Role.SUPERVISOR,
                password_hash=hashed,
                at=time.time(),
                max_tickets=max_tickets,
            )
        tell(RasaTracker(settings.tracker_store, time.time), database, rina)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        with serving(create_app(settings, database)) as url:
            page = browser.new_page(
                base_url=url, viewport={"width": 1280, "height": height}, locale="id-ID"
            )
            expect.set_options(timeout=60_000)
            page.set_default_navigation_timeout(120_000)  # to reckon takes its time
            _log_in(page)
            yield page
        browser.close()
        database.close()


def take(page: Page, path: Path) -> None:
    """One picture, as it is on the screen."""
    page.mouse.move(0, 0)
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_timeout(500)  # charts are drawn, and what scrolls has arrived
    page.screenshot(path=path)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


def _log_in(page: Page) -> None:
    page.goto("/login")
    page.get_by_label("Nama pengguna").fill("rina")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", name="Antrean")).to_be_visible()
