"""The story of one handoff, step by step, from the outburst to the bot's next answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from tests.desk.faults.evidence import (
    Evidence,
    require_once_and_in_order,
    require_silent_bot,
)
from tests.desk.faults.people import Agent, Customer

OUTBURST = "KALIAN PENIPU!! KURANG AJAR, SAYA MARAH BESAR"
STEPS = ("outburst", "waiting", "claim", "reply", "next", "resolve", "hand_back", "answer")


class Story:
    """One customer and one agent.

    Attributes:
        replies: the keys of the agent's replies, in the order in which they were sent.
    """

    def __init__(self, customer: Customer, agent: Agent, evidence: Evidence) -> None:
        self.customer, self.agent, self.evidence = customer, agent, evidence
        self.name = customer.name
        self.replies: list[str] = []
        self._number = 0
        self.last_answer: list[str] = []

    def do(self, step: str) -> None:
        """One step, repeated until it has been answered."""
        deed: Callable[[], None] = getattr(self, f"_{step}")
        deed()

    def _outburst(self) -> None:
        assert len(self.customer.says(OUTBURST)) == 2

    def _waiting(self) -> None:
        assert self.customer.says("halo? ada orang?") == []

    def _claim(self) -> None:
        self.agent.claims(self.number)

    def _reply(self) -> None:
        for part in ("a", "b"):
            key = f"{self.name}-{part}"
            self.replies.append(key)
            self.agent.replies(self.number, f"Balasan {part}, Kak.", key)

    def _next(self) -> None:
        assert self.customer.says("iya, nomor pesanan saya 12345") == []

    def _resolve(self) -> None:
        self.agent.resolves(self.number)

    def _hand_back(self) -> None:
        """The customer writes just while the agent gives the conversation back."""
        # Who comes first is open, and so is whether the bot answers; no word may be lost.
        writing = _in_thread(lambda: self.customer.says("oh ya satu lagi"))
        self.agent.resolves(self.number)
        writing()
        self.evidence.wait_for_slot(self.name, "none")

    def _answer(self) -> None:
        self.evidence.wait_for_slot(self.name, "none")
        self.last_answer = self.customer.says("jam buka sekolahnya?")

    @property
    def number(self) -> int:
        """Of the ticket."""
        if not self._number:
            self._number = int(self.agent.ticket_of(self.name)["id"])
        return self._number

    def require_a_good_end(self) -> None:
        """Everything that must hold of a story that has been told to its end."""
        self.evidence.wait_until_quiet(self.name)
        events = self.evidence.events(self.name)
        require_once_and_in_order(events, self.customer.said, self.replies)
        require_silent_bot(events)
        assert self.evidence.tickets(self.name) == [(self.number, "resolved")]
        assert self.agent.ticket(self.number)["state"] == "resolved"
        assert self.last_answer, "the bot is still silent"
        self._require_the_same_view()

    def _require_the_same_view(self) -> None:
        """The customer reads each message once, too."""
        read = self.customer.reads()
        mine: list[Any] = [one["message_id"] for one in read if one["from"] == "customer"]
        assert sorted(mine) == sorted(self.customer.said)
        texts = [one["text"] for one in read if one["from"] == "agent" and one["kind"] == "reply"]
        assert texts == [f"Balasan {key[-1]}, Kak." for key in self.replies]


def _in_thread(work: Callable[[], Any]) -> Callable[[], None]:
    """Begin something; the result waits for it, and raises what it raised."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def finish() -> None:
        thread.join()
        if failed:
            raise failed[0]

    return finish
