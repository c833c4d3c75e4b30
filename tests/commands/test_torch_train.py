"""`emosi train`, `adapt`, `search`, `curve` on a tiny encoder: what a team's first tries meet."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from emotion_component.artifact import read_artifact
from emotion_component.cli import main
from emotion_component.evaluation import read_learning_curve
from emotion_component.table import read_rows, read_table

QUICK = "--epochs 1 --batch-size 16 --learning-rate 1e-3 --max-length 16 --seed 3"


@pytest.fixture(scope="module")
def table(bot_messages, tmp_path_factory) -> Path:
    """Two hundred messages, and three rows that are none."""
    rows = read_table(bot_messages, split="train")
    path = tmp_path_factory.mktemp("team") / "pesan.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        names = list(rows.counts)
        step = len(rows) // 200
        writer.writerows(
            (rows.originals[i], names[rows.targets[i]]) for i in range(0, len(rows), step)
        )
        writer.writerows([("", "Marah"), ("halo", "Marrah"), ("halo", "")])
    return path


@pytest.fixture
def emosi(tmp_path):
    def emosi(line: str, **places: object) -> int:
        return main(line.format(tmp=tmp_path, **places).split())

    return emosi


def train(extra: str = "") -> str:
    return f"train --base {{base}} --train {{table}} --output {{tmp}}/out {QUICK} {extra}"


def test_faulty_rows_stop_a_training_before_it_begins(emosi, tiny_base, table, tmp_path, capsys):
    assert emosi(train(), base=tiny_base, table=table) == 1
    error = capsys.readouterr().err
    assert "no text" in error
    assert "did you mean Marah?" in error
    assert not (tmp_path / "out").exists()


def test_or_are_reported_and_left_out(emosi, tiny_base, table, tmp_path, capsys):
    assert emosi(train("--skip-bad-rows"), base=tiny_base, table=table) == 0
    printed = capsys.readouterr().out
    assert printed.count("; left out") == 3
    training = read_artifact(tmp_path / "out").metadata.training
    sizes = [sum(training[part]["counts"].values()) for part in ("train", "valid")]
    assert sizes[1] / sum(sizes) == pytest.approx(0.2, abs=0.03)  # none was given: 80/20


def test_n_grams_answer_beside_the_encoder(emosi, tiny_base, table, tmp_path):
    assert emosi(train("--skip-bad-rows"), base=tiny_base, table=table) == 0
    artifact = read_artifact(tmp_path / "out")
    assert artifact.ngrams
    assert 0 <= artifact.metadata.training["ngrams"]["share"] <= 0.7


@pytest.mark.parametrize(
    "extra",
    [
        "--loss focal --sampling oversample --layer-decay 0.9 --r-drop 1.0",
        "--loss class-balanced --augmentation typos emoji --augmentation-share 1.0",
        "--teacher ngrams --unlabelled {texts} --pseudo-labels 0.4 --preset student",
        "--preset card",
    ],
    ids=["losses", "augmentation", "self-training", "card"],
)
def test_each_way_of_training_leads_to_a_model(emosi, tiny_base, table, tmp_path, extra):
    texts = tmp_path / "texts.txt"
    texts.write_text("kok lama sekali ya\nterima kasih banyak kak\nbangsat kalian semua\n")
    line = train(f"--skip-bad-rows --no-ngrams {extra}")
    assert emosi(line, base=tiny_base, table=table, texts=texts) == 0
    assert read_artifact(tmp_path / "out").metadata.training["history"]


def test_events_for_tensorboard(emosi, tiny_base, table, tmp_path):
    line = train("--skip-bad-rows --no-ngrams --track {tmp}/events")
    assert emosi(line, base=tiny_base, table=table) == 0
    assert list((tmp_path / "events").glob("events.out.tfevents.*"))


def test_folds_instead_of_one_training(emosi, tiny_base, table, tmp_path, capsys):
    line = train("--skip-bad-rows --no-ngrams --folds 2")
    assert emosi(line, base=tiny_base, table=table) == 0
    assert "macro-F1 over 2 folds" in capsys.readouterr().out
    assert (tmp_path / "out" / "fold-2" / "emotion.json").is_file()


def test_an_adapted_encoder_is_a_base(emosi, tiny_base, table, tmp_path):
    adapt = "adapt --base {base} --texts {table} --output {tmp}/adapted --epochs 1 --max-length 16"
    assert emosi(adapt, base=tiny_base, table=table) == 0
    line = train("--skip-bad-rows --no-ngrams")
    assert emosi(line, base=tmp_path / "adapted", table=table) == 0


def test_the_best_of_a_search_can_be_trained(emosi, tiny_base, table, tmp_path):
    search = (
        "search --base {base} --train {table} --skip-bad-rows --study {tmp}/study.db --trials 1 "
        "--best {tmp}/best.json --epochs 1 --max-length 16 --batch-size 16"
    )
    assert emosi(search, base=tiny_base, table=table) == 0
    best = json.loads((tmp_path / "best.json").read_text("utf-8"))
    line = (
        "train --base {base} --train {table} --skip-bad-rows --no-ngrams --output {tmp}/out "
        "--config {tmp}/best.json"
    )
    assert emosi(line, base=tiny_base, table=table) == 0
    config = read_artifact(tmp_path / "out").metadata.training["config"]
    assert config["learning_rate"] == best["learning_rate"]


def test_a_curve_goes_on_and_can_be_drawn(emosi, tiny_base, table, tmp_path, capsys):
    curve = (
        f"curve --base {{base}} --train {{table}} --skip-bad-rows --output {{tmp}}/c.json {QUICK}"
    )
    for sizes, points in (("--sizes 40", 1), ("--sizes 40 all", 2)):
        assert emosi(f"{curve} --no-ngrams {sizes}", base=tiny_base, table=table) == 0
        assert len(read_learning_curve(tmp_path / "c.json")) == points
    printed = capsys.readouterr().out
    assert printed.count("\n40 messages: macro-F1 ") == 2
    assert printed.count("epoch 1:") == 2  # one training a point
    training = read_learning_curve(tmp_path / "c.json")[1].rows
    assert training == pytest.approx(0.8 * len(read_rows(table)[0]), rel=0.05)


@pytest.mark.parametrize(
    "sizes, said", [("9999", "Sizes are from 1 to"), ("2 40", "2, with none of")]
)
def test_an_impossible_size_is_explained(emosi, table, tmp_path, capsys, sizes, said):
    line = "curve --base ngrams --train {table} --skip-bad-rows --output {tmp}/c.json --sizes "
    assert emosi(line + sizes, table=table) == 1
    assert said in capsys.readouterr().err
