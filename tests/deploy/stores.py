"""PostgreSQL and Redis as deploy/ sets them up, with the secrets that its script makes."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.files import COMPOSE, DEPLOY
from tests.deploy.nginx import program
from tests.desk.core.postgres_server import Postgres


def make_secrets(directory: Path) -> dict[str, Path]:
    """The file of each secret."""
    shutil.copy(DEPLOY / "secrets.sh", directory)
    subprocess.run(["bash", directory / "secrets.sh"], check=True)
    return {name: directory / "secrets" / name for name in COMPOSE["secrets"]}


def set_up(server: Postgres, secrets: dict[str, Path]) -> None:
    """Run init.sh, with passwords from files; from then on users are asked for theirs."""
    environment = {
        "PATH": os.environ["PATH"],
        "PGHOST": str(server.place),
        "PGPORT": str(server.port),
        "RASA_DATABASE_PASSWORD_FILE": str(secrets["rasa_database_password"]),
        "DESK_DATABASE_PASSWORD_FILE": str(secrets["desk_database_password"]),
    }
    subprocess.run(["bash", DEPLOY / "postgres/init.sh"], env=environment, check=True)
    rules = "local all postgres trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
    (server.place / "data/pg_hba.conf").write_text(rules)
    reload = ["psql", "-qAtc", "SELECT pg_reload_conf()", "-U", "postgres", "postgres"]
    subprocess.run(reload, env=environment, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def redis(port: int, password: Path) -> Iterator[None]:
    """Started by run.sh."""
    program("redis-server")
    environment = {
        "PATH": os.environ["PATH"],
        "REDIS_PASSWORD_FILE": str(password),
        "REDIS_BIND": "127.0.0.1",
        "REDIS_PORT": str(port),
    }
    process = subprocess.Popen(
        [DEPLOY / "redis/run.sh"], cwd=password.parent, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 30
        ask = ["redis-cli", "-p", str(port), "ping"]
        while "NOAUTH" not in subprocess.run(ask, capture_output=True, text=True).stdout:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        assert process.wait(30) == 0
