"""`emosi audit` over the tracker store of a real bot."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rasa.shared.core.events import BotUttered
from stored_bot import Bot, ours, slot


def test_a_real_story_holds(told: Bot) -> None:
    assert told.broken() == {}
    counts = told.audit().counts
    assert (counts.conversations, counts.messages) == (2, 9)
    assert (counts.answered_by_bot, counts.with_humans, counts.lost) == (5, 4, 0)
    assert (counts.handoffs_answered, counts.agent_messages) == (1, 1)


SPOILS: dict[str, Callable[[Bot], None]] = {
    "bot-silent": lambda bot: bot.spoil(
        "UPDATE events SET data = replace(data, '\"desk\"', '\"dusk\"') "
        "WHERE type_name = 'bot' AND data LIKE '%Saya cek%'"
    ),
    "agent-once": lambda bot: bot.desk(BotUttered("Saya cek ya", metadata=ours("k2"))),
    "message-once": lambda bot: bot.spoil(
        "UPDATE events SET data = (SELECT data FROM events WHERE type_name = 'user' LIMIT 1) "
        "WHERE type_name = 'user' AND data LIKE '%kelas 7%'"
    ),
    "turn-ends": lambda bot: bot.spoil(
        "DELETE FROM events WHERE action_name = 'action_listen' AND sender_id = 'ani' "
        "AND id = (SELECT max(id) FROM events)"
    ),
    "not-ignored": lambda bot: bot.spoil("DELETE FROM events WHERE data LIKE '%Sudah saya catat%'"),
    "legal-moves": lambda bot: bot.desk(slot("robot", "k9"), slot("none", "k8")),
    "times-forward": lambda bot: bot.spoil(
        "UPDATE events SET timestamp = timestamp - 3600 WHERE data LIKE '%Saya cek%'"
    ),
    "readable": lambda bot: bot.spoil("UPDATE events SET data = '' WHERE type_name = 'restart'"),
}


@pytest.mark.parametrize("rule", SPOILS)
def test_a_spoilt_store_breaks_the_rule(told: Bot, rule: str) -> None:
    SPOILS[rule](told)
    assert list(told.broken()) == [rule]


def test_a_customer_who_is_still_waiting_is_forgotten_one_day(bot: Bot) -> None:
    bot.hears("petugas")
    assert bot.broken() == {}
    late = bot.audit(later=73 * 3600)
    assert [one.invariant.name for one in late.judged if one.broken] == ["not-forgotten"]
