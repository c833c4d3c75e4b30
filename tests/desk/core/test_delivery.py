"""From the outbox into Rasa's tracker over HTTP: each message once and in order, whatever fails."""

from __future__ import annotations

import asyncio
import functools
import random
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from handoff_desk.domain import Outcome
from handoff_desk.errors import RasaError
from handoff_desk.rasa.client import RasaClient
from handoff_desk.rasa.delivery import Delivery, events_of
from handoff_desk.store import outbox
from handoff_desk.store.outbox import Item
from tests.desk.core.fake_rasa import FakeRasa
from tests.desk.core.one_desk import Desk
from tests.desk.core.rasa_tracker import NOW, RasaTracker

Test = Callable[..., Coroutine[Any, Any, None]]


def in_a_loop(test: Test) -> Callable[..., None]:
    @functools.wraps(test)
    def run(**fixtures: Any) -> None:
        asyncio.run(asyncio.wait_for(test(**fixtures), 120))

    return run


@asynccontextmanager
async def delivering(desk: Desk, rasa: FakeRasa, **values: Any) -> AsyncIterator[Delivery]:
    client = RasaClient(rasa.url, timeout=values.pop("timeout", 5.0))
    yield Delivery(
        desk.database,
        desk.tracker_store,
        client,
        name=values.pop("name", "a"),
        clock=desk.clock,
    )
    await client.close()


def put(desk: Desk, sender: str, *texts: str) -> None:
    with desk.database.transaction() as connection:
        for text in texts:
            outbox.add(
                connection,
                ticket_id=1,
                sender=sender,
                at=desk.clock(),
                kind="reply",
                text=text,
                author="Sari",
            )


def stored(tracker: RasaTracker, sender: str = "budi") -> list[str]:
    """The texts of the desk that stand in the tracker."""
    return [
        row["text"]
        for row in tracker.rows(sender)
        if row["event"] == "bot" and (row.get("metadata") or {}).get("desk")
    ]


async def until_empty(desk: Desk, delivery: Delivery, sender: str = "budi") -> None:
    """Deliver, and let the clock run, until nothing is left."""
    for _ in range(100):
        await delivery.deliver_due()
        if not desk.outbox(sender):
            return
        desk.clock.forward(31)
    raise AssertionError(desk.outbox(sender))


@pytest.fixture
def one(desk, tracker) -> Desk:
    """A desk with one waiting ticket, and an empty outbox."""
    tracker.escalates("budi")
    desk.read()
    return desk


@pytest.fixture
def rasa(tracker) -> FakeRasa:
    return FakeRasa(tracker)


# What is written ----------------------------------------------------------------------------------

ITEM = Item(
    id=1,
    key="k",
    ticket_id=1,
    sender="budi",
    kind="reply",
    text="hai",
    author="Sari",
    slots={"handoff": "agent"},
    attempts=0,
    state="pending",
    created_at=0.0,
)
OURS = {"desk": {"id": "k", "kind": "reply", "agent": "Sari"}}


def test_the_state_is_written_before_the_words():
    assert events_of(ITEM) == [
        {"event": "slot", "name": "handoff", "value": "agent", "metadata": OURS},
        {"event": "bot", "text": "hai", "data": {}, "metadata": OURS},
    ]


def test_a_state_without_words_has_an_event_that_carries_the_key():
    first, second = events_of(Item(**{**vars(ITEM), "text": None, "kind": "state"}))
    assert (first["event"], first["text"], first["metadata"]["desk"]["id"]) == ("agent", None, "k")
    assert second["event"] == "slot"


# When all goes well -------------------------------------------------------------------------------


@in_a_loop
async def test_a_whole_handoff(one, rasa, tracker, sari):
    one.work.claim(sari, 1)
    one.work.reply(sari, 1, "Ada apa?")
    one.work.resolve(sari, 1, Outcome.RIGHT)
    async with rasa.serving(), delivering(one, rasa) as delivery:
        assert [await delivery.deliver_due() for _ in range(4)] == [1, 1, 1, 0]
    assert [text[:8] for text in stored(tracker)] == ["Halo Kak", "Ada apa?", "Terima k"]
    assert [text for _, text in rasa.sent] == stored(tracker)
    state = [row["value"] for row in tracker.rows("budi") if row.get("name") == "handoff"]
    assert state == ["waiting", "agent", "none"]
    one.read()
    assert [ticket.state.value for ticket in one.tickets()] == ["resolved"]


SENDERS = ["budi", "whatsapp:+62812-3456", "a@b.c", "kelas/7a", "x%2Fy", "..", "a;b=c&d,(e)'*!$"]


@pytest.mark.parametrize("sender", SENDERS)
@in_a_loop
async def test_a_conversation_is_addressed_by_its_own_name(one, rasa, tracker, sender):
    """Rasa does not decode the path."""
    put(one, sender, "hai")
    async with rasa.serving(), delivering(one, rasa) as delivery:
        await delivery.deliver_due()
    assert stored(tracker, sender) == ["hai"]
    assert one.outbox(sender) == []


@pytest.mark.parametrize("sender", ["a b", "a?b", "a#b", "é", "a\nb"])
@in_a_loop
async def test_a_name_that_rasa_cannot_be_asked_for_says_so(one, rasa, tracker, sender):
    put(one, sender, "hai")
    async with rasa.serving(), delivering(one, rasa) as delivery:
        await delivery.deliver_due()
    assert rasa.served == []
    assert "ASCII" in one.outbox(sender)[0].error


@in_a_loop
async def test_what_rasa_is_asked(rasa, tracker):
    async with rasa.serving():
        client = RasaClient(f"{rasa.url}/", "a token&")
        await client.append("budi", [{"event": "bot", "text": "hai"}])
        await client.close()
    path = "/conversations/budi/tracker/events"
    assert rasa.served == [
        f"{path}?output_channel=latest&execute_side_effects=true&token=a+token%26"
    ]


# When it does not ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "plan, times_sent",
    [
        (["refuse"], 1),
        (["unauthorised"], 1),
        (["refuse", "refuse", "refuse"], 1),
        (["hang up before"], 1),
        (["hang up after"], 1),
        (["half"], 1),
        # The message, then the fence of the second try.
        (["hang up before", "hang up before", "hang up after"], 1),
        (["hang up after", "refuse"], 1),
        # Rasa sends first and stores then. What it sent and lost, it is told once more.
        (["forget"], 2),
        (["hang up before", "store", "forget", "store"], 2),
        # As long as it stores nothing it is not told again and again.
        (["forget"] * 6, 2),
    ],
    ids=str,
)
@in_a_loop
async def test_each_message_stands_in_the_tracker_once_and_in_order(
    one, rasa, tracker, plan, times_sent
):
    put(one, "budi", "1", "2", "3")
    rasa.plan.extend(plan)
    async with rasa.serving(), delivering(one, rasa) as delivery:
        await until_empty(one, delivery)
    assert stored(tracker) == ["1", "2", "3"]
    assert [text for _, text in rasa.sent] == ["1"] * times_sent + ["2", "3"]


@pytest.mark.parametrize("what", ["slow", "slow before"])
@in_a_loop
async def test_a_timeout_is_asked_after(one, rasa, tracker, what):
    """The second try comes while Rasa still works on the first: the fence waits for it."""
    put(one, "budi", "1", "2")
    rasa.plan.append(what)
    async with rasa.serving(), delivering(one, rasa, timeout=0.5) as delivery:
        await delivery.deliver_due()
        assert "Timeout" in one.outbox()[0].error
        one.clock.forward(1)
        asyncio.get_running_loop().call_later(0.1, rasa.go_on.set)
        await until_empty(one, delivery)
    assert stored(tracker) == ["1", "2"]
    assert [text for _, text in rasa.sent] == ["1", "2"]


@in_a_loop
async def test_while_rasa_is_away_nothing_is_lost(one, rasa, tracker):
    put(one, "budi", "1", "2")
    async with rasa.serving():
        address = rasa.url
    async with delivering(one, rasa) as delivery:
        await delivery.deliver_due()
        assert [item.text for item in one.outbox()] == ["1", "2"]
        assert address in one.outbox()[0].error
    one.clock.forward(30)
    async with rasa.serving(), delivering(one, rasa) as delivery:
        await until_empty(one, delivery)
    assert stored(tracker) == ["1", "2"]


@in_a_loop
async def test_a_desk_that_was_killed_after_the_write(one, rasa, tracker):
    """Its lease runs out, and another desk finds the message."""
    put(one, "budi", "1", "2")
    async with rasa.serving(), delivering(one, rasa, name="b") as other:
        with one.database.transaction() as connection:
            [item] = outbox.lease(connection, owner="killed", now=NOW, seconds=160)
        tracker.append("budi", *events_of(item))
        assert await other.deliver_due() == 0
        one.clock.forward(160)
        await until_empty(one, other)
    assert stored(tracker) == ["1", "2"]


@in_a_loop
async def test_a_desk_that_slept_through_its_lease_does_not_write(one, rasa, tracker):
    put(one, "budi", "1")
    async with (
        rasa.serving(),
        delivering(one, rasa, name="b") as other,
        delivering(one, rasa, name="asleep") as asleep,
    ):
        [item] = asleep._lease(1)
        one.clock.forward(200)
        await until_empty(one, other)
        await asleep._deliver(item)
    assert stored(tracker) == ["1"]
    assert [text for _, text in rasa.sent] == ["1"]
    assert one.outbox() == []


@in_a_loop
async def test_a_desk_that_is_stopped_gives_its_items_back(one, rasa, tracker):
    put(one, "budi", "1", "2")
    rasa.plan.append("slow")
    async with rasa.serving(), delivering(one, rasa) as delivery:
        running = asyncio.create_task(delivery.run(idle_seconds=0.01))
        while not rasa.sent:
            await asyncio.sleep(0.01)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        async with delivering(one, rasa, name="after") as after:
            assert await after.deliver_due() == 1
            await until_empty(one, after)
    assert stored(tracker) == ["1", "2"]


@in_a_loop
async def test_a_conversation_that_is_locked_holds_up_nobody_else(one, rasa, tracker):
    put(one, "budi", "1")
    rasa.plan.append("slow before")
    async with rasa.serving(), delivering(one, rasa, timeout=60.0) as delivery:
        running = asyncio.create_task(delivery.run(idle_seconds=0.01))
        while not rasa.served:
            await asyncio.sleep(0.01)
        put(one, "wati", "a", "b")
        delivery.wake.set()
        while one.outbox("wati"):
            await asyncio.sleep(0.01)
        assert stored(tracker) == []
        rasa.go_on.set()
        while one.outbox("budi"):
            await asyncio.sleep(0.01)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert stored(tracker, "wati") == ["a", "b"]
    assert stored(tracker) == ["1"]


@in_a_loop
async def test_a_failure_of_the_database_is_tried_again(one, rasa, tracker, tracker_store):
    class Flaky:
        calls = 0

        def has_desk_message(self, sender, key):
            self.calls += 1
            if self.calls == 1:
                raise OSError("the disk is gone")
            return tracker_store.has_desk_message(sender, key)

    put(one, "budi", "1")
    async with rasa.serving(), delivering(one, rasa) as delivery:
        delivery._tracker_store = Flaky()
        await until_empty(one, delivery)
    assert stored(tracker) == ["1"]


@pytest.mark.parametrize("seed", range(4))
@in_a_loop
async def test_two_desks_and_a_rasa_that_fails_at_random(one, rasa, tracker, seed):
    dice = random.Random(seed)
    ways = ["store", "store", "refuse", "hang up before", "hang up after", "half"]
    rasa.plan.extend(dice.choice(ways) for _ in range(60))
    senders = {f"budi{number}": [f"{number}-{step}" for step in range(5)] for number in range(4)}
    for sender, texts in senders.items():
        put(one, sender, *texts)
    async with (
        rasa.serving(),
        delivering(one, rasa, name="a") as first,
        delivering(one, rasa, name="b") as second,
    ):
        while any(one.outbox(sender) for sender in senders):
            await asyncio.gather(first.deliver_due(), second.deliver_due())
            one.clock.forward(dice.choice([0.1, 1, 31]))
    for sender, texts in senders.items():
        assert stored(tracker, sender) == texts
        assert [text for to, text in rasa.sent if to == sender] == texts


# The client ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "what, unknown",
    [
        ("refuse", True),
        ("unauthorised", False),
        ("hang up before", True),
        ("hang up after", True),
        ("half", True),
    ],
)
@in_a_loop
async def test_an_error_says_whether_it_may_have_happened(rasa, tracker, what, unknown):
    rasa.plan.append(what)
    async with rasa.serving():
        client = RasaClient(rasa.url)
        with pytest.raises(RasaError) as caught:
            await client.append("budi", [{"event": "bot", "text": "hai"}])
        await client.close()
    assert caught.value.unknown is unknown


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "no-scheme", "http://"])
@in_a_loop
async def test_an_address_where_nobody_is(url):
    client = RasaClient(url)
    with pytest.raises(RasaError):
        await client.append("budi", [])
    assert not await client.is_up()
    await client.close()
