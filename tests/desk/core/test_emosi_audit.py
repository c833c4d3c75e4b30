"""`emosi audit` over a tracker and a real desk beside it, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from emotion_component.audit.auditing import Audit, audit
from emotion_component.audit.conversation import Limits
from emotion_component.audit.desk_rows import COLUMNS
from emotion_component.tracker.database import DESK, TRACKER_STORE, opened
from handoff_desk.domain import Account, Outcome
from handoff_desk.store.schema import metadata
from tests.desk.core.conftest import Urls
from tests.desk.core.one_desk import Clock, Desk
from tests.desk.core.rasa_tracker import EVENTS, RasaTracker, action, bot, user


class Audited:
    """Stories at a desk, and what an audit says of them an hour later."""

    def __init__(self, urls: Urls, desk: Desk, tracker: RasaTracker, agent: Account) -> None:
        self.urls, self.desk, self.tracker, self.agent = urls, desk, tracker, agent

    def waits(self, sender: str = "budi") -> int:
        """A customer gets angry; the number of their ticket."""
        self.tracker.append(sender, user("halo"), action("utter_greet"), bot("Halo"), LISTEN)
        self.tracker.escalates(sender)
        self.desk.read()
        return next(one.id for one in self.desk.tickets() if one.sender == sender)

    def is_helped(self, sender: str = "budi") -> int:
        """An agent claims, answers, and gives the conversation back."""
        number, work = self.waits(sender), self.desk.work
        self.forward(42)
        work.claim(self.agent, number)
        work.reply(self.agent, number, "Saya cek dulu ya, Kak.")
        self.carry()
        self.tracker.says(sender, "oke, saya tunggu")
        work.resolve(self.agent, number, Outcome.RIGHT)
        self.carry()
        return number

    def forward(self, seconds: float) -> None:
        self.desk.clock.forward(seconds)

    def carry(self) -> None:
        self.desk.flush(self.tracker)
        self.desk.read()

    def spoil(self, statement: Any) -> None:
        """Change something behind everybody's back."""
        engine = self.tracker.engine
        if statement.table is not EVENTS:
            engine = self.desk.database.engine
        with engine.begin() as connection:
            connection.execute(statement)

    def audit(self, *, later: float = 3600) -> Audit:
        limits = Limits(now=self.desk.clock() + later)
        with (
            opened(self.urls.tracker, TRACKER_STORE) as tracker,
            opened(self.urls.desk, DESK) as own,
        ):
            return audit(tracker, own, limits=limits)

    def broken(self, **values: float) -> dict[str, int]:
        return {one.invariant.name: one.broken for one in self.audit(**values).judged if one.broken}


LISTEN = action("action_listen")
ticket, outbox = metadata.tables["ticket"], metadata.tables["outbox"]


@pytest.fixture
def story(urls: Urls, desk: Desk, tracker: RasaTracker, sari: Account) -> Iterator[Audited]:
    return Audited(urls, desk, tracker, sari)


def test_a_story_told_to_its_end_holds(story: Audited, clock: Clock) -> None:
    for sender in ("budi", "ani"):
        story.is_helped(sender)
    story.waits("cici")
    found = story.audit()
    assert [one.invariant.name for one in found.judged if one.broken] == []
    counts = found.counts
    assert (counts.conversations, counts.messages, counts.lost, counts.doubled) == (3, 8, 0, 0)
    assert (counts.handoffs, counts.handoffs_answered, counts.handoffs_waiting) == (3, 2, 1)
    assert counts.longest_gap == pytest.approx(42)
    assert counts.longest_open == pytest.approx(3600)


def test_release_transfer_reopen_and_expiry_hold(
    story: Audited, sari: Account, tono: Account
) -> None:
    number, work = story.is_helped(), story.desk.work
    work.reopen(sari, number)
    work.release(sari, number)
    story.carry()
    work.claim(tono, number)
    work.transfer(tono, number, sari.id)
    work.reply(sari, number, "Masih di sini, Kak.")
    story.carry()
    story.forward(2 * 3600)
    story.desk.clocks.tick()
    story.carry()
    story.tracker.append("budi", user("jam buka?"), bot("Jam 8, Kak."), LISTEN)
    assert story.broken() == {}


def test_a_second_handoff_of_the_same_customer_has_a_ticket_of_its_own(story: Audited) -> None:
    story.is_helped()
    story.tracker.escalates("budi")
    story.desk.read()
    assert story.broken() == {}
    assert story.audit().counts.handoffs == 2


def test_a_conversation_given_back_through_rasa_holds(story: Audited) -> None:
    story.waits()
    story.tracker.append("budi", {"event": "slot", "name": "handoff", "value": "none"})
    story.desk.read()
    assert story.broken() == {}


def test_a_ticket_that_is_gone(story: Audited) -> None:
    number = story.waits()
    story.desk.work.note(story.agent, number, "hati-hati")
    for table in ("note", "audit", "outbox", "ticket"):
        column = "id" if table == "ticket" else "ticket_id"
        found = metadata.tables[table]
        story.spoil(found.delete().where(found.c[column] == number))
    assert story.broken() == {"one-ticket": 1, "same-speaker": 1}


def test_a_reply_that_never_arrived(story: Audited) -> None:
    story.is_helped()
    story.spoil(EVENTS.delete().where(EVENTS.c.data.contains("Saya cek dulu")))
    assert story.broken() == {"agent-arrived": 1}
    assert story.audit().counts.lost == 1


def test_a_reply_that_arrived_twice(story: Audited, tracker: RasaTracker) -> None:
    story.is_helped()
    reply = next(one for one in tracker.rows("budi") if "Saya cek" in str(one.get("text")))
    tracker.append("budi", reply)
    assert story.broken() == {"agent-once": 1, "agent-arrived": 1}


def test_a_reply_that_still_waits(story: Audited) -> None:
    number = story.waits()
    story.desk.work.claim(story.agent, number)
    story.carry()
    story.desk.work.reply(story.agent, number, "Sebentar ya, Kak.")
    assert story.broken(later=10) == {}
    assert story.broken() == {"delivered": 1}


def test_a_slot_that_says_otherwise_than_the_ticket(story: Audited) -> None:
    number = story.waits()
    story.spoil(ticket.update().where(ticket.c.id == number).values(state="resolved"))
    assert story.broken() == {"same-speaker": 1}


def test_a_ticket_whose_conversation_is_gone(story: Audited) -> None:
    story.is_helped()
    story.spoil(EVENTS.delete())
    assert story.broken() == {"ticket-called": 1, "agent-arrived": 3}


@pytest.mark.parametrize("table", COLUMNS)
def test_the_columns_it_reads_are_the_desks(table: str) -> None:
    assert set(COLUMNS[table]) <= {column.name for column in metadata.tables[table].columns}


def test_it_reads_postgresql_by_the_driver_that_is_installed(only_postgres: Urls) -> None:
    plain = only_postgres.tracker.replace("postgresql+psycopg://", "postgresql://")
    engine = sa.create_engine(only_postgres.tracker)
    EVENTS.create(engine)
    engine.dispose()
    with opened(plain, TRACKER_STORE) as tracker:
        assert audit(tracker, limits=Limits(now=0)).holds
