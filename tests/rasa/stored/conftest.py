"""One trained bot for all tests of stored conversations, and a store of its own for each."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from rasa.shared.core.events import AgentUttered, BotUttered
from stored_bot import Bot, ours, slot, train


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return train(tmp_path_factory.mktemp("stored_bot"))


@pytest.fixture
def bot(model: str, tmp_path: Path) -> Iterator[Bot]:
    found = Bot(model, tmp_path / "tracker.db")
    yield found
    found.store.engine.dispose()
    found.loop.close()


@pytest.fixture
def told(bot: Bot) -> Bot:
    """A whole story: small talk, a form, the wish, a restart meanwhile, an agent, the bot again."""
    assert len(bot.hears("halo", "daftar", "kelas 7")) == 3
    assert bot.hears("petugas dong") == ["Petugas sudah saya panggil."]
    assert bot.hears("halo?", "/restart", "halo??") == []
    bot.desk(slot("agent", "k1"), BotUttered("Saya Rina", metadata=ours("k1", "notice")))
    bot.desk(BotUttered("Saya cek ya", metadata=ours("k2")))
    assert bot.hears("oke") == []
    bot.desk(AgentUttered(None, metadata=ours("fence-1", "fence")))
    bot.desk(slot("none", "k3"), BotUttered("Terima kasih", metadata=ours("k3", "closing")))
    assert bot.hears("halo") == ["Halo Kak, mau tanya apa?"]
    assert bot.hears("/restart", "halo", sender="ani") == ["Halo Kak, mau tanya apa?"]
    return bot
