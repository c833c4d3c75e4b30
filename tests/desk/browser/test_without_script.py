"""Where scripts are switched off, forms do the same work."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.desk.browser.people import Story


def test_forms_do_without_script(story: Story) -> None:
    customer = story.waiting("andi")
    expect(story.agent("sari").card(customer)).to_be_visible()
    agent = story.agent("rina", java_script_enabled=False)
    for useless in ("#sound", "#canned"):
        expect(agent.page.locator(useless)).to_be_hidden()
    agent.page.get_by_role("button", name=f"Ambil percakapan {customer}").click()
    agent.reply_box.fill("Halo Kak, saya bantu.")
    agent.page.get_by_role("button", name="Kirim", exact=True).click()
    expect(agent.page.locator("#transcript")).to_contain_text("Halo Kak, saya bantu.")
    agent.page.locator("summary", has_text="Tambah catatan internal").click()
    agent.page.get_by_placeholder("Hanya terlihat petugas").fill("Sudah ditelepon.")
    agent.page.get_by_role("button", name="Simpan catatan").click()
    expect(agent.page.locator("#transcript")).to_contain_text("Sudah ditelepon.")
    agent.resolves()
    agent.page.get_by_role("link", name="Riwayat").click()
    expect(agent.card(customer)).to_contain_text("Tepat: pelanggan memang perlu petugas")
