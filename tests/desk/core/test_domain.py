"""Every move from every state, and who may do it."""

from __future__ import annotations

import pytest

from handoff_desk.domain import Account, Move, Role, State, Ticket, next_state, require_holder
from handoff_desk.errors import ConflictError, ForbiddenError

W, C, R, E = State.WAITING, State.CLAIMED, State.RESOLVED, State.EXPIRED

MOVES = [
    # move, and where it leads to from: waiting, claimed, resolved, expired
    (Move.CLAIM, C, None, None, None),
    (Move.REPLY, None, C, None, None),
    (Move.RELEASE, None, W, None, None),
    (Move.TRANSFER, C, C, None, None),
    (Move.RESOLVE, None, R, None, None),
    (Move.EXPIRE, E, E, None, None),
    (Move.REOPEN, None, None, C, C),
]


def ticket(state: State, assignee: int | None = None) -> Ticket:
    return Ticket(
        id=7,
        sender="budi",
        channel="rest",
        state=state,
        urgency=2,
        trigger="strong",
        reason={},
        opened_at=0.0,
        opened_event=1,
        last_event=1,
        due_from=0.0,
        waiting_since=0.0,
        assignee=assignee,
        assignee_name="Sari" if assignee else None,
    )


def test_the_table_names_every_move():
    assert {row[0] for row in MOVES} == set(Move)


@pytest.mark.parametrize(
    "move, state, target",
    [
        (move, state, target)
        for move, *targets in MOVES
        for state, target in zip((W, C, R, E), targets, strict=True)
    ],
)
def test_every_move_from_every_state(move, state, target):
    if target is None:
        with pytest.raises(ConflictError, match=f"ticket 7 is {state.value}"):
            next_state(move, ticket(state))
    else:
        assert next_state(move, ticket(state)) is target


def test_a_refusal_says_who_has_it():
    with pytest.raises(ConflictError, match="claimed by Sari"):
        next_state(Move.CLAIM, ticket(C, 1))


def test_only_waiting_and_claimed_tickets_are_open():
    assert [state for state in State if state.is_open] == [W, C]


SARI = Account(id=1, username="sari", name="Sari", role=Role.AGENT)
TONO = Account(id=2, username="tono", name="Tono", role=Role.AGENT)
IBU = Account(id=3, username="ibu", name="Ibu", role=Role.SUPERVISOR)


@pytest.mark.parametrize(
    "move, state, account, allowed",
    [
        *[(move, C, SARI, True) for move in Move],
        *[(move, C, TONO, False) for move in Move],
        *[(move, C, IBU, move is not Move.REPLY) for move in Move],
        (Move.TRANSFER, W, TONO, True),
        (Move.RELEASE, W, TONO, False),
    ],
)
def test_who_may_move_a_ticket(move, state, account, allowed):
    one = ticket(state, 1 if state is C else None)
    if allowed:
        require_holder(move, one, account)
    else:
        with pytest.raises(ForbiddenError, match=f"may {move.value}"):
            require_holder(move, one, account)
