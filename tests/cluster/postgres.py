"""PostgreSQL for a cluster: on a port, killed, frozen, slow, and on a disk that can be filled."""

from __future__ import annotations

import os
import pwd
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.desk.core.postgres_server import Postgres
from tests.servers import free_port

DISK = "400m"
SLICE = 0.25
"""Seconds of a slow server's round: a part of it works, for the rest it stands still."""


class SharedPostgres(Postgres):
    """Like an installed one: it writes through to its disk, and many may connect.

    Args:
        binaries: where its programs are.

    Attributes:
        has_own_disk: whether its disk can be filled without harm to others.
    """

    def __init__(self, binaries: Path) -> None:
        place = Path(tempfile.mkdtemp(prefix="cluster-pg-"))
        self.has_own_disk = _mount(place)
        options = "-c fsync=on -c max_connections=300 -c max_wal_size=96MB -c min_wal_size=32MB"
        try:
            super().__init__(
                binaries, superuser="postgres", port=free_port(), options=options, place=place
            )
        except BaseException:
            self._unmount(place)
            raise

    def stop(self) -> None:
        if not self.is_running():
            self.start()
        super().stop()
        self._unmount(self.place)

    def is_running(self) -> bool:
        try:
            os.kill(self._postmaster(), 0)
        except (OSError, ValueError):
            return False
        return True

    def kill(self) -> None:
        """All its processes, without any chance to tidy up."""
        self._signal(signal.SIGKILL)
        while self.is_running():
            time.sleep(0.01)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It does nothing meanwhile, and closes nothing."""
        self._signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal(signal.SIGCONT)

    @contextmanager
    def slow(self, share: float) -> Iterator[None]:
        """It works for this share of the time only: whatever is asked may have to wait."""
        over = threading.Event()

        def brake() -> None:
            while not over.wait(SLICE * share):
                with self.frozen():
                    time.sleep(SLICE * (1 - share))

        thread = threading.Thread(target=brake)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    @contextmanager
    def full_disk(self) -> Iterator[None]:
        """Its disk has not one byte left meanwhile; afterwards it is started if it gave up."""
        assert self.has_own_disk
        filler = self.place / "filler"
        with filler.open("wb", buffering=0) as file:
            with suppress(OSError):
                while True:
                    file.write(bytes(1 << 16))
            with suppress(OSError):
                while True:
                    file.write(bytes(1 << 8))
        try:
            yield
        finally:
            filler.unlink()
            if not self.is_running():
                self.start()

    def _postmaster(self) -> int:
        return int((self.place / "data/postmaster.pid").read_text().splitlines()[0])

    def _signal(self, which: signal.Signals) -> None:
        master = self._postmaster()
        # The postmaster first: it must not start others meanwhile.
        os.kill(master, which)
        for child in Path(f"/proc/{master}/task/{master}/children").read_text().split():
            with suppress(ProcessLookupError):
                os.kill(int(child), which)

    def _unmount(self, place: Path) -> None:
        if self.has_own_disk:
            subprocess.run(["umount", "--lazy", place], check=True)
            place.rmdir()


def _mount(place: Path) -> bool:
    """Give a directory a disk of its own; only root may."""
    if os.getuid() != 0:
        return False
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "cluster", place]
    done = subprocess.run(command, capture_output=True, check=False)
    if done.returncode == 0:
        user = pwd.getpwnam("nobody")
        os.chown(place, user.pw_uid, user.pw_gid)
        place.chmod(0o700)
    return done.returncode == 0
