"""The tail hands out every row once, whatever order they appear in."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from handoff_desk.rasa.events import Row
from handoff_desk.rasa.tail import GRACE_SECONDS, Tail
from handoff_desk.rasa.tracker_store import TrackerStore
from tests.desk.core.one_desk import Clock
from tests.desk.core.rasa_tracker import EVENTS, RasaTracker, user


@pytest.fixture
def tail(tracker_store, clock) -> Tail:
    return Tail(tracker_store, low=0, clock=clock)


def ids(rows: list[Row]) -> list[int]:
    return [row.id for row in rows]


def texts(rows: list[Row]) -> list[str]:
    return [row.data["text"] for row in rows]


# Both databases -----------------------------------------------------------------------------------


def test_rows_come_once_and_in_order(tail, tracker):
    assert tail.read() == []
    first = tracker.append("budi", user("a"), user("b"))
    second = tracker.append("wati", user("c"))
    assert ids(tail.read()) == [*first, *second]
    assert tail.read() == []
    third = tracker.append("budi", user("d"))
    assert ids(tail.read()) == third
    assert tail.low == third[-1]


def test_a_row_says_what_rasa_wrote(tail, tracker, clock):
    tracker.append("budi", user("kok lama", "Marah"))
    [row] = tail.read()
    assert (row.sender, row.type, row.at) == ("budi", "user", clock())
    assert row.data["parse_data"]["emotion"]["name"] == "Marah"


def test_a_new_tail_goes_on_from_low(tail, tracker, tracker_store, clock):
    tracker.append("budi", user("a"), user("b"))
    tail.read()
    tracker.append("budi", user("c"))
    assert texts(Tail(tracker_store, low=tail.low, clock=clock).read()) == ["c"]


def test_no_more_than_the_limit_at_a_time(tail, tracker):
    tracker.append("budi", *(user(str(number)) for number in range(7)))
    pages = []
    while rows := tail.read(limit=3):
        pages.append(texts(rows))
    assert pages == [["0", "1", "2"], ["3", "4", "5"], ["6"]]


def test_rows_that_were_deleted_hold_up_nothing(tail, tracker, clock):
    tracker.append("budi", *(user(str(number)) for number in range(50)))
    with tracker.engine.begin() as connection:
        connection.execute(EVENTS.delete().where(EVENTS.c.id % 7 != 0))
    assert ids(tail.read()) == [7, 14, 21, 28, 35, 42, 49]
    clock.forward(GRACE_SECONDS)
    assert tail.read() == tail.read() == []
    assert tail.low == 49


def test_huge_gaps_are_not_walked_through(tail, tracker, clock):
    with tracker.engine.begin() as connection:
        for number in (1, 2_000_000, 2_000_000_000):
            values = tracker.values("budi", user(str(number)))
            connection.execute(EVENTS.insert().values(id=number, **values))
    assert ids(tail.read()) == [1, 2_000_000, 2_000_000_000]
    assert tail.read() == []
    clock.forward(GRACE_SECONDS)
    assert tail.read() == tail.read() == []
    assert tail.low == 2_000_000_000


# PostgreSQL: rows that appear out of order --------------------------------------------------------


@pytest.fixture
def rasa(only_postgres, clock) -> Iterator[RasaTracker]:
    tracker = RasaTracker(only_postgres.tracker, clock)
    yield tracker
    tracker.engine.dispose()


@pytest.fixture
def store(only_postgres, rasa) -> Iterator[TrackerStore]:
    store = TrackerStore(only_postgres.tracker)
    yield store
    store.close()


@pytest.fixture
def late(store, clock) -> Tail:
    return Tail(store, low=0, clock=clock)


class Writer:
    """A transaction of another Rasa server: writes, and commits when told to."""

    def __init__(self, rasa: RasaTracker) -> None:
        self._rasa = rasa
        self._connection = rasa.engine.connect()
        self._transaction = self._connection.begin()

    def draws(self) -> int:
        query = sa.text("SELECT nextval('events_id_seq')")
        return self._connection.execute(query).scalar_one()

    def number(self) -> str | None:
        query = sa.text("SELECT pg_current_xact_id_if_assigned()::text")
        return self._connection.execute(query).scalar_one()

    def writes(self, text: str, sender: str = "budi", number: int | None = None) -> int:
        values = self._rasa.values(sender, user(text))
        if number:
            values["id"] = number
        query = EVENTS.insert().values(values).returning(EVENTS.c.id)
        return self._connection.execute(query).scalar_one()

    def commits(self) -> None:
        self._transaction.commit()
        self._connection.close()

    def rolls_back(self) -> None:
        self._transaction.rollback()
        self._connection.close()


class Naive:
    """How not to do it."""

    def __init__(self, store: TrackerStore) -> None:
        self._store, self._last = store, 0

    def read(self) -> list[Row]:
        rows = self._store.after(self._last)
        self._last = max(ids(rows), default=self._last)
        return rows


def test_a_row_that_appears_late_is_handed_out_and_a_naive_reader_misses_it(rasa, store, late):
    naive = Naive(store)
    slow, quick = Writer(rasa), Writer(rasa)
    assert slow.writes("first") < quick.writes("second")
    quick.commits()
    assert texts(late.read()) == texts(naive.read()) == ["second"]
    assert late.low == 0
    assert late.read() == []
    slow.commits()
    assert texts(late.read()) == ["first"]
    assert naive.read() == []
    assert late.low == 2


def test_a_late_row_is_handed_out_with_the_rows_after_it(rasa, late):
    slow, quick = Writer(rasa), Writer(rasa)
    slow.writes("1")
    quick.writes("2")
    quick.commits()
    assert texts(late.read()) == ["2"]
    slow.commits()
    rasa.append("budi", user("3"))
    assert texts(late.read()) == ["1", "3"]


def test_a_transaction_may_take_longer_than_the_grace(rasa, late, clock):
    slow, quick = Writer(rasa), Writer(rasa)
    slow.writes("1")
    quick.writes("2")
    quick.commits()
    late.read()
    clock.forward(1000 * GRACE_SECONDS)
    assert late.read() == []
    assert late.low == 0
    slow.commits()
    assert texts(late.read()) == ["1"]


def test_an_id_that_was_rolled_back_is_given_up_after_the_grace(rasa, late, clock):
    failing, quick = Writer(rasa), Writer(rasa)
    failing.writes("1")
    quick.writes("2")
    quick.commits()
    late.read()
    failing.rolls_back()
    assert late.read() == []
    assert late.low == 0
    clock.forward(GRACE_SECONDS)
    assert late.read() == []
    assert late.low == 0  # from now on nobody who drew it is unknown
    assert late.read() == []
    assert late.low == 2


def test_an_id_is_not_given_up_while_a_transaction_from_before_runs(rasa, late, clock):
    """It might be the one that drew the id."""
    failing, quick, unrelated = Writer(rasa), Writer(rasa), Writer(rasa)
    failing.writes("1")
    unrelated.writes("2")
    quick.writes("3")
    quick.commits()
    late.read()
    failing.rolls_back()
    clock.forward(10 * GRACE_SECONDS)
    late.read()
    assert late.low == 0
    late.read()
    assert late.low == 0
    unrelated.commits()
    assert texts(late.read()) == ["2"]
    assert late.low == 3


def test_an_id_may_be_drawn_before_its_transaction_is_known(rasa, late, clock):
    """PostgreSQL numbers a transaction at its first write, and that is after it drew the id."""
    rasa.append("budi", user("1"))
    slow = Writer(rasa)
    assert slow.draws() == 2
    assert slow.number() is None
    rasa.append("budi", user("3"))
    assert texts(late.read()) == ["1", "3"]
    slow.writes("2", number=2)
    for _ in range(3):
        clock.forward(GRACE_SECONDS)
        assert late.read() == []
    slow.commits()
    assert texts(late.read()) == ["2"]


def test_a_new_tail_in_the_middle_loses_no_late_row(rasa, store, late, clock):
    slow, quick = Writer(rasa), Writer(rasa)
    slow.writes("1")
    quick.writes("2")
    quick.commits()
    assert texts(late.read()) == ["2"]
    after = Tail(store, low=late.low, clock=clock)
    assert texts(after.read()) == ["2"]  # again: whoever takes it knows it
    slow.commits()
    assert texts(after.read()) == ["1"]


def test_more_gaps_than_a_statement_has_parameters(rasa, late, clock):
    with rasa.engine.begin() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO events (id, sender_id, type_name, data) "
                "SELECT n * 20, 'budi', 'user', '{}' FROM generate_series(1, 3500) AS n"
            )
        )
    found = []
    while rows := late.read():
        found += rows
    assert len(found) == 3500
    assert len(late._gaps) > 65_535
    assert late.read() == []
    clock.forward(GRACE_SECONDS)
    late.read()
    late.read()
    assert late.low == 70_000


def test_concurrent_writers_lose_no_row(rasa, store):
    """Eight writers that dawdle between writing and committing, and a tail that is replaced."""
    written: set[str] = set()
    noted = threading.Lock()

    def write(number: int) -> None:
        dice = random.Random(number)
        for step in range(30):
            writer = Writer(rasa)
            mine = {f"{number}-{step}-{part}" for part in range(dice.randint(1, 3))}
            for text in sorted(mine):
                writer.writes(text, sender=f"budi{number}")
                pause.wait(dice.uniform(0, 0.01))
            if dice.random() < 0.2:
                writer.rolls_back()
                continue
            pause.wait(dice.uniform(0, 0.02))
            writer.commits()
            with noted:
                written.update(mine)

    pause = threading.Event()  # never set: only waits
    clock = lambda: 10 * time.monotonic()  # noqa: E731  # a grace of one second
    writers = [threading.Thread(target=write, args=(number,)) for number in range(8)]
    for writer in writers:
        writer.start()
    tail, naive, seen, by_naive = Tail(store, low=0, clock=clock), Naive(store), [], set()
    rounds = 0
    while any(writer.is_alive() for writer in writers):
        rounds += 1
        if rounds % 25 == 0:
            tail = Tail(store, low=tail.low, clock=clock)
        seen += tail.read(limit=20)
        by_naive.update(texts(naive.read()))
    while rows := tail.read(limit=20):
        seen += rows
    by_naive.update(texts(naive.read()))
    assert set(texts(seen)) == written
    assert len(written) > 300
    assert by_naive < written, "The writers were too tame to show anything."


def test_one_tail_hands_out_no_row_twice(rasa, late):
    slow = [Writer(rasa) for _ in range(5)]
    for number, writer in enumerate(slow):
        writer.writes(str(number))
    found = []
    for writer in random.Random(1).sample(slow, 5):
        writer.commits()
        found += texts(late.read())
    assert sorted(found) == list("01234")
    assert late.low == 5


# What else the desk asks of Rasa's table ----------------------------------------------------------


@pytest.mark.parametrize("key", ["k1", 'a"b', "%", "_", "a\\b", "kunci-é-😀", "A'B"])
def test_a_message_of_the_desk_is_found_by_its_key(tracker, tracker_store, key):
    ours = {"event": "bot", "text": "hai", "metadata": {"desk": {"id": key, "kind": "reply"}}}
    tracker.append("budi", ours)
    assert tracker_store.has_desk_message("budi", key)
    assert not tracker_store.has_desk_message("wati", key)


def test_a_key_that_only_occurs_somewhere_is_not_found(tracker, tracker_store):
    tracker.append(
        "budi",
        {"event": "bot", "text": "k1", "metadata": {"desk": {"id": "k11", "agent": "k1"}}},
        {"event": "user", "text": "x", "metadata": {"desk": {"id": "k1"}}},
        {"event": "slot", "name": "x", "value": 1, "metadata": {"desk": {"id": "k1"}}},
    )
    assert not tracker_store.has_desk_message("budi", "k1")


def test_a_conversation_is_all_sessions_of_one_sender(tracker, tracker_store):
    first = tracker.append("budi", user("a"), {"event": "session_started"})
    tracker.append("wati", user("x"))
    second = tracker.append("budi", user("b"))
    assert ids(tracker_store.conversation("budi")) == [*first, *second]
    assert ids(tracker_store.conversation("budi", after=first[0])) == [first[1], *second]


def test_the_desk_cannot_write_into_a_file_of_rasa(tmp_path):
    """PostgreSQL has users and rights for that."""
    url = f"sqlite:///{tmp_path / 'rasa.db'}"
    RasaTracker(url, Clock()).engine.dispose()
    tracker_store = TrackerStore(url)
    with (
        pytest.raises(sa.exc.OperationalError, match="readonly"),
        tracker_store.engine.begin() as connection,
    ):
        connection.execute(EVENTS.delete())
    tracker_store.close()


def test_a_file_that_is_not_there_yet_is_not_made(tmp_path):
    store = TrackerStore(f"sqlite:///{tmp_path / 'rasa.db'}")
    assert not store.is_there()
    assert list(tmp_path.iterdir()) == []
    RasaTracker(f"sqlite:///{tmp_path / 'rasa.db'}", Clock()).engine.dispose()
    assert store.is_there()
    store.close()
