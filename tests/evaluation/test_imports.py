from __future__ import annotations

import subprocess
import sys


def test_measuring_imports_nothing_heavy():
    heavy = "('torch', 'transformers', 'sklearn', 'matplotlib', 'scipy', 'rasa')"
    code = (
        "import sys, emotion_component.evaluation; "
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert done.stdout.strip() == "[]"
