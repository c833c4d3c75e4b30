"""A whole cluster: nginx, two servers of the bot, two desks, PostgreSQL, Redis.

All are processes of this machine, started from the files of `deploy/`.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import yaml

from tests.cluster.clocks import Clock, library
from tests.cluster.evidence import SharedEvidence
from tests.cluster.postgres import SharedPostgres
from tests.cluster.redis import PASSWORD, Redis
from tests.deploy.nginx import RENDER, program
from tests.desk.core.postgres_server import postgres_binaries
from tests.desk.faults.people import Agent, Customer
from tests.desk.faults.story import Story
from tests.desk.processes import Desk
from tests.servers import ROOT, SERVE, Server, copy_trained_project, free_port

DEPLOY = ROOT / "deploy"
TRACKER_STORE = os.environ.get("CLUSTER_TRACKER_STORE", "")
"""Another `type` of tracker store than that of deploy/rasa/endpoints.yml: `SQL` is Rasa's own."""

SECRETS = {
    "RASA_DATABASE_PASSWORD": "kunci-rasa",
    "DESK_DATABASE_PASSWORD": "kunci-meja",
    "REDIS_PASSWORD": PASSWORD,
    "RASA_TOKEN": "kunci-api",
    "METRICS_TOKEN": "kunci-angka",
}


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """Where everything happens.

    Attributes:
        servers: by name: rasa-1, rasa-2, desk-1, desk-2, nginx, redis.
        clocks: of rasa-1, rasa-2, desk-1, desk-2.
        token: of an agent.
        http: for everybody.
    """

    directory: Path
    postgres: SharedPostgres
    servers: Mapping[str, Server]
    clocks: Mapping[str, Clock]
    evidence: SharedEvidence
    token: str
    http: httpx.Client

    @property
    def url(self) -> str:
        """Where customers and agents go: nginx."""
        return self.servers["nginx"].url

    def agent(self, server: str = "nginx") -> Agent:
        return Agent(self.http, self.servers[server].url, self.token)

    def customer(self, name: str, server: str = "nginx") -> Customer:
        return Customer(self.http, self.servers[server].url, name)

    def story(self, name: str) -> Story:
        return Story(self.customer(name), self.agent(), self.evidence)

    def heal(self) -> None:
        """Every server runs again, at the right time."""
        for clock in self.clocks.values():
            clock.jump(0)
        if not self.postgres.is_running():
            self.postgres.start()
        for server in self.servers.values():
            if not server.is_running():
                server.begin()
        for server in self.servers.values():
            server.wait_until_ready()


@contextmanager
def cluster(directory: Path) -> Iterator[Cluster]:
    """Start everything; stop it at the end."""
    redis_program, nginx_program = program("redis-server"), program("nginx")
    binaries = postgres_binaries()
    assert binaries is not None
    copy_trained_project(directory)
    with ExitStack() as stack:
        postgres = SharedPostgres(binaries)
        stack.callback(postgres.stop)
        _make_databases(postgres)
        redis = Redis(directory, redis_program)
        api, public = free_port(), free_port()
        preloaded = library(directory)
        clocks = {
            name: Clock(directory / f"{name}.clock", preloaded)
            for name in ("rasa-1", "rasa-2", "desk-1", "desk-2")
        }
        shared = {
            **SECRETS,
            "DATABASE_HOST": "127.0.0.1",
            "DATABASE_PORT": str(postgres.port),
            "REDIS_HOST": "127.0.0.1",
            "REDIS_PORT": str(redis.port),
            "RASA_URL": f"http://127.0.0.1:{api}",
            "RASA_ENDPOINTS": str(_endpoints(directory)),
            "DESK_HOST": "127.0.0.1",
        }
        servers: dict[str, Server] = {"redis": redis}
        for name in ("rasa-1", "rasa-2"):
            servers[name] = _rasa(directory, name, {**shared, **clocks[name].environment})
        desks = {
            name: _desk(directory, name, {**shared, **clocks[name].environment})
            for name in ("desk-1", "desk-2")
        }
        servers |= desks
        servers["nginx"] = _nginx(directory, nginx_program, servers, public=public, api=api)
        for server in servers.values():
            stack.callback(server.stop)
            if server not in desks.values():
                server.begin()
        desk = desks["desk-1"]
        desk.add_account("sari")
        token = desk.add_token("sari")
        for one in desks.values():
            one.begin()
        for server in servers.values():
            server.wait_until_ready()
        evidence = SharedEvidence(postgres.url("tracker"), postgres.url("desk"))
        stack.callback(evidence.close)
        evidence.in_desk("UPDATE account SET max_tickets = 10000 RETURNING id")
        # Without certificates: to read them takes longer than all requests of a story.
        http = stack.enter_context(httpx.Client(timeout=100, verify=False, trust_env=False))
        yield Cluster(
            directory=directory,
            postgres=postgres,
            servers=servers,
            clocks=clocks,
            evidence=evidence,
            token=token,
            http=http,
        )


def _make_databases(postgres: SharedPostgres) -> None:
    environment = {
        **SECRETS,
        "PATH": os.environ["PATH"],
        "PGHOST": str(postgres.place),
        "PGPORT": str(postgres.port),
    }
    subprocess.run(["bash", DEPLOY / "postgres/init.sh"], env=environment, check=True)


def _endpoints(directory: Path) -> Path:
    """Those of deploy/, or with another tracker store, to see what that one does."""
    given = DEPLOY / "rasa/endpoints.yml"
    if not TRACKER_STORE:
        return given
    found = yaml.safe_load(given.read_text("utf-8"))
    found["tracker_store"]["type"] = TRACKER_STORE
    other = directory / "other-endpoints.yml"
    other.write_text(yaml.safe_dump(found), "utf-8")
    return other


def _rasa(directory: Path, name: str, environment: Mapping[str, str]) -> Server:
    port = free_port()
    own = {"RASA_INTERFACE": "127.0.0.1", "RASA_PORT": str(port)}
    return Server(
        *(directory, name, SERVE),
        ready="/webhooks/rest/ready",
        port=port,
        environment={**environment, **own},
    )


@dataclass(frozen=True, kw_only=True)
class _Inside:
    directory: Path
    url: str


def _desk(directory: Path, name: str, environment: Mapping[str, str]) -> Desk:
    port = free_port()
    settings = yaml.safe_load((DEPLOY / "desk/desk.yml").read_text("utf-8"))
    del settings["port"], settings["rasa"]  # given on the command line
    return Desk(
        _Inside(directory=directory, url=environment["RASA_URL"]),
        name=name,
        port=port,
        environment=environment,
        **settings,
    )


def _nginx(
    directory: Path, binary: str, servers: Mapping[str, Server], *, public: int, api: int
) -> Server:
    place = directory / "nginx"
    upstreams = {
        kind: " ".join(f"server 127.0.0.1:{servers[f'{kind}-{n}'].port};" for n in (1, 2))
        for kind in ("rasa", "desk")
    }
    RENDER["write"](
        place,
        {
            "NGINX_LISTEN": f"127.0.0.1:{public}",
            "NGINX_API_LISTEN": f"127.0.0.1:{api}",
            "RASA_UPSTREAM": upstreams["rasa"],
            "DESK_UPSTREAM": upstreams["desk"],
        },
    )
    # In one process: killed, it is gone with all that it was doing.
    options = "daemon off; master_process off;"
    command = (binary, "-p", str(place), "-c", "nginx.conf", "-e", "error.log", "-g", options)
    return Server(directory, "nginx", command, ready="/health", port=public)
