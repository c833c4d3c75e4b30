"""A directory for targets whose code reads files, in memory where the system has such a place."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")


def new_directory() -> Path:
    """It is gone when the process ends."""
    place = Path(tempfile.mkdtemp(prefix="fuzz-", dir=_MEMORY if _MEMORY.is_dir() else None))
    atexit.register(shutil.rmtree, place, ignore_errors=True)
    return place
