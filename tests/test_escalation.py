"""When a conversation is handed to a human: `escalation.decide`, rule by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_component.errors import ConfigError
from emotion_component.escalation import EscalationConfig, History, Turn, decide
from emotion_component.labels import LABELS

THRESHOLDS = {"Marah": 0.5, "Frustrasi": 0.6}
CONFIG = EscalationConfig()


def turn(*, marah: float = 0.0, frustrasi: float = 0.0, bingung: float = 0.0, **more: bool) -> Turn:
    rest = 1 - marah - frustrasi - bingung
    probabilities = dict(zip(LABELS, (0.0, rest, bingung, frustrasi, marah), strict=True))
    return Turn(probabilities=probabilities, thresholds=THRESHOLDS, **more)


CALM = turn()
ANGRY = turn(marah=0.5)
FRUSTRATED = turn(frustrasi=0.6)
SIGH = turn(frustrasi=0.3)
CONFUSED = turn(bingung=0.5)
WISH = turn(wants_human=True)
OFFERED = turn(bingung=0.5, offered=True)
UNREADABLE = Turn()


@pytest.mark.parametrize(
    "turns, action, trigger, emotion",
    [
        pytest.param([CALM], "none", "none", None, id="calm"),
        pytest.param([ANGRY], "handoff", "marah", "Marah", id="one outburst"),
        pytest.param([turn(marah=0.49)], "none", "none", None, id="just below anger"),
        pytest.param([FRUSTRATED], "handoff", "frustrasi", "Frustrasi", id="one frustrated"),
        pytest.param(
            [turn(frustrasi=0.3, marah=0.3)],
            "handoff",
            "frustrasi",
            "Frustrasi",
            id="torn between frustration and anger is at least frustrated",
        ),
        pytest.param([SIGH, SIGH], "none", "none", None, id="two sighs"),
        pytest.param([SIGH] * 3, "handoff", "accumulated", "Frustrasi", id="three sighs"),
        pytest.param(
            [SIGH, CALM, SIGH, CALM, SIGH], "handoff", "accumulated", "Frustrasi", id="slow burn"
        ),
        pytest.param(
            [SIGH, CALM, CALM, SIGH, CALM, SIGH], "none", "none", None, id="sighs out of window"
        ),
        pytest.param([SIGH, SIGH, SIGH, CALM], "none", "none", None, id="calm after sighs"),
        pytest.param([CONFUSED], "none", "none", None, id="confused once"),
        pytest.param([CONFUSED, CONFUSED], "offer", "confused", None, id="confused twice"),
        pytest.param(
            [CONFUSED, OFFERED, CONFUSED],
            "handoff",
            "still_confused",
            "Frustrasi",
            id="confused after the offer",
        ),
        pytest.param([CONFUSED, OFFERED, CALM], "none", "none", None, id="calm after the offer"),
        pytest.param([WISH], "handoff", "wish", None, id="asks for a human"),
        pytest.param(
            [turn(marah=0.9, wants_human=True)],
            "handoff",
            "wish",
            None,
            id="the wish comes before the anger",
        ),
        pytest.param(
            [turn(frustrasi=0.9, calm=True)], "none", "none", None, id="a greeting misread"
        ),
        pytest.param(
            [SIGH, SIGH, turn(frustrasi=0.9, calm=True)], "none", "none", None, id="and no sigh"
        ),
        pytest.param(
            [turn(marah=0.5, calm=True)], "handoff", "marah", "Marah", id="an angry greeting"
        ),
        pytest.param([UNREADABLE], "none", "none", None, id="unreadable"),
        pytest.param(
            [Turn(wants_human=True)], "handoff", "wish", None, id="a wish needs no emotion"
        ),
        pytest.param([ANGRY, CALM], "none", "none", None, id="only the last message is answered"),
    ],
)
def test_decision(turns: list[Turn], action: str, trigger: str, emotion: str | None) -> None:
    decision = decide(History(turns=turns), CONFIG)

    assert (decision.action, decision.trigger, decision.emotion) == (action, trigger, emotion)


@pytest.mark.parametrize(
    "turns, trigger",
    [
        pytest.param([FRUSTRATED], "none", id="frustration waits"),
        pytest.param([CALM, FRUSTRATED], "none", id="until the last turn of it"),
        pytest.param([CALM, CALM, FRUSTRATED], "frustrasi", id="then it counts again"),
        pytest.param([ANGRY], "marah", id="anger does not wait"),
        pytest.param([WISH], "wish", id="nor a wish"),
        pytest.param([CONFUSED, CONFUSED], "none", id="no offer either"),
    ],
)
def test_cooldown_after_a_human_gave_the_conversation_back(turns: list[Turn], trigger: str) -> None:
    assert decide(History(turns=turns, handed_back=True), CONFIG).trigger == trigger


def test_the_settings_win_over_the_thresholds_of_the_model() -> None:
    strict = EscalationConfig(marah_threshold=0.9, frustrasi_threshold=0.95)

    decision = decide(History(turns=[turn(marah=0.89)]), strict)

    assert decision.action == "none"
    assert decision.thresholds["marah"] == 0.9


def test_a_model_without_thresholds_gets_the_default() -> None:
    probabilities = dict.fromkeys(LABELS, 0.0) | {"Marah": 0.5, "Netral": 0.5}

    assert decide(History(turns=[Turn(probabilities=probabilities)]), CONFIG).trigger == "marah"


def test_a_decision_records_what_was_compared_with_what() -> None:
    record = decide(History(turns=[SIGH, SIGH, turn(frustrasi=0.4)]), CONFIG).as_record()

    assert record["trigger"] == "accumulated"
    assert record["scores"] == {
        "marah": 0.0,
        "frustrasi": 0.4,
        "bingung": 0.0,
        "weak_turns": 3,
        "bingung_turns": 0,
    }
    assert record["thresholds"]["weak"] == 0.3
    assert record["thresholds"]["frustrasi"] == 0.6


@pytest.mark.parametrize(
    "settings, named",
    [
        ({"marah_threshold": 1.5}, "marah_threshold"),
        ({"frustrasi_threshold": "0.5"}, "frustrasi_threshold"),
        ({"weak_threshold": -0.1}, "weak_threshold"),
        ({"bingung_threshold": None}, "bingung_threshold"),
        ({"window": 0}, "window"),
        ({"window": 2.5}, "window"),
        ({"weak_turns": 6}, "weak_turns"),
        ({"bingung_turns": True}, "bingung_turns"),
        ({"cooldown_turns": -1}, "cooldown_turns"),
        ({"marah_threshold": float("nan")}, "marah_threshold"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(settings: dict[str, object], named: str) -> None:
    with pytest.raises(ConfigError, match=named):
        EscalationConfig(**settings)


def any_turn() -> st.SearchStrategy[Turn]:
    weights = st.lists(st.floats(0.01, 1), min_size=5, max_size=5)
    probabilities = weights.map(lambda w: dict(zip(LABELS, (x / sum(w) for x in w), strict=True)))
    return st.builds(
        Turn,
        probabilities=st.none() | probabilities,
        thresholds=st.just(THRESHOLDS),
        wants_human=st.booleans(),
        calm=st.booleans(),
        offered=st.booleans(),
    )


@given(turns=st.lists(any_turn(), min_size=1, max_size=12), handed_back=st.booleans())
def test_a_wish_and_anger_always_reach_a_human(turns: list[Turn], handed_back: bool) -> None:
    decision = decide(History(turns=turns, handed_back=handed_back), CONFIG)

    last = turns[-1]
    if last.wants_human or last.score("Marah") >= THRESHOLDS["Marah"]:
        assert decision.action == "handoff"


@given(turns=st.lists(any_turn(), min_size=1, max_size=12))
def test_only_the_window_counts(turns: list[Turn]) -> None:
    recent = turns[-CONFIG.window :]

    assert decide(History(turns=turns), CONFIG) == decide(History(turns=recent), CONFIG)
