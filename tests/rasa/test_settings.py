"""Wrong settings and an unfit domain are refused at `rasa train`, by name."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.shared.core.domain import Domain
from rasa.shared.exceptions import InvalidConfigException

from emotion_component.escalation import EscalationConfig
from emotion_component.rasa.domain_check import check_domain
from emotion_component.rasa.nlu import EmotionComponent
from emotion_component.rasa.policy import EscalationPolicy, read_settings

ROOT = Path(__file__).parents[2]
DOMAIN: dict[str, Any] = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))


@pytest.mark.parametrize(
    "changed, named",
    [
        ({"model": ""}, "`model` is a path"),
        ({"model": 5}, "`model` is a path"),
        ({"backend": "tensorflow"}, "`backend` is auto, onnx or torch"),
        ({"threads": 0}, "`threads` is a whole number"),
        ({"threads": True}, "`threads` is a whole number"),
        ({"featurize": "yes"}, "`featurize` is true or false"),
        ({"shadow": True}, "`shadow` is a path or hub id, or nothing"),
        ({"modell": "x"}, "no setting `modell`"),
        ({"model": "models/missing"}, "models/missing"),
    ],
)
def test_component_refuses(changed: dict[str, Any], named: str) -> None:
    config = {**EmotionComponent.get_default_config(), **changed}

    with pytest.raises(InvalidConfigException, match=named):
        EmotionComponent.create(config, None, None, None)


@pytest.mark.parametrize(
    "changed, named",
    [
        ({"marah_threshold": 2}, "marah_threshold"),
        ({"human_intents": "minta_manusia"}, "human_intents"),
        ({"human_intents": [1]}, "human_intents"),
        ({"calm_intents": None}, "calm_intents"),
        ({"rating_hours": 0}, "rating_hours"),
        ({"rating_hours": True}, "rating_hours"),
        ({"rating_hours": "24"}, "rating_hours"),
        ({"marah_treshold": 0.5}, "no setting `marah_treshold`"),
    ],
)
def test_policy_refuses(changed: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidConfigException, match=named):
        read_settings({**EscalationPolicy.get_default_config(), **changed})


def test_policy_accepts_its_own_defaults() -> None:
    assert read_settings(EscalationPolicy.get_default_config()) == EscalationConfig()


def without(section: str, name: str) -> dict[str, Any]:
    domain = copy.deepcopy(DOMAIN)
    if isinstance(domain[section], list):
        domain[section].remove(name)
    else:
        del domain[section][name]
    return domain


def with_slot(name: str, **changed: Any) -> dict[str, Any]:
    domain = copy.deepcopy(DOMAIN)
    domain["slots"][name].update(changed)
    return domain


def with_session(**changed: Any) -> dict[str, Any]:
    return {**DOMAIN, "session_config": {**DOMAIN["session_config"], **changed}}


@pytest.mark.parametrize(
    "domain, named",
    [
        (without("responses", "utter_handoff"), "`utter_handoff`"),
        (without("responses", "utter_empathy"), "`utter_empathy`"),
        (without("responses", "utter_offer_human"), "`utter_offer_human`"),
        (without("intents", "minta_manusia"), "`minta_manusia`"),
        (without("slots", "handoff"), "`handoff`"),
        (without("slots", "handoff_reason"), "`handoff_reason`"),
        (with_slot("handoff_reason", mappings=[{"type": "from_text"}]), "`handoff_reason`"),
        (with_slot("emotion", values=["Marah", "Senang"]), "`emotion`"),
        (with_session(carry_over_slots_to_new_session=False), "carry_over_slots_to_new_session"),
    ],
)
def test_an_unfit_domain_is_refused(domain: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidConfigException, match=named):
        check_domain(Domain.from_dict(domain), ["minta_manusia"])


def test_all_faults_are_named_at_once() -> None:
    domain = without("responses", "utter_handoff")
    del domain["slots"]["handoff"]

    with pytest.raises(InvalidConfigException) as caught:
        check_domain(Domain.from_dict(domain), [])

    assert "`utter_handoff`" in str(caught.value)
    assert "`handoff`" in str(caught.value)


def test_the_domain_of_the_example_bot_is_fit() -> None:
    check_domain(Domain.from_dict(DOMAIN), ["minta_manusia"])
