"""Servers in processes of their own, to be stopped and killed; Rasa's, with the example bot."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from types import MappingProxyType
from typing import Any

import httpx

ROOT = Path(__file__).parents[1]
RASA_PYTHON = ROOT / ".venv/bin/python"
COPIED = (
    *("config.yml", "domain.yml", "endpoints.yml", "credentials.yml"),
    *("rasa_project", "models/emotion-id", "tests/stories"),
)
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
RUN = (str(RASA_PYTHON), "-m", "rasa", "run", "--enable-api")
SERVE = (str(RASA_PYTHON), str(ROOT / "deploy/rasa/serve.py"))
"""As deploy/ starts it, with logs of JSON."""

START_SECONDS = 600.0
"""A server that has not answered by then never will."""
STOP_SECONDS = 60.0


def copy_project(to: Path) -> None:
    """Copy what a bot's author has; nothing trained."""
    for name in COPIED:
        source, target = ROOT / name, to / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(source, target) if source.is_dir() else shutil.copyfile(source, target)


def copy_trained_project(to: Path) -> None:
    """With the newest bot that was trained in this project; it is trained now if there is none."""
    copy_project(to)
    bots = sorted((ROOT / "models").glob("*.tar.gz"), key=lambda bot: bot.stat().st_mtime)
    if bots:
        shutil.copy(bots[-1], to / "models")
    else:
        trained = run_rasa(to, "train")
        assert trained.returncode == 0, trained.stderr[-4000:]


def run_rasa(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command of Rasa to its end."""
    return subprocess.run(
        [str(RASA_PYTHON), "-m", "rasa", *arguments],
        cwd=directory,
        env=ENVIRONMENT,
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A command that answers on HTTP; it can be started again after each stop.

    Args:
        directory: where it runs; its log is in there.
        name: of the log.
        command: the program and its arguments; `{port}` is the port.
        ready: the path that answers with 200 once the server is ready.
        port: a free one if None.
        environment: what else is set.
    """

    def __init__(
        self,
        directory: Path,
        name: str,
        command: Sequence[str],
        *,
        ready: str,
        port: int | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.directory, self.port = directory, port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = directory / f"{name}.log"
        self._ready, self.environment = ready, dict(environment)
        self._command = [part.format(port=self.port) for part in command]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.begin()
        self.wait_until_ready()

    def begin(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self.directory,
                env={**ENVIRONMENT, **self.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._running.poll() is None:
            try:
                # Without certificates: to read them takes longer than the answer.
                if httpx.get(self.url + self._ready, timeout=5, verify=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(f"{self.log.name}:\n{self.log.read_text()[-4000:]}")

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def freeze(self) -> None:
        """It does nothing more, but the system still takes requests for it.

        Between two writes: SQLite's lock would stay with it, and nobody else could go on.
        """
        while True:
            self._running.send_signal(signal.SIGSTOP)
            if all(_can_be_written(database) for database in self.directory.glob("*.db")):
                return
            self.thaw()
            time.sleep(0.05)

    def thaw(self) -> None:
        self._running.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Without any chance to tidy up."""
        self._running.kill()
        self._running.wait(30)

    def terminate(self) -> None:
        """Ask it to stop, as systemd and Kubernetes do."""
        self._running.terminate()

    def wait(self, seconds: float) -> int:
        """Its exit code, once it has ended."""
        return self._running.wait(seconds)

    def stop(self) -> None:
        """In good order; a server that is gone already is left alone."""
        if self._process is None or self._process.poll() is not None:
            return
        self.thaw()
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "not started"
        return self._process


def _can_be_written(database: Path) -> bool:
    with closing(sqlite3.connect(database, timeout=2)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return False
        return True


class Rasa(Server):
    """The server of a bot that has been trained.

    Args:
        directory: the bot's project; its conversations are kept in there, too.
        pages: addresses whose pages may talk to it.
        program: what starts it: `rasa run`, or `SERVE`.
        environment: what else is set.
    """

    def __init__(
        self,
        directory: Path,
        *,
        pages: Sequence[str] = (),
        program: Sequence[str] = RUN,
        environment: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        command = [
            *program,
            *("--interface", "127.0.0.1", "--port", "{port}"),
            *(("--cors", *pages) if pages else ()),
        ]
        super().__init__(directory, "rasa", command, ready="/status", environment=environment)

    def hears(self, sender: str, text: str) -> list[str]:
        """A customer writes; what the bot answers, one string a bubble."""
        body: dict[str, Any] = {"sender": sender, "message": text}
        answer = httpx.post(
            f"{self.url}/webhooks/rest/webhook", json=body, timeout=60, verify=False
        )
        answer.raise_for_status()
        return [bubble["text"] for bubble in answer.json()]
