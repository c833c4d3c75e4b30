"""Targets of fuzz/ that need the desk."""

from __future__ import annotations

import pytest

import fuzz
from tests.fuzzing import check_target


@pytest.mark.parametrize("name", fuzz.TARGETS["desk"])
def test_a_target_holds(name: str) -> None:
    check_target(name, examples=60)
