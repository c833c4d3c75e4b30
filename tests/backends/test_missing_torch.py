"""Without torch, the torch backend says how to get it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_component.artifact import EmotionMetadata
from emotion_component.labels import LABELS


@pytest.fixture
def torch_model(tmp_path: Path) -> Path:
    """A torch model directory as far as it can be told without loading it."""
    (tmp_path / "config.json").write_text(
        json.dumps({"id2label": {str(i): label for i, label in enumerate(LABELS)}})
    )
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    EmotionMetadata().write(tmp_path)
    return tmp_path


def test_the_error_names_the_extra(torch_model, root):
    # A module that is None in sys.modules cannot be imported: as if it were not installed.
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from emotion_component.cli import main\n"
        f"sys.exit(main(['predict', {str(torch_model)!r}, 'halo']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert "The torch backend needs the package `torch`" in done.stderr
    assert "pip install 'emotion-component[torch]'" in done.stderr
    assert "Traceback" not in done.stderr
