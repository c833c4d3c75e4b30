"""Take the picture of docs/handoff-desk/thresholds.md, over four weeks of conversations that are
made up.

Usage: .venv-desk/bin/python scripts/threshold_screenshot.py [PHONE.png]
PHONE.png is a place for one more: how a phone shows it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from pictures import IMAGES, PHONE, desk_window, take
from playwright.sync_api import Page, expect

from handoff_desk.domain import Account
from handoff_desk.hours import OfficeHours
from handoff_desk.store import positions
from handoff_desk.store.database import Database
from tests.desk.core.rasa_tracker import RasaTracker
from tests.desk.studio import weeks

CONVERSATIONS = 6000
DAYS = "senin selasa rabu kamis jumat sabtu minggu".split()
WEEKLY = dict.fromkeys(DAYS, "08.00-17.00")


def main(images: Path = IMAGES) -> None:
    """Make four weeks up, take the picture."""
    hours = OfficeHours.parse({"zone": "Asia/Jakarta", "weekly": WEEKLY})
    with desk_window(tell, height=1720, hours=hours, max_tickets=3) as page:
        play(page, images)


def tell(tracker: RasaTracker, database: Database, lead: Account) -> None:
    """Four weeks that the desk has seen already."""
    with database.transaction() as connection:
        positions.write(connection, 10**9)
    weeks.tell(
        tracker, database, lead, until=time.time(), conversations=CONVERSATIONS, labelled=0.06
    )


def play(page: Page, images: Path) -> None:
    """What a lead does."""
    page.emulate_media(reduced_motion="reduce")
    page.goto("/ambang?step=9")
    expect(page.get_by_role("slider")).to_be_visible()
    take(page, images / "ambang.png")
    if len(sys.argv) > 1:
        page.set_viewport_size(PHONE)
        page.wait_for_timeout(300)
        page.screenshot(path=sys.argv[1], full_page=True)


if __name__ == "__main__":
    main()
