"""Choices of thresholds, handled tickets and a period of events, on SQLite and on PostgreSQL; and
what `emosi thresholds` reads of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from emotion_component.errors import ConfigError
from emotion_component.learning.chosen import newest_choice
from handoff_desk.domain import Account, Outcome, Role
from handoff_desk.errors import ForbiddenError
from handoff_desk.hours import OfficeHours
from handoff_desk.labelling.work import Labelling
from handoff_desk.store import thresholds
from handoff_desk.store.database import Database
from handoff_desk.studio.episodes import Thresholds
from handoff_desk.studio.plan import Wanted
from handoff_desk.studio.reading import read_events, read_people
from handoff_desk.studio.work import Chosen, Studio
from tests.desk.core.conftest import Urls
from tests.desk.core.one_desk import Desk
from tests.desk.core.rasa_tracker import NOW, RasaTracker
from tests.desk.core.test_labels import SURE, TORN, read_as

MODEL = "ab" * 32


@pytest.fixture
def lina(account: Callable[..., Account]) -> Account:
    return account("lina", Role.SUPERVISOR)


@pytest.fixture
def studio(desk: Desk) -> Studio:
    return Studio(desk.database, desk.tracker_store, OfficeHours(), clock=desk.clock)


def source(urls: Urls) -> str:
    return urls.desk.replace("sqlite:///", "")


def test_the_newest_choice_is_meant_and_the_command_reads_it(
    database: Database, urls: Urls, lina: Account
) -> None:
    with pytest.raises(ConfigError, match="chosen at the desk first"):
        newest_choice(source(urls))
    for number in (1, 2):
        with database.transaction() as connection:
            thresholds.add(
                connection,
                by=lina,
                at=NOW + number,
                marah=number / 10,
                frustrasi=number / 5,
                miss_price=4.0,
                reason=f"alasan {number}",
                expected={"handed_over": 7},
                model_sha256=MODEL,
            )
    with database.transaction() as connection:
        newest, older = thresholds.recent(connection)
    assert (newest.reason, newest.name, newest.expected) == ("alasan 2", "Lina", {"handed_over": 7})
    assert older.created_at == NOW + 1
    found = newest_choice(source(urls))
    assert dict(found.thresholds) == {"Frustrasi": 0.4, "Marah": 0.2}
    assert (found.model, found.who, found.why) == (MODEL, "lina", "alasan 2")


def test_a_period_as_people_left_it(desk: Desk, tracker: RasaTracker, sari: Account) -> None:
    """One conversation that was handed over, rightly; one that nobody saw, and one before."""
    old = {**read_as("dulu", SURE), "timestamp": NOW - 40 * 86400}
    tracker.append("andi", old)
    said = tracker.append("siti", read_as("kok lama", TORN), read_as("halo?", SURE))
    tracker.append("budi", read_as("marah!!", {**SURE, "Netral": 0.0, "Marah": 0.97}))
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.clock.forward(240)
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    desk.flush(tracker)
    labelling = Labelling(desk.database, desk.tracker_store, clock=desk.clock)
    labelling.correct(sari, said[0], "Frustrasi")
    labelling.mark_missed(sari, said[1])

    since = NOW - 28 * 86400
    found = read_people(desk.database, since)
    events = read_events(desk.tracker_store, since, desk.clock())
    assert found.handled.times == (240.0,)
    assert (found.handled.closed, found.handled.left) == (1, 0)
    assert list(found.said.labels.values()) == ["Frustrasi"]
    assert found.said.asked == frozenset()
    assert found.said.missed == {said[1]}
    assert list(found.said.outcomes.values()) == [True]
    assert {event.sender for event in events.all} == {"siti", "budi"}


def test_agents_neither_look_nor_choose(sari: Account, studio: Studio) -> None:
    pair = Thresholds(marah=0.2, frustrasi=0.5)
    with pytest.raises(ForbiddenError):
        studio.plan(sari, Wanted())
    with pytest.raises(ForbiddenError):
        studio.choose(sari, Wanted(), Chosen(price=5.0, thresholds=pair, model=MODEL, reason="x"))
