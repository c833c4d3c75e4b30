"""Logging in, failing to, and sessions that end."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.desk.browser.people import Story

REFUSED = "status of 40[19]|status of 429"


def test_a_wrong_password_is_told_and_the_username_kept(story: Story) -> None:
    agent = story.visitor("rina")
    with story.windows.expecting(REFUSED):
        agent.logs_in("salah-sekali-42")
        expect(agent.page.get_by_role("alert")).to_contain_text("kata sandi salah")
    expect(agent.page.get_by_label("Nama pengguna")).to_have_value("rina")
    expect(agent.page.get_by_label("Kata sandi")).to_have_value("")
    expect(agent.page.get_by_label("Kata sandi")).to_be_focused()
    agent.logs_in()
    expect(agent.page.get_by_role("heading", name="Antrean")).to_be_visible()


def test_who_guesses_must_wait(story: Story) -> None:
    agent = story.visitor("penebak")
    with story.windows.expecting(REFUSED):
        for _ in range(3):
            agent.logs_in("salah-sekali-42")
            expect(agent.page.get_by_role("alert")).to_be_visible()
        agent.logs_in("salah-sekali-42")
        agent.logs_in("salah-sekali-42")
        expect(agent.page.get_by_role("alert")).to_contain_text(
            re.compile(r"Terlalu banyak percobaan masuk\. Coba lagi dalam \d+ dtk\.")
        )


def test_a_link_leads_to_its_page_after_the_login(story: Story) -> None:
    agent = story.visitor("tono")
    agent.page.goto(f"{story.desk.url}/history?q=andi")
    expect(agent.page.get_by_role("heading", name="Selamat datang")).to_be_visible()
    agent.logs_in()
    expect(agent.page).to_have_url(f"{story.desk.url}/history?q=andi")


def test_after_logging_out_no_page_is_shown(story: Story) -> None:
    agent = story.visitor("tono")
    agent.logs_in()
    agent.page.get_by_role("button", name="Keluar").click()
    expect(agent.page.get_by_role("heading", name="Selamat datang")).to_be_visible()
    agent.page.goto(f"{story.desk.url}/")
    expect(agent.page).to_have_url(re.compile("/login"))


def test_an_open_page_notices_that_its_session_ended_elsewhere(story: Story) -> None:
    agent = story.visitor("tono")
    agent.logs_in()
    expect(agent.page.get_by_role("heading", name="Antrean")).to_be_visible()
    boss = story.agent("sari")
    with story.windows.expecting(REFUSED):
        boss.page.goto(f"{story.desk.url}/accounts/")
        boss.page.get_by_role("link", name="Tono").click()
        boss.page.get_by_label("Kata sandi baru").fill("gajah-ungu-77-sore")
        boss.page.get_by_label("Sekali lagi").fill("gajah-ungu-77-sore")
        boss.page.get_by_role("button", name="Ganti kata sandi").click()
        expect(boss.page.get_by_role("status")).to_be_visible()
        expect(agent.page.get_by_role("heading", name="Selamat datang")).to_be_visible()
    agent.logs_in("gajah-ungu-77-sore")
    expect(agent.page.get_by_role("heading", name="Antrean")).to_be_visible()
