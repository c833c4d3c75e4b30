"""The clock of one process, which can jump while the process runs (libfaketime)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

LIBRARIES = sorted(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))

CACHE_SECONDS = 1
"""So long a process believes what it has read of its clock."""


class Clock:
    """The wall clock of a process; how long something takes is measured rightly all the time.

    Args:
        file: read by the process again and again.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self.jump(0)

    @property
    def can_jump(self) -> bool:
        return bool(LIBRARIES)

    @property
    def environment(self) -> Mapping[str, str]:
        """For the process."""
        if not self.can_jump:
            return {}
        return {
            "LD_PRELOAD": str(LIBRARIES[-1]),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_CACHE_DURATION": str(CACHE_SECONDS),
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def jump(self, seconds: float) -> None:
        """Be so far ahead of the right time from now on, or behind it."""
        other = self._file.with_suffix(".new")
        other.write_text(f"{seconds:+f}s\n")
        other.replace(self._file)

    def wait_until_seen(self) -> None:
        """Until the process has read of the last jump."""
        time.sleep(2 * CACHE_SECONDS)
