"""Reading emotions needs ONNX Runtime and `tokenizers`, and loads nothing heavier."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("torch", "transformers", "tensorflow", "rasa", "onnx", "sklearn", "scipy", "matplotlib")

USES = {
    "import": "import emotion_component",
    "a reading": (
        "from emotion_component import EmotionClassifier; "
        "print(EmotionClassifier.from_pretrained('models/emotion-id').predict(['halo'])[0].label)"
    ),
    "escalation": "import emotion_component.escalation",
    "command line": "from emotion_component.cli import main; main(['predict', 'absent', 'halo'])",
}


@pytest.mark.parametrize("code", USES.values(), ids=USES.keys())
def test_nothing_heavy_is_loaded(code, root, shipped_model):
    show = f"; import sys; print('loaded:', *[name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code + show],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.splitlines()[-1].strip() == "loaded:"
