"""Take the pictures of docs/handoff-desk/labels.md: a real desk in Chromium, over a tracker store
whose messages were read with made-up probabilities. It needs no Rasa.

Usage: .venv-desk/bin/python scripts/label_screenshots.py
"""

from __future__ import annotations

import asyncio
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from handoff_desk.domain import Role  # noqa: E402
from handoff_desk.labelling.records import EMOTIONS  # noqa: E402
from handoff_desk.security.passwords import hash_password  # noqa: E402
from handoff_desk.settings import Settings  # noqa: E402
from handoff_desk.store import accounts  # noqa: E402
from handoff_desk.store.database import Database  # noqa: E402
from handoff_desk.web.app import create_app  # noqa: E402
from tests.desk.conftest import PASSWORD, serving  # noqa: E402
from tests.desk.core.rasa_tracker import RasaTracker, bot  # noqa: E402
from tests.desk.core.test_labels import read_as  # noqa: E402

IMAGES = ROOT / "docs" / "images"
CORRECTED, SELECTED = "kemarin juga bilangnya Jumat kak", "ya sudah deh, terserah"


def main() -> None:
    """Start a desk, tell a story, take two pictures."""
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
        tell(RasaTracker(settings.tracker_store, time.time))
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        with serving(create_app(settings, database)) as url:
            page = browser.new_page(viewport={"width": 1280, "height": 860}, locale="id-ID")
            play(page, url)
        browser.close()
        database.close()


def tell(tracker: RasaTracker) -> None:
    """Two customers whom the bot helped alone."""
    tracker.append(
        "sari.dewi",
        read("halo kak, pesanan saya SHB-20117 kapan sampai ya?", 2, 88, 8, 1, 1),
        bot("Pesanan SHB-20117 sedang dikirim, Kak. Perkiraan tiba hari Jumat."),
        read(CORRECTED, 1, 47, 9, 41, 2),
        bot("Mohon maaf atas ketidaknyamanannya, Kak. Ada lagi yang bisa dibantu?"),
        read(SELECTED, 4, 51, 3, 39, 3),
    )
    tracker.append(
        "joko.s",
        read("halo, mau tanya soal poin", 2, 90, 6, 1, 1),
        bot("Boleh, Kak. Apa yang ingin ditanyakan?"),
        read("kok poin saya hilang semua", 1, 6, 44, 46, 3),
    )


def read(text: str, *percent: int) -> dict[str, Any]:
    """A message that was read with these probabilities."""
    return read_as(text, {name: one / 100 for name, one in zip(EMOTIONS, percent, strict=True)})


def play(page: Page, url: str) -> None:
    """What an agent does."""
    expect.set_options(timeout=60_000)
    page.goto(f"{url}/login")
    page.get_by_label("Nama pengguna").fill("rina")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", name="Antrean")).to_be_visible()
    page.goto(f"{url}/label/")
    take(page, "label")
    page.goto(f"{url}/conversations/view?sender=sari.dewi")
    corrected = page.locator(".message", has_text=CORRECTED)
    corrected.click()
    page.keyboard.press("4")
    expect(corrected.locator(".chip.label")).to_be_visible()
    page.locator(".message", has_text=SELECTED).locator("summary").click()
    take(page, "correction")


def take(page: Page, name: str) -> None:
    """One picture, as it is on the screen."""
    page.mouse.move(0, 0)
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_timeout(300)  # what scrolls has arrived
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
