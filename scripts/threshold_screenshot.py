"""Take the picture of docs/handoff-desk/thresholds.md: a real desk in Chromium, over four weeks of
conversations that are made up. It needs no Rasa.

Usage: .venv-desk/bin/python scripts/threshold_screenshot.py
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
from handoff_desk.hours import OfficeHours  # noqa: E402
from handoff_desk.security.passwords import hash_password  # noqa: E402
from handoff_desk.settings import Settings  # noqa: E402
from handoff_desk.store import accounts, positions  # noqa: E402
from handoff_desk.store.database import Database  # noqa: E402
from handoff_desk.web.app import create_app  # noqa: E402
from tests.desk.conftest import PASSWORD, serving  # noqa: E402
from tests.desk.core.rasa_tracker import RasaTracker  # noqa: E402
from tests.desk.studio.weeks import tell  # noqa: E402

IMAGE = ROOT / "docs" / "images" / "ambang.png"
CONVERSATIONS = 6000
DAYS = "senin selasa rabu kamis jumat sabtu minggu".split()
WEEKLY = dict.fromkeys(DAYS, "08.00-17.00")


def main() -> None:
    """Start a desk, make four weeks up, take the picture."""
    hashed = asyncio.run(hash_password(PASSWORD))
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        settings = Settings(
            tracker_store=f"sqlite:///{place}/rasa.db",
            rasa="http://127.0.0.1:9",
            secure_cookies=False,
            hours=OfficeHours.parse({"zone": "Asia/Jakarta", "weekly": WEEKLY}),
        )
        database = Database(f"sqlite:///{place}/desk.db")
        database.migrate()
        with database.transaction() as connection:
            lead = accounts.add(
                connection,
                username="rina",
                name="Rina",
                role=Role.SUPERVISOR,
                password_hash=hashed,
                at=time.time(),
                max_tickets=3,
            )
            positions.write(connection, 10**9)
        tell(
            RasaTracker(settings.tracker_store, time.time),
            database,
            lead,
            until=time.time(),
            conversations=CONVERSATIONS,
            labelled=0.06,
        )
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        with serving(create_app(settings, database)) as url:
            page = browser.new_page(viewport={"width": 1280, "height": 1720}, locale="id-ID")
            page.emulate_media(reduced_motion="reduce")
            play(page, url)
        browser.close()
        database.close()


def play(page: Page, url: str) -> None:
    """What a lead does."""
    expect.set_options(timeout=60_000)
    page.goto(f"{url}/login")
    page.get_by_label("Nama pengguna").fill("rina")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    page.goto(f"{url}/ambang?step=9", timeout=120_000)
    expect(page.get_by_role("slider")).to_be_visible()
    page.wait_for_timeout(300)  # the charts are drawn
    page.screenshot(path=IMAGE)
    print(f"{IMAGE.relative_to(ROOT)}: {IMAGE.stat().st_size / 1000:.0f} kB")
    if len(sys.argv) > 1:  # a place for one more: how a phone shows it
        page.set_viewport_size({"width": 360, "height": 740})
        page.wait_for_timeout(300)
        page.screenshot(path=sys.argv[1], full_page=True)


if __name__ == "__main__":
    main()
