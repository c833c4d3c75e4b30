"""An open page follows what others do, and never takes from a person what they have begun."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.desk.browser.people import PASSWORD, Agent, Story

ACTIONS = "**/tickets/*/actions"
"""The reply box and the buttons, asked for anew."""


@pytest.fixture
def agent(story: Story) -> Agent:
    """Rina, who has taken a conversation and begun several things at once.

    All before the page was asked for anew for the first time, which it is when it has connected.
    """
    customer = story.waiting("andi")
    rina = story.agent("rina")
    rina.opens(customer)
    with held(rina.page, ACTIONS):
        rina.claims()
        begin(rina.page)
        save_a_canned_reply(story, "Pertama")
    expect(option(rina.page, story, "Pertama")).to_be_attached()
    return rina


def test_what_was_begun_before_the_first_refresh_stays(agent: Agent) -> None:
    expect_all_begun(agent.page)


def test_a_canned_reply_that_was_saved_meanwhile_can_be_used(agent: Agent, story: Story) -> None:
    agent.page.locator("#canned").select_option(story.called("Pertama"))
    expect(agent.reply_box).to_have_value(f"Mohon maaf, Kak. Pertama, Kak {story.called('andi')}.")


def test_what_was_begun_stays_while_others_write(agent: Agent, story: Story) -> None:
    customer = story.called("andi")
    # Before Budi in the list: what was chosen there moves down.
    story.desk.add_account(story.called("aan"), PASSWORD)
    save_a_canned_reply(story, "Kedua")
    budi = story.agent("budi")
    budi.opens(customer)
    for number in range(3):
        story.rasa.hears(customer, f"halo, pesan ke-{number} dari saya")
        note(budi, f"Catatan ke-{number}")
        agent.sees(f"pesan ke-{number} dari saya")
        agent.sees(f"Catatan ke-{number}")
    expect(option(agent.page, story, "Kedua")).to_be_attached()
    expect(agent.page.locator("#to option", has_text="Aan")).to_be_attached()
    expect_all_begun(agent.page)
    agent.page.keyboard.type("!")
    expect(agent.page.locator("#note-text")).to_have_value("Sudah di!telepon.")


def test_what_nobody_can_see_follows_the_server(agent: Agent, story: Story) -> None:
    token = agent.page.locator("#note input[name=csrf]")
    fresh = token.input_value()
    token.evaluate("one => { one.value = 'basi' }")
    save_a_canned_reply(story, "Ketiga")
    budi = story.agent("budi")
    budi.opens(story.called("andi"))
    note(budi, "Sudah kami cek bersama.")
    expect(option(agent.page, story, "Ketiga")).to_be_attached()
    expect(token).to_have_value(fresh)


def test_what_was_begun_goes_when_there_is_nothing_left_to_do(agent: Agent, story: Story) -> None:
    boss = story.agent("sari")
    boss.opens(story.called("andi"))
    boss.resolves()
    expect(agent.page.get_by_role("button", name="Buka kembali")).to_be_visible()
    expect(agent.page.locator("#reply")).to_have_count(0)
    expect(agent.page.locator("#note-text")).to_have_value("Sudah ditelepon.")


def begin(page: Page) -> None:
    """Open, choose and type something everywhere; the last has the focus, amid a word."""
    for summary in ("Selesaikan", "Alihkan", "Tambah catatan internal"):
        page.locator("summary", has_text=summary).click()
    page.get_by_label("Keliru").check()
    page.get_by_label("Kepada").select_option(label="Budi")
    page.locator("#text").fill("Mohon maaf, Kak.")
    page.locator("#note-text").fill("Sudah ditelepon.")
    for _ in range(len("telepon.")):
        page.keyboard.press("ArrowLeft")


def expect_all_begun(page: Page) -> None:
    for part in ("#resolve", "#transfer", "#noting"):
        expect(page.locator(part)).to_have_attribute("open", "")
    expect(page.get_by_label("Keliru")).to_be_checked()
    expect(page.locator("#to option:checked")).to_contain_text("Budi")
    expect(page.locator("#text")).to_have_value("Mohon maaf, Kak.")
    expect(page.locator("#note-text")).to_have_value("Sudah ditelepon.")
    expect(page.locator("#note-text")).to_be_focused()


@contextmanager
def held(page: Page, address: str) -> Iterator[None]:
    """The page asks for this in vain meanwhile, and gets all answers afterwards."""
    waiting: list[Route] = []
    page.route(address, lambda route: waiting.append(route) if holding else route.continue_())
    holding = True
    yield
    holding = False
    for route in waiting:
        route.continue_()


def save_a_canned_reply(story: Story, title: str) -> None:
    page = story.agent("sari").page
    page.goto(f"{story.desk.url}/canned/")
    page.get_by_label("Judul").fill(story.called(title))
    page.get_by_label("Teks").fill(f"{title}, Kak {{pelanggan}}.")
    page.get_by_role("button", name="Simpan").click()
    expect(page.get_by_role("heading", name=story.called(title), exact=True)).to_be_visible()


def option(page: Page, story: Story, title: str) -> Locator:
    return page.locator("#canned option", has_text=story.called(title))


def note(agent: Agent, text: str) -> None:
    box = agent.page.get_by_placeholder("Hanya terlihat petugas")
    if not box.is_visible():
        agent.page.get_by_text("Tambah catatan internal").click()
    box.fill(text)
    agent.page.get_by_role("button", name="Simpan catatan").click()
    agent.sees(text)


def test_a_conversation_without_a_ticket_goes_on_before_the_readers_eyes(story: Story) -> None:
    customer = story.called("tuti")
    story.rasa.hears(customer, "halo, selamat pagi")
    rina = story.agent("rina")
    # Whoever listens asks for the transcript anew; only what comes after that is told.
    with rina.page.expect_response("**/conversations/transcript*"):
        rina.page.goto(f"{story.desk.url}/conversations/view?sender={customer}")
    rina.sees("halo, selamat pagi")
    story.rasa.hears(customer, "jam bukanya kapan ya?")
    rina.sees("jam bukanya kapan ya?")
    rina.sees("pukul 07.00-15.30")
