"""The outbox: in order within a sender, each item with one worker at a time."""

from __future__ import annotations

import threading

import pytest

from handoff_desk.store import outbox
from tests.desk.core.rasa_tracker import NOW


@pytest.fixture
def ticket(desk, tracker) -> int:
    """Items belong to a ticket; this one has none of its own."""
    tracker.escalates("budi")
    desk.read()
    return 1


@pytest.fixture
def put(database, ticket):
    """Adds items: `put("budi", "a", "b")`."""

    def add(sender: str, *texts: str, **values: object) -> None:
        with database.transaction() as connection:
            for text in texts:
                outbox.add(
                    connection,
                    ticket_id=ticket,
                    sender=sender,
                    at=NOW,
                    kind="reply",
                    text=text,
                    **values,
                )

    return add


@pytest.fixture
def lease(database):
    """Leases, and says which texts it got: `lease("desk-a")`."""

    def take(owner: str = "a", now: float = NOW, **values: object) -> list[outbox.Item]:
        with database.transaction() as connection:
            values = {"seconds": 60, **values}
            return outbox.lease(connection, owner=owner, now=now, **values)

    return take


def texts(items: list[outbox.Item]) -> list[str | None]:
    return [item.text for item in items]


def done(database, item: outbox.Item) -> None:
    with database.transaction() as connection:
        outbox.done(connection, item_id=item.id, now=NOW)


def failed(database, item: outbox.Item, owner: str, next_at: float = NOW) -> None:
    with database.transaction() as connection:
        outbox.failed(connection, item_id=item.id, owner=owner, error="no", next_at=next_at)


def test_the_oldest_of_each_sender(put, lease):
    put("budi", "b1", "b2")
    put("wati", "w1", "w2")
    assert texts(lease()) == ["b1", "w1"]
    assert lease() == []


def test_the_next_only_after_the_one_before(put, lease, database):
    put("budi", "1", "2", "3")
    for expected in "123":
        [item] = lease()
        assert item.text == expected
        done(database, item)
    assert lease() == []


def test_a_failure_holds_up_its_sender_and_nobody_else(put, lease, database):
    put("budi", "b1", "b2")
    put("wati", "w1", "w2")
    first, second = lease()
    failed(database, first, "a", next_at=NOW + 5)
    done(database, second)
    assert texts(lease()) == ["w2"]
    [again] = lease(now=NOW + 5)
    assert (again.text, again.attempts, again.error) == ("b1", 1, "no")


def test_a_lease_that_ran_out_is_taken_again(put, lease):
    put("budi", "1", "2")
    [item] = lease("dead")
    assert item.leased_until == NOW + 60
    assert lease("b", NOW + 59) == []
    [again] = lease("b", NOW + 60)
    assert (again.text, again.attempts) == ("1", 1)


def test_who_lost_the_lease_frees_nothing(put, lease, database):
    put("budi", "1")
    [item] = lease("slow")
    lease("quick", NOW + 60)
    failed(database, item, "slow")
    assert lease("third", NOW + 61) == []


def test_what_is_done_cannot_fail_any_more(put, lease, database):
    put("budi", "1", "2")
    [item] = lease("a")
    done(database, item)
    failed(database, item, "a")
    assert texts(lease("b")) == ["2"]


def test_no_more_than_the_limit(put, lease):
    for number in range(5):
        put(f"budi{number}", "x")
    assert len(lease(limit=3)) == 3
    assert len(lease(limit=3)) == 2


def test_an_item_for_later_holds_up_what_is_behind_it(put, lease, database):
    put("budi", "1", "2")
    [item] = lease()
    failed(database, item, "a", next_at=NOW + 100)
    assert lease(now=NOW + 99) == []
    assert texts(lease(now=NOW + 100)) == ["1"]


def test_the_same_key_is_one_item(put, lease, database):
    put("budi", "1", key="k")
    put("budi", "1", key="k")
    [item] = lease()
    done(database, item)
    put("budi", "1", key="k")
    assert lease() == []
    with database.transaction() as connection:
        assert outbox.find(connection, key="k").state == "done"
        assert outbox.find(connection, key="x") is None


def test_slots_come_back_as_they_were(database, ticket, lease):
    slots = {"handoff": "none", "emotion": None, "n": {"a": [1, 2.5, "é"]}}
    with database.transaction() as connection:
        outbox.add(connection, ticket_id=ticket, sender="budi", at=NOW, slots=slots)
    [item] = lease()
    assert item.slots == slots
    assert (item.kind, item.text) == ("state", None)


def test_times_keep_their_fractions(put, lease, database):
    with database.transaction() as connection:
        outbox.add(connection, ticket_id=1, sender="wati", at=1_700_000_000.123456)
    [item] = lease(now=1_700_000_001.0)
    assert item.created_at == 1_700_000_000.123456


def test_when_the_last_word_was_there(put, lease, database):
    def reached() -> float:
        with database.transaction() as connection:
            return outbox.reached_at(connection, ticket_id=1)

    assert reached() == 0
    put("budi", "1")
    assert reached() == float("inf")
    done(database, lease()[0])
    assert reached() == NOW


def test_two_workers_never_take_the_same_item(put, lease, database):
    senders = [f"budi{number}" for number in range(12)]
    for sender in senders:
        put(sender, *(f"{sender}-{number}" for number in range(4)))
    begin, taken, noted = threading.Barrier(4), [], threading.Lock()

    def work(owner: str) -> None:
        begin.wait()
        empty = 0
        while empty < 20:
            items = lease(owner, limit=3)
            empty = 0 if items else empty + 1
            with noted:
                taken.extend(texts(items))
            for item in items:
                done(database, item)

    threads = [threading.Thread(target=work, args=(str(number),)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while items := lease():
        for item in items:
            taken.append(item.text)
            done(database, item)
    for sender in senders:
        mine = [text for text in taken if text.startswith(f"{sender}-")]
        assert mine == [f"{sender}-{number}" for number in range(4)]
