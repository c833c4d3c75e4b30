"""What holds on every page: it is accessible, fits a phone, and the console stays silent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import axe_playwright_python
import pytest
from playwright.sync_api import Page, expect

from tests.desk.browser.people import FRUSTRATED, PHONE, WISH, Story

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
SERIOUS = ("serious", "critical")


def login(story: Story) -> Page:
    return story.visitor("rina").page


def demo(story: Story) -> Page:
    customer = story.customer("andi")
    customer.writes(WISH)
    customer.reads("Petugas kami sudah saya panggil")
    return customer.page


def inbox(story: Story) -> Page:
    story.waiting("andi")
    story.waiting("siti", FRUSTRATED)
    agent = story.agent("sari")
    expect(agent.card(story.called("siti"))).to_be_visible()
    return agent.page


def conversation(story: Story) -> Page:
    customer = story.called("tini")
    for text in ("halo", "biaya SMP berapa?", FRUSTRATED):
        story.rasa.hears(customer, text)
    agent = story.agent("sari")
    agent.opens(customer)
    agent.claims()
    agent.replies("Halo Kak, nomor pesanannya berapa? " + "panjang" * 30)
    agent.sees("nomor pesanannya berapa?")
    for summary in ("Selesaikan", "Alihkan", "Tambah catatan internal"):
        agent.page.locator("summary", has_text=summary).click()
    return agent.page


def history(story: Story) -> Page:
    customer = story.waiting("dodi")
    agent = story.agent("sari")
    agent.opens(customer)
    agent.claims()
    agent.resolves()
    return _at(story, "/history")


def resolved(story: Story) -> Page:
    page = history(story)
    page.locator(".story").first.click()
    expect(page.get_by_role("button", name="Buka kembali")).to_be_visible()
    return page


def canned(story: Story) -> Page:
    page = _at(story, "/canned/")
    page.get_by_label("Judul").fill("Salam")
    page.get_by_label("Teks").fill("Halo {pelanggan}, ada yang bisa dibantu?")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("heading", name="Salam", exact=True)).to_be_visible()
    return page


def accounts(story: Story) -> Page:
    return _at(story, "/accounts/")


def account(story: Story) -> Page:
    page = accounts(story)
    page.get_by_role("link", name="Rina").click()
    expect(page.get_by_role("heading", name="Rina")).to_be_visible()
    return page


def audit(story: Story) -> Page:
    return _at(story, "/audit")


def me(story: Story) -> Page:
    return _at(story, "/me/")


def talk(story: Story) -> Page:
    customer = story.called("dodi")
    for text in ("halo", "panjang" * 30):
        story.rasa.hears(customer, text)
    page = _at(story, f"/conversations/view?sender={customer}")
    for tools in page.locator(".tools summary").all():
        tools.click()
    page.locator(".tools button", has_text="Marah").last.click()
    expect(page.locator(".chip.label")).to_be_visible()
    page.locator(".tools summary").last.click()
    return page


def label(story: Story) -> Page:
    customer = story.called("wati")
    story.rasa.hears(customer, "panjang" * 30)
    page = _at(story, f"/conversations/view?sender={customer}")
    page.locator(".message.customer").click()
    page.keyboard.press("t")
    expect(page.locator(".chip.label")).to_be_visible()
    page.goto(f"{story.desk.url}/label/")
    expect(page.locator("#asked")).to_be_visible()
    return page


PAGES = [
    *(login, demo, inbox, conversation, history, resolved, canned, accounts, account, audit, me),
    *(talk, label),
]


@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.__name__)
def test_a_page_suits_everybody(story: Story, visit: Callable[[Story], Page]) -> None:
    page = visit(story)
    found = {
        f"{theme}, {width}": _violations(page, theme, width)
        for theme, width in (("light", 1280), ("dark", 1280), ("light", 360))
    }
    found["wider than a phone"] = _wider_than(page, PHONE["width"])
    assert {where: what for where, what in found.items() if what} == {}


@pytest.mark.parametrize("path", ["/tickets/999999", "/nowhere", "/accounts/"])
def test_a_page_that_is_not_for_you_says_so_kindly(story: Story, path: str) -> None:
    agent = story.agent("rina")
    with story.windows.expecting("status of 40[34]"):
        agent.page.goto(story.desk.url + path)
    expect(agent.page.get_by_role("link", name="Ke halaman utama")).to_be_visible()
    assert _violations(agent.page, "light", 360) == []


def test_one_can_answer_on_a_phone(story: Story) -> None:
    customer = story.waiting("andi")
    agent = story.agent("rina", viewport=PHONE, has_touch=True, is_mobile=True)
    agent.card(customer).get_by_role("link").tap()
    agent.page.get_by_role("button", name="Ambil percakapan").tap()
    agent.reply_box.tap()
    agent.reply_box.fill("Halo Kak, saya bantu ya.")
    expect(agent.reply_box).to_be_in_viewport(ratio=1)
    send = agent.page.get_by_role("button", name="Kirim", exact=True)
    expect(send).to_be_in_viewport(ratio=1)
    send.tap()
    agent.sees("Halo Kak, saya bantu ya.")
    expect(agent.message("saya bantu ya")).to_be_in_viewport()


def _at(story: Story, path: str) -> Page:
    page = story.agent("sari").page
    page.goto(story.desk.url + path)
    return page


def _violations(page: Page, theme: Literal["light", "dark"], width: int) -> list[str]:
    """What axe finds serious, one line for each rule."""
    page.emulate_media(color_scheme=theme, reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate(AXE)
    found: dict[str, Any] = page.evaluate("axe.run()")
    return [
        f"{one['id']}: {[(node['target'], node['failureSummary']) for node in one['nodes']]}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]


def _wider_than(page: Page, width: int) -> list[str]:
    """The elements that make a page scroll sideways."""
    page.set_viewport_size({"width": width, "height": 740})
    if page.evaluate("document.documentElement.scrollWidth") <= width:
        return []
    script = """width => [...document.body.querySelectorAll("*")]
        .filter(one => one.getBoundingClientRect().right > width)
        .map(one => one.outerHTML.slice(0, 80))"""
    found: list[str] = page.evaluate(script, width)
    return found or ["the page itself"]
