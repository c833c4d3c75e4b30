"""`emosi calibrate` on a copy of the shipped model."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import pytest

from emotion_component.cli import main
from emotion_component.labels import LABELS
from emotion_component.table import read_table
from emotion_component.thresholds import FALSE_COST, MISS_COST


@pytest.fixture
def model(shipped_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_model, tmp_path / "model"))


@pytest.fixture(scope="module")
def table(bot_messages: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A third of the probe: the rule does not depend on how many messages there are."""
    found = tmp_path_factory.mktemp("calibrate") / "messages.csv"
    probe = read_table(bot_messages, split="probe")
    with found.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for text, target in list(zip(probe.originals, probe.targets, strict=True))[::3]:
            writer.writerow([text, LABELS[target]])
    return str(found)


@pytest.mark.parametrize(
    "arguments, account",
    [
        ([], {"miss_cost": MISS_COST, "false_cost": FALSE_COST}),
        (["--miss-cost", "7"], {"miss_cost": 7.0, "false_cost": FALSE_COST}),
        (["--target-recall", "0.9"], {"target_recall": 0.9}),
        (["--target-precision", "0.7"], {"target_precision": 0.7}),
    ],
)
def test_the_rule_is_written_down(model, table, arguments, account):
    assert main(["calibrate", str(model), "--data", table, *arguments]) == 0
    content = json.loads((model / "emotion.json").read_text("utf-8"))
    calibration = content["calibration"]
    rules = ("miss_cost", "false_cost", "target_recall", "target_precision")
    assert {name: calibration[name] for name in rules if name in calibration} == account
    for label, chosen in calibration["chosen"].items():
        assert content["thresholds"][label] == chosen["threshold"]
        assert chosen["recall"] >= account.get("target_recall", 0)
        assert chosen["precision"] >= account.get("target_precision", 0)


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--target-recall", "0.9", "--target-precision", "0.9"], "more than one of them"),
        (["--target-recall", "0.9", "--miss-cost", "3"], "more than one of them"),
        (["--target-precision", "0.9", "--false-cost", "3"], "more than one of them"),
        (["--target-recall", "1.2"], "A target is above 0 and at most 1"),
    ],
)
def test_a_rule_that_cannot_be_followed_changes_nothing(model, table, arguments, said, capsys):
    before = (model / "emotion.json").read_bytes()
    assert main(["calibrate", str(model), "--data", table, *arguments]) == 1
    assert said in capsys.readouterr().err
    assert (model / "emotion.json").read_bytes() == before
