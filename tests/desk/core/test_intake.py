"""From Rasa's rows to tickets: opened once, kept current, closed when somebody else did."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa

from handoff_desk.domain import Outcome, State
from handoff_desk.rasa.delivery import events_of
from handoff_desk.rasa.events import Row
from handoff_desk.rasa.tail import Tail
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.settings import Webhook
from handoff_desk.store import positions
from handoff_desk.store.schema import webhook_delivery
from tests.desk.core.one_desk import Desk, Hours
from tests.desk.core.rasa_tracker import NOW, action, bot, slot, user

WEBHOOKS = (Webhook(name="crm", url="http://crm", secret="s"),)


def told(desk: Desk) -> list[str]:
    """What the webhook is told, in order."""
    query = sa.select(webhook_delivery.c.event).order_by(webhook_delivery.c.id)
    with desk.database.transaction() as connection:
        return list(connection.execute(query).scalars())


def reread(desk: Desk, low: int = 0) -> None:
    """All rows again, as a second desk that is behind takes them."""
    tail = Tail(desk.tracker_store, low=low, clock=desk.clock)
    while rows := tail.read(limit=3):
        desk.intake.take(rows, low=tail.low)


# Opened -------------------------------------------------------------------------------------------


def test_a_handoff_opens_a_ticket_with_its_story(desk, tracker):
    tracker.append("budi", user("halo", "Senang"), bot("Halo Kak!"), user("lama", "Bingung"))
    opened = tracker.escalates("budi", "KOK LAMA SEKALI!!", "Marah")
    desk.read()
    [ticket] = desk.tickets()
    assert ticket.sender == "budi"
    assert ticket.channel == "rest"
    assert ticket.state is State.WAITING
    assert ticket.urgency == 2
    assert ticket.trigger == "strong"
    assert ticket.reason["confidence"] == 0.93
    assert ticket.opened_event == opened
    assert ticket.opened_at == ticket.waiting_since == ticket.customer_at == NOW
    assert ticket.last_text == "KOK LAMA SEKALI!!"
    assert ticket.emotion == "Marah"
    assert ticket.course == ("Senang", "Bingung", "Marah")
    assert ticket.assignee is None
    assert desk.log() == ["ticket.opened"]


@pytest.mark.parametrize("emotion, urgency", [("Marah", 2), ("Frustrasi", 1), ("Bingung", 0)])
def test_anger_is_more_urgent(desk, tracker, emotion, urgency):
    tracker.escalates("budi", emotion=emotion)
    desk.read()
    assert desk.ticket().urgency == urgency


def test_a_wish_for_a_human_is_a_reason_that_comes_after_the_state(desk, tracker):
    tracker.asks_for_human("budi")
    desk.read()
    assert desk.ticket().reason == {"action": "handoff", "trigger": "rule"}
    assert (desk.ticket().urgency, desk.ticket().emotion) == (0, None)


def test_the_reason_of_an_earlier_handoff_is_not_that_of_a_new_one(desk, tracker):
    tracker.escalates("budi")
    tracker.append("budi", slot("handoff", "none"), slot("handoff_reason", None))
    tracker.append("budi", user("lagi"), slot("handoff", "waiting"))  # an action of the bot
    desk.read()
    assert desk.ticket().trigger == "rule"


def test_bot_words_before_a_handoff_open_nothing(desk, tracker):
    tracker.append("budi", user("halo", "Marah"), bot("Halo Kak!"), slot("emotion", "Marah"))
    desk.read()
    assert desk.tickets() == []


def test_only_the_last_emotions_are_kept(desk, tracker):
    tracker.append("budi", *(user(str(number), "Bingung") for number in range(50)))
    tracker.escalates("budi")
    desk.read()
    assert len(desk.ticket().course) == 30
    tracker.says("budi", "halo", "Senang")
    desk.read()
    assert desk.ticket().course[-2:] == ("Marah", "Senang")
    assert len(desk.ticket().course) == 30


# Once ---------------------------------------------------------------------------------------------


def test_the_same_rows_again_change_nothing(desk, tracker, sari):
    desk = desk.with_settings(webhooks=WEBHOOKS)
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.flush(tracker)
    desk.work.reply(sari, 1, "Ada yang bisa dibantu?")
    desk.flush(tracker)
    tracker.says("budi", "ya, pesanan saya", "Frustrasi")
    desk.read()
    before = (desk.tickets(), desk.log(), told(desk), desk.outbox())
    reread(desk)
    reread(desk.with_settings(title="the desk beside"))
    assert (desk.tickets(), desk.log(), told(desk), desk.outbox()) == before
    assert told(desk) == [
        "ticket.opened",
        "ticket.claimed",
        "message.agent",
        "message.agent",
        "message.customer",
    ]


def test_an_old_handoff_opens_no_ghost_after_the_resolution(desk, tracker, sari):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    reread(desk)
    desk.flush(tracker)
    reread(desk)
    assert [ticket.state for ticket in desk.tickets()] == [State.RESOLVED]


def test_a_new_handoff_after_the_resolution_opens_a_new_ticket(desk, tracker, sari):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    desk.flush(tracker)
    tracker.escalates("budi", "MASIH SAJA", "Marah")
    desk.read()
    reread(desk)
    assert [ticket.state for ticket in desk.tickets()] == [State.RESOLVED, State.WAITING]


def test_who_is_angry_again_before_the_desk_knows_that_it_gave_back_is_not_forgotten(
    desk, tracker, sari
):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    for item in desk.outbox():  # Rasa has stored them; the desk is killed before it hears so
        tracker.append(item.sender, *events_of(item))
    tracker.escalates("budi", "MASIH SAJA", "Marah")
    desk.read()
    assert [ticket.state for ticket in desk.tickets()] == [State.RESOLVED, State.WAITING]


def test_two_desks_at_once_open_one_ticket(desk, tracker, urls):
    for number in range(20):
        tracker.escalates(f"budi{number}")
    begin = threading.Barrier(2)
    failed = []

    def run(step: int) -> None:
        store = TrackerStore(urls.tracker)
        other = Desk(database=desk.database, tracker_store=store, clock=desk.clock)
        begin.wait()
        try:
            # Different steps: each holds tickets in another order.
            while rows := other.tail.read(limit=step):
                other.intake.take(rows, low=other.tail.low)
        except Exception as error:
            failed.append(error)
        store.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in (7, 11)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sorted(ticket.sender for ticket in desk.tickets()) == sorted(
        f"budi{number}" for number in range(20)
    )
    assert desk.log() == ["ticket.opened"] * 20


def test_a_desk_that_dies_before_the_commit_takes_the_rows_again(desk, tracker):
    tracker.escalates("budi")
    desk.tail.read()
    another = desk.with_settings(title="after the crash")
    another.read()
    assert len(another.tickets()) == 1


def test_a_failure_of_the_database_deals_with_nothing(desk, tracker, tracker_store, monkeypatch):
    """The rows before it are not dealt with either, and the position stays."""
    tracker.escalates("budi")
    tracker.escalates("wati")

    class Broken(TrackerStore):
        def __init__(self) -> None:
            self.calls = 0

        def conversation(self, sender, *, after=0):
            if sender == "wati":
                raise sa.exc.OperationalError("SELECT", {}, Exception("the server went away"))
            return tracker_store.conversation(sender, after=after)

    broken = Desk(database=desk.database, tracker_store=tracker_store, clock=desk.clock)
    broken.intake._tracker_store = Broken()
    rows = broken.tail.read()
    with pytest.raises(sa.exc.OperationalError):
        broken.intake.take(rows, low=broken.tail.low)
    assert desk.tickets() == []
    with desk.database.transaction() as connection:
        assert positions.read(connection) == 0
    desk.read()
    assert len(desk.tickets()) == 2


def test_the_position_never_goes_back(desk, tracker):
    tracker.escalates("budi")
    desk.read()
    desk.intake.take([], low=3)
    with desk.database.transaction() as connection:
        assert positions.read(connection) > 3


# An old tracker store -----------------------------------------------------------------------------


def test_the_first_start_finds_who_waits_and_not_who_waited(desk, tracker):
    tracker.escalates("over")
    tracker.append("over", slot("handoff", "none"))
    tracker.escalates("twice", "dulu", "Frustrasi")
    tracker.append("twice", slot("handoff", "none"))
    tracker.escalates("twice", "sekarang", "Marah")
    tracker.escalates("waits")
    desk.read()
    assert [(ticket.sender, ticket.last_text) for ticket in desk.tickets()] == [
        ("twice", "sekarang"),
        ("waits", "kok lama sekali!!"),
    ]
    assert desk.log() == ["ticket.opened"] * 2


def test_the_first_start_finds_who_was_with_an_agent_of_a_lost_database(desk, tracker):
    tracker.escalates("budi")
    tracker.append("budi", slot("handoff", "agent", ours=True))
    desk.read()
    assert [ticket.state for ticket in desk.tickets()] == [State.WAITING]


# While it is open ---------------------------------------------------------------------------------


def test_a_customer_message_keeps_the_ticket_current(desk, tracker, clock):
    tracker.escalates("budi")
    desk.read()
    clock.forward(60)
    row = tracker.says("budi", "halooo", "Frustrasi")
    desk.read()
    ticket = desk.ticket()
    assert (ticket.last_text, ticket.emotion) == ("halooo", "Frustrasi")
    assert ticket.course == ("Marah", "Frustrasi")
    assert ticket.last_event == row
    assert ticket.customer_at == NOW  # the first that nobody has answered


def test_a_message_after_the_answer_waits_from_its_own_time(desk, tracker, clock, sari):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    clock.forward(10)
    desk.work.reply(sari, 1, "Ada apa, Kak?")
    desk.flush(tracker)
    desk.read()
    assert desk.ticket().customer_at < desk.ticket().agent_at
    clock.forward(20)
    tracker.says("budi", "begini")
    clock.forward(5)
    tracker.says("budi", "pesanan saya")
    desk.read()
    assert desk.ticket().customer_at == NOW + 30
    assert desk.ticket().last_text == "pesanan saya"


def test_a_message_whose_time_is_before_the_answer_waits_too(desk, tracker, clock, sari):
    """Rasa noted it before the agent answered, and was slow to store it."""
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    clock.forward(10)
    desk.work.reply(sari, 1, "Ada apa, Kak?")
    clock.forward(-5)
    tracker.says("budi", "halo?")
    clock.forward(5)
    desk.read()
    assert desk.ticket().customer_at > desk.ticket().agent_at


def test_a_message_without_an_emotion_leaves_the_last_one(desk, tracker):
    tracker.escalates("budi")
    tracker.says("budi", "ok", None)
    desk.read()
    assert (desk.ticket().last_text, desk.ticket().emotion) == ("ok", "Marah")


@pytest.mark.parametrize("state", ["waiting", "agent"])
def test_a_restart_of_the_customer_changes_nothing(desk, tracker, sari, state):
    tracker.escalates("budi")
    desk.read()
    if state == "agent":
        desk.work.claim(sari, 1)
        desk.flush(tracker)
    tracker.restarts("budi", state)
    desk.read()
    [ticket] = desk.tickets()
    assert ticket.state is (State.CLAIMED if state == "agent" else State.WAITING)
    assert ticket.last_text == "halo?"


def test_a_state_that_a_restart_repeated_opens_no_ghost_after_the_resolution(desk, tracker, sari):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    tracker.restarts("budi", "waiting")
    desk.read()
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    reread(desk)
    assert [ticket.state for ticket in desk.tickets()] == [State.RESOLVED]


@pytest.mark.parametrize("delivered", [False, True])
def test_a_state_that_was_repeated_while_the_agent_resolved_opens_no_ghost(
    desk, tracker, sari, delivered
):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    tracker.restarts("budi", "waiting")  # in the tracker, not yet read
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    if delivered:
        desk.flush(tracker)
    desk.read()
    assert [ticket.state for ticket in desk.tickets()] == [State.RESOLVED]


# Closed -------------------------------------------------------------------------------------------


def test_somebody_else_gives_the_conversation_back(desk, tracker, sari):
    desk = desk.with_settings(webhooks=WEBHOOKS)
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.flush(tracker)
    tracker.append("budi", slot("handoff", "none"))
    desk.read()
    ticket = desk.ticket()
    assert (ticket.state, ticket.outcome) == (State.RESOLVED, Outcome.UNSURE)
    assert ticket.closed_at == NOW
    assert ticket.closed_by is None
    assert desk.outbox() == []
    assert desk.log()[-1] == "ticket.resolved"
    assert told(desk)[-1] == "ticket.resolved"


def test_a_slot_that_was_emptied_counts_as_none(desk, tracker):
    tracker.escalates("budi")
    desk.read()
    tracker.append("budi", slot("handoff", None))
    desk.read()
    assert desk.ticket().state is State.RESOLVED


def test_the_desks_own_rows_move_no_ticket(desk, tracker, sari):
    tracker.escalates("budi")
    desk.read()
    tracker.append("budi", slot("handoff", "none", ours=True))
    desk.read()
    assert desk.ticket().state is State.WAITING
    tracker.append("wati", slot("handoff", "waiting", ours=True))
    desk.read()
    assert len(desk.tickets()) == 1


def test_a_new_session_does_not_close_what_was_just_reopened(desk, tracker, sari):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    desk.flush(tracker)
    desk.read()
    desk.work.reopen(sari, 1)
    tracker.append("budi", {"event": "session_started"}, slot("handoff", "none"), user("halo"))
    desk.read()
    assert desk.ticket().state is State.CLAIMED
    assert desk.ticket().last_text == "halo"


@pytest.mark.parametrize("words", ["Kami tutup dulu ya", ""])
def test_who_wrote_while_the_clock_closed_waits_again(desk, tracker, clock, sari, words):
    desk = desk.with_settings(texts=type(desk.settings.texts)(expired=words), webhooks=WEBHOOKS)
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.work.reply(sari, 1, "Ada apa, Kak?")
    desk.flush(tracker)
    desk.read()
    clock.forward(4000)
    desk.clocks.tick()
    assert desk.ticket().state is State.EXPIRED
    tracker.says("budi", "ini nomornya 12345")  # the bot is still silent
    desk.flush(tracker)
    desk.read()
    ticket = desk.ticket()
    assert ticket.state is State.WAITING
    assert ticket.assignee is None
    assert ticket.customer_at == ticket.waiting_since == clock()
    assert [item.slots for item in desk.outbox()] == [{"handoff": "waiting"}]
    assert desk.log()[-2:] == ["ticket.expired", "ticket.reopened"]
    desk.flush(tracker)
    reread(desk)
    assert [one.state for one in desk.tickets()] == [State.WAITING]


def test_who_wrote_after_the_closing_talks_to_the_bot(desk, tracker, clock, sari):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.work.reply(sari, 1, "Ada apa, Kak?")
    desk.flush(tracker)
    clock.forward(4000)
    desk.clocks.tick()
    desk.flush(tracker)
    tracker.append("budi", user("halo"), action("utter_sapa"), bot("Halo Kak!"))
    desk.read()
    assert desk.ticket().state is State.EXPIRED


# Outside office hours -----------------------------------------------------------------------------


def test_outside_office_hours_the_customer_is_told_when_it_opens(desk, tracker, clock):
    desk = desk.with_settings(hours=Hours(closed_from=NOW - 60, opens=NOW + 3600))
    tracker.escalates("budi")
    desk.read()
    ticket = desk.ticket()
    assert (ticket.opened_at, ticket.due_from) == (NOW, NOW + 3600)
    [item] = desk.outbox()
    assert (item.kind, item.slots) == ("notice", {})
    assert "besok pukul 08.00 WIB" in item.text


def test_who_came_while_it_was_closed_is_told_nothing_after_it_opened(desk, tracker, clock):
    desk = desk.with_settings(hours=Hours(closed_from=NOW - 60, opens=NOW + 3600))
    tracker.escalates("budi")
    clock.forward(7200)
    desk.read()
    assert desk.ticket().due_from == NOW + 3600
    assert desk.outbox() == []


# Rows that concern no ticket ----------------------------------------------------------------------


def test_rows_that_concern_no_ticket_cost_no_statement(desk, tracker):
    """A bot answers hundreds of rows a second, and nearly all are its own business."""

    def statements(customers: int) -> int:
        for number in range(customers):
            tracker.append(f"c{number}", user("halo"), bot("Halo Kak!"), slot("emotion", "Netral"))
        rows, ran = desk.tail.read(), []
        count = lambda *_: ran.append(1)  # noqa: E731
        sa.event.listen(desk.database.engine, "before_cursor_execute", count)
        desk.intake.take(rows, low=desk.tail.low)
        sa.event.remove(desk.database.engine, "before_cursor_execute", count)
        assert len(rows) == 3 * customers
        return len(ran)

    assert statements(1) == statements(100)


def test_rows_between_two_handoffs_of_one_reading_are_not_left_out(desk, tracker):
    """Nobody has a ticket yet when they are read."""
    tracker.append("wati", user("halo"))
    tracker.escalates("budi")
    row = tracker.says("budi", "halooo", "Frustrasi")
    tracker.says("wati", "terima kasih")
    tracker.escalates("tono")
    rows = desk.tail.read()
    desk.intake.take(rows, low=desk.tail.low)
    assert [one.sender for one in desk.tickets()] == ["budi", "tono"]
    assert (desk.ticket().last_text, desk.ticket().last_event) == ("halooo", row)


def test_pages_are_told_of_customers_who_have_or_had_a_ticket(desk, tracker):
    tracker.escalates("over")
    tracker.append("over", slot("handoff", "none"))
    tracker.escalates("waits")
    desk.read()
    tracker.append("over", slot("handoff", "none"))
    for name in ("over", "waits", "new", "stranger"):
        tracker.says(name, "halo")
    tracker.escalates("new")
    rows = desk.tail.read()
    assert desk.intake.take(rows, low=desk.tail.low) == {"over", "waits", "new"}


# Rows that cannot be understood -------------------------------------------------------------------


@pytest.mark.parametrize(
    "type_name, data",
    [
        ("slot", "{"),
        ("slot", '{"name": "handoff", "value": {"a": 1}}'),
        ("slot", '{"name": "handoff_reason", "value": {"emotion": [], "trigger": {}}}'),
        ("slot", '{"name": ["handoff"]}'),
        (
            "user",
            '{"text": "\\u0000 \\ud800", "parse_data": {"emotion": {"name": "' + "x" * 99 + '"}}}',
        ),
        ("user", '{"text": ["a"], "parse_data": 3, "input_channel": {}}'),
        ("user", "[" * 100_000),
        ("bot", '{"text": null, "data": [], "metadata": {"desk": []}}'),
        ("x" * 255, None),
    ],
)
def test_a_row_that_cannot_be_understood_stops_nothing(desk, tracker, type_name, data):
    desk = desk.with_settings(webhooks=WEBHOOKS)
    tracker.raw("budi", type_name, data)
    tracker.escalates("budi")
    tracker.raw("budi", type_name, data)
    tracker.says("budi", "halo")
    tracker.escalates("wati")
    desk.read()
    assert [(one.sender, one.state.value) for one in desk.tickets()] == [
        ("budi", "waiting"),
        ("wati", "waiting"),
    ]
    assert desk.ticket().last_text == "halo"


def test_a_customer_whose_name_is_too_long_for_the_desk_stops_nobody(desk, tracker, urls):
    if "postgresql" in urls.desk:
        return  # Rasa cannot store it there either
    tracker.escalates("x" * 300)
    tracker.escalates("wati")
    desk.read()
    assert "wati" in [ticket.sender for ticket in desk.tickets()]


def test_a_customer_whose_name_no_database_takes_stops_nobody(desk, tracker):
    """SQLite has kept such names for Rasa; the desk may be on PostgreSQL."""
    strange = [
        Row.read(id=1, sender=name, type="user", at=NOW, data="{}") for name in ("a\x00b", "\ud800")
    ]
    tracker.append("x", action("x"), action("x"))
    tracker.escalates("wati")
    tracker.says("wati", "halo")
    desk.intake.take([*strange, *desk.tail.read()], low=desk.tail.low)
    assert [(one.sender, one.last_text) for one in desk.tickets()] == [("wati", "halo")]
