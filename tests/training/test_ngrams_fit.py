"""Fitting the linear model, and its share beside an encoder."""

from __future__ import annotations

import dataclasses
import shutil

import numpy as np
import pytest

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.errors import ArtifactError
from emotion_component.ngrams import NGRAMS_FILE
from emotion_component.table import read_table
from emotion_component.training.export import export
from emotion_component.training.ngrams import add_ngrams, fit_mixture, fit_ngrams, out_of_fold


@pytest.fixture(scope="module")
def table(bot_messages):
    return read_table(bot_messages, split="train")


@pytest.fixture(scope="module")
def some(table):
    """Enough to learn from, in a fourth of the time."""
    return table.take(range(0, len(table), 4))


@pytest.fixture(scope="module")
def probe(bot_messages):
    return read_table(bot_messages, split="probe")


@pytest.fixture(scope="module")
def linear(table):
    return fit_ngrams(table.texts, np.array(table.targets))


def test_it_learns(linear, probe):
    right = linear.predict_proba(probe.texts).argmax(axis=1) == np.array(probe.targets)
    assert right.mean() > 0.5


def test_out_of_fold_it_knows_no_message_by_heart(some):
    targets = np.array(some.targets)
    linear = fit_ngrams(some.texts, targets)
    by_heart = (linear.predict_proba(some.texts).argmax(axis=1) == targets).mean()
    outside = (out_of_fold(some.texts, targets, folds=3).argmax(axis=1) == targets).mean()
    assert outside < by_heart - 0.1


@pytest.mark.parametrize("labels", [(0, 1), (0, 1, 3)])
def test_a_label_that_was_never_seen_is_as_good_as_impossible(table, labels):
    chosen = table.take(i for i, target in enumerate(table.targets) if target in labels)
    p = fit_ngrams(chosen.texts, np.array(chosen.targets)).predict_proba(chosen.texts)
    assert p[:, [i for i in range(5) if i not in labels]].max() < 1e-6
    assert (p.argmax(axis=1) == np.array(chosen.targets)).mean() > 0.9


@pytest.mark.parametrize("encoder, most", [("right", 0.1), ("random", 0.7)])
def test_the_better_one_has_the_larger_share(linear, probe, encoder, most):
    targets = np.array(probe.targets)
    generator = np.random.default_rng(1)
    logits = generator.normal(size=(len(probe), 5)).astype(np.float32)
    if encoder == "right":
        logits += 8 * np.eye(5, dtype=np.float32)[targets]
    share = fit_mixture(linear, logits, probe.texts, targets).share
    assert share == pytest.approx(most, abs=0.1)


@pytest.fixture(scope="module")
def mixed(tiny_model, some, probe, tmp_path_factory):
    directory = tmp_path_factory.mktemp("mixed") / "model"
    shutil.copytree(tiny_model, directory)
    add_ngrams(directory, some, probe)
    return directory


def test_it_changes_answers_and_identity(mixed, tiny_model, probe):
    before, after = (EmotionClassifier.from_pretrained(path) for path in (tiny_model, mixed))
    assert before.sha256 != after.sha256
    assert not np.allclose(before.predict_proba(probe.texts), after.predict_proba(probe.texts))


def test_an_export_takes_it_along(mixed, probe, tmp_path):
    export(mixed, tmp_path / "onnx", precision="fp32")
    torch, onnx = (
        EmotionClassifier.from_pretrained(path).predict_proba(probe.texts)
        for path in (mixed, tmp_path / "onnx")
    )
    assert torch == pytest.approx(onnx, abs=1e-3)
    assert read_artifact(tmp_path / "onnx").ngrams


def test_an_export_over_a_model_that_had_one_leaves_none_behind(mixed, tiny_model, tmp_path):
    export(mixed, tmp_path / "onnx", precision="fp32")
    export(tiny_model, tmp_path / "onnx", precision="fp32")
    assert not (tmp_path / "onnx" / NGRAMS_FILE).exists()
    assert not read_artifact(tmp_path / "onnx").ngrams


@pytest.mark.parametrize("change", ["damaged", "missing"])
def test_one_that_is_not_what_it_was_is_refused(mixed, tmp_path, change):
    copy = shutil.copytree(mixed, tmp_path / "copy")
    if change == "missing":
        (copy / NGRAMS_FILE).unlink()
    else:
        content = bytearray((copy / NGRAMS_FILE).read_bytes())
        content[-100] ^= 1
        (copy / NGRAMS_FILE).write_bytes(content)
    with pytest.raises(ArtifactError, match=NGRAMS_FILE.replace(".", r"\.")):
        read_artifact(copy)


def test_a_file_that_the_metadata_does_not_name_is_ignored(mixed, tiny_model, tmp_path):
    copy = shutil.copytree(tiny_model, tmp_path / "copy")
    shutil.copyfile(mixed / NGRAMS_FILE, copy / NGRAMS_FILE)
    assert not read_artifact(copy).ngrams
    metadata = read_artifact(copy).metadata
    assert dataclasses.asdict(metadata) == dataclasses.asdict(read_artifact(tiny_model).metadata)
