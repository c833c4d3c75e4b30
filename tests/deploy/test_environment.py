"""The variables of docs/deployment.md reach Rasa, the desk and PostgreSQL."""

from __future__ import annotations

import os
import re
import runpy
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import yaml
from sqlalchemy.exc import OperationalError, ProgrammingError

from handoff_desk.rasa.tail import Tail
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.settings import read_settings
from tests.desk.core.postgres_server import Postgres, postgres_binaries
from tests.desk.core.rasa_tracker import RasaTracker

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
PASSWORD = 'it\'s; "50%" $HOME \\ a/@:b'
ENVIRONMENT = {
    "DATABASE_HOST": "db",
    "DATABASE_PORT": "5432",
    "DESK_DATABASE_PASSWORD": PASSWORD,
    "DESK_HOST": "0.0.0.0",
    "DESK_PORT": "5055",
    "RASA_URL": "http://rasa:5005",
    "RASA_TOKEN": "0123",
    "METRICS_TOKEN": "4567",
}


def test_the_desk_finds_all_it_needs(tmp_path: Path) -> None:
    settings = read_settings(DEPLOY / "desk/desk.yml", tmp_path / "none", ENVIRONMENT)
    own, trackers = sa.make_url(settings.database), sa.make_url(settings.tracker_store)
    assert (own.host, own.database, own.username, own.password) == ("db", "desk", "desk", PASSWORD)
    assert (trackers.host, trackers.database, trackers.username) == ("db", "tracker", "desk")
    assert (settings.rasa, settings.rasa_token) == ("http://rasa:5005", "0123")
    assert settings.secure_cookies
    assert not settings.demo


def test_the_desk_reads_where_rasa_writes(tmp_path: Path) -> None:
    endpoints = yaml.safe_load((DEPLOY / "rasa/endpoints.yml").read_text("utf-8"))["tracker_store"]
    settings = read_settings(DEPLOY / "desk/desk.yml", tmp_path / "none", ENVIRONMENT)
    assert sa.make_url(settings.tracker_store).database == endpoints["db"]
    assert endpoints["url"] == "${DATABASE_HOST}"


# Rasa ---------------------------------------------------------------------------------------------


@pytest.fixture
def serve() -> dict[str, object]:
    return runpy.run_path(str(DEPLOY / "rasa/serve.py"))


def test_secrets_come_from_files(serve, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret\n")
    environment = {f"{name}_FILE": str(tmp_path / "secret") for name in serve["SECRETS"]}
    serve["read_secrets"](environment)
    assert {environment[name] for name in serve["SECRETS"]} == {"s3cret"}


@pytest.mark.parametrize(
    "environment, message",
    [
        ({"RASA_TOKEN_FILE": "/nowhere"}, "RASA_TOKEN_FILE"),
        ({"RASA_TOKEN_FILE": "/etc/hostname", "RASA_TOKEN": "t"}, "both set"),
    ],
)
def test_a_wrong_secret_ends_the_start(serve, environment, message) -> None:
    with pytest.raises(SystemExit, match=message):
        serve["read_secrets"](environment)


def test_every_secret_of_rasas_files_may_come_from_a_file(serve) -> None:
    files = (DEPLOY / "rasa" / name for name in ("endpoints.yml", "credentials.yml"))
    named = {name for file in files for name in re.findall(r"\$\{(\w+)\}", file.read_text())}
    assert {name for name in named if re.search("PASSWORD|TOKEN", name)} <= set(serve["SECRETS"])


def test_what_is_given_wins(serve) -> None:
    found = serve["arguments"]({"RASA_TOKEN": "t", "RASA_PORT": "1"}, ["--port", "2"])
    assert found[:2] == ["run", "--enable-api"]
    assert found[found.index("--auth-token") + 1] == "t"
    assert found[found.index("--port") + 1] == "1"
    assert found[-2:] == ["--port", "2"]


# PostgreSQL ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server on which deploy/postgres/init.sh has run; it asks for passwords from then on."""
    binaries = postgres_binaries()
    if binaries is None or shutil.which("psql") is None:
        reason = "PostgreSQL is not installed."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    server = Postgres(binaries, superuser="postgres")
    secret = tmp_path_factory.mktemp("secrets") / "desk"
    secret.write_text(PASSWORD + "\n")
    environment = {
        "PATH": os.environ["PATH"],
        "PGHOST": str(server.place),
        "RASA_DATABASE_PASSWORD": PASSWORD,
        "DESK_DATABASE_PASSWORD_FILE": str(secret),
    }
    subprocess.run(["bash", DEPLOY / "postgres/init.sh"], env=environment, check=True)
    rules = "local all postgres trust\nlocal all all scram-sha-256\n"
    (server.place / "data/pg_hba.conf").write_text(rules)
    with sa.create_engine(server.url("postgres"), poolclass=sa.NullPool).connect() as connection:
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    yield server
    server.stop()


@pytest.fixture
def connect(postgres: Postgres) -> Iterator[Callable[[str, str], sa.Connection]]:
    """Connects a user to a database."""
    opened: list[sa.Connection] = []

    def connect(user: str, database: str) -> sa.Connection:
        url = sa.make_url(postgres.url(database)).set(username=user, password=PASSWORD)
        engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        opened.append(engine.connect())
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def test_the_desk_may_read_conversations_and_no_more(connect) -> None:
    rasa = connect("rasa", "tracker")
    rasa.exec_driver_sql("INSERT INTO events (sender_id, type_name) VALUES ('budi', 'action')")
    desk = connect("desk", "tracker")
    assert desk.exec_driver_sql("SELECT count(*) FROM events").scalar() == 1
    # The tail draws a number, and that is no writing.
    assert desk.exec_driver_sql("SELECT pg_current_xact_id()::text").scalar()
    for forbidden in ("DELETE FROM events", "CREATE TABLE mine (id int)"):
        with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
            desk.exec_driver_sql(forbidden)


def test_the_conversations_are_as_rasa_makes_them_with_longer_ids(postgres, connect) -> None:
    tracker = RasaTracker(postgres.create("as_rasa_makes_it"), time.time)
    theirs, ours = (
        sa.inspect(one) for one in (tracker.engine.connect(), connect("rasa", "tracker"))
    )
    assert ours.get_indexes("events") == theirs.get_indexes("events")
    columns = [
        [(one["name"], str(one["type"]), one["nullable"]) for one in found.get_columns("events")]
        for found in (theirs, ours)
    ]
    assert columns[0][0] == ("id", "INTEGER", False)
    assert columns[1] == [("id", "BIGINT", False), *columns[0][1:]]
    theirs.bind.close()
    tracker.engine.dispose()


def test_the_desk_reads_rows_beyond_the_integers(postgres, connect) -> None:
    rasa, beyond = connect("rasa", "tracker"), 3_000_000_000
    rasa.exec_driver_sql(f"SELECT setval('events_id_seq', {beyond})")
    for _ in range(2):
        rasa.exec_driver_sql("INSERT INTO events (sender_id, type_name) VALUES ('wati', 'action')")
        rasa.exec_driver_sql("SELECT nextval('events_id_seq')")
    url = sa.make_url(postgres.url("tracker")).set(username="desk", password=PASSWORD)
    store = TrackerStore(url.render_as_string(hide_password=False))
    tail = Tail(store, low=beyond, clock=time.time)
    assert [row.id for row in tail.read()] == [beyond + 1, beyond + 3]
    assert tail.read() == []  # asks for the one between
    store.close()


def test_each_owns_a_database(connect) -> None:
    connect("desk", "desk").exec_driver_sql("CREATE TABLE mine (id int)")
    with pytest.raises(OperationalError, match="permission denied"):
        connect("rasa", "desk")


def test_a_wrong_password_is_refused(postgres: Postgres) -> None:
    url = sa.make_url(postgres.url("desk")).set(username="desk", password="wrong")
    with pytest.raises(OperationalError, match="password authentication failed"):
        sa.create_engine(url).connect()
