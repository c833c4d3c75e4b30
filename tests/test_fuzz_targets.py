"""Targets of fuzz/ that need neither Rasa nor the desk."""

from __future__ import annotations

import pytest

import fuzz
from tests.conftest import ROOT
from tests.fuzzing import check_target

OURS = {"model_directory": 60, "ngrams_file": 15, "text_tokens": 60}


@pytest.mark.parametrize("name, examples", OURS.items())
def test_a_target_holds(name, examples):
    check_target(name, examples=examples)


def test_every_target_is_listed():
    """By its environment: these, and those of tests/rasa and tests/desk."""
    files = {path.stem for path in (ROOT / "fuzz").glob("*.py")}
    targets = {name for names in fuzz.TARGETS.values() for name in names}
    assert targets == files - {"__init__", "run", "places"}
    assert targets >= set(OURS)
