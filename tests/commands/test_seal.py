"""`emosi seal`: refused before, loaded afterwards."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from emotion_component.cli import main


@pytest.fixture
def changed(shipped_model: Path, tmp_path: Path) -> Path:
    """The shipped model, with another padding in its settings than when it was made."""
    directory = Path(shutil.copytree(shipped_model, tmp_path / "model"))
    config = json.loads((directory / "config.json").read_text("utf-8"))
    (directory / "config.json").write_text(json.dumps({**config, "pad_token_id": 0}), "utf-8")
    return directory


def test_a_change_made_on_purpose(changed: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["predict", str(changed), "halo"]) == 1
    refused = capsys.readouterr().err
    assert "config.json must be the file" in refused
    assert "emosi seal" in refused

    assert main(["seal", str(changed)]) == 0
    assert "config.json" in capsys.readouterr().out
    assert main(["predict", str(changed), "halo"]) == 0


def test_a_checkpoint_of_others_has_nothing_to_seal(
    changed: Path, capsys: pytest.CaptureFixture[str]
):
    (changed / "emotion.json").unlink()
    assert main(["seal", str(changed)]) == 1
    assert "emotion.json" in capsys.readouterr().err
