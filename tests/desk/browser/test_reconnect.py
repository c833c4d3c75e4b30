"""Servers end and start again while pages are open: nothing is lost, nothing is there twice."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.desk.browser.people import Story

BROKEN = "ERR_|Failed to load resource"


def test_a_desk_that_was_killed_comes_back_with_all_that_happened(story: Story) -> None:
    customer = story.waiting("andi")
    rina, budi = story.agent("rina"), story.agent("budi")
    rina.opens(customer)
    rina.claims()
    with story.windows.expecting(BROKEN):
        story.desk.kill()
        for agent in (rina, budi):
            expect(agent.page.get_by_text("Sambungan terputus.")).to_be_visible()
        story.rasa.hears(customer, "halo, masih ada orang di sana?")
        newcomer = story.waiting("siti")
        rina.replies("Masih, Kak.")
        expect(rina.page.get_by_text("server tidak terjangkau")).to_be_visible()
        expect(rina.reply_box).to_have_value("Masih, Kak.")
        story.desk.start()
        for agent in (rina, budi):
            expect(agent.page.get_by_text("Sambungan terputus.")).to_be_hidden()
    rina.sees("masih ada orang di sana?")
    expect(budi.card(newcomer)).to_be_visible()
    # The draft is still there, also after a reload, and is sent once.
    rina.page.reload()
    expect(rina.reply_box).to_have_value("Masih, Kak.")
    rina.reply_box.press("Enter")
    rina.sees("Masih, Kak.")
    expect(rina.page.get_by_text("server tidak terjangkau")).to_be_hidden()


def test_messages_typed_while_the_bot_is_away_arrive_once_and_in_order(story: Story) -> None:
    customer = story.customer("tini")
    customer.writes("biaya SMP berapa?")
    customer.reads("uang pangkal Rp7.500.000")
    with story.windows.expecting(BROKEN):
        story.rasa.stop()
        expect(customer.page.get_by_text("Bot belum terjangkau")).to_be_visible()
        customer.writes("uang pangkal SMA berapa?")
        customer.writes("terima kasih banyak ya")
        expect(customer.page.locator(".pending")).to_have_count(2)
        story.rasa.start()
        customer.reads("uang pangkal Rp8.500.000")
        expect(customer.page.locator(".pending")).to_have_count(0)
    expect(customer.page.locator(".message.customer")).to_have_text(
        ["biaya SMP berapa?", "uang pangkal SMA berapa?", "terima kasih banyak ya"]
    )
    customer.page.reload()
    expect(customer.page.locator(".message.customer")).to_have_count(3)
