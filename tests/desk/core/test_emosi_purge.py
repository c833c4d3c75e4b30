"""`emosi purge` and `emosi export-customer` with a real desk, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from emotion_component.audit.auditing import audit
from emotion_component.audit.conversation import Limits
from emotion_component.privacy.desk_tables import desk_tables
from emotion_component.privacy.exporting import export
from emotion_component.privacy.purging import Purge, Purged
from emotion_component.privacy.request import Request
from emotion_component.tracker.database import DESK, TRACKER_STORE, opened
from handoff_desk.domain import Account, Outcome, Role
from handoff_desk.labelling.work import Labelling
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.settings import Webhook
from handoff_desk.store import accounts, deliveries, external, labels
from handoff_desk.store import audit as audit_log
from handoff_desk.store.database import Database
from handoff_desk.store.schema import metadata
from handoff_desk.studio.reading import read_people
from tests.desk.core.conftest import Urls
from tests.desk.core.one_desk import Clock, Desk
from tests.desk.core.rasa_tracker import EVENTS, RasaTracker, action, bot, slot, user
from tests.desk.core.test_labels import TORN, read_as

DAY = 86400.0
LISTEN = action("action_listen")
LABELS = ("labels", "label_task", "missed_escalation")
TABLES = ("ticket", "note", "outbox", "webhook_delivery", "external_conversation")


class Office:
    """A desk with a webhook, its agent, and purges of its data."""

    def __init__(self, urls: Urls, desk: Desk, tracker: RasaTracker, agent: Account) -> None:
        webhook = Webhook(name="crm", url="https://example.com/", secret="s" * 32)
        self.urls, self.tracker, self.agent = urls, tracker, agent
        self.desk = desk.with_settings(webhooks=(webhook,))

    def helps(self, sender: str) -> int:
        """A whole story, full of words that only this customer has; the ticket's number."""
        self.tracker.append(sender, user(f"halo dari {sender}"), bot("Halo"), LISTEN)
        self.tracker.escalates(sender, f"rahasia {sender}")
        self.desk.read()
        number = next(
            one.id for one in self.desk.tickets() if one.sender == sender and one.state.is_open
        )
        work = self.desk.work
        work.claim(self.agent, number)
        work.reply(self.agent, number, f"Saya cek ya, {sender}.")
        work.note(self.agent, number, f"catatan {sender}")
        self.carry()
        work.resolve(self.agent, number, Outcome.RIGHT)
        self.carry()
        with self.desk.database.transaction() as connection:
            external.remember(
                connection, target="chatwoot", ticket_id=number, external_id=f"c-{sender}"
            )
        return number

    def is_labelled(self, sender: str, text: str = "rahasia") -> int:
        """A message that needs no human, with everything that agents can say of it."""
        work = Labelling(self.desk.database, self.desk.tracker_store, clock=self.desk.clock)
        (number,) = self.tracker.append(sender, read_as(f"{text} {sender}", TORN))
        work.next_task(self.agent)
        work.correct(self.agent, number, "Marah")
        work.mark_missed(self.agent, number)
        return number

    def carry(self) -> None:
        self.desk.flush(self.tracker)
        self.desk.read()

    def purge(self, **values: Any) -> Purged:
        request = Request(**{"write": True, "why": {"by": "customer"}, **values})
        with (
            opened(self.urls.tracker, TRACKER_STORE, writes=request.write) as tracker,
            opened(self.urls.desk, DESK, writes=request.write) as desk,
        ):
            clock = self.desk.clock
            return Purge(request, tracker, desk, clock=clock, pause=lambda: None).run()

    def everything(self, *without: str) -> str:
        """All rows of both databases as one text."""
        found = []
        for table in (*metadata.sorted_tables, EVENTS):
            engine = self.tracker.engine if table is EVENTS else self.desk.database.engine
            if table.name in without:
                continue
            with engine.connect() as connection:
                found += [str(dict(row)) for row in connection.execute(sa.select(table)).mappings()]
        return "\n".join(found)

    def count(self, table: str) -> int:
        query = sa.select(sa.func.count()).select_from(metadata.tables[table])
        with self.desk.database.transaction() as connection:
            return connection.execute(query).scalar_one()

    def holds(self) -> bool:
        with (
            opened(self.urls.tracker, TRACKER_STORE) as tracker,
            opened(self.urls.desk, DESK) as desk,
        ):
            found = audit(tracker, desk, limits=Limits(now=self.desk.clock() + 3600))
        assert [one for one in found.judged if one.broken] == []
        return found.holds


@pytest.fixture
def office(urls: Urls, desk: Desk, tracker: RasaTracker, sari: Account) -> Office:
    return Office(urls, desk, tracker, sari)


def test_all_of_one_customer_goes_and_all_of_the_others_stays(office: Office) -> None:
    for sender in ("budi", "siti"):
        office.helps(sender)
    found = office.purge(customer="siti")
    assert (found.conversations, found.kept, found.again) == (1, [], 0)
    assert {name: found.desk[name] for name in TABLES} == {
        "ticket": 1,
        "note": 1,
        "outbox": 3,
        "webhook_delivery": 5,
        "external_conversation": 1,
    }
    assert "siti" not in office.everything()
    assert office.everything().count("rahasia budi") > 2
    assert office.holds()


def test_no_file_holds_a_word_of_a_customer_who_is_gone(migrated: Path, tmp_path: Path) -> None:
    """SQLite alone: neither freed pages nor the log of the desk's database."""
    shutil.copy(migrated, tmp_path / "desk.db")
    urls = Urls(desk=f"sqlite:///{tmp_path}/desk.db", tracker=f"sqlite:///{tmp_path}/rasa.db")
    database, clock = Database(urls.desk), Clock()
    tracker = RasaTracker(urls.tracker, clock)
    store = TrackerStore(urls.tracker)
    with database.transaction() as connection:
        agent = accounts.add(
            connection, username="sari", name="Sari", role=Role.AGENT, password_hash="x", at=1.0
        )
    office = Office(urls, Desk(database=database, tracker_store=store, clock=clock), tracker, agent)
    office.helps("zainab")
    office.purge(customer="zainab")
    files = sorted(tmp_path.glob("*.db*"))
    assert len(files) > 2
    assert [one.name for one in files if b"zainab" in one.read_bytes()] == []
    for engine in (database.engine, tracker.engine, store.engine):
        engine.dispose()


def test_a_dry_run_counts_the_same_and_writes_nothing(office: Office) -> None:
    office.helps("siti")
    before = office.everything()
    counted = office.purge(customer="siti", write=False)
    assert office.everything() == before
    done = office.purge(customer="siti")
    assert (counted.desk, counted.events) == (done.desk, done.events)


def test_by_age_the_last_event_counts(office: Office, clock: Clock) -> None:
    for sender in ("budi", "siti"):
        office.helps(sender)
    clock.forward(100 * DAY)
    office.tracker.says("budi", "halo lagi")
    office.tracker.append("budi", bot("Halo"))
    office.desk.read()
    office.purge(cutoff=clock() - 90 * DAY)
    assert "siti" not in office.everything()
    assert "rahasia budi" in office.everything()
    assert office.holds()


@pytest.mark.parametrize("claimed", [False, True])
def test_an_open_ticket_is_never_purged_by_age(office: Office, clock: Clock, claimed: bool) -> None:
    office.tracker.escalates("siti")
    office.desk.read()
    if claimed:
        office.desk.work.claim(office.agent, 1)
        office.carry()
    # Also if the tracker says otherwise: an agent may look at it.
    office.tracker.append("siti", slot("handoff", "none", ours=True))
    clock.forward(100 * DAY)
    before = office.everything()
    (kept,) = office.purge(cutoff=clock() - 90 * DAY).kept
    assert kept.sender == "siti"
    assert kept.why == f"ticket 1 is {'claimed' if claimed else 'waiting'}"
    assert office.everything() == before


def test_what_is_on_its_way_to_the_customer_keeps_them(office: Office) -> None:
    office.helps("siti")
    with office.desk.database.transaction() as connection:
        outbox = metadata.tables["outbox"]
        connection.execute(
            outbox.update().where(outbox.c.kind == "closing").values(state="pending")
        )
    (kept,) = office.purge(customer="siti").kept
    assert kept.why == "ticket 1 has words that wait for Rasa"


def test_what_is_just_being_sent_elsewhere_keeps_them(office: Office, clock: Clock) -> None:
    office.helps("siti")
    with office.desk.database.transaction() as connection:
        leased = deliveries.lease(
            connection, target="webhook:crm", name="d", now=clock(), until=clock() + 60, limit=1
        )
    assert leased
    (kept,) = office.purge(customer="siti").kept
    assert "just being sent" in kept.why
    clock.forward(61)
    assert office.purge(customer="siti").kept == []


def test_the_audit_log_says_that_and_not_whom(office: Office, database: Database) -> None:
    office.helps("siti")
    actions = office.desk.log()
    office.purge(customer="siti")
    with database.transaction() as connection:
        entries = audit_log.recent(connection, limit=1000)
    assert [entry.action for entry in reversed(entries)] == [*actions, "data.purged"]
    assert (entries[0].actor, entries[0].account_id) == ("emosi purge", None)
    assert entries[0].detail["by"] == "customer"
    assert (entries[0].detail["ticket"], entries[0].detail["note"]) == (1, 1)
    assert "siti" not in str(entries)


def test_the_desk_sees_what_comes_after_a_purge(office: Office) -> None:
    """The newest rows are gone; on SQLite their numbers would be given again."""
    office.helps("budi")
    first = office.helps("siti")
    low = office.desk.tail.low
    office.purge(customer="siti")
    office.tracker.escalates("dedi")
    office.desk.read()
    assert office.desk.tail.low > low
    (ticket,) = (one for one in office.desk.tickets() if one.sender == "dedi")
    assert ticket.id > first


def test_a_desk_that_starts_after_a_purge_waits_for_no_hole(office: Office, clock: Clock) -> None:
    office.helps("budi")
    office.helps("siti")
    office.purge(customer="budi")
    office.purge(customer="siti")
    office.tracker.escalates("dedi")
    other = office.desk.with_settings()
    other.read()
    assert [one.sender for one in other.tickets() if one.state.is_open] == ["dedi"]


def test_rows_that_the_desk_never_saw_leave_holes_that_it_gives_up(
    office: Office, clock: Clock
) -> None:
    """It was off for months: what was purged meanwhile is no row that is late."""
    office.helps("budi")
    for _ in range(3):
        office.tracker.says("siti", "halo")
        office.tracker.append("siti", bot("Halo"))
    clock.forward(100 * DAY)
    office.tracker.escalates("dedi")
    office.purge(cutoff=clock() - 90 * DAY)
    low = office.desk.tail.low
    office.desk.read()
    assert any(one.sender == "dedi" for one in office.desk.tickets())
    for _ in range(3):
        clock.forward(11)
        office.desk.tail.read()
    assert office.desk.tail.low > low + 9
    assert office.desk.tail._gaps == {}


def test_the_same_customer_can_come_back(office: Office) -> None:
    office.helps("siti")
    office.purge(customer="siti")
    office.helps("siti")
    assert office.holds()
    assert len([one for one in office.desk.tickets() if one.sender == "siti"]) == 1


def test_tickets_without_a_conversation_go_by_their_own_age(office: Office, clock: Clock) -> None:
    """Somebody purged the tracker store alone."""
    office.helps("budi")
    office.helps("siti")
    with office.tracker.engine.begin() as connection:
        connection.execute(EVENTS.delete().where(EVENTS.c.sender_id == "siti"))
    assert office.purge(cutoff=clock() - 90 * DAY).desk == {}
    clock.forward(100 * DAY)
    office.tracker.append("budi", user("halo"), bot("Halo"), LISTEN)
    office.purge(cutoff=clock() - 90 * DAY)
    assert "siti" not in office.everything()


def test_what_a_purge_left_to_stay_goes_with_the_next(office: Office, clock: Clock) -> None:
    office.helps("siti")
    office.purge(customer="siti")
    clock.forward(100 * DAY)
    office.helps("budi")
    office.purge(cutoff=clock() - 90 * DAY)
    assert "dihapus-" not in office.everything("audit")
    assert office.count("ticket") == 1


def test_anonymised_the_figures_stay_and_the_words_go(office: Office, clock: Clock) -> None:
    office.helps("siti")
    office.helps("budi")
    clock.forward(100 * DAY)
    found = office.purge(cutoff=clock() - 90 * DAY, anonymise=True)
    assert found.conversations == 2
    everything = office.everything("account")
    for word in ("siti", "budi", "rahasia", "Saya cek", "catatan"):
        assert word not in everything
    tickets = office.desk.tickets()
    assert [(one.outcome, one.emotion, one.trigger) for one in tickets] == [
        (Outcome.RIGHT, "Marah", "strong")
    ] * 2
    assert len({one.sender for one in tickets}) == 2
    assert (office.count("note"), office.count("outbox")) == (2, 6)
    assert office.count("webhook_delivery") == 0
    assert office.desk.log()[-1] == "data.anonymised"
    assert office.holds()


def test_a_long_list_of_old_customers_is_purged_in_groups(
    office: Office, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("emotion_component.privacy.purging.SENDERS_IN_A_GROUP", 2)
    for number in range(5):
        office.helps(f"siti-{number}")
    clock.forward(100 * DAY)
    office.purge(cutoff=clock() - 90 * DAY)
    assert office.desk.log().count("data.purged") == 3
    assert "siti" not in office.everything()


def test_an_export_has_all_of_both_sides(office: Office, urls: Urls) -> None:
    office.helps("siti")
    office.helps("budi")
    with opened(urls.tracker, TRACKER_STORE) as tracker, opened(urls.desk, DESK) as desk:
        found = export("siti", tracker, desk, now=office.desk.clock())
    text = json.dumps(found)
    assert "budi" not in text
    (ticket,) = found["desk"]["ticket"]
    assert (ticket["outcome"], ticket["sender"]) == ("right", "siti")
    assert [note["text"] for note in found["desk"]["note"]] == ["catatan siti"]
    assert {name: len(rows) for name, rows in found["desk"].items() if rows}.keys() == set(TABLES)
    assert "password" not in text
    assert set(ticket) == {column.name for column in metadata.tables["ticket"].columns}


def test_every_table_that_holds_something_of_customers_is_found(database: Database) -> None:
    """A table that a migration adds is purged and exported, or it is kept out of this list."""
    of_nobody = {"account", "session", "api_token", "login_attempt", "canned_reply"}
    of_nobody |= {"tail_position", "audit", "ticket", "threshold_choice"}
    found = desk_tables(database.engine)
    assert set(found.parts) | set(found.labels) == set(metadata.tables) - of_nobody
    assert set(found.labels) == set(LABELS)


def test_labels_of_a_customer_go_with_them(office: Office) -> None:
    """Also of one who never had a ticket."""
    for sender in ("budi", "siti"):
        office.is_labelled(sender)
    counted = office.purge(customer="siti", write=False).desk
    assert dict(counted) == dict.fromkeys(LABELS, 1)
    assert dict(office.purge(customer="siti").desk) == dict.fromkeys(LABELS, 1)
    assert "siti" not in office.everything()
    assert [office.count(name) for name in LABELS] == [1, 1, 1]


def test_labels_stay_while_their_customer_has_to_be_answered(office: Office) -> None:
    office.is_labelled("siti")
    office.tracker.escalates("siti")
    office.desk.read()
    assert office.purge(customer="siti").desk == {}
    assert [office.count(name) for name in LABELS] == [1, 1, 1]


def test_by_age_a_label_is_as_old_as_itself(office: Office, clock: Clock) -> None:
    """The conversation goes, and keeps no label that was given to it lately from counting."""
    number = office.is_labelled("siti")
    office.is_labelled("wati")
    clock.forward(100 * DAY)
    Labelling(office.desk.database, office.desk.tracker_store, clock=clock).correct(
        office.agent, number, "Frustrasi"
    )
    office.tracker.says("budi", "halo")
    found = office.purge(cutoff=clock() - 90 * DAY)
    assert found.conversations == 2
    assert dict(found.desk) == {"labels": 1, "label_task": 2, "missed_escalation": 2}
    assert office.count("labels") == 1
    clock.forward(100 * DAY)
    office.tracker.says("budi", "halo")
    office.purge(cutoff=clock() - 90 * DAY)
    assert "siti" not in office.everything()


def test_anonymised_labels_keep_what_was_said_of_nobodys_words(
    office: Office, clock: Clock
) -> None:
    office.is_labelled("siti")
    clock.forward(100 * DAY)
    office.purge(cutoff=clock() - 90 * DAY, anonymise=True)
    everything = office.everything("account")
    for word in ("siti", "rahasia"):
        assert word not in everything
    table = metadata.tables["labels"]
    with office.desk.database.transaction() as connection:
        (row,) = connection.execute(sa.select(table)).mappings().all()
    assert (row["label"], row["agent"], row["probabilities"]) == ("Marah", "sari", TORN)
    assert [office.count(name) for name in LABELS] == [1, 0, 0]
    # The studio goes by it still; to train on there is nothing left.
    assert list(read_people(office.desk.database, 0.0).said.labels.values()) == ["Marah"]
    with office.desk.database.transaction() as connection:
        assert labels.all_of(connection) == []


def test_an_export_has_the_labels_too(office: Office, urls: Urls) -> None:
    for sender in ("budi", "siti"):
        office.is_labelled(sender)
    with opened(urls.tracker, TRACKER_STORE) as tracker, opened(urls.desk, DESK) as desk:
        found = export("siti", tracker, desk, now=office.desk.clock())
    assert {name: [row["text"] for row in found["desk"][name]] for name in LABELS} == {
        name: ["rahasia siti"] for name in LABELS
    }
    assert "budi" not in json.dumps(found)
