"""A ticket, its states, and which move is legal from which. Pure: no I/O."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from handoff_desk.errors import ConflictError, ForbiddenError


class State(str, Enum):
    """Where a ticket stands.

    `waiting`: a customer waits for somebody; `claimed`: an agent talks to them; `resolved`: an
    agent gave the conversation back; `expired`: the customer fell silent and the clock did.
    """

    WAITING = "waiting"
    CLAIMED = "claimed"
    RESOLVED = "resolved"
    EXPIRED = "expired"

    @property
    def is_open(self) -> bool:
        return self in (State.WAITING, State.CLAIMED)


class Outcome(str, Enum):
    """What the agent says of the escalation once the story is over."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSURE = "unsure"


class Role(str, Enum):
    """A supervisor may also move other agents' tickets, and sees accounts and the audit log."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"


class Move(str, Enum):
    """What can be done to a ticket."""

    CLAIM = "claim"
    REPLY = "reply"
    RELEASE = "release"
    TRANSFER = "transfer"
    RESOLVE = "resolve"
    EXPIRE = "expire"
    REOPEN = "reopen"


LEGAL: dict[Move, dict[State, State]] = {
    Move.CLAIM: {State.WAITING: State.CLAIMED},
    Move.REPLY: {State.CLAIMED: State.CLAIMED},
    Move.RELEASE: {State.CLAIMED: State.WAITING},
    Move.TRANSFER: {State.CLAIMED: State.CLAIMED, State.WAITING: State.CLAIMED},
    Move.RESOLVE: {State.CLAIMED: State.RESOLVED},
    Move.EXPIRE: {State.CLAIMED: State.EXPIRED, State.WAITING: State.EXPIRED},
    Move.REOPEN: {State.RESOLVED: State.CLAIMED, State.EXPIRED: State.CLAIMED},
}
"""From which state each move leads to which."""

URGENCY = {"Marah": 2, "Frustrasi": 1}
"""Higher waits in front."""


@dataclass(frozen=True, kw_only=True)
class Account:
    """Somebody who may log in."""

    id: int
    username: str
    name: str
    role: Role
    active: bool = True
    available: bool = False
    max_tickets: int = 5
    seen_at: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """An open or past handoff of one conversation. Times are seconds since the epoch, UTC.

    Attributes:
        reason: the record that EscalationPolicy left in the slot `handoff_reason`.
        urgency: 2 for Marah, 1 for Frustrasi, 0 for a wish or a rule.
        course: emotions of the customer's messages so far, oldest first.
        due_from: when the waiting counts from: its opening, or the next opening of the office.
        waiting_since: when the customer last began to wait for an agent to claim.
        customer_at: the customer's first message that no agent has answered yet; not later than
            `agent_at` if all are answered.
        agent_at: the agent's last word; to claim is none.
        waiting_notices: how often the customer was told that nobody is free yet.
        told_at: when the desk last told them anything while they wait.
        agent_reminders: how often the agent was reminded since the customer last wrote.
        last_event: id of the last row of Rasa's `events` that was read for this ticket.
        rating: how satisfied the customer said to be afterwards, 1 to 5.
    """

    id: int
    sender: str
    channel: str
    state: State
    urgency: int
    trigger: str
    reason: dict[str, Any]
    opened_at: float
    opened_event: int
    last_event: int
    due_from: float
    waiting_since: float
    assignee: int | None = None
    assignee_name: str | None = None
    claimed_at: float = 0.0
    customer_at: float = 0.0
    agent_at: float = 0.0
    waiting_notices: int = 0
    told_at: float = 0.0
    agent_reminders: int = 0
    closed_at: float = 0.0
    closed_by: int | None = None
    outcome: Outcome | None = None
    rating: int | None = None
    last_text: str = ""
    emotion: str | None = None
    course: tuple[str, ...] = ()


def next_state(move: Move, ticket: Ticket) -> State:
    """The state that a move leads to.

    Raises:
        ConflictError: the move is not legal now; says who has the ticket.
    """
    targets = LEGAL[move]
    if ticket.state not in targets:
        holder = f" by {ticket.assignee_name}" if ticket.assignee_name else ""
        raise ConflictError(
            rule=f"To {move.value}, a ticket must be {' or '.join(s.value for s in targets)}.",
            got=f"ticket {ticket.id} is {ticket.state.value}{holder}",
            do="Load the conversation again to see where it stands.",
            told=_told(ticket),
        )
    return targets[ticket.state]


def _told(ticket: Ticket) -> str:
    if ticket.state is State.CLAIMED:
        return f"Percakapan ini sudah ditangani {ticket.assignee_name or 'petugas lain'}."
    if ticket.state is State.WAITING:
        return "Percakapan ini sudah kembali ke antrean. Ambil dulu untuk membalas."
    return "Percakapan ini sudah selesai. Buka kembali untuk melanjutkan."


def require_supervisor(by: Account, deed: str) -> None:
    """Some things are for supervisors alone.

    Args:
        deed: what they may, after "Only a supervisor may".

    Raises:
        ForbiddenError: the account is another agent's.
    """
    if by.role is not Role.SUPERVISOR:
        raise ForbiddenError(
            rule=f"Only a supervisor may {deed}.",
            got=f"an account with the role {by.role.value}",
            do="Ask a supervisor.",
        )


def require_holder(move: Move, ticket: Ticket, account: Account) -> None:
    """Only who holds a ticket may act on it; a supervisor may move it, but not speak in it.

    Raises:
        ForbiddenError: the ticket is somebody else's.
    """
    if ticket.assignee == account.id:
        return
    if account.role is Role.SUPERVISOR and move is not Move.REPLY:
        return
    if move is Move.TRANSFER and ticket.state is State.WAITING:
        return
    raise ForbiddenError(
        rule=f"Only the agent who holds a ticket may {move.value} it.",
        got=f"ticket {ticket.id} is held by {ticket.assignee_name or 'nobody'}",
        do="Claim it first, or ask for a transfer.",
        told=_told(ticket),
    )
