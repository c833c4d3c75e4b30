"""`emosi predict` on the shipped model."""

from __future__ import annotations

import io
import json

import pytest

from emotion_component.cli import main
from emotion_component.labels import LABELS

CALM, ANGRY = "jam berapa toko buka?", "dasar penipu, goblok semua kalian!!!"


def test_messages_as_arguments(shipped_model, capsys):
    assert main(["predict", str(shipped_model), CALM, ANGRY]) == 0
    calm, angry = capsys.readouterr().out.splitlines()
    assert calm.startswith("Netral ")
    assert calm.endswith(f"%  {CALM}")
    assert angry.startswith("Marah ")


def test_messages_line_by_line_on_standard_input(shipped_model, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CALM}\n\n{ANGRY}"))
    assert main(["predict", str(shipped_model)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["Netral", "Netral", "Marah"]
    assert "100%" in lines[1]  # an empty line is Netral by definition


def test_one_json_object_a_line(shipped_model, shipped, capsys):
    text = 'kata "kakak" 😡\tgoblok'
    assert main(["predict", "--json", str(shipped_model), text, CALM]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["text"] for row in found] == [text, CALM]
    assert all(tuple(row["probabilities"]) == LABELS for row in found)
    expected = shipped.predict([text])[0]
    assert found[0]["label"] == expected.label
    assert found[0]["confidence"] == pytest.approx(expected.confidence, abs=1e-4)


def test_json_keeps_emoji_readable(shipped_model, capsys):
    main(["predict", "--json", str(shipped_model), "😡"])
    assert "😡" in capsys.readouterr().out
