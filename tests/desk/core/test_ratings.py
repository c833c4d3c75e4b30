"""The question after a resolution, and what becomes of the answer."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from handoff_desk.domain import Account, Outcome, State
from handoff_desk.rasa.delivery import events_of
from handoff_desk.rasa.events import Row
from handoff_desk.settings import Texts, Webhook
from handoff_desk.store import audit
from handoff_desk.store.schema import outbox, rating, webhook_delivery
from tests.desk.core.one_desk import Desk
from tests.desk.core.rasa_tracker import NOW, RasaTracker, action, bot, slot, user

QUESTION = "dari 1 (sangat tidak puas) sampai 5 (sangat puas)?"
WEBHOOKS = (Webhook(name="crm", url="http://crm", secret="s", events=("ticket.rated",)),)


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """One that asks."""
    return desk.with_settings(rating=True, webhooks=WEBHOOKS)


def resolved(desk: Desk, tracker: RasaTracker, agent: Account, number: int = 1) -> None:
    """Budi is angry, and is helped."""
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(agent, number)
    desk.work.reply(agent, number, "Maaf ya, Kak. Paketnya kami kirim ulang.")
    desk.work.resolve(agent, number, Outcome.RIGHT)
    desk.flush(tracker)


def rates(tracker: RasaTracker, score: Any, text: str = "nilai") -> int:
    """The customer's answer, and what EscalationPolicy makes of it; the id of the message."""
    return tracker.append(
        "budi",
        user(text),
        slot("csat", score),
        action("utter_rating_thanks"),
        bot("Terima kasih banyak atas penilaiannya, Kak!"),
        action("action_listen"),
    )[0]


def stored(desk: Desk) -> list[tuple[int, int, int]]:
    """Ticket, message, score."""
    columns = (rating.c.ticket_id, rating.c.message_event_id, rating.c.score)
    with desk.database.transaction() as connection:
        return [tuple(row) for row in connection.execute(sa.select(*columns).order_by(rating.c.id))]


def asked(desk: Desk) -> int:
    """How often the question was put."""
    with desk.database.transaction() as connection:
        found = connection.execute(sa.select(outbox.c.slots)).scalars()
        return sum("csat" in slots for slots in found)


# The question -------------------------------------------------------------------------------------


def test_the_closing_words_ask_and_bring_buttons(desk, tracker, sari):
    resolved(desk, tracker, sari)
    *slots, said = tracker.rows("budi")[-5:]
    assert {one["name"]: one["value"] for one in slots} == {
        "handoff": "none",
        "emotion": None,
        "handoff_reason": None,
        "csat": "asked",
    }
    assert "kembalikan ke asisten virtual" in said["text"]
    assert said["text"].endswith(QUESTION)
    assert [one["payload"] for one in said["data"]["buttons"]] == ["1", "2", "3", "4", "5"]
    assert said["data"]["buttons"][4]["title"] == "5 Sangat puas"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"rating": False}, id="switched off"),
        pytest.param({"texts": Texts(rating="")}, id="no words to ask with"),
    ],
)
def test_a_desk_that_does_not_ask_leaves_everything_as_it_was(desk, tracker, sari, changes):
    resolved(desk.with_settings(**changes), tracker, sari)
    *slots, said = tracker.rows("budi")[-4:]
    assert [one["name"] for one in slots] == ["handoff", "emotion", "handoff_reason"]
    assert (QUESTION in said["text"], said["data"]) == (False, {})


def test_it_asks_without_closing_words_too(desk, tracker, sari):
    resolved(desk.with_settings(texts=Texts(resolved="")), tracker, sari)
    assert tracker.rows("budi")[-1]["text"].startswith("Boleh minta penilaiannya sebentar")


def test_whoever_fell_silent_is_not_asked(desk, tracker, sari):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.flush(tracker)
    desk.work.reply(sari, 1, "Ada yang bisa dibantu?")
    desk.flush(tracker)
    desk.clock.forward(3601)
    desk.clocks.tick()
    assert desk.ticket().state is State.EXPIRED
    assert asked(desk) == 0


def test_whoever_was_never_taken_up_is_not_asked(desk, tracker):
    """Another helpdesk resolves a ticket that nobody has claimed."""
    tracker.escalates("budi")
    desk.read()
    desk.work.resolve_from_helpdesk(ticket_id=1, key="cw-1")
    assert desk.ticket().state is State.RESOLVED
    assert asked(desk) == 0


def test_whoever_got_no_answer_is_not_asked(desk, tracker, sari):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    assert asked(desk) == 0


def test_an_answer_of_whoever_had_the_ticket_before_counts(desk, tracker, sari, tono):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    desk.work.reply(sari, 1, "Saya panggilkan Tono ya, Kak.")
    desk.work.transfer(sari, 1, tono.id)
    desk.work.resolve(tono, 1, Outcome.RIGHT)
    assert asked(desk) == 1


def test_a_ticket_that_is_opened_again_asks_only_after_another_answer(desk, tracker, sari):
    resolved(desk, tracker, sari)
    desk.work.reopen(sari, 1)
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    assert asked(desk) == 1
    desk.work.reopen(sari, 1)
    desk.work.reply(sari, 1, "Sudah dikirim, Kak.")
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    assert asked(desk) == 2


# The answer ---------------------------------------------------------------------------------------


def test_the_answer_belongs_to_the_ticket_that_was_resolved(desk, tracker, sari):
    resolved(desk, tracker, sari)
    message = rates(tracker, 4)
    desk.read()
    assert stored(desk) == [(1, message, 4)]
    assert desk.ticket().rating == 4
    with desk.database.transaction() as connection:
        [told] = connection.execute(sa.select(webhook_delivery.c.body)).scalars()
        [noted] = audit.recent(connection, action="ticket.rated")
    assert (told["event"], told["data"]) == ("ticket.rated", {"by": "pelanggan", "score": 4})
    assert told["ticket"]["rating"] == 4
    assert (noted.ticket_id, noted.actor, noted.detail) == (1, "pelanggan", {"score": 4})


def test_the_same_rows_again_change_nothing(desk, tracker, sari):
    resolved(desk, tracker, sari)
    rates(tracker, 4)
    desk.read()
    before = (stored(desk), desk.log())
    again = desk.with_settings(title="the desk beside")
    again.intake.take(desk.tracker_store.after(0), low=0)
    assert (stored(desk), desk.log()) == before


def test_a_desk_that_was_down_finds_the_answer_afterwards(desk, tracker, sari):
    resolved(desk, tracker, sari)
    message = rates(tracker, 2)
    tracker.escalates("budi", "masih rusak juga!!")
    desk.read()
    assert stored(desk) == [(1, message, 2)]
    assert [ticket.rating for ticket in desk.tickets()] == [2, None]


def test_an_angry_answer_is_a_rating_and_a_new_ticket(desk, tracker, sari):
    resolved(desk, tracker, sari)
    message, *_ = tracker.append(
        "budi",
        user("1 parah banget kalian", "Marah"),
        slot("csat", 1),
        slot("handoff_reason", {"trigger": "marah"}),
        action("utter_handoff"),
        slot("handoff", "waiting"),
    )
    desk.read()
    assert stored(desk) == [(1, message, 1)]
    assert [(one.state, one.rating) for one in desk.tickets()] == [
        (State.RESOLVED, 1),
        (State.WAITING, None),
    ]


def test_a_ticket_that_is_resolved_again_keeps_the_later_answer(desk, tracker, sari):
    resolved(desk, tracker, sari)
    rates(tracker, 2)
    desk.read()
    desk.work.reopen(sari, 1)
    desk.flush(tracker)
    desk.work.reply(sari, 1, "Ini nomor resi barunya, Kak.")
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    desk.flush(tracker)
    message = rates(tracker, 5)
    desk.read()
    assert stored(desk) == [(1, message, 5)]
    # Whoever reads the older answer later must not bring it back.
    desk.intake.take(desk.tracker_store.after(0), low=0)
    assert stored(desk) == [(1, message, 5)]


def test_each_ticket_has_its_own(desk, tracker, sari):
    resolved(desk, tracker, sari)
    rates(tracker, 2)
    resolved(desk, tracker, sari, 2)
    rates(tracker, 5)
    desk.read()
    assert [ticket.rating for ticket in desk.tickets()] == [2, 5]


def test_a_new_session_repeats_question_and_answer_and_is_neither(desk, tracker, sari):
    resolved(desk, tracker, sari)
    tracker.append("budi", {"event": "session_started"}, slot("csat", "asked"))
    message = rates(tracker, 4)
    tracker.append("budi", {"event": "session_started"}, slot("csat", 4), user("halo"))
    desk.read()
    assert stored(desk) == [(1, message, 4)]


@pytest.mark.parametrize(
    "events",
    [
        pytest.param([user("5"), slot("csat", None)], id="dropped"),
        *(
            pytest.param([user("x"), slot("csat", value)], id=repr(value))
            for value in (0, 6, 4.5, True, "5", [5], {"score": 5})
        ),
        pytest.param([slot("csat", 5)], id="before anybody wrote"),
    ],
)
def test_what_is_no_rating_is_not_stored(desk, tracker, sari, events):
    resolved(desk, tracker, sari)
    tracker.append("budi", *events)
    desk.read()
    assert stored(desk) == []


def test_a_number_that_nobody_asked_for_is_not_stored(desk, tracker, sari):
    resolved(desk.with_settings(rating=False), tracker, sari)
    rates(tracker, 5)
    desk.read()
    assert stored(desk) == []


@pytest.mark.parametrize(
    "value, found",
    [(1, 1), (5, 5), (4.0, 4), (True, None), (0, None), ("3", None), ("asked", None), (None, None)],
)
def test_only_a_number_from_1_to_5_is_a_rating(value, found):
    row = Row(id=1, sender="budi", type="slot", at=NOW, data={"name": "csat", "value": value})
    assert row.rating == found


def test_an_item_that_does_not_ask_has_no_buttons(desk, tracker, sari):
    tracker.escalates("budi")
    desk.read()
    desk.work.claim(sari, 1)
    [item] = desk.outbox()
    assert events_of(item)[-1]["data"] == {}
