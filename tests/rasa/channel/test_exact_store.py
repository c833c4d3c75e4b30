"""`ExactTrackerStore` beside Rasa's own: two servers with one database, and clocks set back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from live_channel import LiveChannel
from rasa.core.agent import Agent
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException

from emotion_component.rasa import ExactTrackerStore
from emotion_component.rasa.strict_store import OvertakenError

Open = Callable[[type[SQLTrackerStore]], SQLTrackerStore]
Serve = Callable[..., LiveChannel]


@pytest.fixture
def open_store(trained: Agent, database: Path) -> Iterator[Open]:
    """Opens the same database once more, as another server does."""
    opened: list[SQLTrackerStore] = []

    def start(kind: type[SQLTrackerStore]) -> SQLTrackerStore:
        opened.append(kind(domain=trained.domain, dialect="sqlite", db=str(database)))
        return opened[-1]

    yield start
    for store in opened:
        store.engine.dispose()


def read(store: SQLTrackerStore) -> DialogueStateTracker:
    return asyncio.run(store.get_or_create_tracker("ana", append_action_listen=False))


def save(store: SQLTrackerStore, tracker: DialogueStateTracker) -> None:
    asyncio.run(store.save(tracker))


def told(store: SQLTrackerStore) -> list[str]:
    return [event.text for event in read(store).events if isinstance(event, UserUttered)]


def begin(store: SQLTrackerStore) -> None:
    tracker = read(store)
    for event in (SessionStarted(), ActionExecuted("action_listen"), UserUttered("halo")):
        tracker.update(event)
    save(store, tracker)


@pytest.mark.parametrize("known", [True, False], ids=["an old customer", "a new customer"])
def test_who_read_before_another_wrote_stores_nothing(open_store: Open, known: bool) -> None:
    here, there = open_store(ExactTrackerStore), open_store(ExactTrackerStore)
    if known:
        begin(here)
    before = told(here)
    first, second = read(here), read(there)
    first.update(UserUttered("satu"))
    second.update(UserUttered("dua"))
    second.update(ActionExecuted("action_listen"))
    save(here, first)
    with pytest.raises(OvertakenError):
        save(there, second)
    assert told(there) == [*before, "satu"]
    again = read(there)
    again.update(UserUttered("dua"))
    save(there, again)
    assert told(here) == [*before, "satu", "dua"]


def test_rasas_own_store_forgets_a_part_in_silence(open_store: Open) -> None:
    """Why there is another one."""
    here, there = open_store(SQLTrackerStore), open_store(SQLTrackerStore)
    begin(here)
    first, second = read(here), read(there)
    first.update(UserUttered("satu"))
    second.update(UserUttered("dua"))
    save(here, first)
    save(there, second)
    assert told(here) == ["halo", "satu"]


def test_one_tracker_may_be_saved_again_and_again(open_store: Open) -> None:
    store = open_store(ExactTrackerStore)
    begin(store)
    tracker = read(store)
    for text in ("satu", "dua"):
        tracker.update(UserUttered(text))
        save(store, tracker)
        save(store, tracker)
    assert told(store) == ["halo", "satu", "dua"]


@pytest.mark.parametrize(
    "kind, seen", [(ExactTrackerStore, "waiting"), (SQLTrackerStore, None)], ids=["ours", "Rasa's"]
)
def test_a_clock_that_was_set_back(
    open_store: Open, kind: type[SQLTrackerStore], seen: str | None
) -> None:
    """Rasa's own store does not see what is dated before the session's beginning."""
    store = open_store(kind)
    begin(store)
    tracker, earlier = read(store), time.time() - 3600
    later: list[Event] = [
        UserUttered("penipu", timestamp=earlier),
        SlotSet("handoff", "waiting", timestamp=earlier + 1),
    ]
    for event in later:
        tracker.update(event)
    save(store, tracker)
    slots = [one.value for one in read(store).events if isinstance(one, SlotSet)]
    assert slots == ([seen] if seen else [])


def test_rasas_own_store_reads_what_ours_wrote(open_store: Open) -> None:
    begin(open_store(ExactTrackerStore))
    ours, rasas = (read(open_store(kind)).events for kind in (ExactTrackerStore, SQLTrackerStore))
    assert [one.as_dict() for one in ours] == [one.as_dict() for one in rasas]
    assert len(ours) == 3


def test_another_database_is_refused(trained: Agent) -> None:
    with pytest.raises(InvalidConfigException, match="Got: mysql"):
        ExactTrackerStore(domain=trained.domain, dialect="mysql", host="db")


@pytest.fixture
def servers(serve: Serve, open_store: Open) -> tuple[LiveChannel, LiveChannel]:
    """Two that know nothing of each other's locks."""
    first, second = (serve(open_store(ExactTrackerStore)) for _ in range(2))
    return first, second


def test_two_messages_at_the_same_instant(servers: tuple[LiveChannel, LiveChannel]) -> None:
    texts = ("kerja lama 0.3 1", "kerja lama 0.3 2")

    def say(number: int) -> list[int]:
        statuses = []
        while not statuses or statuses[-1] != 200:
            statuses.append(servers[number].say(texts[number], message_id=f"m{number}").status_code)
            time.sleep(0.02 * number)
        return statuses

    with ThreadPoolExecutor(2) as threads:
        statuses = list(threads.map(say, range(2)))
    assert {status for one in statuses for status in one} == {200, 503}
    assert sorted(servers[0].said()) == sorted(texts)


def test_a_message_that_comes_to_both_is_handled_once(
    servers: tuple[LiveChannel, LiveChannel],
) -> None:
    def say(channel: LiveChannel) -> list[str]:
        while (answer := channel.say("halo", message_id="m1")).status_code != 200:
            assert answer.status_code == 503
        return [bubble["text"] for bubble in answer.json()]

    for _ in range(20):
        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(say, servers))
        assert answers[0] == answers[1] != []
    assert servers[0].said() == ["halo"]
