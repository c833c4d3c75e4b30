"""Customers and agents, each with a browser of their own, and what they do in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.desk.processes import Desk
from tests.servers import Rasa

PASSWORD = "kuda-hijau-42-pagi"
SCRIPTS_RAN: Literal["domcontentloaded"] = "domcontentloaded"
"""Before that, a page that is seen already does not know yet what Enter means."""
PHONE = {"width": 360, "height": 740}

ANGRY = "udah 3 minggu gak sampe2! dasar penipu, balikin duit gue!"
FRUSTRATED = "kecewa banget, sudah tiga kali lapor tidak ada yang tanggapi"
WISH = "saya mau bicara sama manusia"


class Windows:
    """Browser windows, and what their consoles complained about.

    Attributes:
        complaints: errors of the console and of scripts, breaches of the Content-Security-Policy.
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def open(self, **options: Any) -> Page:
        """A window that shares nothing with the others."""
        options.setdefault("viewport", {"width": 1280, "height": 800})
        context = self._browser.new_context(locale="id-ID", **options)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    @contextmanager
    def expecting(self, pattern: str) -> Iterator[None]:
        """Complaints like this one are part of the test meanwhile; others are not."""
        before = len(self.complaints)
        yield
        new = self.complaints[before:]
        self.complaints[before:] = [one for one in new if not re.search(pattern, one)]

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _heard(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} ({message.location.get('url')})")


class Customer:
    """Somebody on /demo, the customer's side."""

    def __init__(self, page: Page, desk: Desk, name: str) -> None:
        self.page, self.name = page, name
        page.add_init_script(f"localStorage.setItem('demo-sender', {name!r})")
        page.goto(f"{desk.url}/demo")
        expect(page.get_by_text(f"Anda menulis sebagai {name}")).to_be_visible()

    def writes(self, text: str) -> None:
        self.page.get_by_label("Pesan").fill(text)
        self.page.get_by_label("Pesan").press("Enter")

    def bubbles(self, text: str) -> Locator:
        """Bubbles with this text; one that is still on its way does not count."""
        return self.page.locator(".message:not(.pending) .bubble", has_text=text)

    def reads(self, text: str) -> None:
        """The text stands in the window, once."""
        expect(self.bubbles(text)).to_have_count(1)


class Agent:
    """Somebody at the desk."""

    def __init__(self, page: Page, desk: Desk, username: str) -> None:
        self.page, self.desk, self.username = page, desk, username

    def logs_in(self, password: str = PASSWORD) -> None:
        """Fill in the form, on whatever page asks for it, and see the page that answers."""
        self.page.get_by_label("Nama pengguna").fill(self.username)
        self.page.get_by_label("Kata sandi").fill(password)
        with self.page.expect_navigation():
            self.page.get_by_role("button", name="Masuk").click()

    def opens_inbox(self) -> None:
        self.page.goto(f"{self.desk.url}/")
        expect(self.page.get_by_role("heading", name="Antrean")).to_be_visible()

    def card(self, customer: str) -> Locator:
        """The customer's line in the inbox or the history."""
        return self.page.locator(".ticket", has=self.page.get_by_text(customer, exact=True))

    def opens(self, customer: str) -> None:
        """Go to the conversation, from the inbox or the history."""
        with self.page.expect_navigation(wait_until=SCRIPTS_RAN):
            self.card(customer).get_by_role("link").click()
        expect(self.page.get_by_role("heading", name=customer)).to_be_visible()

    def claims(self) -> None:
        """Take the conversation that is open."""
        with self.page.expect_navigation(wait_until=SCRIPTS_RAN):
            self.page.get_by_role("button", name="Ambil percakapan").click()
        expect(self.reply_box).to_be_visible()

    @property
    def reply_box(self) -> Locator:
        return self.page.locator("#text")

    def replies(self, text: str) -> None:
        self.reply_box.fill(text)
        self.reply_box.press("Enter")

    def message(self, text: str) -> Locator:
        """A line of the conversation that has arrived."""
        return self.page.locator("#transcript .message:not(.pending)", has_text=text)

    def sees(self, text: str) -> None:
        """The text stands in the conversation, once."""
        expect(self.message(text)).to_have_count(1)

    def resolves(self, outcome: str = "Tepat") -> None:
        self.page.get_by_text("Selesaikan", exact=True).click()
        self.page.get_by_label(outcome).check()
        self.page.get_by_role("button", name="Selesai, kembalikan ke bot").click()
        expect(self.page.get_by_role("heading", name="Antrean")).to_be_visible()


class Story:
    """Everybody who plays a part in one test; no two tests share a customer."""

    def __init__(
        self, windows: Windows, desk: Desk, rasa: Rasa, number: int, logins: dict[str, Any]
    ) -> None:
        self.windows, self.desk, self.rasa = windows, desk, rasa
        self._number, self._logins = number, logins

    def called(self, name: str) -> str:
        """A customer's name that is this test's alone."""
        return f"{name}-{self._number}"

    def customer(self, name: str, **options: Any) -> Customer:
        """A customer on the page to try it."""
        return Customer(self.windows.open(**options), self.desk, self.called(name))

    def waiting(self, name: str, text: str = ANGRY) -> str:
        """Somebody who wrote this elsewhere and waits for an agent; gives their name."""
        self.rasa.hears(self.called(name), text)
        return self.called(name)

    def visitor(self, username: str, **options: Any) -> Agent:
        """Somebody before the login form."""
        agent = Agent(self.windows.open(**options), self.desk, username)
        agent.page.goto(f"{self.desk.url}/login")
        return agent

    def agent(self, username: str, **options: Any) -> Agent:
        """Somebody before the inbox; logs in once for all tests."""
        if username not in self._logins:
            first = self.visitor(username)
            first.logs_in()
            expect(first.page.get_by_role("heading", name="Antrean")).to_be_visible()
            self._logins[username] = first.page.context.storage_state()
            first.page.context.close()
        page = self.windows.open(storage_state=self._logins[username], **options)
        agent = Agent(page, self.desk, username)
        agent.opens_inbox()
        return agent
