"""Thresholds chosen at the desk: put into a model with their reason, read by the classifier, and
taken back."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from emotion_component.artifact import read_artifact
from emotion_component.classifier import EmotionClassifier
from emotion_component.cli import main
from emotion_component.errors import ConfigError
from emotion_component.hub import spare
from emotion_component.learning import chosen
from emotion_component.learning.chosen import Choice
from emotion_component.learning.placing import promote, rollback, set_thresholds
from emotion_component.lineage import (
    CHOSEN,
    PROMOTED,
    PROPOSED,
    ROLLED_BACK,
    Step,
    add_step,
    read_ancestry,
    standing,
)
from emotion_component.model_files import METADATA_FILE
from emotion_component.ngrams import Mixture

NEW = {"Frustrasi": 0.42, "Marah": 0.2}


@pytest.fixture
def model(shipped_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_model, tmp_path / "models" / "mine"))


@pytest.fixture
def choice(model: Path) -> Choice:
    sha256 = read_artifact(model).sha256
    return Choice(
        id=3, thresholds=NEW, miss_price=8.0, model=sha256, who="lina", why="antrean panjang"
    )


def metadata(model: Path) -> bytes:
    return (model / METADATA_FILE).read_bytes()


def proposal(model: Path, place: Path) -> Path:
    """The same model with another share of its n-grams, as `emosi learn` would write it now."""
    shutil.copytree(model, place)
    mixture = Mixture.read(place)
    Mixture(model=mixture.model, share=0.25, temperature=mixture.temperature).write(place)
    read_artifact(model).metadata.write(place)
    sha256, parent = read_artifact(place).sha256, read_artifact(model).sha256
    step = Step(kind=PROPOSED, at="2026-11-01", model=sha256, parent=parent, details={})
    add_step(place, read_ancestry(model), step)
    return place


def test_the_classifier_has_them_and_is_the_same_model(model, choice):
    before = read_artifact(model)
    step = set_thresholds(model, choice)
    found = EmotionClassifier.from_pretrained(model)
    assert dict(found.thresholds) == NEW
    assert found.sha256 == before.sha256
    assert found.artifact.metadata.temperature == before.metadata.temperature
    assert found.artifact.metadata.files_sha256 == before.metadata.files_sha256
    assert found.artifact.metadata.calibration["miss_cost"] == 8.0
    (kept,) = read_ancestry(model)
    assert kept == step
    assert (kept.kind, kept.who, kept.why) == (CHOSEN, "lina", "antrean panjang")
    assert kept.details["thresholds"] == [before.metadata.thresholds, NEW]
    assert sorted(path.name for path in model.parent.iterdir()) == ["mine"]
    assert not list(model.glob(".*"))


def test_rollback_puts_the_very_bytes_back(model, choice):
    before = metadata(model)
    set_thresholds(model, choice)
    rollback(model, who="lina", why="ternyata terlalu banyak")
    assert metadata(model) == before
    assert [one.kind for one in read_ancestry(model)] == [CHOSEN, ROLLED_BACK]
    with pytest.raises(ConfigError, match="last promotion"):
        rollback(model, who="lina", why="")


def test_the_same_choice_again_adds_no_step(model, choice):
    first = set_thresholds(model, choice)
    after = metadata(model)
    assert set_thresholds(model, choice) == first
    assert metadata(model) == after
    set_thresholds(model, replace(choice, id=4, thresholds={"Frustrasi": 0.5, "Marah": 0.3}))
    assert len(read_ancestry(model)) == 2
    rollback(model, who="", why="")
    assert dict(read_artifact(model).metadata.thresholds) == NEW


def test_a_choice_of_another_desk_is_another_one_though_its_number_is_the_same(model, choice):
    set_thresholds(model, choice)
    other = replace(choice, thresholds={"Frustrasi": 0.5, "Marah": 0.3})
    step = set_thresholds(model, other)
    assert step.details["thresholds"] == [NEW, other.thresholds]
    assert dict(read_artifact(model).metadata.thresholds) == other.thresholds


def test_thresholds_that_were_calibrated_since_are_not_overwritten_unseen(model, choice):
    set_thresholds(model, choice)
    calibrated = {"Frustrasi": 0.6, "Marah": 0.25}
    replace(read_artifact(model).metadata, thresholds=calibrated).write(model)
    with pytest.raises(ConfigError, match="emosi calibrate"):
        rollback(model, who="", why="")
    set_thresholds(model, choice)
    rollback(model, who="", why="")
    assert dict(read_artifact(model).metadata.thresholds) == calibrated


def test_stopped_half_way_the_same_command_makes_it_good(model, choice, monkeypatch):
    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = metadata(model)
    with monkeypatch.context() as patched:
        patched.setattr(chosen, "_write", stop)
        with pytest.raises(KeyboardInterrupt):
            set_thresholds(model, choice)
    assert metadata(model) == before
    set_thresholds(model, choice)
    assert dict(read_artifact(model).metadata.thresholds) == NEW
    assert len(read_ancestry(model)) == 1


def test_only_for_the_model_they_were_chosen_for(model, choice):
    other = replace(choice, model="cd" * 32)
    before = metadata(model)
    with pytest.raises(ConfigError, match="the model that they were chosen for"):
        set_thresholds(model, other)
    assert (metadata(model), read_ancestry(model)) == (before, ())
    set_thresholds(model, other, other_model=True)
    assert dict(read_artifact(model).metadata.thresholds) == NEW


def test_what_is_rolled_back_is_the_latest_of_both(model, choice, tmp_path):
    """A choice, a promotion, a choice for the new model; then all of it backwards."""
    first = metadata(model)
    set_thresholds(model, choice)
    proposed = proposal(model, tmp_path / "proposed")
    promote(proposed, model, who="rina", why="lebih teliti")
    assert dict(read_artifact(model).metadata.thresholds) == NEW
    new = read_artifact(model).sha256
    set_thresholds(model, replace(choice, id=4, model=new, thresholds={**NEW, "Marah": 0.1}))
    assert [one.kind for one in read_ancestry(model)] == [CHOSEN, PROPOSED, PROMOTED, CHOSEN]
    rollback(model, who="", why="")
    assert (dict(read_artifact(model).metadata.thresholds), read_artifact(model).sha256) == (
        NEW,
        new,
    )
    rollback(model, who="", why="")
    assert read_artifact(model).sha256 == choice.model
    assert dict(read_artifact(spare(model)).metadata.thresholds) == NEW
    rollback(model, who="", why="")
    assert metadata(model) == first
    assert standing(read_ancestry(model)) is None


def test_a_proposal_learned_before_a_choice_does_not_undo_it(model, choice, tmp_path):
    proposed = proposal(model, tmp_path / "proposed")
    set_thresholds(model, choice)
    with pytest.raises(ConfigError, match="Learn again"):
        promote(proposed, model, who="rina", why="lebih teliti")
    assert dict(read_artifact(model).metadata.thresholds) == NEW
    rollback(model, who="", why="")
    promote(proposed, model, who="rina", why="lebih teliti")


def test_a_proposal_learned_with_a_choice_does_not_bring_it_back(model, choice, tmp_path):
    before = metadata(model)
    set_thresholds(model, choice)
    proposed = proposal(model, tmp_path / "proposed")
    rollback(model, who="lina", why="ternyata terlalu banyak")
    with pytest.raises(ConfigError, match="were taken back"):
        promote(proposed, model, who="rina", why="lebih teliti")
    assert metadata(model) == before


def desk(path: Path, *rows: tuple[float, float, float, str, str, str]) -> Path:
    """The desk's database, as far as the command reads it; migration 0004 makes the real one."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE threshold_choice (id INTEGER PRIMARY KEY, marah FLOAT, frustrasi FLOAT, "
            "miss_price FLOAT, reason TEXT, model_sha256 TEXT, agent TEXT)"
        )
        connection.executemany(
            "INSERT INTO threshold_choice (marah, frustrasi, miss_price, reason, model_sha256, "
            "agent) VALUES (?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.commit()
    return path


def test_by_the_command(model, choice, tmp_path, capsys):
    database = desk(
        tmp_path / "desk.db",
        (0.9, 0.9, 1.0, "yang lama", choice.model, "lina"),
        (0.2, 0.42, 8.0, "antrean panjang", choice.model, "lina"),
    )
    assert main(["thresholds", str(database), str(model)]) == 0
    assert "threshold of Frustrasi: 0.510 -> 0.420" in capsys.readouterr().out
    assert main(["history", str(model)]) == 0
    told = capsys.readouterr().out
    assert "thresholds chosen" in told
    assert "by lina: antrean panjang" in told
    assert "Frustrasi 0.510 -> 0.420, Marah 0.287 -> 0.200, for a price of 8 : 1" in told
    assert main(["rollback", str(model), "--who", "lina"]) == 0
    assert "as before the last choice" in capsys.readouterr().out
    assert json.loads(metadata(model))["thresholds"]["Marah"] == pytest.approx(0.287, abs=1e-3)


def test_history_tells_of_the_first_model_what_the_first_proposal_knew(model, choice, capsys):
    set_thresholds(model, choice)
    known = {"base": "kecil", "train": {"counts": {"Marah": 7}}}
    step = Step(kind=PROPOSED, at="", model="ab", parent=choice.model, details={"from": known})
    add_step(model, read_ancestry(model), step)
    assert main(["history", str(model)]) == 0
    assert "from kecil on 7 messages" in capsys.readouterr().out.splitlines()[0]


@pytest.mark.parametrize(
    "rows, told",
    [
        ([], "chosen at the desk first"),
        ([(0.2, 1.5, 8.0, "x", "", "lina")], "above 0 and at most 1"),
        ([(0.2, 0.5, 8.0, "x", "cd" * 32, "lina")], "--other-model"),
    ],
)
def test_what_the_command_refuses(model, tmp_path, capsys, rows, told):
    before = metadata(model)
    database = desk(tmp_path / "desk.db", *rows)
    assert main(["thresholds", str(database), str(model)]) == 1
    assert told in capsys.readouterr().err
    assert main(["thresholds", str(tmp_path / "none.db"), str(model)]) == 1
    assert metadata(model) == before
