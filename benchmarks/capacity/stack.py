"""What a Rasa server of a larger installation talks to, each in processes of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import sqlalchemy as sa

from benchmarks.rasa_server import free_port
from tests.desk.core.postgres_server import Postgres

BROKER_START_SECONDS = 90


def engine_of(server: Postgres, name: str) -> sa.engine.Engine:
    """For questions about a database, each in a transaction of its own."""
    return sa.create_engine(server.url(name), isolation_level="AUTOCOMMIT")


def postmaster(server: Postgres) -> psutil.Process:
    """The process whose children do all of PostgreSQL's work."""
    return psutil.Process(int((server.place / "data" / "postmaster.pid").read_text().split()[0]))


def cpu_seconds(process: psutil.Process) -> float:
    """Processor time so far, of a process and all its children, those that have ended too."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total


@contextmanager
def redis() -> Iterator[int]:
    """The port of a Redis that keeps nothing on the disk."""
    program, port = shutil.which("redis-server"), free_port()
    if program is None:
        raise SystemExit("No Redis is installed (Debian: apt-get install redis-server).")
    child = subprocess.Popen(
        [program, "--port", str(port), "--save", "", "--bind", "127.0.0.1"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port, child, 20)
        yield port
    finally:
        child.terminate()
        child.wait(20)


@contextmanager
def rabbitmq() -> Iterator[tuple[int, psutil.Process] | None]:
    """Port and process of a RabbitMQ; None where it is not installed."""
    program = shutil.which("rabbitmq-server", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None:
        yield None
        return
    place = Path(tempfile.mkdtemp(prefix="capacity-rabbitmq-"))
    (place / "plugins").write_text("[].\n")
    if os.getuid() == 0:  # Debian's script goes on as this user
        user = pwd.getpwnam("rabbitmq")
        for path in (place, place / "plugins"):
            os.chown(path, user.pw_uid, user.pw_gid)
    port, distribution = free_port(), free_port()
    environment = {
        **os.environ,
        "RABBITMQ_NODENAME": f"capacity{port}@localhost",
        "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
        "RABBITMQ_NODE_PORT": str(port),
        "RABBITMQ_DIST_PORT": str(distribution),
        "RABBITMQ_MNESIA_BASE": str(place / "mnesia"),
        "RABBITMQ_LOG_BASE": str(place / "log"),
        "RABBITMQ_PID_FILE": str(place / "pid"),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(place / "plugins"),
    }
    child = subprocess.Popen(
        [program], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    process = psutil.Process(child.pid)
    try:
        _wait(port, child, BROKER_START_SECONDS)
        yield port, process
    finally:
        for one in (*process.children(recursive=True), process):
            try:
                one.terminate()
            except psutil.NoSuchProcess:
                continue
        child.wait(60)
        shutil.rmtree(place, ignore_errors=True)


def endpoints(
    server: Postgres, name: str, redis_port: int, broker_port: int | None
) -> Mapping[str, Any]:
    """Rasa's `endpoints.yml` with its own stores, and with a broker if there is one."""
    found: dict[str, Any] = {
        "tracker_store": {"type": "SQL", "dialect": "postgresql", "url": server.url(name)},
        "lock_store": {"type": "redis", "url": "127.0.0.1", "port": redis_port},
    }
    if broker_port is not None:
        found["event_broker"] = {
            "type": "pika",
            "url": "127.0.0.1",
            "port": broker_port,
            "username": "guest",
            "password": "guest",
            "queues": ["rasa_events"],
        }
    return found


def _wait(port: int, child: subprocess.Popen[bytes], seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until and child.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit(f"Nothing listens on port {port}: {child.args} did not start.")
