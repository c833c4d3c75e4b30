"""Take the pictures of docs/handoff-desk/labels.md, of messages that were read with made-up
probabilities.

Usage: .venv-desk/bin/python scripts/label_screenshots.py
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pictures import IMAGES, desk_window, take
from playwright.sync_api import Page, expect

from handoff_desk.domain import Account
from handoff_desk.labelling.records import EMOTIONS
from handoff_desk.store.database import Database
from tests.desk.core.rasa_tracker import RasaTracker, bot
from tests.desk.core.test_labels import read_as

CORRECTED, SELECTED = "kemarin juga bilangnya Jumat kak", "ya sudah deh, terserah"


def main(images: Path = IMAGES) -> None:
    """Tell a story, take two pictures."""
    with desk_window(tell, height=860) as page:
        play(page, images)


def tell(tracker: RasaTracker, _: Database, __: Account) -> None:
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


def play(page: Page, images: Path) -> None:
    """What an agent does."""
    page.goto("/label/")
    take(page, images / "label.png")
    page.goto("/conversations/view?sender=sari.dewi")
    corrected = page.locator(".message", has_text=CORRECTED)
    corrected.click()
    page.keyboard.press("4")
    expect(corrected.locator(".chip.label")).to_be_visible()
    page.locator(".message", has_text=SELECTED).locator("summary").click()
    take(page, images / "correction.png")


if __name__ == "__main__":
    main()
