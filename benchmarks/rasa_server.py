"""Real Rasa servers, side by side on this machine."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from benchmarks.environment import QUIET_RASA, rasa_environment

START_SECONDS = 180
POLL_SECONDS = 0.02
MIB = 1 << 20


@dataclass(frozen=True, kw_only=True)
class Server:
    """One `rasa run`.

    Attributes:
        url: of the REST channel's webhook.
        process: the server; it has no children.
        start_s: seconds from the command to the first answer of `/status`.
        start_cpu_s: seconds of processor time until then.
    """

    url: str
    process: psutil.Process
    start_s: float
    start_cpu_s: float

    def cpu_seconds(self) -> float:
        """Processor time so far, of all threads, in the program and in the kernel for it."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def resident_mib(self) -> float:
        return float(self.process.memory_info().rss / MIB)

    def private_mib(self) -> float:
        """Memory that would be free if the server ended."""
        return float(self.process.memory_full_info().uss / MIB)


@contextmanager
def running(directory: Path) -> Iterator[Server]:
    """Start the bot that `bots.train` made, and stop it in the end.

    Raises:
        SystemExit: it does not start.
    """
    port = free_port()
    command = [sys.executable, str(QUIET_RASA), "run", "--enable-api"]
    command += ["--interface", "127.0.0.1", "--port", str(port)]
    with (directory / "run.log").open("w", encoding="utf-8") as log:
        began = time.perf_counter()
        child = subprocess.Popen(
            command, cwd=directory, env=rasa_environment(), stdout=log, stderr=subprocess.STDOUT
        )
        try:
            _wait(f"http://127.0.0.1:{port}/status", child, log.name)
            seconds = time.perf_counter() - began
            process = psutil.Process(child.pid)
            used = process.cpu_times()
            yield Server(
                url=f"http://127.0.0.1:{port}/webhooks/rest/webhook",
                process=process,
                start_s=seconds,
                start_cpu_s=used.user + used.system,
            )
        finally:
            child.terminate()
            try:
                child.wait(20)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _wait(url: str, child: subprocess.Popen[bytes], log: str) -> None:
    until = time.monotonic() + START_SECONDS
    with httpx.Client() as client:
        while time.monotonic() < until:
            if child.poll() is not None:
                raise SystemExit(f"Rasa's server ended while it started: see {log}")
            try:
                if client.get(url).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            time.sleep(POLL_SECONDS)
    raise SystemExit(f"Rasa's server did not start in {START_SECONDS} s: see {log}")


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
