"""What agents do to tickets, and what each deed leaves behind."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from handoff_desk.domain import Account, Outcome, Role, State, Ticket
from handoff_desk.errors import ConflictError, DeskError, ForbiddenError, NotFoundError
from handoff_desk.settings import Chatwoot, Texts, Webhook
from handoff_desk.store import accounts, audit, notes
from handoff_desk.store.schema import webhook_delivery
from tests.desk.core.one_desk import Desk
from tests.desk.core.rasa_tracker import NOW

AGENT = {"handoff": "agent"}
WAITING = {"handoff": "waiting"}
BOT = {"handoff": "none", "emotion": None, "handoff_reason": None}


@pytest.fixture
def waiting(desk, tracker) -> Desk:
    """A desk with one waiting ticket, number 1, that tells a webhook what happens."""
    desk = desk.with_settings(webhooks=(Webhook(name="crm", url="http://crm", secret="s"),))
    tracker.escalates("budi")
    desk.read()
    return desk


@pytest.fixture
def claimed(waiting, tracker, sari) -> Desk:
    """The same, claimed by Sari; nothing in the outbox."""
    waiting.work.claim(sari, 1)
    waiting.flush(tracker)
    return waiting


def told(desk: Desk, target: str = "webhook:crm") -> list[tuple[str, dict]]:
    query = sa.select(webhook_delivery.c.event, webhook_delivery.c.body)
    query = query.where(webhook_delivery.c.target == target).order_by(webhook_delivery.c.id)
    with desk.database.transaction() as connection:
        return [(event, body["data"]) for event, body in connection.execute(query)]


def last_entry(desk: Desk) -> audit.Entry:
    with desk.database.transaction() as connection:
        return audit.recent(connection, limit=1)[0]


def at_once(*deeds: Callable[[], object]) -> list[object]:
    """Do all of them at the same time, in threads; their results, or what they raised."""
    begin, results = threading.Barrier(len(deeds)), [None] * len(deeds)

    def run(number: int) -> None:
        begin.wait()
        try:
            results[number] = deeds[number]()
        except Exception as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


# Claim --------------------------------------------------------------------------------------------


def test_a_claim(waiting, sari, clock):
    clock.forward(30)
    ticket = waiting.work.claim(sari, 1)
    assert (ticket.state, ticket.assignee, ticket.assignee_name) == (State.CLAIMED, sari.id, "Sari")
    assert ticket.claimed_at == NOW + 30
    assert ticket.customer_at > ticket.agent_at  # nobody has answered yet
    [item] = waiting.outbox()
    assert (item.kind, item.slots, item.author) == ("notice", AGENT, "Sari")
    assert item.text.startswith("Halo Kak, saya Sari.")
    assert waiting.log() == ["ticket.opened", "ticket.claimed"]
    assert last_entry(waiting).account_id == sari.id
    assert told(waiting)[-1] == ("ticket.claimed", {"by": "Sari", "to": "Sari"})
    assert waiting.changed == [1]


def test_my_own_ticket_may_be_claimed_again(claimed, sari):
    assert claimed.work.claim(sari, 1).assignee == sari.id
    assert claimed.outbox() == []
    assert claimed.log()[-1] == "ticket.claimed"
    assert claimed.log().count("ticket.claimed") == 1


def test_there_must_be_such_a_ticket(waiting, sari):
    with pytest.raises(NotFoundError):
        waiting.work.claim(sari, 99)


@pytest.mark.parametrize("round_", range(3))
def test_of_many_claims_at_once_one_wins_and_the_others_hear_who(waiting, account, round_):
    agents = [account(f"agen{number}") for number in range(6)]
    results = at_once(*(lambda agent=agent: waiting.work.claim(agent, 1) for agent in agents))
    winners = [one for one in results if isinstance(one, Ticket)]
    losers = [one for one in results if isinstance(one, ConflictError)]
    assert (len(winners), len(losers)) == (1, 5), results
    for error in losers:
        assert f"claimed by {winners[0].assignee_name}" in str(error)
    assert len(waiting.outbox()) == 1
    assert waiting.log().count("ticket.claimed") == 1


def test_an_agent_holds_as_many_as_they_may(desk, tracker, account):
    agent = account("rina", max_tickets=2)
    for number in range(3):
        tracker.escalates(f"budi{number}")
    desk.read()
    desk.work.claim(agent, 1)
    desk.work.claim(agent, 2)
    with pytest.raises(ConflictError, match="Rina may hold 2 tickets"):
        desk.work.claim(agent, 3)
    desk.work.resolve(agent, 1, Outcome.RIGHT)
    desk.work.claim(agent, 3)


def test_claims_at_once_do_not_pass_the_limit(desk, tracker, account):
    agent = account("rina", max_tickets=2)
    for number in range(6):
        tracker.escalates(f"budi{number}")
    desk.read()
    results = at_once(
        *(lambda number=number: desk.work.claim(agent, number) for number in range(1, 7))
    )
    assert sum(isinstance(one, Ticket) for one in results) == 2
    assert sum(isinstance(one, ConflictError) for one in results) == 4
    assert [one.state for one in desk.tickets()].count(State.CLAIMED) == 2


# Reply --------------------------------------------------------------------------------------------


def test_a_reply(claimed, sari, clock):
    clock.forward(10)
    ticket = claimed.work.reply(sari, 1, "  Ada apa, Kak?\n")
    assert ticket.agent_at == NOW + 10
    assert ticket.customer_at < ticket.agent_at
    [item] = claimed.outbox()
    assert (item.kind, item.text, item.author) == ("reply", "Ada apa, Kak?", "Sari")
    assert item.slots == {}
    assert last_entry(claimed).action == "ticket.replied"
    assert last_entry(claimed).detail == {"key": item.key}


def test_replies_stay_in_order(claimed, sari):
    for number in range(5):
        claimed.work.reply(sari, 1, str(number))
    assert [item.text for item in claimed.outbox()] == list("01234")


def test_the_same_key_is_one_reply(claimed, sari, clock):
    claimed.work.reply(sari, 1, "Ada apa?", key="k-1")
    before = claimed.ticket()
    clock.forward(60)
    assert claimed.work.reply(sari, 1, "Ada apa? ", key="k-1") == before
    assert [item.key for item in claimed.outbox()] == ["k-1"]
    assert claimed.log().count("ticket.replied") == 1


def test_the_same_key_still_counts_when_the_ticket_is_over(claimed, sari):
    """The caller did not hear the answer, and somebody was quick to resolve."""
    claimed.work.reply(sari, 1, "Ada apa?", key="k-1")
    claimed.work.resolve(sari, 1, Outcome.RIGHT)
    assert claimed.work.reply(sari, 1, "Ada apa?", key="k-1").state is State.RESOLVED


def test_the_same_key_at_once_is_one_reply(claimed, sari):
    deed = lambda: claimed.work.reply(sari, 1, "Ada apa?", key="k-1")  # noqa: E731
    assert all(isinstance(one, Ticket) for one in at_once(*[deed] * 4))
    assert len(claimed.outbox()) == 1


def test_a_key_of_another_reply_is_refused_and_loses_nothing(claimed, tracker, sari):
    claimed.work.reply(sari, 1, "Ada apa?", key="1")
    with pytest.raises(ConflictError, match="A key names one answer"):
        claimed.work.reply(sari, 1, "Apa lagi?", key="1")
    tracker.escalates("wati")
    claimed.read()
    claimed.work.claim(sari, 2)
    with pytest.raises(ConflictError, match="A key names one answer"):
        claimed.work.reply(sari, 2, "Ada apa?", key="1")


@pytest.mark.parametrize("key", ["", "x" * 65, "a\nb", "\x00", "\ud800"])
def test_a_key_that_is_none(claimed, sari, key):
    with pytest.raises(DeskError, match="key of an answer"):
        claimed.work.reply(sari, 1, "Ada apa?", key=key)


@pytest.mark.parametrize("text", ["", "  \n ", "\x00", "x" * 4001])
def test_a_text_that_cannot_be_sent(claimed, sari, text):
    with pytest.raises(DeskError, match="1 to 4000 characters"):
        claimed.work.reply(sari, 1, text)
    assert claimed.outbox() == []
    assert claimed.log()[-1] == "ticket.claimed"


def test_a_text_loses_what_nobody_can_store(claimed, sari):
    claimed.work.reply(sari, 1, "baik \x00Kak \ud83d 🙏")
    assert claimed.outbox()[0].text == "baik Kak ? 🙏"


def test_only_the_holder_speaks(claimed, tono, account):
    for other in (tono, account("ibu", Role.SUPERVISOR)):
        with pytest.raises(ForbiddenError, match="held by Sari"):
            claimed.work.reply(other, 1, "Halo")


def test_who_waits_is_not_answered_before_a_claim(waiting, sari):
    with pytest.raises(ConflictError):
        waiting.work.reply(sari, 1, "Halo")


# Release, transfer --------------------------------------------------------------------------------


def test_a_release_keeps_the_place_in_the_queue(claimed, sari, clock):
    clock.forward(400)
    ticket = claimed.work.release(sari, 1)
    assert (ticket.state, ticket.assignee, ticket.assignee_name) == (State.WAITING, None, None)
    assert ticket.waiting_since == NOW
    [item] = claimed.outbox()
    assert (item.kind, item.slots) == ("notice", WAITING)
    assert last_entry(claimed).detail == {"from": "Sari", "from_id": sari.id}
    assert told(claimed)[-1][0] == "ticket.released"


def test_a_release_after_the_answer_waits_from_now(claimed, sari, clock):
    claimed.work.reply(sari, 1, "Sebentar ya Kak")
    clock.forward(400)
    assert claimed.work.release(sari, 1).waiting_since == NOW + 400


def test_a_supervisor_releases_what_others_hold(claimed, tono, account):
    with pytest.raises(ForbiddenError):
        claimed.work.release(tono, 1)
    assert claimed.work.release(account("ibu", Role.SUPERVISOR), 1).state is State.WAITING


def test_a_transfer(claimed, sari, tono, clock):
    clock.forward(50)
    ticket = claimed.work.transfer(sari, 1, tono.id)
    assert (ticket.state, ticket.assignee_name) == (State.CLAIMED, "Tono")
    assert ticket.claimed_at == NOW + 50
    assert ticket.customer_at > ticket.agent_at  # still not answered
    [item] = claimed.outbox()
    assert (item.slots, item.author) == (AGENT, "Tono")
    assert item.text.startswith("Halo Kak, saya Tono.")
    assert last_entry(claimed).detail == {"to": "Tono"}
    assert last_entry(claimed).actor == "Sari"


def test_a_waiting_ticket_may_be_given_to_somebody(waiting, sari, tono):
    assert waiting.work.transfer(sari, 1, tono.id).assignee == tono.id


def test_nobody_is_handed_what_they_have(claimed, sari):
    with pytest.raises(ConflictError, match="another agent who is active"):
        claimed.work.transfer(sari, 1, sari.id)


def test_nobody_who_left_is_handed_a_ticket(claimed, sari, tono):
    with claimed.database.transaction() as connection:
        accounts.deactivate(connection, account_id=tono.id)
    with pytest.raises(ConflictError, match="Tono"):
        claimed.work.transfer(sari, 1, tono.id)


def test_only_a_supervisor_hands_over_more_than_the_limit(claimed, sari, account):
    full = account("rina", max_tickets=0)
    with pytest.raises(ConflictError, match="Rina may hold 0 tickets"):
        claimed.work.transfer(sari, 1, full.id)
    claimed.work.transfer(account("ibu", Role.SUPERVISOR), 1, full.id)
    assert claimed.ticket().assignee == full.id


# Resolve, reopen, judge, note ---------------------------------------------------------------------


def test_a_resolution_gives_the_conversation_back_to_the_bot(claimed, sari, clock):
    clock.forward(70)
    claimed.work.reply(sari, 1, "Sudah kami kirim ulang.")
    ticket = claimed.work.resolve(sari, 1, Outcome.RIGHT)
    assert (ticket.state, ticket.outcome) == (State.RESOLVED, Outcome.RIGHT)
    assert (ticket.closed_at, ticket.closed_by) == (NOW + 70, sari.id)
    assert [(item.kind, item.slots) for item in claimed.outbox()] == [
        ("reply", {}),
        ("closing", BOT),
    ]
    assert last_entry(claimed).action == "ticket.resolved"
    assert last_entry(claimed).detail == {"outcome": "right"}
    assert told(claimed)[-1] == ("ticket.resolved", {"by": "Sari", "outcome": "right"})


def test_who_waits_is_not_resolved(waiting, sari):
    with pytest.raises(ConflictError):
        waiting.work.resolve(sari, 1, Outcome.RIGHT)


def test_a_closed_conversation_is_taken_up_again(claimed, sari, tono, clock):
    claimed.work.resolve(sari, 1, Outcome.WRONG)
    clock.forward(100)
    ticket = claimed.work.reopen(tono, 1)
    assert (ticket.state, ticket.assignee, ticket.outcome) == (State.CLAIMED, tono.id, None)
    assert (ticket.closed_at, ticket.closed_by) == (0.0, None)
    assert [item.slots for item in claimed.outbox()] == [BOT, AGENT]
    assert claimed.log()[-1] == "ticket.reopened"


def test_a_customer_has_one_open_ticket(claimed, tracker, sari):
    claimed.work.resolve(sari, 1, Outcome.RIGHT)
    claimed.flush(tracker)
    tracker.escalates("budi")
    claimed.read()
    with pytest.raises(ConflictError, match="ticket 2 is waiting"):
        claimed.work.reopen(sari, 1)
    assert claimed.outbox() == []


def test_two_old_tickets_of_a_customer_reopened_at_once_are_one(claimed, tracker, sari, tono):
    claimed.work.resolve(sari, 1, Outcome.RIGHT)
    claimed.flush(tracker)
    tracker.escalates("budi")
    claimed.read()
    claimed.work.claim(sari, 2)
    claimed.work.resolve(sari, 2, Outcome.RIGHT)
    results = at_once(lambda: claimed.work.reopen(sari, 1), lambda: claimed.work.reopen(tono, 2))
    assert sum(isinstance(one, Ticket) for one in results) == 1, results
    assert sum(isinstance(one, ConflictError) for one in results) == 1, results


def test_an_outcome_may_be_corrected_later(claimed, sari, tono):
    with pytest.raises(ConflictError, match="when it is resolved"):
        claimed.work.judge(tono, 1, Outcome.WRONG)
    claimed.work.resolve(sari, 1, Outcome.RIGHT)
    assert claimed.work.judge(tono, 1, Outcome.WRONG).outcome is Outcome.WRONG
    assert last_entry(claimed).detail == {"outcome": "wrong"}


def test_a_note_is_for_agents_only(claimed, sari, tono):
    claimed.work.note(tono, 1, " pelanggan lama ")
    with claimed.database.transaction() as connection:
        [note] = notes.of_sender(connection, "budi")
    assert (note.author, note.text, note.at) == ("Tono", "pelanggan lama", NOW)
    assert claimed.outbox() == []
    assert last_entry(claimed).action == "ticket.noted"
    with pytest.raises(DeskError):
        claimed.work.note(tono, 1, " ")
    with pytest.raises(NotFoundError):
        claimed.work.note(tono, 99, "x")


# Texts that the operator left empty ---------------------------------------------------------------


def test_without_words_only_the_state_is_said(waiting, sari):
    silent = waiting.with_settings(texts=Texts(joined="", resolved=""))
    silent.work.claim(sari, 1)
    silent.work.resolve(sari, 1, Outcome.RIGHT)
    assert [(item.kind, item.text, item.slots) for item in silent.outbox()] == [
        ("state", None, AGENT),
        ("closing", None, BOT),
    ]


# Another helpdesk ---------------------------------------------------------------------------------

CHATWOOT = Chatwoot(url="http://chatwoot", account=1, inbox=1, token="t")


def test_an_answer_from_another_helpdesk_claims(waiting):
    desk = waiting.with_settings(chatwoot=CHATWOOT)
    ticket = desk.work.reply_from_helpdesk(ticket_id=1, key="cw-1", author="Dewi", text="Halo Kak")
    assert (ticket.state, ticket.assignee) == (State.CLAIMED, None)
    assert ticket.agent_at == NOW
    assert [(item.kind, item.slots, item.text) for item in desk.outbox()] == [
        ("state", AGENT, None),
        ("reply", {}, "Halo Kak"),
    ]
    again = desk.work.reply_from_helpdesk(ticket_id=1, key="cw-1", author="Dewi", text="Halo Kak")
    assert again == ticket
    assert len(desk.outbox()) == 2
    assert told(desk)[-1] == ("ticket.claimed", {"by": "Dewi", "origin": "chatwoot"})
    assert [event for event, _ in told(desk, "chatwoot")] == []


def test_a_name_of_any_length_from_another_helpdesk(waiting):
    waiting.work.reply_from_helpdesk(ticket_id=1, key="cw-1", author="x" * 500, text="Halo")
    assert waiting.outbox()[1].author == "x" * 120


def test_another_helpdesk_resolves_once(waiting):
    waiting.work.reply_from_helpdesk(ticket_id=1, key="cw-1", author="Dewi", text="Halo Kak")
    waiting.work.resolve_from_helpdesk(ticket_id=1, key="cw-2")
    waiting.work.resolve_from_helpdesk(ticket_id=1, key="cw-2")
    assert waiting.ticket().outcome is Outcome.UNSURE
    assert waiting.log().count("ticket.resolved") == 1


# Who did it ---------------------------------------------------------------------------------------


def test_a_refused_move_leaves_nothing(claimed, tono):
    before = (claimed.ticket(), claimed.log(), told(claimed), claimed.outbox())
    for deed in (
        lambda: claimed.work.claim(tono, 1),
        lambda: claimed.work.reply(tono, 1, "x"),
        lambda: claimed.work.release(tono, 1),
        lambda: claimed.work.transfer(tono, 1, tono.id),
        lambda: claimed.work.resolve(tono, 1, Outcome.RIGHT),
        lambda: claimed.work.reopen(tono, 1),
        lambda: claimed.work.judge(tono, 1, Outcome.RIGHT),
    ):
        with pytest.raises(DeskError):
            deed()
    assert (claimed.ticket(), claimed.log(), told(claimed), claimed.outbox()) == before


def test_names_are_kept_as_they_were(claimed, sari):
    assert isinstance(sari, Account)
    with claimed.database.transaction() as connection:
        accounts.change(
            connection, account_id=sari.id, name="Sari B.", role=Role.AGENT, max_tickets=5
        )
    assert last_entry(claimed).actor == "Sari"
    assert claimed.ticket().assignee_name == "Sari B."
