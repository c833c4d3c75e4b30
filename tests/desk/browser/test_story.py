"""The whole story: a customer gets angry, an agent helps, the bot goes on where it was."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.desk.browser.people import ANGRY, FRUSTRATED, WISH, Story


def test_from_anger_to_the_bot_and_back(story: Story) -> None:
    agent = story.agent("rina")
    expect(agent.page).to_have_title("Antrean · Meja Petugas")

    # Others wait already, when somebody gets angry.
    wishing = story.waiting("wati", WISH)
    expect(agent.card(wishing)).to_be_visible()
    frustrated = story.waiting("siti", FRUSTRATED)
    expect(agent.card(frustrated)).to_be_visible()
    customer = story.customer("andi")
    customer.writes("biaya SMP berapa?")
    customer.reads("uang pangkal Rp7.500.000")
    customer.writes(ANGRY)
    customer.reads("Petugas kami sudah saya panggil")

    # The inbox shows the angriest first, without a reload, and says why.
    expect(agent.page).to_have_title("(3) Antrean · Meja Petugas")
    names = agent.page.locator(".ticket strong")
    expect(names).to_have_text([customer.name, frustrated, wishing])
    expect(agent.card(customer.name)).to_contain_text(re.compile(r"Satu pesan terbaca Marah \(\d"))
    expect(agent.card(wishing)).to_contain_text("Pelanggan meminta bicara dengan petugas.")

    # One agent takes it; from now on two people talk.
    agent.opens(customer.name)
    agent.sees("biaya SMP berapa?")
    agent.claims()
    customer.reads("saya Rina. Saya sudah membaca percakapan ini")
    agent.replies("Mohon maaf, Kak. Boleh minta nomor pesanannya?")
    customer.reads("Boleh minta nomor pesanannya?")
    agent.sees("Boleh minta nomor pesanannya?")
    expect(agent.reply_box).to_have_value("")
    customer.writes("SHB-12345, cepetan dong, capek nunggu terus")
    agent.sees("SHB-12345")
    expect(agent.message("SHB-12345").locator(".chip")).to_have_text(
        re.compile(r"(Marah|Frustrasi) \d+\s%")
    )

    # The customer says how it was.
    agent.resolves("Tepat")
    customer.reads("saya kembalikan ke asisten virtual")
    customer.page.get_by_role("button", name="4 Puas").click()
    customer.reads("Terima kasih banyak atas penilaiannya")
    expect(customer.page.get_by_role("button", name="4 Puas")).to_have_count(0)

    # Back to the bot, which answers at once in the same window and knows what was said before.
    customer.writes("uang pangkal berapa?")
    expect(customer.bubbles("uang pangkal Rp7.500.000")).to_have_count(2)
    expect(agent.page).to_have_title("(2) Antrean · Meja Petugas")

    # It is in the history, and can be taken up again.
    agent.page.get_by_role("link", name="Riwayat").click()
    expect(agent.card(customer.name)).to_contain_text("Tepat: pelanggan memang perlu petugas")
    expect(agent.card(customer.name)).to_contain_text("Penilaian pelanggan: 4 dari 5, puas")
    agent.opens(customer.name)
    expect(agent.page.locator("#side")).to_contain_text("4 dari 5, puas")
    agent.page.get_by_role("button", name="Buka kembali").click()
    expect(agent.reply_box).to_be_visible()
    customer.reads("Saya buka kembali percakapan kita tadi.")


def test_a_note_is_for_agents_alone(story: Story) -> None:
    customer = story.customer("joko")
    customer.writes(WISH)
    rina, budi = story.agent("rina"), story.agent("budi")
    rina.opens(customer.name)
    rina.claims()
    budi.opens(customer.name)
    rina.page.get_by_text("Tambah catatan internal").click()
    rina.page.get_by_placeholder("Hanya terlihat petugas").fill("Pesanannya tertahan di gudang.")
    rina.page.get_by_role("button", name="Simpan catatan").click()
    budi.sees("Catatan Rina")
    budi.sees("tertahan di gudang")
    rina.replies("Sedang saya cek ya, Kak.")
    customer.reads("Sedang saya cek ya, Kak.")
    expect(customer.bubbles("gudang")).to_have_count(0)


def test_a_canned_reply_fills_in_what_is_known(story: Story) -> None:
    agent = story.agent("rina")
    agent.page.get_by_role("link", name="Balasan").click()
    agent.page.get_by_label("Judul").fill("Salam jenjang")
    agent.page.get_by_label("Teks").fill(
        "Halo {pelanggan}, saya {petugas}. Ini soal {jenjang}, ya?"
    )
    agent.page.get_by_role("button", name="Simpan").click()
    expect(agent.page.get_by_role("heading", name="Salam jenjang")).to_be_visible()

    customer = story.called("tini")
    for text in ("biaya SMP berapa?", WISH):
        story.rasa.hears(customer, text)
    agent.page.get_by_role("link", name="Antrean").first.click()
    agent.opens(customer)
    agent.claims()
    agent.page.locator("#canned").select_option("Salam jenjang")
    filled = f"Halo {customer}, saya Rina. Ini soal SMP, ya?"
    expect(agent.reply_box).to_have_value(filled)
    agent.reply_box.press("Enter")
    agent.sees(filled)


def test_what_is_being_typed_is_seen_by_colleagues(story: Story) -> None:
    customer = story.waiting("dodi")
    rina, budi = story.agent("rina"), story.agent("budi")
    rina.opens(customer)
    rina.claims()
    # Nobody is told later who typed: Budi must listen already. Who listens asks for all parts anew.
    with budi.page.expect_response("**/actions"):
        budi.opens(customer)
    rina.reply_box.press_sequentially("Halo")
    expect(budi.page.get_by_text("Rina sedang menulis")).to_be_visible()
    expect(rina.page.get_by_text("Rina sedang menulis")).to_have_count(0)


def test_shift_enter_writes_a_second_line(story: Story) -> None:
    customer = story.waiting("eko")
    agent = story.agent("rina")
    agent.opens(customer)
    agent.claims()
    agent.reply_box.press_sequentially("Baris satu")
    agent.reply_box.press("Shift+Enter")
    agent.reply_box.press_sequentially("baris dua")
    agent.reply_box.press("Enter")
    expect(agent.message("Baris satu").locator(".bubble")).to_have_text(
        "Baris satu\nbaris dua", use_inner_text=True
    )
