"""Training the encoder on: from a checkpoint to a model beside which the old n-grams stand."""

from __future__ import annotations

import dataclasses
import shutil
from pathlib import Path
from types import SimpleNamespace

import numpy as np

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact, seal
from emotion_component.cli import main
from emotion_component.learning.files import copy_model, write_model
from emotion_component.learning.ways import FINE_TUNING, fine_tuned
from emotion_component.lineage import read_ancestry
from emotion_component.ngrams import Mixture
from emotion_component.table import read_tables
from emotion_component.training.ngrams import fit_ngrams


def test_the_encoder_learns_and_the_rest_stays(
    tiny_model: Path, tiny_exports: SimpleNamespace, root: Path, tmp_path: Path
) -> None:
    labels = read_tables([str(root / "data" / "repair_messages.csv")])
    present_place, fresh, trained = (tmp_path / name for name in ("present", "fresh", "trained"))
    present_place.mkdir()
    copy_model(tiny_exports.int8, present_place)
    linear = fit_ngrams(labels.texts, np.array(labels.targets))
    thresholds = {"Frustrasi": 0.55, "Marah": 0.25}
    metadata = dataclasses.replace(
        read_artifact(present_place).metadata, thresholds=thresholds, temperature=0.123
    )
    write_model(present_place, metadata, Mixture(model=linear, share=0.3, temperature=1.5))
    present = EmotionClassifier.from_pretrained(present_place)
    fresh.mkdir()
    fine_tuned(
        *(tiny_model, present, labels, None, fresh),
        trained=trained,
        recalibrate=False,
        seed=3,
        config=dataclasses.replace(FINE_TUNING, epochs=2, learning_rate=2e-3, max_length=32),
    )
    new = EmotionClassifier.from_pretrained(fresh)
    assert new.thresholds == thresholds
    assert new.artifact.metadata.temperature != 0.123
    mixture = Mixture.read(fresh)
    assert mixture
    assert (mixture.share, mixture.temperature) == (0.3, 1.5)
    assert new.sha256 != present.sha256
    assert (trained / "model.safetensors").is_file()  # the next round's `--from`
    targets = np.array(labels.targets)
    before, after = (
        (model.predict_proba(labels.originals).argmax(axis=1) == targets).mean()
        for model in (present, new)
    )
    assert after > before


def test_by_the_command_up_to_its_promotion(
    tiny_model: Path, tiny_exports: SimpleNamespace, root: Path, tmp_path: Path, capsys
) -> None:
    """Also of a model that lies there for both backends: a round and `promote` mean the same."""
    present = Path(shutil.copytree(tiny_exports.int8, tmp_path / "present"))
    shutil.copy(tiny_model / "model.safetensors", present)
    seal(present)
    assert main(["history", str(present)]) == 0
    origin = capsys.readouterr().out.splitlines()[0]
    output = tmp_path / "proposed"
    labels = str(root / "data" / "repair_messages.csv")
    options = ["--labels", labels, "--from", str(tiny_model), "--output", str(output)]
    assert main(["learn", str(present), *options]) == 0
    step = read_ancestry(output)[-1]
    assert step.details["way"] == "the encoder itself was trained on"
    assert step.details["checkpoint"] == tiny_model.name
    assert EmotionClassifier.from_pretrained(output).sha256 == step.model != step.parent
    assert (tmp_path / "proposed-torch" / "model.safetensors").is_file()
    assert "## On held-out labels" in (tmp_path / "proposed-report" / "learning.md").read_text()
    assert main(["promote", str(output), str(present), "--reason", "servis"]) == 0
    assert EmotionClassifier.from_pretrained(present).sha256 == step.model
    capsys.readouterr()
    assert main(["history", str(present)]) == 0
    assert capsys.readouterr().out.splitlines()[0] == origin
