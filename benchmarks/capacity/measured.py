"""The measured figures that the simulation reads, with the machine they come from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "measured.json"


def read() -> dict[str, Any]:
    """All parts: `machine`, `rasa` (measure.py) and `desk` (desk.py)."""
    found: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
    return found


def update(parts: Mapping[str, Any]) -> None:
    """Write these parts anew and leave the others."""
    found = {**(read() if FILE.is_file() else {}), **parts}
    FILE.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", "utf-8")
