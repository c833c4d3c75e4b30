"""A real Rasa server and real desks in processes of their own, to be stopped and killed."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import httpx
import yaml

ROOT = Path(__file__).parents[3]
RASA = ROOT / ".venv/bin/python"
COPIED = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "rasa_project")
EMOTION_MODEL = "models/emotion-id"
START_SECONDS = 600.0
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
DESK = (sys.executable, "-c", "import sys; from handoff_desk.cli import main; sys.exit(main())")

DESK_SETTINGS = {
    "demo": False,
    "secure_cookies": False,
    # Nobody is slow here: no clock may speak by itself.
    "times": {"unclaimed_notice": 0, "agent_reminder": 0, "agent_release": 0, "customer_close": 0},
}


class Process:
    """A server on a free port of this machine.

    Args:
        directory: where it runs, and where its log is.
        name: of the log.
        command: the program and its arguments; `{port}` is the port.
        path: answers with 200 once the server is ready.
    """

    def __init__(self, directory: Path, name: str, command: Sequence[str], *, path: str) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = directory / f"{name}.log"
        self._directory, self._path = directory, path
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
                cwd=self._directory,
                env=ENVIRONMENT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._running.poll() is None:
            try:
                if httpx.get(f"{self.url}{self._path}", timeout=5, verify=False).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(f"{self.log.name}:\n{self.log.read_text()[-4000:]}")

    def freeze(self) -> None:
        """It does nothing more, but the system still takes requests for it."""
        self._running.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._running.send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """Without any chance to tidy up."""
        self._running.kill()
        self._running.wait(30)

    def stop(self) -> None:
        """In good order; a process that is gone already is left alone."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self.kill()

    @property
    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "not started"
        return self._process


def rasa(directory: Path) -> Process:
    """Rasa's server; its bot is trained already."""
    command = (
        *(str(RASA), "-m", "rasa", "run", "--enable-api"),
        *("--interface", "127.0.0.1", "--port", "{port}"),
    )
    return Process(directory, "rasa", command, path="/status")


def desk(directory: Path, rasa_url: str, name: str = "desk") -> Process:
    """A desk; several in one directory share all data."""
    command = (*DESK, "run", "--port", "{port}", "--rasa", rasa_url)
    return Process(directory, name, command, path="/ready")


def make_project(directory: Path) -> None:
    """A bot's project and a desk's settings; reuses the newest bot that was trained here."""
    for name in COPIED:
        source, target = ROOT / name, directory / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copyfile(source, target)
    shutil.copytree(ROOT / EMOTION_MODEL, directory / EMOTION_MODEL)
    (directory / "desk.yml").write_text(yaml.safe_dump(DESK_SETTINGS), "utf-8")
    trained = sorted((ROOT / "models").glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if trained:
        shutil.copy(trained[-1], directory / "models")
    else:
        subprocess.run(
            [str(RASA), "-m", "rasa", "train"],
            cwd=directory,
            env=ENVIRONMENT,
            check=True,
            timeout=600,
        )


def add_agent(directory: Path, username: str) -> str:
    """An account with room for many tickets, and an API token of it."""
    password = secrets.token_urlsafe(16)
    _desk(directory, "account", "add", username, "--password-stdin", sent=password + "\n")
    return _desk(directory, "token", "add", "--account", username, "--label", "tests").strip()


def _desk(directory: Path, *arguments: str, sent: str = "") -> str:
    done = subprocess.run(
        [*DESK, *arguments],
        cwd=directory,
        env=ENVIRONMENT,
        input=sent,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
