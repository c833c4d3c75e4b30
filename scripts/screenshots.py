"""Take the pictures in docs/images: a story played to a real bot and a real desk, in Chromium.

Usage: .venv-desk/bin/python scripts/screenshots.py
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

# The people and processes of the tests in tests/desk/browser.
from tests.desk.browser.people import PASSWORD, Agent, Customer, Story, Windows  # noqa: E402
from tests.desk.processes import Desk  # noqa: E402
from tests.servers import Rasa, copy_trained_project, free_port  # noqa: E402

IMAGES = ROOT / "docs" / "images"
PHONE = {"width": 390, "height": 844}
AGENTS = ("rina", "budi")
CANNED = {
    "Minta nomor pesanan": "Boleh minta nomor pesanannya, Kak {pelanggan}?",
    "Cek gudang": "Saya cek ke gudang dulu ya, Kak. Mohon tunggu sebentar.",
}


class Tale(Story):
    """A story whose customers keep their plain names."""

    def called(self, name: str) -> str:
        return name


def main() -> None:
    """Start everything, play, and stop everything."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        port = free_port()
        copy_trained_project(Path(place))
        rasa = Rasa(Path(place), pages=[f"http://127.0.0.1:{port}"])
        desk = Desk(rasa, port=port)
        for username in AGENTS:
            desk.add_account(username, PASSWORD)
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        try:
            rasa.start()
            desk.start()
            play(browser, desk, rasa)
        finally:
            browser.close()
            desk.stop()
            rasa.stop()


def play(browser: Browser, desk: Desk, rasa: Rasa) -> None:
    """The story, with a picture at each turn of it."""
    expect.set_options(timeout=60_000)
    windows = Windows(browser)
    tale = Tale(windows, desk, rasa, 0, {})
    rina, budi = (tale.agent(username) for username in AGENTS)
    for agent in (rina, budi):
        agent.page.get_by_role("switch").click()
    prepare_replies(rina)

    andi = a_day_at_the_shop(tale)
    budi.opens("maya.putri")
    budi.claims()
    budi.replies("Halo Kak Maya, tukar ukurannya bisa hari ini juga. Saya bantu ya.")
    rina.opens_inbox()
    expect(rina.page.get_by_text("Budi siap, Rina siap")).to_be_visible()
    expect(rina.page.locator(".ticket")).to_have_count(4)
    expect(rina.card("maya.putri").get_by_text("Ditangani", exact=True)).to_be_visible()
    take(rina.page, "inbox")

    rina.opens(andi.name)
    rina.claims()
    andi.reads("saya Rina")
    rina.replies("Mohon maaf sekali atas keterlambatannya, Kak. Saya cek sekarang juga.")
    andi.reads("Saya cek sekarang juga.")
    andi.writes("tolong ya mbak, anak saya butuh seragamnya hari senin")
    rina.sees("hari senin")
    rina.page.get_by_text("Tambah catatan internal").click()
    rina.page.get_by_placeholder("Hanya terlihat petugas").fill("Gudang: dikirim ulang hari ini.")
    rina.page.get_by_role("button", name="Simpan catatan").click()
    rina.sees("dikirim ulang hari ini")
    rina.page.get_by_text("Tambah catatan internal").click()
    take(rina.page, "conversation")

    phone = tale.agent("rina", viewport=PHONE, is_mobile=True, has_touch=True)
    phone.opens(andi.name)
    take(phone.page, "phone")
    rina.replies("Paketnya kami kirim ulang hari ini dengan kurir kilat, Kak. Tiba hari Sabtu.")
    andi.reads("kurir kilat")
    andi.writes("alhamdulillah, makasih banyak mbak Rina")
    rina.sees("makasih banyak")
    take(andi.page, "demo")
    windows.close()


def prepare_replies(agent: Agent) -> None:
    agent.page.get_by_role("link", name="Balasan").click()
    for title, text in CANNED.items():
        agent.page.get_by_label("Judul").fill(title)
        agent.page.get_by_label("Teks").fill(text)
        agent.page.get_by_role("button", name="Simpan").click()
        expect(agent.page.get_by_role("heading", name=title)).to_be_visible()


def a_day_at_the_shop(tale: Tale) -> Customer:
    """Four customers who need a human; gives the angriest."""
    for name, texts in {
        "maya.putri": ["halo kak", "sepatunya kekecilan, saya mau bicara sama petugas"],
        "dewi.lestari": ["saya mau bicara sama manusia"],
        "siti.rahma": ["selamat pagi", "kecewa banget, sudah tiga kali lapor tidak ada tanggapan"],
    }.items():
        for text in texts:
            tale.waiting(name, text)
    andi = tale.customer("andi.pratama")
    andi.writes("cek pesanan SHB-12345 dong")
    andi.reads("Untuk melihat posisi pesanan SHB-12345")
    andi.writes("udah 3 minggu gak sampe2! dasar penipu, balikin duit gue!")
    andi.reads("Petugas kami sudah saya panggil")
    return andi


def take(page: Page, name: str) -> None:
    """One picture, as it is on the screen."""
    page.mouse.move(0, 0)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate("scrollTo(0, 0)")
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path)
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
