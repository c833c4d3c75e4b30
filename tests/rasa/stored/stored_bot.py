"""A real bot with EscalationPolicy and RulePolicy, its tracker store, and a desk's hand in it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any, TypeVar

import rasa
from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event, SlotSet

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


def train(directory: Path) -> str:
    """Train the bot; its archive."""
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

    def newest(self) -> int:
        """The number of the newest row."""
        return self._number("SELECT max(id) FROM events")

    def first_of(self, sender: str) -> int:
        """The number of a conversation's first row."""
        return self._number("SELECT min(id) FROM events WHERE sender_id = ?", sender)

    def _number(self, query: str, *values: str) -> int:
        with self.store.engine.connect() as connection:
            found: int = connection.exec_driver_sql(query, values).scalar_one()
            return found

    def spoil(self, statement: str, *values: Any) -> None:
        with self.store.engine.begin() as connection:
            assert connection.exec_driver_sql(statement, tuple(values)).rowcount > 0


def ours(key: str, kind: str = "reply") -> dict[str, Any]:
    """The desk's marks on an event."""
    return {"desk": {"id": key, "kind": kind, "agent": "Rina"}}


def slot(value: str, key: str) -> SlotSet:
    """The desk says who speaks."""
    return SlotSet("handoff", value, metadata=ours(key, "notice"))
