"""From rows of Rasa's `events` to conversations without their words. Pure: no I/O.

Rows of many customers come mixed. A conversation is given out as soon as it is over: only those
that go on are kept in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from handoff_desk.rasa.events import HANDOFF_SLOT, NEEDS_HUMAN, Row, message

GAP = 3600.0
"""So many seconds of silence end a conversation; Rasa's own default for a session."""
LONGEST_HANDOFF = 7 * 86400.0
"""While a human is wanted or present, so many do."""
MAX_NAME = 80


class Turn(NamedTuple):
    """A message of the customer.

    Attributes:
        event: the row of Rasa's `events`.
        emotion: None if it was not read.
        score: p(Frustrasi) + p(Marah); None if it was not read.
        human: whether a human was wanted or present when it was written.
        answers: names of what the bot said to it, each once.
    """

    event: int
    at: float
    emotion: str | None
    score: float | None
    intent: str
    human: bool
    answers: tuple[str, ...] = ()

    @property
    def needs_human(self) -> bool:
        """Whether it was read as Frustrasi or Marah."""
        return self.emotion in NEEDS_HUMAN


class Handoff(NamedTuple):
    """From the call for a human to giving the conversation back.

    Attributes:
        event: the row that set the slot; `opened_event` of the ticket.
        before: how many turns came before; the last of them led to it.
        back: how many turns there were when the bot got the conversation back; None if it did not.
    """

    event: int
    at: float
    before: int
    back: int | None = None
    back_at: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Session:
    """A conversation of one customer without a long silence.

    Attributes:
        ended: whether it is over by all that is known; otherwise they may just be typing.
    """

    sender: str
    turns: tuple[Turn, ...]
    handoffs: tuple[Handoff, ...]
    ended: bool


def sessions(rows: Iterable[Row], *, until: float) -> Iterator[Session]:
    """The conversations, each when it is over.

    Args:
        rows: in the order of their ids; what is broken in them counts as not said.
        until: what is known reaches this moment; a later time in a row is none.
    """
    going: dict[str, _Going] = {}
    latest = swept = 0.0
    for row in rows:
        at = row.at if 0 < row.at <= until else latest
        latest = max(latest, at)
        found = going.get(row.sender)
        if found is not None and found.is_over(at, row):
            yield from found.given_out(ended=True)
            found = None
        if found is None:
            found = going[row.sender] = _Going(row.sender, at)
        found.take(row, at)
        if latest > swept + GAP:
            swept = latest
            for sender in [one for one, it in going.items() if latest - it.last > it.patience]:
                yield from going.pop(sender).given_out(ended=True)
    for found in going.values():
        yield from found.given_out(ended=until - found.last > found.patience)


@dataclass
class _Going:
    """A conversation that may go on."""

    sender: str
    last: float
    turns: list[Turn] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    handoffs: list[Handoff] = field(default_factory=list)
    human: bool = False
    action: str = ""

    @property
    def patience(self) -> float:
        return LONGEST_HANDOFF if self.human else GAP

    def is_over(self, at: float, row: Row) -> bool:
        return at - self.last > self.patience or (row.type == "session_started" and not self.human)

    def take(self, row: Row, at: float) -> None:
        self.last = max(self.last, at)
        if row.type == "user":
            self._customer(row, at)
        elif row.type == "bot":
            self._bot(row)
        elif row.type == "action":
            self.action = _name(row.data.get("name"))
        elif row.sets(HANDOFF_SLOT):
            self._handoff(row, at)

    def given_out(self, *, ended: bool) -> Iterator[Session]:
        self._close_turn()
        if self.turns or self.handoffs:
            yield Session(
                sender=self.sender,
                turns=tuple(self.turns),
                handoffs=tuple(self.handoffs),
                ended=ended,
            )

    def _customer(self, row: Row, at: float) -> None:
        if not row.was_typed:
            return
        said = message(row)
        if said is None:
            return
        self._close_turn()
        parse = row.data.get("parse_data")
        intent = parse.get("intent") if isinstance(parse, dict) else None
        self.turns.append(
            Turn(
                event=row.id,
                at=at,
                emotion=_name(said.emotion) or None,
                score=said.score if said.probabilities else None,
                intent=_name(intent.get("name") if isinstance(intent, dict) else None),
                human=self.human,
            )
        )

    def _bot(self, row: Row) -> None:
        if row.is_ours or not self.turns:
            return
        metadata = row.data.get("metadata")
        said = metadata.get("utter_action") if isinstance(metadata, dict) else None
        # What a custom action says has no name of its own: the action's row comes before it.
        name = _name(said) or self.action
        if name and name not in self.answers:
            self.answers.append(name)

    def _handoff(self, row: Row, at: float) -> None:
        human = row.slot(HANDOFF_SLOT) in ("waiting", "agent")
        if human and not self.human:
            if not row.is_ours:
                self.handoffs.append(Handoff(event=row.id, at=at, before=len(self.turns)))
            elif self.handoffs:
                # An agent opened the ticket again: nobody called a second time.
                self.handoffs[-1] = self.handoffs[-1]._replace(back=None, back_at=0.0)
        elif self.human and not human and self.handoffs:
            given = self.handoffs[-1]
            self.handoffs[-1] = given._replace(back=len(self.turns), back_at=at)
        self.human = human

    def _close_turn(self) -> None:
        if self.turns and self.answers:
            self.turns[-1] = self.turns[-1]._replace(answers=tuple(self.answers))
        self.answers, self.action = [], ""


def _name(value: Any) -> str:
    return value[:MAX_NAME] if isinstance(value, str) else ""
