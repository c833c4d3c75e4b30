"""From a base to a measured model, by the commands a reader of the README would type."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.cli import main


@pytest.fixture(scope="module")
def chain(tiny_base: Path, bot_messages: Path, tmp_path_factory) -> SimpleNamespace:
    """train -> export -> calibrate, each once; what each left behind."""
    place = tmp_path_factory.mktemp("chain")
    trained, exported = place / "trained", place / "exported"
    train, probe = f"{bot_messages}:train", f"{bot_messages}:probe"
    table = place / "held.csv"
    rows = bot_messages.read_text("utf-8").splitlines()
    table.write_text("\n".join([rows[0], *(r for r in rows if r.endswith(",train"))][:11]) + "\n")
    steps = [
        f"train --base {tiny_base} --train {train} --valid {probe} --hold-out {table} "
        f"--output {trained} --epochs 2 --batch-size 8 --learning-rate 2e-3 --max-length 48 "
        "--seed 7",
        f"export {trained} {exported}",
    ]
    codes = [main(step.split()) for step in steps]
    # As of a model that nobody calibrated: training fitted its temperature on the same messages.
    dataclasses.replace(read_artifact(exported).metadata, temperature=1.0).write(exported)
    before = read_artifact(exported)
    codes.append(main(["calibrate", str(exported), "--data", probe, "--share", "0.3"]))
    return SimpleNamespace(
        codes=codes, trained=trained, exported=exported, before=before, probe=probe
    )


def test_every_step_succeeds(chain):
    assert chain.codes == [0, 0, 0]


def test_options_reach_the_recipe(chain):
    config = read_artifact(chain.trained).metadata.training["config"]
    given = {"epochs": 2, "batch_size": 8, "learning_rate": 2e-3, "max_length": 48, "seed": 7}
    assert {name: config[name] for name in given} == given
    assert config["label_smoothing"] == 0.1  # not given: the default


def test_held_out_messages_are_not_trained_on(chain, bot_messages):
    from emotion_component.table import read_tables

    everything, valid = read_tables([f"{bot_messages}:train"]), read_tables([chain.probe])
    held = read_tables([str(chain.trained.parent / "held.csv")])
    counts = read_artifact(chain.trained).metadata.training["train"]["counts"]
    assert counts == everything.without({*valid.texts, *held.texts}).counts
    assert sum(counts.values()) <= len(everything) - len(held)


def test_the_export_is_small_and_in_int8(chain):
    metadata = read_artifact(chain.exported).metadata
    assert metadata.training["precision"] == "int8"
    assert (chain.exported / "model.onnx").stat().st_size < (
        chain.trained / "model.safetensors"
    ).stat().st_size


def test_calibration_writes_temperature_thresholds_and_prices(chain):
    metadata = read_artifact(chain.exported).metadata
    assert metadata.temperature != chain.before.metadata.temperature
    assert chain.before.metadata.thresholds == {"Frustrasi": 0.5, "Marah": 0.5}
    assert metadata.thresholds != chain.before.metadata.thresholds
    assert metadata.calibration["share"] == 0.3
    assert metadata.calibration["miss_cost"] > metadata.calibration["false_cost"] > 0
    assert metadata.training == chain.before.metadata.training
    assert read_artifact(chain.exported).sha256 == chain.before.sha256


def test_calibration_makes_confidence_honest(chain):
    error = read_artifact(chain.exported).metadata.calibration["ece"]
    assert error["after"] <= error["before"] + 0.02
    assert error["after"] < 0.15


@pytest.fixture
def copy(chain, tmp_path) -> Path:
    return Path(shutil.copytree(chain.exported, tmp_path / "model"))


def test_evaluation_prints_writes_a_report_and_a_card(chain, copy, tmp_path, capsys):
    report, readme = tmp_path / "report", tmp_path / "README.md"
    readme.write_text("# Judul\n\n<!-- results:start -->\nold\n<!-- results:end -->\n")
    arguments = ["--report", str(report), "--card", "--readme", str(readme), "--bootstrap", "20"]
    assert main(["evaluate", str(copy), "--data", chain.probe, *arguments]) == 0
    printed = capsys.readouterr().out
    assert "macro-F1" in printed.replace("Macro", "macro")
    for label in ("Senang", "Netral", "Bingung", "Frustrasi", "Marah"):
        assert label in printed
    assert {path.suffix for path in report.iterdir()} >= {".json", ".md", ".png"}
    assert read_artifact(copy).sha256[:12] in (copy / "MODEL_CARD.md").read_text("utf-8")
    assert "old" not in readme.read_text("utf-8")
    assert readme.read_text("utf-8").startswith("# Judul")


def test_evaluation_changes_nothing_unless_asked(chain, copy):
    before = {path.name: path.read_bytes() for path in copy.iterdir()}
    assert main(["evaluate", str(copy), "--data", chain.probe, "--bootstrap", "20"]) == 0
    assert {path.name: path.read_bytes() for path in copy.iterdir()} == before


def test_predictions_are_those_of_the_library(chain, capsys):
    text = "sudah seminggu belum sampai, kecewa"
    assert main(["predict", "--json", str(chain.exported), text]) == 0
    found = json.loads(capsys.readouterr().out)
    (expected,) = EmotionClassifier.from_pretrained(chain.exported).predict([text])
    assert found["label"] == expected.label
    assert found["probabilities"] == pytest.approx(dict(expected.probabilities), abs=1e-4)


@pytest.mark.parametrize(
    "arguments, said",
    [
        ("export {exported} {tmp}/out", "needs model.safetensors"),
        ("export {trained} {tmp}/out --precision int4", "The precision is one of"),
        (
            "train --base {tmp}/absent --train {train} --valid {probe} --output {tmp}/out",
            "{tmp}/absent",
        ),
        (
            "train --base {tmp} --train {train} --valid {probe} --output {tmp}/out --epochs 0",
            "`epochs` must be at least 1",
        ),
    ],
    ids=["no torch weights", "precision", "no base", "no epochs"],
)
def test_mistakes_are_explained(chain, bot_messages, tmp_path, capsys, arguments, said):
    places = {
        "tmp": tmp_path,
        "exported": chain.exported,
        "trained": chain.trained,
        "probe": chain.probe,
        "train": f"{bot_messages}:train",
    }
    assert main([argument.format(**places) for argument in arguments.split()]) == 1
    error = capsys.readouterr().err
    assert "emosi: " in error
    assert said.format(**places) in error
    assert not (tmp_path / "out").exists()
