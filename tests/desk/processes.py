"""The desk in a process of its own."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Protocol

import yaml

from tests.servers import ENVIRONMENT, Server

COMMAND = (sys.executable, "-c", "import sys; from handoff_desk.cli import main; sys.exit(main())")

SETTINGS = {
    "demo": True,
    "secure_cookies": False,
    # Nobody is slow here: no clock may speak by itself. What the clocks do is tested elsewhere.
    "times": {"unclaimed_notice": 0, "agent_reminder": 0, "agent_release": 0, "customer_close": 0},
}


class HasProject(Protocol):
    """Rasa, or what stands for it.

    Attributes:
        directory: of a bot's project.
        url: where it answers.
    """

    directory: Path
    url: str


class Desk(Server):
    """The command `desk`, in a bot's project; several in one project share all data.

    Args:
        name: of its log.
        port: a free one if None.
        environment: what else is set.
        settings: further ones.
    """

    def __init__(
        self,
        rasa: HasProject,
        *,
        name: str = "desk",
        port: int | None = None,
        environment: Mapping[str, str] = MappingProxyType({}),
        **settings: Any,
    ) -> None:
        given = {**SETTINGS, **settings}
        (rasa.directory / "desk.yml").write_text(yaml.safe_dump(given), "utf-8")
        command = (*COMMAND, "run", "--port", "{port}", "--rasa", rasa.url)
        super().__init__(
            rasa.directory, name, command, ready="/ready", port=port, environment=environment
        )

    def add_account(self, username: str, password: str = "", *, role: str = "agent") -> None:
        """Somebody who may log in; with a password that nobody knows if none is given."""
        arguments = ("account", "add", username, "--role", role, "--password-stdin")
        self._run(*arguments, typed=(password or secrets.token_urlsafe(16)) + "\n")

    def add_token(self, username: str) -> str:
        """An API token that acts in the name of this account."""
        return self._run("token", "add", "--account", username, "--label", "tests").strip()

    def _run(self, *arguments: str, typed: str = "") -> str:
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.directory,
            env={**ENVIRONMENT, **self.environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout
