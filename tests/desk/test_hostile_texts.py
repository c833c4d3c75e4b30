"""Whatever customers, bots and agents write, pages show it as text."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest

from handoff_desk.domain import Role
from handoff_desk.settings import Settings
from tests.desk.conftest import Desk
from tests.desk.core.rasa_tracker import RasaTracker, bot, slot, user

MARK = "<script>alert(7)</script>"
TAG = '"><img src=x onerror=alert(7)>'
LINK = "javascript:alert(7)"
ALL = f"{MARK} {TAG} {LINK} {{{{ 7 * 7 }}}}"
SENDER = f"budi{TAG}"

PAGES = (
    *("/", "/inbox/rows", "/history", "/audit", "/deliveries/", "/tickets/1"),
    *("/tickets/1/transcript", "/tickets/1/side", "/tickets/1/actions"),
)


@pytest.fixture
def pages(start: Callable[..., Desk], settings: Settings) -> Iterator[dict[str, str]]:
    """What a browser sees after a conversation full of it."""
    desk = start(settings, title=f"Meja {TAG}", rasa="http://127.0.0.1:9")
    tracker = RasaTracker(settings.tracker_store, desk.clock)
    desk.add("sari", Role.SUPERVISOR)
    browser = desk.login("sari")
    data = {"buttons": [{"title": ALL, "payload": ALL}], "image": LINK, "attachment": LINK}
    tracker.append(
        SENDER,
        {**user(ALL), "input_channel": TAG, "metadata": {"name": ALL, "desk": {"agent": ALL}}},
        slot("nama", ALL),
        slot("daftar", [{"x": ALL}]),
        {**bot(ALL), "data": data},
    )
    tracker.escalates(SENDER, ALL)
    deadline = time.monotonic() + 30
    while "/tickets/1" not in browser.get("/inbox/rows").text:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    for deed, form in (
        ("claim", {}),
        ("reply", {"text": ALL, "key": "k1"}),
        ("notes", {"text": ALL, "key": "k2"}),
    ):
        done = browser.post(f"/tickets/1/{deed}", data=form)
        assert done.status_code < 400, (deed, done.text)
    yield {path: browser.get(path).text for path in PAGES}
    tracker.engine.dispose()


def test_it_is_shown_as_text(pages: dict[str, str]) -> None:
    for path, page in pages.items():
        assert MARK not in page, path
        assert "<img src=x" not in page, path
        assert not re.search(r"""(?:href|src|action)=["']?\s*javascript:""", page), path
    # It is there to be looked at.
    for path in ("/", "/tickets/1", "/tickets/1/side"):
        assert "&lt;img src=x" in pages[path], path
    assert "{{ 7 * 7 }}" in pages["/tickets/1/transcript"]
    assert pages["/tickets/1/transcript"].count("&lt;script&gt;") >= 5
