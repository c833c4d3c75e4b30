"""What open pages are told: of conversations with a ticket, and of those that somebody reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from handoff_desk.live import Hub
from handoff_desk.settings import Settings
from tests.desk.conftest import Desk
from tests.desk.core.rasa_tracker import RasaTracker, user


def test_a_conversation_is_watched_as_long_as_one_page_shows_it() -> None:
    hub = Hub()
    with hub.listen("budi"):
        with hub.listen("budi"), hub.listen("siti"), hub.listen():
            assert hub.watched(["budi", "siti", "andi", ""]) == {"budi", "siti"}
        assert hub.watched(["budi", "siti"]) == {"budi"}
    assert hub.watched(["budi", "siti"]) == set()


def test_a_page_hears_of_the_conversation_it_shows_though_it_has_no_ticket(
    start: Callable[..., Desk], settings: Settings, tmp_path: Path
) -> None:
    tracker = RasaTracker(f"sqlite:///{tmp_path / 'tracker.db'}", lambda: 0.0)
    desk = start(replace(settings, tracker_store=f"sqlite:///{tmp_path / 'tracker.db'}"))
    desk.add("sari")
    sari = desk.login("sari")
    with sari.stream("GET", "/live", params={"sender": "budi"}) as stream:
        lines = stream.iter_lines()
        assert "event: hello" in (next(lines), next(lines))
        tracker.append("siti", user("halo"))  # whom nobody looks at
        tracker.append("budi", user("jam buka?"))
        heard = next(
            found
            for line in lines
            if line.startswith("data: ") and (found := json.loads(line[6:])).get("kind")
        )
    assert (heard["kind"], heard["sender"], heard["ticket_id"]) == ("message", "budi", 0)
    tracker.engine.dispose()
