"""A real Rasa server and a real desk, each in a process of its own on a free port."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).parents[3]
RASA_PYTHON = ROOT / ".venv" / "bin" / "python"
BOT_FILES = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml")
ENVIRONMENT = {
    **os.environ,
    "PYTHONPATH": str(ROOT),
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
}
DESK = (
    *(sys.executable, "-c"),
    "import sys; from handoff_desk.cli import main; sys.exit(main(sys.argv[1:]))",
)
"""The command `desk`."""

START_SECONDS = 420
"""A server that has not answered by then never will."""

DESK_YML = """
rasa: {rasa}
tracker_store: sqlite:///{tracker}
port: {port}
demo: true
secure_cookies: false
# No clock runs into a test on a slow machine; what the clocks do is tested elsewhere.
times: {{unclaimed_notice: 0, agent_reminder: 0, agent_release: 0, customer_close: 0}}
"""


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Server:
    """A command that answers on http; may be stopped, killed and started again."""

    def __init__(self, directory: Path, command: Sequence[str], port: int, ready: str) -> None:
        self.directory, self._command, self._ready = directory, command, ready
        self.url = f"http://127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self.directory / "server.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=self.directory,
                env=ENVIRONMENT,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(self.url + self._ready, timeout=10).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.2)
        raise AssertionError(f"no server {self._command}:\n{log.read_text()[-4000:]}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it; SIGKILL gives it no time to say goodbye."""
        if self._process is None:
            return
        self._process.send_signal(how)
        self._process.wait(60)
        self._process = None


class Rasa(Server):
    """The example bot, as trained by `make train`.

    Args:
        directory: for its conversations and log.
        pages: addresses whose pages may talk to it.
    """

    def __init__(self, directory: Path, pages: Sequence[str]) -> None:
        for name in BOT_FILES:
            shutil.copyfile(ROOT / name, directory / name)
        (directory / "models").mkdir()
        (directory / "models" / "emotion-id").symlink_to(ROOT / "models" / "emotion-id")
        port = free_port()
        command = [
            *(str(RASA_PYTHON), "-m", "rasa", "run", "--enable-api"),
            *("--model", str(trained_bot(directory)), "--cors", *pages),
            *("--interface", "127.0.0.1", "--port", str(port)),
        ]
        super().__init__(directory, command, port, "/status")

    @property
    def tracker(self) -> Path:
        """Where its conversations are."""
        return self.directory / "tracker.db"

    def hears(self, sender: str, text: str) -> list[str]:
        """A customer writes; what the bot answers, one string a bubble."""
        answer = httpx.post(
            f"{self.url}/webhooks/rest/webhook",
            json={"sender": sender, "message": text},
            timeout=60,
        )
        answer.raise_for_status()
        return [bubble["text"] for bubble in answer.json()]

    def slots(self, sender: str) -> dict[str, Any]:
        """What the bot knows of a customer."""
        found = httpx.get(f"{self.url}/conversations/{sender}/tracker", timeout=60).json()
        slots: dict[str, Any] = found["slots"]
        return slots


class Desk(Server):
    """The desk, with a database of its own.

    Args:
        directory: for its settings, database and log.
    """

    def __init__(self, directory: Path, port: int, rasa: Rasa) -> None:
        text = DESK_YML.format(rasa=rasa.url, tracker=rasa.tracker, port=port)
        (directory / "desk.yml").write_text(text, "utf-8")
        super().__init__(directory, [*DESK, "run"], port, "/health")

    def add_account(self, username: str, password: str, *, role: str = "agent") -> None:
        arguments = ("account", "add", username, "--role", role, "--password-stdin")
        self._run(*arguments, given=password + "\n")

    def add_token(self, username: str) -> str:
        """An API token that acts in the name of this account."""
        return self._run("token", "add", "--account", username, "--label", "tests").strip()

    def _run(self, *arguments: str, given: str = "") -> str:
        done = subprocess.run(
            [*DESK, *arguments],
            cwd=self.directory,
            env=ENVIRONMENT,
            input=given,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


def trained_bot(directory: Path) -> Path:
    """The newest bot in models/; trained now if there is none."""
    bots = sorted((ROOT / "models").glob("*.tar.gz"), key=lambda bot: bot.stat().st_mtime)
    if bots:
        return bots[-1]
    shutil.copytree(ROOT / "rasa_project", directory / "rasa_project")
    subprocess.run(
        [str(RASA_PYTHON), "-m", "rasa", "train", "--fixed-model-name", "bot"],
        cwd=directory,
        env=ENVIRONMENT,
        check=True,
        capture_output=True,
        timeout=800,
    )
    return directory / "models" / "bot.tar.gz"
