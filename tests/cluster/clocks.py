"""The wall clock of one process, which can jump while the process runs."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

SOURCE = Path(__file__).with_name("clock.c")


def library(directory: Path) -> Path | None:
    """`clock.c` as a library in this directory; None if there is no C compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    made = directory / "clock.so"
    command = [compiler, "-O2", "-shared", "-fPIC", "-o", made, SOURCE, "-ldl"]
    subprocess.run(command, check=True)
    return made


class Clock:
    """The clock of a process; how long something takes is measured rightly all the time.

    Args:
        file: by which the process is told.
        library: `clock.c`; without it the clock cannot jump.
    """

    def __init__(self, file: Path, library: Path | None) -> None:
        self._file, self._library = file, library
        file.write_bytes(bytes(8))

    @property
    def can_jump(self) -> bool:
        return self._library is not None

    @property
    def environment(self) -> Mapping[str, str]:
        """For the process."""
        if self._library is None:
            return {}
        return {"LD_PRELOAD": str(self._library), "CLUSTER_CLOCK": str(self._file)}

    def jump(self, seconds: int) -> None:
        """Be so far ahead of the right time from now on, or behind it."""
        with self._file.open("r+b") as file:
            file.write(seconds.to_bytes(8, "little", signed=True))
