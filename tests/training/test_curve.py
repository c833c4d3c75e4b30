"""A measured learning curve: its parts, its points, and how it goes on."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from emotion_component.errors import ConfigError, DataError
from emotion_component.evaluation import read_learning_curve
from emotion_component.table import LabelledTexts, read_table
from emotion_component.training.config import TrainingConfig
from emotion_component.training.curve import measure_curve, nested_order

CONFIG = TrainingConfig(
    epochs=1, batch_size=16, learning_rate=1e-3, max_length=16, ngrams=False, seed=3
)


@pytest.fixture(scope="module")
def few(bot_messages) -> LabelledTexts:
    table = read_table(bot_messages, split="train")
    return table.take(range(0, len(table), 10))


@pytest.fixture(scope="module")
def valid(bot_messages) -> LabelledTexts:
    return read_table(bot_messages, split="probe")


def test_every_beginning_has_the_shares_of_the_whole(few):
    ordered = few.take(nested_order(few, seed=1))
    assert sorted(ordered.places) == sorted(few.places)
    for size in (50, 120, 200):
        counts = ordered.take(range(size)).counts
        for label, count in few.counts.items():
            assert counts[label] == pytest.approx(size * count / len(few), abs=1)


def test_the_seed_draws_the_parts(few):
    assert nested_order(few, seed=1) == nested_order(few, seed=1) != nested_order(few, seed=2)


@pytest.mark.parametrize("base", ["ngrams", "encoder"])
def test_each_size_is_a_point_with_its_interval(base, few, valid, tiny_base, tmp_path):
    output = tmp_path / "new" / "curve.json"
    base = str(tiny_base) if base == "encoder" else base
    points = list(measure_curve(base, output, few, valid, CONFIG, [200, 50, 50]))
    assert [point.rows for point in points] == [50, 200]
    for point in points:
        assert 0 <= point.macro_f1.low < point.macro_f1.value < point.macro_f1.high <= 1
    assert read_learning_curve(output) == tuple(points)
    assert [path.name for path in output.parent.iterdir()] == ["curve.json"]


def test_more_messages_bring_more(few, valid, tmp_path):
    small, large = measure_curve("ngrams", tmp_path / "c.json", few, valid, CONFIG, [25, len(few)])
    assert small.macro_f1.value < large.macro_f1.value


def test_a_point_is_in_the_file_before_the_next_is_measured(few, valid, tmp_path):
    output = tmp_path / "curve.json"
    points = measure_curve("ngrams", output, few, valid, CONFIG, [50, 100])
    first = next(points)
    points.close()
    assert read_learning_curve(output) == (first,)


def test_a_finished_point_is_not_measured_again(few, valid, tmp_path):
    output = tmp_path / "curve.json"
    list(measure_curve("ngrams", output, few, valid, CONFIG, [50]))
    entries = json.loads(output.read_text("utf-8"))
    marked = {"macro_f1": 0.5, "low": 0.25, "high": 0.75}  # as nothing would be measured
    output.write_text(json.dumps([{**entries[0], **marked}]), "utf-8")
    points = list(measure_curve("ngrams", output, few, valid, CONFIG, [50, 100]))
    assert points[0].macro_f1.low == 0.25
    assert read_learning_curve(output) == tuple(points)


def test_points_of_another_training_are_not_mixed_in(few, valid, tmp_path):
    output = tmp_path / "curve.json"
    list(measure_curve("ngrams", output, few, valid, CONFIG, [50]))
    before = output.read_text("utf-8")
    for data, config in ((few, replace(CONFIG, seed=4)), (few.take(range(200)), CONFIG)):
        with pytest.raises(ConfigError, match="points of others"):
            list(measure_curve("ngrams", output, data, valid, config, [50]))
    assert output.read_text("utf-8") == before


@pytest.mark.parametrize(
    "sizes, said",
    [
        ([50, 100_000], "Sizes are from 1 to"),
        ([0, 50], "Sizes are from 1 to"),
        ([], "Sizes are from 1 to"),
        ([3, 50], "3, with none of"),
    ],
)
def test_an_impossible_size_is_refused_before_the_first_training(few, valid, tmp_path, sizes, said):
    output = tmp_path / "curve.json"
    with pytest.raises(ConfigError, match=said):
        list(measure_curve("ngrams", output, few, valid, CONFIG, sizes))
    assert not output.exists()


def test_an_output_that_cannot_be_written(few, valid, tmp_path):
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(DataError, match="output file can be written"):
        list(measure_curve("ngrams", tmp_path / "file" / "c.json", few, valid, CONFIG, [50]))
