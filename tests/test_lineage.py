"""An ancestry tells all steps, and when one of them was changed."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from emotion_component.errors import ArtifactError
from emotion_component.lineage import (
    ANCESTRY_FILE,
    PROMOTED,
    PROPOSED,
    Step,
    add_step,
    last,
    read_ancestry,
)


def step(kind: str, number: int) -> Step:
    details = {"figures": (0.1, 0.2), 5: "a key of JSON is a string"}
    return Step(kind=kind, at=f"2026-11-{number:02}", model="b", parent="a", details=details)


@pytest.fixture
def model(tmp_path):
    for number, kind in enumerate((PROPOSED, PROMOTED, PROPOSED), 1):
        add_step(tmp_path, read_ancestry(tmp_path), step(kind, number))
    return tmp_path


def test_a_model_that_was_never_learned_further_has_none(tmp_path):
    assert read_ancestry(tmp_path) == ()


def test_steps_are_read_as_they_were_written(model):
    steps = read_ancestry(model)
    assert [one.at for one in steps] == ["2026-11-01", "2026-11-02", "2026-11-03"]
    assert [one.before for one in steps] == ["", steps[0].sha256, steps[1].sha256]
    assert last(steps, PROPOSED) == steps[2]
    assert last(steps, "rolled back") is None
    assert [path.name for path in model.iterdir()] == [ANCESTRY_FILE]


@pytest.mark.parametrize("end", ["\u2028", "\u2029", "\x85", "\r\n"])
def test_a_reason_may_hold_any_end_of_a_line(tmp_path, end):
    pasted = replace(step(PROMOTED, 1), why=f"two{end}lines")
    add_step(tmp_path, (), pasted)
    assert [one.why for one in read_ancestry(tmp_path)] == [pasted.why]


def changed(lines: list[dict]) -> None:
    lines[1]["why"] = "because"


def left_out(lines: list[dict]) -> None:
    del lines[1]


def moved(lines: list[dict]) -> None:
    lines[0], lines[1] = lines[1], lines[0]


def of_another_version(lines: list[dict]) -> None:
    lines[0]["colour"] = "red"


def first_gone(lines: list[dict]) -> None:
    del lines[0]


@pytest.mark.parametrize("spoil", [changed, left_out, moved, of_another_version, first_gone])
def test_a_step_that_was_touched_is_told(model, spoil):
    path = model / ANCESTRY_FILE
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    spoil(lines)
    path.write_text("\n".join(map(json.dumps, lines)), "utf-8")
    with pytest.raises(ArtifactError, match="as it was written"):
        read_ancestry(model)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"5"])
def test_a_damaged_file_is_told(model, content):
    (model / ANCESTRY_FILE).write_bytes(content)
    with pytest.raises(ArtifactError, match=ANCESTRY_FILE):
        read_ancestry(model)
