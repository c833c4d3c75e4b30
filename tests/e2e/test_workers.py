"""One server with two workers: they share locks in Redis, and add up what they count."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bot import Server

from tests.servers import ROOT, SERVE, copy_project

pytest.importorskip("prometheus_client")


@pytest.fixture(scope="module")
def redis_port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A Redis of our own."""
    if shutil.which("redis-server") is None:
        reason = "redis-server is not installed."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", ""]
    place = tmp_path_factory.mktemp("redis")
    process = subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL)
    yield port
    process.terminate()
    process.wait(30)


@pytest.fixture(scope="module")
def server(
    project: Path, redis_port: int, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("workers")
    copy_project(directory)
    (trained,) = (project / "models").glob("*.tar.gz")
    shutil.copy(trained, directory / "models")
    with (directory / "endpoints.yml").open("a") as endpoints:
        endpoints.write(f"\nlock_store: {{type: redis, url: 127.0.0.1, port: {redis_port}}}\n")
    (directory / "metrics").mkdir()
    running = Server(
        directory,
        SERVE,
        METRICS_TOKEN="rahasia",
        RASA_ENDPOINTS="endpoints.yml",
        RASA_CREDENTIALS=str(ROOT / "deploy/rasa/credentials.yml"),
        SANIC_WORKERS="2",
        PROMETHEUS_MULTIPROC_DIR=str(directory / "metrics"),
    )
    yield running
    running.close()


def fresh(server: Server) -> httpx.Client:
    """A connection of its own, which may come to another worker."""
    return httpx.Client(base_url=server.http.base_url, timeout=60)


def counted(server: Server) -> float:
    with fresh(server) as http:
        text = http.get("/metrics", headers={"Authorization": "Bearer rahasia"}).text
    prefix = "emotion_rest_messages_total "
    found = [line for line in text.splitlines() if line.startswith(prefix)]
    return float(found[0].removeprefix(prefix)) if found else 0.0


def workers_that_read(server: Server) -> int:
    """How many processes have read a message; the one that started the others reads none."""
    files = (server.directory / "metrics").glob("counter_*.db")
    return sum(b"emotion_messages_total" in file.read_bytes() for file in files)


def test_whoever_is_asked_knows_what_all_have_counted(server: Server) -> None:
    deadline, sent = time.monotonic() + 300, 0
    while workers_that_read(server) < 2:
        assert time.monotonic() < deadline, "one worker got all the messages"
        with fresh(server) as http:
            body = {"sender": f"pelanggan-{sent}", "message": "halo"}
            http.post("/webhooks/rest/webhook", json=body).raise_for_status()
        sent += 1
    assert [counted(server) for _ in range(6)] == [sent] * 6
