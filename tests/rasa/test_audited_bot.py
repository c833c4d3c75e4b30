"""`emosi audit` over the tracker store of a real bot with EscalationPolicy and RulePolicy."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
import rasa
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import AgentUttered, BotUttered, Event, SlotSet

from emotion_component.audit.auditing import Audit, audit
from emotion_component.audit.conversation import Limits
from emotion_component.tracker.database import TRACKER_STORE, opened

DOMAIN = """
version: "3.1"
intents: [sapa, minta_manusia, kelas]
entities: [{emotion: {influence_conversation: false}}]
slots:
  emotion:
    type: categorical
    values: [Senang, Netral, Bingung, Frustrasi, Marah]
    mappings: [{type: from_entity, entity: emotion}]
  handoff:
    type: categorical
    values: [none, waiting, agent]
    initial_value: none
    mappings: [{type: custom}]
  handoff_reason: {type: any, influence_conversation: false, mappings: [{type: custom}]}
  kelas:
    type: text
    influence_conversation: false
    mappings: [{type: from_text, conditions: [{active_loop: form_kelas}]}]
forms: {form_kelas: {required_slots: [kelas]}}
responses:
  utter_sapa: [{text: "Halo Kak, mau tanya apa?"}]
  utter_empathy: [{text: "Mohon maaf, Kak."}]
  utter_handoff: [{text: "Petugas sudah saya panggil."}]
  utter_offer_human: [{text: "Mau bicara dengan petugas?"}]
  utter_ask_kelas: [{text: "Kelas berapa, Kak?"}]
  utter_selesai: [{text: "Sudah saya catat."}]
session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: true}
"""
CONFIG = """
recipe: default.v1
assistant_id: audited
language: id
pipeline: [{name: KeywordIntentClassifier}]
policies:
  - name: emotion_component.rasa.EscalationPolicy
  - {name: RulePolicy, enable_fallback_prediction: false}
"""
DATA = """
version: "3.1"
nlu:
  - {intent: sapa, examples: "- halo\\n- hai\\n"}
  - {intent: minta_manusia, examples: "- petugas\\n- orang\\n"}
  - {intent: kelas, examples: "- daftar\\n- kelas\\n"}
rules:
  - {rule: sapa, steps: [{intent: sapa}, {action: utter_sapa}]}
  - {rule: minta, steps: [{intent: minta_manusia}, {action: utter_handoff}]}
  - {rule: daftar, steps: [{intent: kelas}, {action: form_kelas}, {active_loop: form_kelas}]}
  - rule: terdaftar
    condition: [{active_loop: form_kelas}]
    steps: [{action: form_kelas}, {active_loop: null}, {action: utter_selesai}]
"""
Result = TypeVar("Result")


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    directory = tmp_path_factory.mktemp("audited")
    for name, text in (("domain.yml", DOMAIN), ("config.yml", CONFIG), ("data.yml", DATA)):
        (directory / name).write_text(text, "utf-8")
    trained = rasa.train(
        domain=str(directory / "domain.yml"),
        config=str(directory / "config.yml"),
        training_files=[str(directory / "data.yml")],
        output=str(directory / "models"),
    )
    assert trained.model
    return str(trained.model)


class Bot:
    """A loaded bot, its store in a file, and a desk's hand in it."""

    def __init__(self, model: str, path: Path) -> None:
        self.path = path
        self.loop = asyncio.new_event_loop()
        self.agent = Agent.load(model)
        assert self.agent.processor
        self.store = SQLTrackerStore(self.agent.domain, dialect="sqlite", db=str(path))
        self.agent.tracker_store = self.agent.processor.tracker_store = self.store

    def run(self, work: Awaitable[Result]) -> Result:
        return self.loop.run_until_complete(work)

    def hears(self, *texts: str, sender: str = "budi") -> list[str]:
        """What the bot said to these messages."""
        channel = CollectingOutputChannel()
        for text in texts:
            number = f"m{time.monotonic_ns()}"
            message = UserMessage(text, channel, sender, metadata={"message_id": number})
            self.run(self.agent.handle_message(message))
        return [str(one.get("text")) for one in channel.messages]

    def desk(self, *events: Event, sender: str = "budi") -> None:
        """Append as Rasa's API does."""

        async def append() -> None:
            tracker = await self.store.retrieve(sender)
            for event in events:
                tracker.update(event, self.agent.domain)
            await self.store.save(tracker)

        self.run(append())

    def audit(self, *, later: float = 120) -> Audit:
        with opened(str(self.path), TRACKER_STORE) as engine:
            return audit(engine, limits=Limits(now=time.time() + later))

    def broken(self) -> dict[str, int]:
        return {one.invariant.name: one.broken for one in self.audit().judged if one.broken}

    def spoil(self, statement: str, *values: Any) -> None:
        with self.store.engine.begin() as connection:
            assert connection.exec_driver_sql(statement, tuple(values)).rowcount > 0


@pytest.fixture
def bot(model: str, tmp_path: Path) -> Iterator[Bot]:
    found = Bot(model, tmp_path / "tracker.db")
    yield found
    found.store.engine.dispose()
    found.loop.close()


def ours(key: str, kind: str = "reply") -> dict[str, Any]:
    return {"desk": {"id": key, "kind": kind, "agent": "Rina"}}


def slot(value: str, key: str) -> SlotSet:
    return SlotSet("handoff", value, metadata=ours(key, "notice"))


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
