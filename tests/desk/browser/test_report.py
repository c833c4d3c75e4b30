"""The report on a phone: its charts are there, and everybody can read it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from handoff_desk.domain import Role
from handoff_desk.settings import Settings
from tests.desk.browser.people import PHONE, Windows
from tests.desk.browser.test_pages import _violations, _wider_than
from tests.desk.conftest import PASSWORD, START
from tests.desk.core.rasa_tracker import RasaTracker
from tests.desk.report.month import Month

COLOURS = """canvas => {
    const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size;
}"""


def test_charts_are_drawn_on_a_phone(
    windows: Windows, start: Callable[..., Any], settings: Settings
) -> None:
    served = start(settings)
    served.add("rina", Role.SUPERVISOR)
    tracker = RasaTracker(settings.tracker_store, lambda: START)
    Month(tracker, served.database, last=START).tell(500)
    tracker.engine.dispose()
    page = windows.open(viewport=PHONE, has_touch=True, is_mobile=True)
    _log_in(page, served.url)
    page.goto(f"{served.url}/laporan")
    canvases = page.locator("canvas")
    expect(canvases).to_have_count(8)
    for canvas in canvases.all():
        expect(canvas).to_be_visible()
        assert canvas.evaluate(COLOURS) > 20
        box = canvas.bounding_box()
        assert box
        assert box["x"] + box["width"] <= PHONE["width"]
    assert _wider_than(page, PHONE["width"]) == []
    assert _violations(page, "light", 360) == []
    assert _violations(page, "dark", 360) == []


def _log_in(page: Page, url: str) -> None:
    page.goto(f"{url}/login")
    page.get_by_label("Nama pengguna").fill("rina")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("heading", name="Antrean")).to_be_visible()
