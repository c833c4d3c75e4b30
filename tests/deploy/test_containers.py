"""The images' commands, started as the compose file would: PostgreSQL, Redis, Rasa, desk, nginx."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.deploy.containers import Container
from tests.deploy.files import OURS, container, variables_of_compose
from tests.deploy.nginx import nginx
from tests.deploy.stores import make_secrets, redis, set_up
from tests.desk.core.postgres_server import Postgres, postgres_binaries
from tests.servers import RASA_PYTHON, copy_trained_project, free_port

pytestmark = pytest.mark.slow

STARTED_SECONDS = 180
"""As long as the startup probe of Kubernetes waits."""


@dataclass(kw_only=True)
class Place:
    """All of it, up.

    Attributes:
        http: what customers and agents reach.
    """

    rasa: Container
    desk: Container
    http: httpx.Client

    def of(self, name: str) -> Container:
        return self.rasa if name == "rasa" else self.desk


@pytest.fixture(scope="module")
def place() -> Iterator[Place]:
    binaries = postgres_binaries()
    if binaries is None or not RASA_PYTHON.exists():
        reason = "PostgreSQL, or Rasa's own environment (.venv), is not there."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    # Not below pytest's directory: root's is closed to the images' user.
    directory = Path(tempfile.mkdtemp(prefix="containers-"))
    directory.chmod(0o755)
    postgres = Postgres(binaries, superuser="postgres", port=free_port())
    redis_port, inside = free_port(), free_port()
    secrets = make_secrets(directory)
    with redis(redis_port, secrets["redis_password"]):
        set_up(postgres, secrets)
        moved = {
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_PORT": str(postgres.port),
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis_port),
            "RASA_URL": f"http://127.0.0.1:{inside}",
            "RASA_PORT": str(free_port()),
            "DESK_PORT": str(free_port()),
        }
        copy_trained_project(directory / "project")
        (bot,) = (directory / "project/models").glob("*.tar.gz")
        rasa = Container(
            "rasa", directory / "rasa", python=RASA_PYTHON, bot=bot,
            environment=environment("rasa-1", moved, secrets), port=int(moved["RASA_PORT"]),
        )  # fmt: skip
        desk = Container(
            "desk", directory / "desk", python=Path(sys.executable),
            environment=environment("desk-1", moved, secrets), port=int(moved["DESK_PORT"]),
        )  # fmt: skip
        front = {
            "NGINX_API_LISTEN": f"127.0.0.1:{inside}",
            "RASA_UPSTREAM": f"server 127.0.0.1:{rasa.port};",
            "DESK_UPSTREAM": f"server 127.0.0.1:{desk.port};",
        }
        try:
            rasa.start()
            desk.start()
            with nginx(directory / "nginx", front) as http:
                rasa.wait_until_healthy(STARTED_SECONDS)
                desk.wait_until_healthy(60)
                yield Place(rasa=rasa, desk=desk, http=http)
        finally:
            desk.stop(30)
            rasa.stop(30)
            postgres.stop()
            shutil.rmtree(directory, ignore_errors=True)


def environment(service: str, moved: dict[str, str], secrets: dict[str, Path]) -> dict[str, str]:
    """What the compose file sets, with addresses and files where they are here."""
    found = variables_of_compose(service)
    own = {f"{service.partition('-')[0].upper()}_PORT"}
    found |= {name: value for name, value in moved.items() if name in found or name in own}
    for name, value in found.items():
        if name.endswith("_FILE"):
            found[name] = str(secrets[Path(value).name])
    return found


@pytest.mark.parametrize("name", OURS)
def test_it_runs_as_the_images_user(place: Place, name: str) -> None:
    user = int(place.of(name).image.user.partition(":")[0])
    assert place.of(name).owner() == (user if os.getuid() == 0 else os.getuid())
    written = place.of(name).run("touch", "written")
    assert "denied" in written.stderr


@pytest.mark.parametrize("name", OURS)
@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_kubernetes_probes_answer(place: Place, name: str, probe: str) -> None:
    path = container(name)[probe]["httpGet"]["path"]
    answer = httpx.get(f"http://127.0.0.1:{place.of(name).port}{path}", timeout=5, verify=False)
    assert answer.status_code == 200, answer.text


def test_a_customer_is_answered_and_an_agent_sees_who_waits(place: Place) -> None:
    def says(text: str) -> str:
        body = {"sender": "pelanggan-1", "message": text}
        answer = place.http.post("/webhooks/rest/webhook", json=body)
        assert answer.status_code == 200, answer.text
        return " ".join(bubble["text"] for bubble in answer.json())

    assert "Sekolah Hijau Bestari" in says("halo")
    assert "etugas" in says("udah 3 minggu gak sampe2! dasar penipu, balikin duit gue!")

    desk = place.desk
    added = desk.run("desk", "account", "add", "rina", "--password-stdin", typed="kuda-laut-77\n")
    assert added.returncode == 0, added.stderr
    token = desk.run("desk", "token", "add", "--account", "rina", "--label", "uji").stdout.strip()
    deadline = time.monotonic() + 30
    headers = {"Authorization": f"Bearer {token}"}
    while "pelanggan-1" not in (said := place.http.get("/api/tickets", headers=headers).text):
        assert time.monotonic() < deadline, said
        time.sleep(0.2)


def test_the_api_of_rasa_asks_for_its_token(place: Place) -> None:
    url = f"http://127.0.0.1:{place.rasa.port}/conversations/pelanggan-1/tracker"
    assert httpx.get(url, timeout=5, verify=False).status_code == 401


@pytest.mark.parametrize("name, most", [("rasa", 768), ("desk", 192)])
def test_it_fits_into_the_memory_that_is_asked_for(place: Place, name: str, most: int) -> None:
    assert container(name)["resources"]["requests"]["memory"] == f"{most}Mi"
    assert place.of(name).megabytes() < most


@pytest.mark.parametrize("name", OURS)
def test_it_stops_in_time(place: Place, name: str) -> None:
    one = place.of(name)
    files = one.files()
    assert one.stop(25) == 0, one.log.read_text("utf-8")[-4000:]
    assert "refused" in one.check()
    assert one.files() == files
    log = one.log.read_text("utf-8")
    assert "Traceback" not in log, log
