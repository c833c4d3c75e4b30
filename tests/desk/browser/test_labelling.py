"""Emotions are corrected by one key, and two agents label the same message without copying."""

from __future__ import annotations

import httpx
from playwright.sync_api import Locator, expect

from tests.desk.browser.people import ANGRY, PHONE, SCRIPTS_RAN, Agent, Story

FIRST, SECOND = "halo kak", "kok bisa begitu ya"


def test_one_key_corrects_and_one_takes_back(story: Story) -> None:
    customer = story.called("andi")
    for text in (FIRST, ANGRY):
        story.rasa.hears(customer, text)
    rina, sari = story.agent("rina"), story.agent("sari")
    for agent in (rina, sari):
        agent.opens(customer)
    page, told = rina.page, rina.page.locator("#labelled [role=status]")
    page.keyboard.press("j")
    page.keyboard.press("k")
    expect(rina.message(FIRST)).to_have_attribute("aria-current", "true")
    page.keyboard.press("3")
    expect(told).to_contain_text(f"“{FIRST}”")
    expect(told).to_contain_text("Bingung")
    for agent in (rina, sari):
        expect(label_of(agent, FIRST)).to_contain_text("Bingung · Rina")
    # The page was drawn anew: keys are still about the same message.
    page.keyboard.press("5")
    expect(label_of(sari, FIRST)).to_contain_text("Marah · Rina")
    page.keyboard.press("u")
    expect(told).to_contain_text("Diurungkan.")
    expect(label_of(sari, FIRST)).to_contain_text("Bingung · Rina")
    page.keyboard.press("u")
    expect(label_of(sari, FIRST)).to_have_count(0)

    page.keyboard.press("j")
    page.keyboard.press("t")
    for agent in (rina, sari):  # the key takes back what its own page shows
        expect(label_of(agent, ANGRY)).to_have_text("Seharusnya diteruskan · Rina")
    page.keyboard.press("t")
    expect(label_of(sari, ANGRY)).to_have_count(0)


def test_digits_in_a_reply_are_a_reply(story: Story) -> None:
    customer = story.waiting("siti")
    agent = story.agent("rina")
    agent.opens(customer)
    agent.claims()
    agent.message(ANGRY).click()
    agent.reply_box.click()
    agent.page.keyboard.type("5 hari kerja, juga 0")
    expect(agent.reply_box).to_have_value("5 hari kerja, juga 0")
    agent.page.keyboard.press("Enter")
    agent.sees("5 hari kerja, juga 0")
    expect(agent.page.locator(".chip.label")).to_have_count(0)


def test_a_finger_or_a_mouse_does_the_same(story: Story) -> None:
    """Also in a conversation that never came to a human."""
    customer = story.called("dodi")
    story.rasa.hears(customer, FIRST)
    agent = story.agent("rina", viewport=PHONE, has_touch=True, is_mobile=True)
    page = agent.page
    page.goto(f"{story.desk.url}/conversations/?q={customer}")
    with page.expect_navigation(wait_until=SCRIPTS_RAN):
        agent.card(customer).get_by_role("link").tap()
    agent.message(FIRST).locator("summary").tap()
    agent.message(FIRST).get_by_role("button", name="Senang").tap()
    expect(label_of(agent, FIRST)).to_contain_text("Senang · Rina")
    agent.message(FIRST).locator("summary").tap()
    agent.message(FIRST).get_by_role("button", name="Seharusnya diteruskan ke kami").tap()
    expect(label_of(agent, FIRST)).to_have_count(2)
    page.get_by_role("button", name="Urungkan").tap()
    expect(label_of(agent, FIRST)).to_have_count(1)


def test_two_agents_label_one_message_and_a_supervisor_settles_it(
    story: Story, tidy: httpx.Client
) -> None:
    customer = story.called("wati")
    # Marked as missed, it is asked about whatever the model thinks of it; of what is asked first,
    # two labels are wanted.
    story.rasa.hears(customer, SECOND)
    rina, budi, sari = (story.agent(username) for username in ("rina", "budi", "sari"))
    rina.page.goto(f"{story.desk.url}/conversations/view?sender={customer}")
    rina.message(SECOND).click()
    rina.page.keyboard.press("t")
    expect(label_of(rina, SECOND)).to_have_count(1)

    answers(rina, "4")
    # The colleague gets what rina was first asked, and nothing tells what she said.
    asked = budi_is_asked_first(budi)
    expect(budi.page.locator("main")).not_to_contain_text("Rina")
    budi.page.keyboard.press("5")
    expect(budi.page.locator("#done")).to_contain_text("Marah")
    budi.page.keyboard.press("u")
    expect(budi.page.locator("#asked .bubble")).to_have_text(asked)
    budi.page.keyboard.press("5")
    expect(budi.page.locator("#done")).to_contain_text("Marah")

    sari.page.goto(f"{story.desk.url}/label/agreement")
    expect(sari.page.locator("main")).to_contain_text("1 pesan dilabeli dua petugas")
    card = sari.page.locator("main .list .card", has_text=asked)
    expect(card).to_contain_text("Rina: Frustrasi")
    expect(card).to_contain_text("Budi: Marah")
    card.get_by_role("button", name="Frustrasi").click()
    expect(card).to_have_count(0)
    final = tidy.get("/labels/final").raise_for_status().json()["labels"]
    (row,) = (one for one in final if one["text"] == asked)
    assert (row["label"], row["source"], row["agent"]) == ("Frustrasi", "settled", "sari")


def answers(agent: Agent, key: str) -> None:
    """Label all that the queue asks for."""
    page = agent.page
    page.goto(f"{agent.desk.url}/label/")
    while page.locator("#asked").count():
        with page.expect_navigation(wait_until=SCRIPTS_RAN):
            page.keyboard.press(key)


def budi_is_asked_first(budi: Agent) -> str:
    budi.page.goto(f"{budi.desk.url}/label/")
    expect(budi.page.locator("#asked")).to_be_visible()
    return budi.page.locator("#asked .bubble").inner_text()


def label_of(agent: Agent, text: str) -> Locator:
    """What people said of a message."""
    return agent.message(text).locator(".chip.label")
