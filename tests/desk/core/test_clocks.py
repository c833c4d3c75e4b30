"""What happens when nobody does anything, and that it happens once."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from handoff_desk.clocks import PRESENT_SECONDS, Due, due, next_agent
from handoff_desk.domain import Account, Outcome, Role, State, Ticket
from handoff_desk.settings import Times
from handoff_desk.store import accounts
from tests.desk.core.one_desk import Desk, Hours
from tests.desk.core.rasa_tracker import NOW

TIMES = Times(
    unclaimed_notice=120,
    unclaimed_notices=2,
    agent_reminder=180,
    agent_release=600,
    customer_close=3600,
)
OFF = Times(unclaimed_notice=0, agent_reminder=0, agent_release=0, customer_close=0)
NIGHT = Hours(closed_from=1000, opens=5000)

WAITS = Ticket(
    id=1,
    sender="budi",
    channel="rest",
    state=State.WAITING,
    urgency=2,
    trigger="strong",
    reason={},
    opened_at=100,
    opened_event=1,
    last_event=1,
    due_from=100,
    waiting_since=100,
    customer_at=100,
)
UNANSWERED = replace(WAITS, state=State.CLAIMED, assignee=1, claimed_at=200)
ANSWERED = replace(UNANSWERED, agent_at=300)


@pytest.mark.parametrize(
    "ticket, now, times, hours, expected",
    [
        # Nobody claims.
        (WAITS, 219, TIMES, Hours(), None),
        (WAITS, 220, TIMES, Hours(), Due.TELL_WAITING),
        (replace(WAITS, waiting_notices=1, told_at=220), 339, TIMES, Hours(), None),
        (replace(WAITS, waiting_notices=1, told_at=220), 340, TIMES, Hours(), Due.TELL_WAITING),
        (replace(WAITS, waiting_notices=2, told_at=340), 9999, TIMES, Hours(), None),
        (replace(WAITS, due_from=500), 619, TIMES, Hours(), None),
        (replace(WAITS, due_from=500), 620, TIMES, Hours(), Due.TELL_WAITING),
        # Just given back: the old place in the queue, but told a moment ago.
        (replace(WAITS, told_at=800), 801, TIMES, Hours(), None),
        (replace(WAITS, told_at=800), 920, TIMES, Hours(), Due.TELL_WAITING),
        (WAITS, 99_999, OFF, Hours(), None),
        # The agent does not answer. Their time begins with the claim.
        (UNANSWERED, 379, TIMES, Hours(), None),
        (UNANSWERED, 380, TIMES, Hours(), Due.REMIND_AGENT),
        (replace(UNANSWERED, agent_reminders=1), 799, TIMES, Hours(), None),
        (replace(UNANSWERED, agent_reminders=1), 800, TIMES, Hours(), Due.RELEASE),
        (UNANSWERED, 800, TIMES, Hours(), Due.RELEASE),
        (replace(UNANSWERED, assignee=None), 99_999, TIMES, Hours(), Due.REMIND_AGENT),
        (replace(UNANSWERED, assignee=None, agent_reminders=1), 99_999, TIMES, Hours(), None),
        (UNANSWERED, 99_999, OFF, Hours(), None),
        # Nor does it count while the office is closed.
        (replace(ANSWERED, customer_at=1500), 5179, TIMES, NIGHT, None),
        (replace(ANSWERED, customer_at=1500), 5180, TIMES, NIGHT, Due.REMIND_AGENT),
        (replace(ANSWERED, customer_at=1500), 5600, TIMES, NIGHT, Due.RELEASE),
        # The customer does not answer.
        (ANSWERED, 3899, TIMES, Hours(), None),
        (ANSWERED, 3900, TIMES, Hours(), Due.EXPIRE),
        (replace(ANSWERED, customer_at=400), 3900, TIMES, Hours(), Due.RELEASE),
        (ANSWERED, 99_999, OFF, Hours(), None),
        # Over.
        (replace(ANSWERED, state=State.RESOLVED), 99_999, TIMES, Hours(), None),
        (replace(WAITS, state=State.EXPIRED), 99_999, TIMES, Hours(), None),
    ],
)
def test_what_is_due(ticket, now, times, hours, expected):
    assert due(ticket, times, now, hours) is expected


# Acting -------------------------------------------------------------------------------------------


@pytest.fixture
def ticking(desk, tracker) -> Desk:
    """A desk with one waiting ticket."""
    desk = desk.with_settings(times=TIMES)
    tracker.escalates("budi")
    desk.read()
    return desk


def test_the_customer_is_told_that_nobody_is_free(ticking, clock):
    clock.forward(120)
    assert ticking.clocks.tick() == 1
    assert ticking.clocks.tick() == 0
    [item] = ticking.outbox()
    assert (item.kind, item.slots, item.author) == ("notice", {}, None)
    assert "pelanggan lain" in item.text
    assert ticking.log()[-1] == "ticket.waiting_told"
    clock.forward(120)
    assert ticking.clocks.tick() == 1
    clock.forward(10_000)
    assert ticking.clocks.tick() == 0


def test_a_desk_that_was_down_does_not_say_everything_at_once(ticking, clock):
    clock.forward(100_000)
    assert [ticking.clocks.tick() for _ in range(3)] == [1, 0, 0]
    assert len(ticking.outbox()) == 1


def test_an_agent_who_says_nothing_is_reminded_and_loses_the_ticket(ticking, tracker, clock, sari):
    clock.forward(30)
    ticking.work.claim(sari, 1)
    ticking.flush(tracker)
    clock.forward(180)
    assert ticking.clocks.tick() == 1
    assert ticking.clocks.tick() == 0
    assert ticking.log()[-1] == "ticket.agent_reminded"
    assert ticking.outbox() == []  # the customer is not told of that
    clock.forward(420)
    assert ticking.clocks.tick() == 1
    ticket = ticking.ticket()
    assert (ticket.state, ticket.assignee) == (State.WAITING, None)
    assert ticket.waiting_since == NOW
    assert [item.slots for item in ticking.outbox()] == [{"handoff": "waiting"}]
    assert ticking.clocks.tick() == 0  # not two messages within a second
    clock.forward(120)
    assert ticking.clocks.tick() == 1


def test_an_answer_stops_the_clock(ticking, tracker, clock, sari):
    ticking.work.claim(sari, 1)
    clock.forward(170)
    ticking.work.reply(sari, 1, "Sebentar ya")
    clock.forward(1000)
    assert ticking.clocks.tick() == 0


def test_a_silent_customer_is_let_go_with_a_word(ticking, tracker, clock, sari):
    ticking.work.claim(sari, 1)
    ticking.work.reply(sari, 1, "Ada apa, Kak?")
    ticking.flush(tracker)
    clock.forward(3600)
    assert ticking.clocks.tick() == 1
    ticket = ticking.ticket()
    assert (ticket.state, ticket.outcome, ticket.closed_by) == (State.EXPIRED, None, None)
    [item] = ticking.outbox()
    assert (item.kind, item.slots["handoff"], item.author) == ("closing", "none", None)
    assert ticking.log()[-1] == "ticket.expired"


def test_silence_begins_when_the_last_word_is_there(ticking, tracker, clock, sari):
    """Rasa was down for longer than a customer has time to answer."""
    ticking.work.claim(sari, 1)
    ticking.work.reply(sari, 1, "Ada apa, Kak?")
    clock.forward(5000)
    assert ticking.clocks.tick() == 0
    ticking.flush(tracker)
    assert ticking.clocks.tick() == 0
    clock.forward(3600)
    assert ticking.clocks.tick() == 1
    assert ticking.ticket().state is State.EXPIRED


def test_nothing_is_due_while_the_office_is_closed(ticking, clock):
    closed = ticking.with_settings(hours=Hours(closed_from=NOW + 60, opens=NOW + 50_000))
    clock.forward(10_000)
    assert closed.clocks.tick() == 0
    clock.forward(40_000)
    assert closed.clocks.tick() == 1


def test_a_restart_in_between_forgets_nothing(ticking, clock):
    clock.forward(100)
    assert ticking.clocks.tick() == 0
    clock.forward(20)
    again = ticking.with_settings(title="after the restart")
    assert again.clocks.tick() == 1
    assert again.with_settings(title="and again").clocks.tick() == 0


def test_two_desks_act_once(desk, tracker, clock):
    desk = desk.with_settings(times=TIMES)
    for number in range(10):
        tracker.escalates(f"budi{number}")
    desk.read()
    clock.forward(120)
    begin, acted = threading.Barrier(3), []

    def run() -> None:
        other = desk.with_settings(title="another")
        begin.wait()
        acted.append(other.clocks.tick())

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(acted) == 10
    assert desk.log().count("ticket.waiting_told") == 10


# Round robin --------------------------------------------------------------------------------------


def agent(number: int, **values: object) -> Account:
    about = {"available": True, "seen_at": 1000.0, **values}
    return Account(id=number, username=f"a{number}", name=f"A{number}", role=Role.AGENT, **about)


@pytest.mark.parametrize(
    "agents, held, last, without, expected",
    [
        ([], {}, {}, None, None),
        ([agent(1), agent(2)], {}, {}, None, 1),
        ([agent(1), agent(2)], {1: 1}, {}, None, 2),
        ([agent(1), agent(2)], {1: 1, 2: 1}, {1: 50.0, 2: 40.0}, None, 2),
        ([agent(1), agent(2)], {1: 1, 2: 1}, {1: 50.0}, None, 2),
        ([agent(1), agent(2)], {}, {}, 1, 2),
        ([agent(1)], {}, {}, 1, None),
        ([agent(1, max_tickets=2)], {1: 2}, {}, None, None),
        ([agent(1, available=False)], {}, {}, None, None),
        ([agent(1, active=False)], {}, {}, None, None),
        ([agent(1, seen_at=1000.0 - PRESENT_SECONDS)], {}, {}, None, None),
        ([agent(1, seen_at=1000.1 - PRESENT_SECONDS)], {}, {}, None, 1),
    ],
)
def test_whose_turn_it_is(agents, held, last, without, expected):
    found = next_agent(agents, held, last, now=1000.0, without=without)
    assert (found.id if found else None) == expected


def here(desk: Desk, *agents: Account, available: bool = True) -> None:
    with desk.database.transaction() as connection:
        for one in agents:
            accounts.set_available(connection, account_id=one.id, available=available)
            accounts.seen(connection, account_id=one.id, at=desk.clock())


def holders(desk: Desk) -> list[str | None]:
    return [ticket.assignee_name for ticket in desk.tickets()]


@pytest.fixture
def turns(desk) -> Desk:
    return desk.with_settings(times=TIMES, assignment="round-robin")


def test_tickets_go_round(turns, tracker, clock, sari, tono):
    here(turns, sari, tono)
    for number in range(4):
        tracker.escalates(f"budi{number}")
        turns.read()
        assert turns.clocks.tick() == 1
        clock.forward(1)
    assert holders(turns) == ["Sari", "Tono", "Sari", "Tono"]
    assert turns.outbox("budi0")[0].text.startswith("Halo Kak, saya Sari.")
    assert turns.log().count("ticket.claimed") == 4


def test_nobody_gets_more_than_they_may(turns, tracker, account):
    here(turns, account("rina", max_tickets=2))
    for number in range(3):
        tracker.escalates(f"budi{number}")
    turns.read()
    assert turns.clocks.tick() == 2
    assert turns.clocks.tick() == 0
    assert holders(turns) == ["Rina", "Rina", None]


def test_the_most_urgent_goes_first(turns, tracker, account):
    here(turns, account("rina", max_tickets=1))
    tracker.escalates("calm", emotion="Frustrasi")
    tracker.escalates("angry", emotion="Marah")
    turns.read()
    turns.clocks.tick()
    assert holders(turns) == [None, "Rina"]


def test_who_is_away_gets_nothing(turns, tracker, clock, sari, tono):
    here(turns, sari)
    here(turns, tono, available=False)
    clock.forward(PRESENT_SECONDS)
    tracker.escalates("budi")
    turns.read()
    assert turns.clocks.tick() == 0


def test_a_ticket_does_not_return_to_who_just_lost_it(turns, tracker, clock, sari, tono):
    here(turns, sari)
    tracker.escalates("budi")
    turns.read()
    turns.clocks.tick()
    clock.forward(600)
    here(turns, sari)
    turns.clocks.tick()
    assert holders(turns) == [None]
    assert turns.clocks.tick() == 0
    here(turns, tono)
    assert turns.clocks.tick() == 1
    assert holders(turns) == ["Tono"]


def test_two_desks_give_a_ticket_once(turns, tracker, account):
    here(turns, *(account(f"agen{number}", max_tickets=2) for number in range(3)))
    for number in range(8):
        tracker.escalates(f"budi{number}")
    turns.read()
    begin, given = threading.Barrier(3), []

    def run() -> None:
        other = turns.with_settings(title="another")
        begin.wait()
        given.append(other.clocks.tick())

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while turns.clocks.tick():
        pass
    found = [name for name in holders(turns) if name]
    assert len(found) == 6
    assert all(found.count(name) == 2 for name in found)
    assert turns.log().count("ticket.claimed") == 6


def test_tickets_wait_for_the_office_to_open(turns, tracker, clock, sari):
    turns = turns.with_settings(hours=Hours(closed_from=NOW - 10, opens=NOW + 100))
    here(turns, sari)
    tracker.escalates("budi")
    turns.read()
    assert turns.clocks.tick() == 0
    clock.forward(100)
    here(turns, sari)
    assert turns.clocks.tick() == 1


def test_a_resolved_ticket_stays_with_nobody(turns, tracker, clock, sari):
    here(turns, sari)
    tracker.escalates("budi")
    turns.read()
    turns.clocks.tick()
    turns.work.resolve(sari, 1, Outcome.RIGHT)
    clock.forward(100_000)
    here(turns, sari)
    assert turns.clocks.tick() == 0
