"""Take the pictures of docs/handoff-desk/report.md: a real desk in Chromium, over a month of
made-up customers. It needs no Rasa.

Usage: .venv-desk/bin/python scripts/report_screenshots.py
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from handoff_desk.domain import Role  # noqa: E402
from handoff_desk.security.passwords import hash_password  # noqa: E402
from handoff_desk.settings import Settings  # noqa: E402
from handoff_desk.store import accounts  # noqa: E402
from handoff_desk.store.database import Database  # noqa: E402
from handoff_desk.web.app import create_app  # noqa: E402
from tests.desk.conftest import PASSWORD, serving  # noqa: E402
from tests.desk.core.rasa_tracker import RasaTracker  # noqa: E402
from tests.desk.report.month import Month  # noqa: E402

IMAGES = ROOT / "docs" / "images"
CUSTOMERS = 1200


def main(images: Path = IMAGES) -> None:
    """Start a desk, make a month up, take the pictures."""
    hashed = asyncio.run(hash_password(PASSWORD))
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        settings = Settings(
            tracker_store=f"sqlite:///{place}/rasa.db",
            rasa="http://127.0.0.1:9",
            secure_cookies=False,
        )
        database = Database(f"sqlite:///{place}/desk.db")
        database.migrate()
        with database.transaction() as connection:
            accounts.add(
                connection,
                username="rina",
                name="Rina",
                role=Role.SUPERVISOR,
                password_hash=hashed,
                at=time.time(),
            )
        Month(RasaTracker(settings.tracker_store, time.time), database, last=time.time()).tell(
            CUSTOMERS
        )
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        with serving(create_app(settings, database)) as url:
            page = browser.new_page(viewport={"width": 1280, "height": 1100}, locale="id-ID")
            play(page, url, images)
        browser.close()
        database.close()


def play(page: Page, url: str, images: Path) -> None:
    """What a lead looks at."""
    expect.set_options(timeout=60_000)
    page.goto(f"{url}/login")
    page.get_by_label("Nama pengguna").fill("rina")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", name="Antrean")).to_be_visible()
    page.goto(f"{url}/laporan")
    take(page, images / "laporan.png")
    page.set_viewport_size({"width": 360, "height": 740})
    page.get_by_role("heading", name="Jawaban bot yang membuat kesal").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('judul-jawaban-bot').scrollIntoView()")
    take(page, images / "laporan-ponsel.png")


def take(page: Page, path: Path) -> None:
    """One picture, as it is on the screen."""
    page.mouse.move(0, 0)
    page.wait_for_timeout(500)  # charts have their size
    page.screenshot(path=path)
    print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
