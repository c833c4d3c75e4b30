"""Take the pictures of docs/handoff-desk/report.md, over a month of made-up customers.

Usage: .venv-desk/bin/python scripts/report_screenshots.py
"""

from __future__ import annotations

import time
from pathlib import Path

from pictures import IMAGES, PHONE, desk_window, take
from playwright.sync_api import Page

from handoff_desk.domain import Account
from handoff_desk.store.database import Database
from tests.desk.core.rasa_tracker import RasaTracker
from tests.desk.report.month import Month

CUSTOMERS = 1200


def main(images: Path = IMAGES) -> None:
    """Make a month up, take the pictures."""
    with desk_window(tell, height=1100) as page:
        play(page, images)


def tell(tracker: RasaTracker, database: Database, _: Account) -> None:
    """What customers wrote, and what became of them."""
    Month(tracker, database, last=time.time()).tell(CUSTOMERS)


def play(page: Page, images: Path) -> None:
    """What a lead looks at."""
    page.goto("/laporan")
    take(page, images / "laporan.png")
    page.set_viewport_size(PHONE)
    page.get_by_role("heading", name="Jawaban bot yang membuat kesal").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('judul-jawaban-bot').scrollIntoView()")
    take(page, images / "laporan-ponsel.png")


if __name__ == "__main__":
    main()
