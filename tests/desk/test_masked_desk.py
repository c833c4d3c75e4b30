"""With `mask_personal_data`, no page, no answer of the API and no word to others holds a number."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx
import pytest
import sqlalchemy as sa

from handoff_desk.domain import Role
from handoff_desk.helpdesks.chatwoot.texts import entries
from handoff_desk.security.auth import digest
from handoff_desk.settings import Chatwoot, Settings, Webhook
from handoff_desk.store import tokens
from handoff_desk.store.schema import outbox, webhook_delivery
from tests.desk.conftest import Desk
from tests.desk.core.rasa_tracker import RasaTracker, action, bot, slot, user

PHONE, CARD, NIK, MAIL = (
    *("0812-3456-7890", "4111111111111111", "3174052501900001"),
    "zainab@contoh.co.id",
)
SECRETS = (PHONE, CARD, NIK, MAIL)
SHOWN = ("[telepon •••890]", "[kartu •••1111]", "[NIK •••0001]", "[surel]")
ALL = " ".join(SECRETS)
TOKEN = "token-of-sari"
SETTINGS = {
    "webhooks": (Webhook(name="crm", url="http://127.0.0.1:9/", secret="s" * 32),),
    "chatwoot": Chatwoot(url="http://127.0.0.1:9", account=1, inbox=1, token="t"),
    "rasa": "http://127.0.0.1:9",
}


@dataclass
class Seen:
    """A desk after a conversation full of secrets.

    Attributes:
        texts: what was to be seen, by where.
    """

    desk: Desk
    tracker: RasaTracker
    browser: httpx.Client
    api: httpx.Client
    texts: dict[str, str]

    def look(self, ticket: int = 1) -> None:
        """At every page, and at every answer of the API."""
        pages = ["/", "/inbox/rows", "/history", "/audit", "/deliveries/"]
        pages += [f"/tickets/{ticket}{part}" for part in ("", "/transcript", "/side", "/actions")]
        for client, paths in (
            (self.browser, pages),
            (
                self.api,
                [
                    *("/api/tickets", "/api/tickets?state=closed", f"/api/tickets/{ticket}"),
                    f"/api/tickets/{ticket}/messages",
                ],
            ),
        ):
            for path in paths:
                answer = client.get(path)
                assert answer.status_code == 200, path
                self.texts[path] = self.texts.get(path, "") + readable(answer)

    def do(self, deed: str, **body: str) -> None:
        answer = self.api.post(f"/api/tickets/1/{deed}", json=body)
        assert answer.status_code == 200, answer.text
        self.texts[deed] = readable(answer)

    def told(self) -> list[dict[str, object]]:
        """What other systems are told."""
        query = sa.select(
            webhook_delivery.c.event, webhook_delivery.c.body, webhook_delivery.c.target
        )
        with self.desk.database.transaction() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]


@pytest.fixture
def see(start: Callable[..., Desk], settings: Settings) -> Iterator[Callable[[bool], Seen]]:
    engines = []

    def see(masks: bool) -> Seen:
        desk = start(settings, mask_personal_data=masks, **SETTINGS)
        tracker = RasaTracker(settings.tracker_store, desk.clock)
        engines.append(tracker.engine)
        sari = desk.add("sari", Role.SUPERVISOR)
        with desk.database.transaction() as connection:
            tokens.add(connection, token_hash=digest(TOKEN), label="x", account_id=sari.id, at=1.0)
        api = desk.client(Authorization=f"Bearer {TOKEN}")
        return Seen(desk, tracker, desk.login("sari"), api, {})

    yield see
    for engine in engines:
        engine.dispose()


def tell(seen: Seen) -> None:
    """A customer, the bot, an agent and a note, each with everything that is to be masked."""
    buttons = {"buttons": [{"title": f"Pakai {PHONE}", "payload": MAIL}], "image": CARD}
    seen.tracker.append(
        "budi",
        {**user(f"nomor saya {ALL}"), "input_channel": "rest"},
        slot("telepon", PHONE),
        slot("alamat", [{"surel": MAIL}]),
        {**bot(f"Jadi {ALL}?"), "data": buttons},
        action("action_listen"),
    )
    seen.tracker.escalates("budi", f"mana pesanan saya {ALL}")
    wait_until(lambda: '"id"' in seen.api.get("/api/tickets").text)
    seen.do("claim")
    seen.tracker.says("budi", f"halo {ALL}", "Marah")
    seen.tracker.append("budi", bot(f"Baik {ALL}", id="k1", kind="reply", agent="Sari"))
    wait_until(lambda: "Baik" in str(seen.told()))
    seen.do("replies", text=f"Saya hubungi {ALL}")
    seen.do("notes", text=f"Catatan {ALL}")
    seen.look()
    seen.do("resolve", outcome="right")
    seen.look()


def readable(answer: httpx.Response) -> str:
    """A page, or JSON without its escapes."""
    is_json = "json" in answer.headers["content-type"]
    return json.dumps(answer.json(), ensure_ascii=False) if is_json else answer.text


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_nothing_leaves_unmasked(see: Callable[[bool], Seen]) -> None:
    seen = see(True)
    tell(seen)
    for place, text in seen.texts.items():
        assert [one for one in SECRETS if one in text] == [], place
    told = json.dumps(seen.told(), ensure_ascii=False)
    assert [one for one in SECRETS if one in told] == []
    assert {one["target"] for one in seen.told()} == {"webhook:crm", "chatwoot"}
    written = [entry.text for one in seen.told() for entry in entries(one["event"], one["body"])]
    assert [one for one in SECRETS if one in " ".join(written)] == []


def test_what_was_meant_can_still_be_told(see: Callable[[bool], Seen]) -> None:
    seen = see(True)
    tell(seen)
    for place in ("/tickets/1", "/api/tickets/1/messages", "/api/tickets/1"):
        assert [one for one in SHOWN if one not in seen.texts[place]] == [], place


def test_stores_and_customers_get_what_was_written(see: Callable[[bool], Seen]) -> None:
    seen = see(True)
    tell(seen)
    assert ALL in str(seen.tracker.rows("budi"))
    with seen.desk.database.transaction() as connection:
        replies = list(connection.execute(sa.select(outbox.c.text)).scalars())
    assert f"Saya hubungi {ALL}" in replies


def test_without_the_setting_all_is_shown(see: Callable[[bool], Seen]) -> None:
    """And the places that are looked at do show what was said."""
    seen = see(False)
    tell(seen)
    for place in ("/", "/history", "/tickets/1", "/tickets/1/side", "/api/tickets"):
        assert PHONE in seen.texts[place], place
    assert PHONE in seen.texts["replies"]
    assert PHONE in json.dumps(seen.told())


def test_it_holds_for_what_was_stored_before(
    see: Callable[[bool], Seen], start: Callable[..., Desk], settings: Settings
) -> None:
    tell(see(False))
    desk = start(settings, mask_personal_data=True, **SETTINGS)
    api = desk.client(Authorization=f"Bearer {TOKEN}")
    for path in ("/api/tickets?state=closed", "/api/tickets/1/messages"):
        text = readable(api.get(path))
        assert "telepon •••890" in text
        assert [one for one in SECRETS if one in text] == []
