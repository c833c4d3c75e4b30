"""A lead moves the price by keyboard, sees the numbers change, and saves with a reason."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from handoff_desk.domain import Role
from handoff_desk.settings import Settings
from handoff_desk.store import positions
from tests.desk.browser.people import PHONE, Windows
from tests.desk.browser.test_pages import _violations, _wider_than
from tests.desk.conftest import Desk
from tests.desk.core.rasa_tracker import RasaTracker
from tests.desk.studio.weeks import tell

REASON = "Lebih baik dua kali sia-sia daripada satu pelanggan marah yang tidak tertolong."


@pytest.fixture
def studio(start: Callable[..., Desk], settings: Settings, windows: Windows) -> tuple[Page, Desk]:
    """The page of a lead, over four weeks that need no Rasa."""
    desk = start(settings, rasa="http://127.0.0.1:9")
    desk.add("lina", Role.SUPERVISOR)
    with desk.database.transaction() as connection:
        positions.write(connection, 10**6)
    tracker = RasaTracker(settings.tracker_store, desk.clock)
    tell(tracker, desk.database, desk.account("lina"), until=desk.clock(), labelled=0.8)
    tracker.engine.dispose()
    page = windows.open()
    page.goto(f"{desk.url}/login")
    page.get_by_label("Nama pengguna").fill("lina")
    page.get_by_label("Kata sandi").fill(desk.password)
    page.get_by_role("button", name="Masuk").click()
    page.get_by_role("link", name="Ambang").click()
    return page, desk


def test_a_price_is_moved_by_keyboard_and_saved(studio: tuple[Page, Desk]) -> None:
    page, desk = studio
    slider = page.get_by_role("slider")
    expect(slider).to_have_attribute("aria-valuetext", "5 : 1")
    people, threshold = (
        page.locator(f"[data-cell={name}]").first for name in ("handed_over", "frustrasi")
    )
    before = people.inner_text(), threshold.inner_text()
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", "10 : 1")
    expect(page.locator("#price")).to_have_text("10 : 1")
    expect(threshold).not_to_have_text(before[1])
    assert int(people.inner_text()) > int(before[0])
    expect(page.locator("#costs")).to_be_visible()
    assert page.evaluate("Chart.getChart('costs').data.datasets[0].data.length") == 19
    found = {
        f"{theme}, {width}": _violations(page, theme, width)
        for theme, width in (("light", 1280), ("dark", 1280), ("light", 360))
    }
    found["wider than a phone"] = _wider_than(page, PHONE["width"])
    assert {where: what for where, what in found.items() if what} == {}

    chosen = threshold.inner_text()
    page.get_by_label("Alasan").fill(REASON)
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_text("Tersimpan.")).to_be_visible()
    expect(slider).to_have_attribute("aria-valuetext", "10 : 1")
    saved = page.locator(".choices li")
    expect(saved).to_contain_text(REASON)
    expect(saved).to_contain_text(f"Frustrasi + Marah {chosen}")
    expect(saved).to_contain_text("Harga 10 : 1")
    page.goto(f"{desk.url}/audit")
    expect(page.get_by_role("cell", name="Memilih ambang")).to_be_visible()
