"""The bots that the server benchmark compares differ in what they are said to differ in."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path

import pytest
import yaml

from benchmarks.bots import BOTS, EMOTION, ESCALATION, INTENTS, NAIVE, WORDS


@pytest.fixture(scope="module")
def config(root: Path):
    return yaml.safe_load((root / "config.yml").read_text("utf-8"))


def steps(config, bot: str) -> list[str]:
    """Components and policies of a bot in order."""
    changed = BOTS[bot](deepcopy(config), Path("checkpoint"))
    return [step["name"] for part in ("pipeline", "policies") for step in changed[part]]


@pytest.mark.parametrize(
    "bot, lacks, adds",
    [
        ("bare", {EMOTION, ESCALATION}, set()),
        ("without", {EMOTION, ESCALATION}, set()),
        ("shipped", set(), set()),
        ("bare shipped", set(), set()),
        ("component only", {ESCALATION}, set()),
        ("naive", {EMOTION, ESCALATION}, {NAIVE}),
        ("feature", {WORDS}, set()),
        ("diet", {INTENTS}, {"DIETClassifier"}),
        ("plain diet", {EMOTION, ESCALATION, INTENTS}, {"DIETClassifier"}),
    ],
)
def test_a_bot_is_the_projects_own_but_for(config, bot, lacks, adds):
    own = set(steps(config, "shipped"))
    assert set(steps(config, bot)) == own - lacks | adds


def test_the_intent_classifier_reads_the_feature_of_the_step_before_it(config):
    pipeline = BOTS["feature"](deepcopy(config), Path("checkpoint"))["pipeline"]
    place = [step["name"] for step in pipeline].index(INTENTS)
    assert pipeline[place - 1]["name"] == EMOTION
    assert pipeline[place - 1]["featurize"]
