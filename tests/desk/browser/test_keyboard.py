"""A day's work without a mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.desk.browser.people import PASSWORD, SCRIPTS_RAN, Story

MANY = 60


def test_a_customer_is_helped_by_keyboard_alone(story: Story) -> None:
    customer = story.waiting("andi")
    page = story.visitor("rina").page
    expect(page.get_by_label("Nama pengguna")).to_be_focused()
    page.keyboard.type("rina")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Antrean")).to_be_visible()

    _tab_to(page, f'a.story:has-text("{customer}")')
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=customer)).to_be_visible()
    _tab_to(page, 'button:has-text("Ambil percakapan")')
    with page.expect_navigation(wait_until=SCRIPTS_RAN):
        page.keyboard.press("Enter")
    expect(page.locator("#text")).to_be_visible()
    _tab_to(page, "#text")
    page.keyboard.type("Halo Kak, saya bantu.")
    page.keyboard.press("Enter")
    expect(page.locator("#transcript .agent", has_text="saya bantu.")).to_be_visible()
    expect(page.locator("#text")).to_be_focused()

    _tab_to(page, 'summary:has-text("Selesaikan")')
    page.keyboard.press("Enter")
    _tab_to(page, "input[name=outcome]")
    page.keyboard.press("Space")
    _tab_to(page, 'button:has-text("Selesai, kembalikan ke bot")')
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Antrean")).to_be_visible()
    expect(page.get_by_text(customer)).to_have_count(0)


def test_the_first_stop_leads_past_the_menu(story: Story) -> None:
    page = story.agent("rina").page
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Langsung ke isi")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Bunyi")).to_be_focused()


def test_focus_stays_when_the_page_changes_below_it(story: Story) -> None:
    first = story.waiting("siti", "kecewa banget, sudah tiga kali lapor tidak ada yang tanggapi")
    agent = story.agent("rina")
    button = agent.page.get_by_role("button", name=f"Ambil percakapan {first}")
    button.focus()
    second = story.waiting("andi")
    expect(agent.page.locator(".ticket strong")).to_have_text([second, first])
    expect(button).to_be_focused()


def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; each stop on the way must be visible."""
    for _ in range(MANY):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        here = page.evaluate("document.activeElement.outerHTML.slice(0, 80)")
        assert outline != "none" or here.startswith("<body"), f"no visible focus on {here}"
        if page.locator(selector).first.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never reaches {selector}")
