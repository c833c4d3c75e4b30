"""`emosi purge` under a real Rasa: what a running server can bring back, and what it cannot."""

from __future__ import annotations

import pytest
from rasa.shared.core.events import BotUttered
from stored_bot import Bot

from emotion_component.cli import main
from emotion_component.rasa.outbox import outbox_of
from emotion_component.rasa.strict_store import OvertakenError, StrictStore


def senders(bot: Bot) -> list[str]:
    return sorted(bot.run(bot.store.keys()))


def purge(bot: Bot, *arguments: str) -> int:
    return main(["purge", str(bot.path), *arguments])


def test_a_customers_conversation_goes_and_the_others_stay(told: Bot) -> None:
    before = len(told.run(told.store.retrieve_full_tracker("ani")).events)
    assert purge(told, "--customer", "budi", "--yes") == 0
    assert senders(told) == ["ani"]
    assert len(told.run(told.store.retrieve_full_tracker("ani")).events) == before
    assert told.hears("halo") == ["Halo Kak, mau tanya apa?"]
    assert told.broken() == {}


def test_anonymised_it_tells_the_same_story_without_a_word_of_it(told: Bot) -> None:
    before = told.audit().counts
    for sender in ("budi", "ani"):
        assert purge(told, "--customer", sender, "--anonymise", "--yes") == 0
    assert told.broken() == {}
    assert told.audit().counts == before
    content = told.path.read_bytes()
    for word in (b"budi", b"kelas 7", b"Saya cek", b"Rina", b"halo"):
        assert word not in content
    for name in senders(told):
        assert name.startswith("dihapus-")
        assert told.run(told.store.retrieve_full_tracker(name)).events  # Rasa can still read it


def test_the_newest_row_keeps_its_number(told: Bot) -> None:
    """The desk and customers' pages ask for rows behind the last number that they saw."""
    last = told.hears("halo", sender="cici") and told.newest()
    assert purge(told, "--customer", "cici", "--yes") == 0
    told.hears("halo", sender="dedi")
    assert told.first_of("dedi") > last


def test_a_running_turn_of_a_plain_rasa_brings_it_back(told: Bot) -> None:
    """Why docs/privacy.md says to purge again, or while Rasa does not run."""
    tracker = told.run(told.store.retrieve("budi"))
    assert purge(told, "--customer", "budi", "--yes") == 0
    tracker.update(BotUttered("Halo"))
    told.run(told.store.save(tracker))
    assert "budi" in senders(told)
    assert purge(told, "--customer", "budi", "--yes") == 0
    assert "budi" not in senders(told)


def test_our_rest_channel_does_not_bring_it_back(told: Bot) -> None:
    """It looks, before it stores, whether another has written meanwhile."""
    outbox = outbox_of(told.store)
    before = told.run(outbox.latest("budi"))
    tracker = told.run(told.store.retrieve("budi"))
    assert purge(told, "--customer", "budi", "--yes") == 0

    async def check() -> None:
        if await outbox.latest("budi") != before:
            raise OvertakenError

    tracker.update(BotUttered("Halo"))
    with pytest.raises(OvertakenError):
        told.run(StrictStore(told.store, check).save(tracker))
    assert "budi" not in senders(told)


def test_who_is_waiting_for_a_human_stays(bot: Bot, capsys: pytest.CaptureFixture[str]) -> None:
    bot.hears("petugas")
    assert purge(bot, "--customer", "budi", "--yes") == 1
    assert "`handoff` is waiting" in capsys.readouterr().err
    assert senders(bot) == ["budi"]
