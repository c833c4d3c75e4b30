"""When must a human take over? Pure: no Rasa, no model, no I/O.

A conversation is judged whole, not message by message: one outburst is enough, but so are three
sighs; a confused customer is first asked whether they would like a human; who asks for one gets
one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from emotion_component.errors import ConfigError
from emotion_component.scores import score

Action = Literal["none", "offer", "handoff"]
Trigger = Literal["none", "wish", "marah", "frustrasi", "accumulated", "confused", "still_confused"]

DEFAULT_THRESHOLD = 0.5
"""For a model that brings no thresholds of its own."""


@dataclass(frozen=True, kw_only=True)
class EscalationConfig:
    """Settings of `decide`; every one can stand in config.yml under the policy.

    Attributes:
        marah_threshold: p(Marah) from which one message escalates; None: the model's own.
        frustrasi_threshold: p(Frustrasi) + p(Marah) from which one message escalates; None: the
            model's own.
        weak_threshold: p(Frustrasi) + p(Marah) from which a message counts as a weak sign; None:
            half of `frustrasi_threshold`.
        weak_turns: so many weak signs within `window` messages escalate.
        bingung_threshold: p(Bingung) from which a message counts as confused.
        bingung_turns: so many confused messages within `window` make the bot offer a human.
        window: the last messages that are looked at.
        cooldown_turns: so many messages after a human gave the conversation back, only anger and
            an explicit wish escalate.
    """

    marah_threshold: float | None = None
    frustrasi_threshold: float | None = None
    weak_threshold: float | None = None
    weak_turns: int = 3
    bingung_threshold: float = 0.5
    bingung_turns: int = 2
    window: int = 5
    cooldown_turns: int = 2

    def __post_init__(self) -> None:
        for name in ("marah_threshold", "frustrasi_threshold", "weak_threshold"):
            if getattr(self, name) is not None:
                self._require_number(name, 0, 1)
        self._require_number("bingung_threshold", 0, 1)
        self._require_number("window", 1, 50, whole=True)
        self._require_number("weak_turns", 1, self.window, whole=True)
        self._require_number("bingung_turns", 1, self.window, whole=True)
        self._require_number("cooldown_turns", 0, 50, whole=True)

    def _require_number(self, name: str, low: int, high: int, *, whole: bool = False) -> None:
        value = getattr(self, name)
        kind = int if whole else (int, float)
        if not isinstance(value, kind) or isinstance(value, bool) or not low <= value <= high:
            raise ConfigError(
                rule=f"`{name}` is a {'whole ' if whole else ''}number from {low} to {high}.",
                got=repr(value),
                do="Correct it under EscalationPolicy in config.yml.",
            )

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Names of all settings."""
        return tuple(field.name for field in fields(cls))


@dataclass(frozen=True, kw_only=True)
class Turn:
    """One message of the customer.

    Attributes:
        probabilities: of the five labels; None if the message could not be read.
        thresholds: those of the model that read it, by label; empty if it has none.
        wants_human: the customer asked for a person.
        calm: a greeting, a yes, a no: too few words to read frustration from. Only anger counts.
        offered: the bot answered this message by offering a human.
    """

    probabilities: Mapping[str, float] | None = None
    thresholds: Mapping[str, float] | None = None
    wants_human: bool = False
    calm: bool = False
    offered: bool = False

    def score(self, label: str) -> float:
        """What is compared with the threshold of `label`; 0 for a message not read."""
        if self.probabilities is None:
            return 0.0
        return score(self.probabilities, label)


@dataclass(frozen=True, kw_only=True)
class History:
    """The customer's messages that count.

    Attributes:
        turns: oldest first, the one to be answered last; at least one. Only those since a human
            gave the conversation back, if one ever did.
        handed_back: a human gave the conversation back before these turns.
    """

    turns: Sequence[Turn]
    handed_back: bool = False


@dataclass(frozen=True, kw_only=True)
class EscalationDecision:
    """What to do, and everything that led to it.

    Attributes:
        action: `handoff`: a human takes over; `offer`: ask whether one should; `none`.
        trigger: the rule that decided.
        emotion: `Marah` or `Frustrasi`, whichever the rules of the bot should answer; None if
            the trigger is no anger.
        scores: what was compared, by name.
        thresholds: what it was compared with, by the same names.
    """

    action: Action
    trigger: Trigger
    emotion: str | None
    scores: Mapping[str, float]
    thresholds: Mapping[str, float]

    def as_record(self) -> dict[str, Any]:
        """The decision as JSON types, for the tracker."""
        return asdict(self)


def decide(history: History, config: EscalationConfig) -> EscalationDecision:
    """Decide on the last turn of a conversation.

    The first rule that holds decides:

    1. `wish`: the customer asks for a human.
    2. `marah`: p(Marah) reaches its threshold.
    3. Within the cool-down after a human gave the conversation back: nothing else.
    4. `frustrasi`: p(Frustrasi) + p(Marah) reaches its threshold, in a message that is not
       `calm` by its intent.
    5. `accumulated`: this message and enough others in the window are weak signs.
    6. `confused`: this message and enough others in the window are confused: an offer. Once a
       human was offered in the window and the customer is still confused, `still_confused`: a
       handoff.
    """
    current = history.turns[-1]
    window = history.turns[-config.window :]
    given = current.thresholds or {}
    marah = _first(config.marah_threshold, given.get("Marah"), DEFAULT_THRESHOLD)
    frustrasi = _first(config.frustrasi_threshold, given.get("Frustrasi"), DEFAULT_THRESHOLD)
    weak = _first(config.weak_threshold, frustrasi / 2)
    sighs = [turn for turn in window if not turn.calm and turn.score("Frustrasi") >= weak]
    confused = [turn for turn in window if turn.score("Bingung") >= config.bingung_threshold]
    cooling = history.handed_back and len(history.turns) <= config.cooldown_turns

    action: Action
    trigger: Trigger
    if current.wants_human:
        action, trigger = "handoff", "wish"
    elif current.score("Marah") >= marah:
        action, trigger = "handoff", "marah"
    elif cooling:
        action, trigger = "none", "none"
    elif not current.calm and current.score("Frustrasi") >= frustrasi:
        action, trigger = "handoff", "frustrasi"
    elif current in sighs and len(sighs) >= config.weak_turns:
        action, trigger = "handoff", "accumulated"
    elif current in confused and any(turn.offered for turn in window):
        action, trigger = "handoff", "still_confused"
    elif current in confused and len(confused) >= config.bingung_turns:
        action, trigger = "offer", "confused"
    else:
        action, trigger = "none", "none"
    return EscalationDecision(
        action=action,
        trigger=trigger,
        emotion=_EMOTION_OF.get(trigger),
        scores={
            "marah": current.score("Marah"),
            "frustrasi": current.score("Frustrasi"),
            "bingung": current.score("Bingung"),
            "weak_turns": len(sighs),
            "bingung_turns": len(confused),
        },
        thresholds={
            "marah": marah,
            "frustrasi": frustrasi,
            "weak": weak,
            "bingung": config.bingung_threshold,
            "weak_turns": config.weak_turns,
            "bingung_turns": config.bingung_turns,
        },
    )


_EMOTION_OF = {
    "marah": "Marah",
    "frustrasi": "Frustrasi",
    "accumulated": "Frustrasi",
    "still_confused": "Frustrasi",
}


def _first(*values: float | None) -> float:
    """The first that is given."""
    return next(value for value in values if value is not None)
