"""What an image runs, without an engine: its files laid out, its commands as its user.

Not as in a container are the file system's root, and the places of Python's packages (those of the
environments here, at the versions of the same locks).
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.deploy.files import ROOT, read_image

UNPRIVILEGED = (
    # The environments may lie where that user cannot look: it may read everything, and no more.
    *("setpriv", "--reuid=10001", "--regid=10001", "--clear-groups", "--no-new-privs"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"),
    "--bounding-set=-all,+dac_read_search",
)
"""Before a command: as the images' user. Only root can change users; else we are nobody already."""


class Container:
    """Files of an image in a directory of their own, which the image's user cannot write.

    Args:
        name: of the image.
        directory: where its files are laid out, and the only place to write, `tmp`.
        python: the environment that stands for /opt/venv.
        bot: a trained one, for the image that trains one.
        environment: what the compose file sets.
        port: instead of the image's own.
    """

    def __init__(
        self,
        name: str,
        directory: Path,
        *,
        python: Path,
        environment: Mapping[str, str],
        port: int,
        bot: Path | None = None,
    ) -> None:
        self.image, self.port = read_image(name), port
        self.app, self._tmp = directory / "app", directory / "tmp"
        self.log = directory / "log"
        packages = directory / "packages"
        for one in self.image.build_copies:
            for source in one.sources:
                if (ROOT / source / "__init__.py").exists():
                    copy(ROOT / source, packages / source)
        for one in self.image.copies:
            for source in one.sources:
                if one.stage and source.startswith("/opt/"):
                    continue
                if one.stage:
                    self._built(source.removeprefix("/app/"), bot)
                else:
                    target = self.app / one.target
                    copy(
                        ROOT / source,
                        target / Path(source).name if one.target[-1] == "/" else target,
                    )
        self._close()
        image = {key: value for key, value in self.image.environment.items() if key != "PATH"}
        blas = {key: value for key, value in os.environ.items() if key.startswith("OPENBLAS")}
        path = f"{python.parent}:/usr/bin:/bin"
        self._environment = {**blas, **image, **environment, "PATH": path,
                             "PYTHONPATH": str(packages), "HOME": str(self._tmp),
                             "TMPDIR": str(self._tmp)}  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def _built(self, path: str, bot: Path | None) -> None:
        """What the stage before has made of what it was given: the bot it has trained."""
        for one in self.image.build_copies:
            for source in one.sources:
                if source.startswith(path):
                    copy(ROOT / source, self.app / one.target)
        assert bot is not None
        shutil.copy(bot, self.app / path / "bot.tar.gz")

    def _close(self) -> None:
        self._tmp.mkdir()
        self._tmp.chmod(0o777)
        for place, _, files in os.walk(self.app):
            for one in files:
                (Path(place) / one).chmod(0o444)
            Path(place).chmod(0o555)

    def start(self) -> None:
        """Its CMD, until it is healthy."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._as_user(self.image.command), cwd=self.app, env=self._environment,
                stdout=log, stderr=log,
            )  # fmt: skip

    def wait_until_healthy(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while (said := self.check()) and time.monotonic() < deadline:
            assert self._running.poll() is None, self.log.read_text("utf-8")[-4000:]
            time.sleep(0.3)
        assert not said, said + self.log.read_text("utf-8")[-4000:]

    def check(self) -> str:
        """Its HEALTHCHECK; what it complains of."""
        own = (str(self.port) if part == str(self.image.port) else part
               for part in self.image.healthcheck)  # fmt: skip
        done = self.run(*own)
        return "" if done.returncode == 0 else done.stderr or "no reason"

    def run(self, *command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """As `docker compose run` does."""
        return subprocess.run(
            self._as_user(command), cwd=self.app, env=self._environment, input=typed,
            capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    def owner(self) -> int:
        """The number of the user it runs as."""
        return Path(f"/proc/{self._running.pid}").stat().st_uid

    def megabytes(self) -> float:
        """What the process holds in memory."""
        status = Path(f"/proc/{self._running.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def stop(self, seconds: float) -> int:
        """As engines do: its exit code after SIGTERM, -9 if it took longer."""
        if self._process is None:
            return 0
        self._process.send_signal(signal.SIGTERM)
        try:
            return self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait(30)

    def files(self) -> set[Path]:
        return set(self.app.rglob("*"))

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "not started"
        return self._process

    @staticmethod
    def _as_user(command: Sequence[str]) -> list[str]:
        return [*(UNPRIVILEGED if os.getuid() == 0 else ()), *command]


def copy(source: Path, target: Path) -> None:
    """A file or a directory, without what Python leaves behind."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(source, target)
