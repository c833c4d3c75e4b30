"""How Rasa's processes are started, so that they find the benchmarks' own components."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUIET_RASA = ROOT / "scripts" / "quiet_rasa.py"
"""Rasa's command line, as `make run` starts it."""


def rasa_environment() -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        # No hub is asked for a checkpoint that is on the disk.
        "HF_HUB_OFFLINE": "1",
    }
