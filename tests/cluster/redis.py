"""Redis, which keeps nothing on a disk: with it all locks are gone."""

from __future__ import annotations

import socket
import time
from pathlib import Path

from tests.servers import START_SECONDS, Server

PASSWORD = "kunci-redis"


class Redis(Server):
    """A server of our own, with a password.

    Args:
        directory: where its log is.
        program: `redis-server`.
    """

    def __init__(self, directory: Path, program: str) -> None:
        command = (
            *(program, "--bind", "127.0.0.1", "--port", "{port}", "--dir", str(directory)),
            *("--save", "", "--appendonly", "no", "--requirepass", PASSWORD),
        )
        super().__init__(directory, "redis", command, ready="")

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.02)
        raise AssertionError(self.log.read_text()[-4000:])

    def _answers(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {PASSWORD}\r\nPING\r\n".encode())
                with connection.makefile("rb") as answers:
                    return [answers.readline() for _ in range(2)] == [b"+OK\r\n", b"+PONG\r\n"]
        except OSError:
            return False
