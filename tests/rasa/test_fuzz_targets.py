"""Targets of fuzz/ that need Rasa."""

from __future__ import annotations

import pytest

from tests.fuzzing import check_target


@pytest.mark.parametrize("name", ["channel_body", "channel_query"])
def test_a_target_holds(name: str) -> None:
    check_target(name, examples=200)
