"""The same names on both sides: `emotion_component.rasa` cannot be imported without Rasa."""

from __future__ import annotations

import ast

import pytest

from emotion_component.tracker import names


@pytest.mark.parametrize(
    "name",
    [
        *("HANDOFF_SLOT", "HANDOFF_NONE", "HANDOFF_WAITING", "HANDOFF_AGENT"),
        *("EMOTION_KEY", "MESSAGE_ID_KEY", "DESK_KEY"),
    ],
)
def test_as_in_the_rasa_part(root, name):
    tree = ast.parse((root / "emotion_component/rasa/names.py").read_text("utf-8"))
    there = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    assert getattr(names, name) == there[name]
