"""Two agents at once: what one does, the other sees."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.desk.browser.people import Agent, Story


def test_of_two_who_claim_one_wins_and_the_other_is_told(story: Story) -> None:
    customer = story.waiting("andi")
    rina, budi = story.agent("rina"), story.agent("budi")
    button = f"Ambil percakapan {customer}"
    with story.windows.expecting("409|ERR_FAILED"):
        for agent in (rina, budi):
            expect(agent.card(customer)).to_be_visible()
            # What changes meanwhile does not reach them, as if both pressed at the same moment.
            agent.page.context.route("**/inbox/rows*", lambda route: route.abort())
        rina.page.get_by_role("button", name=button).click()
        expect(rina.reply_box).to_be_visible()
        budi.page.get_by_role("button", name=button).click()
        expect(budi.page.get_by_text("Percakapan ini sudah ditangani Rina.")).to_be_visible()


def test_a_transfer_is_seen_by_both(story: Story) -> None:
    rina, budi, customer = _rina_has_a_customer(story)
    rina.page.locator("summary", has_text="Alihkan").click()
    rina.page.get_by_label("Kepada").select_option(label="Budi")
    rina.page.locator("form[action$=transfer]").get_by_role("button").click()
    expect(budi.reply_box).to_be_visible()
    expect(rina.card(customer)).to_contain_text("Budi")
    budi.sees("saya Budi. Saya melanjutkan percakapan ini")
    rina.opens(customer)
    expect(rina.page.get_by_text("Ditangani Budi.")).to_be_visible()


def test_a_release_is_seen_by_both(story: Story) -> None:
    rina, budi, customer = _rina_has_a_customer(story)
    rina.page.get_by_role("button", name="Lepas ke antrean").click()
    expect(rina.card(customer).get_by_role("button")).to_be_visible()
    budi.claims()
    expect(rina.card(customer)).to_contain_text("Budi")


def test_a_resolved_conversation_is_so_on_every_screen(story: Story) -> None:
    rina, budi, _ = _rina_has_a_customer(story)
    rina.resolves()
    expect(budi.page.get_by_role("button", name="Buka kembali")).to_be_visible()


def test_the_inbox_says_who_is_there(story: Story) -> None:
    rina, budi = story.agent("rina"), story.agent("budi")
    ready = rina.page.get_by_role("switch", name="Siap menerima")
    ready.click()
    expect(ready).to_be_checked()
    presence = budi.page.get_by_text("Petugas:")
    expect(presence).to_contain_text("Rina siap")
    expect(presence).to_contain_text("Budi istirahat")
    ready.click()
    expect(presence).to_contain_text("Rina istirahat")


def _rina_has_a_customer(story: Story) -> tuple[Agent, Agent, str]:
    """Rina holds a conversation, and Budi looks at it."""
    customer = story.waiting("andi")
    rina, budi = story.agent("rina"), story.agent("budi")
    budi.opens(customer)
    rina.opens(customer)
    rina.claims()
    expect(budi.page.get_by_text("Ditangani Rina.")).to_be_visible()
    return rina, budi, customer
