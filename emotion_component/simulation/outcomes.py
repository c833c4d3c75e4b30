"""What came of a conversation: who got a human, after how long, and who should have. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from emotion_component.simulation.drawing import Conversation, Line


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A message and what the bot made of it.

    Attributes:
        line: what the customer said.
        answers: the bot's texts; None if it did not take the message.
        seconds: until the answer.
        called: whether a human was called now.
    """

    line: Line
    answers: tuple[str, ...] | None
    seconds: float
    called: bool

    @property
    def unanswered(self) -> bool:
        """Lost, or met with silence though nobody else was going to answer."""
        return not self.answers and not self.called


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """A conversation as it went: it ends when a human is called.

    Attributes:
        sender: its id in the bot's tracker.
        turns: at least one.
        trigger: why the human was called, where Rasa's API told it.
    """

    conversation: Conversation
    sender: str
    turns: tuple[Turn, ...]
    trigger: str = ""

    @property
    def reached(self) -> bool:
        """A human was called."""
        return self.turns[-1].called

    @property
    def needed(self) -> bool:
        """Something was said that needs a human."""
        return any(turn.line.human == "needed" for turn in self.turns)

    @property
    def missed(self) -> bool:
        """A human was needed and not called."""
        return self.needed and not self.reached

    @property
    def needless(self) -> bool:
        """A human was called though all that was said is for the bot."""
        return self.reached and all(turn.line.human == "needless" for turn in self.turns)

    @property
    def after(self) -> int | None:
        """Messages that need a human until one came, from 1; None if none was needed or came."""
        if not (self.needed and self.reached):
            return None
        first = next(n for n, turn in enumerate(self.turns) if turn.line.human == "needed")
        return len(self.turns) - first

    @property
    def seconds(self) -> float:
        """That the bot took for its answers."""
        return sum(turn.seconds for turn in self.turns)

    @property
    def unanswered(self) -> int:
        """Messages that nobody answered."""
        return sum(turn.unanswered for turn in self.turns)
