"""desk.yml and endpoints.yml: what they may say, and what is refused before the desk starts."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa

from handoff_desk.errors import SettingsError
from handoff_desk.settings import Chatwoot, Settings, Times, Webhook, read_settings

ENDPOINTS = "tracker_store: {type: SQL, dialect: sqlite, db: tracker.db}\n"


@pytest.fixture
def read(tmp_path: Path):
    """Reads settings from texts: `read("port: 1")`."""

    def from_texts(desk: str, endpoints: str = ENDPOINTS, **environment: str) -> Settings:
        (tmp_path / "desk.yml").write_text(desk, "utf-8")
        (tmp_path / "endpoints.yml").write_text(endpoints, "utf-8")
        return read_settings(tmp_path / "desk.yml", tmp_path / "endpoints.yml", environment)

    return from_texts


def test_without_a_file_all_defaults_hold(tmp_path):
    (tmp_path / "endpoints.yml").write_text(ENDPOINTS)
    found = read_settings(tmp_path / "desk.yml", tmp_path / "endpoints.yml", {})
    assert found == Settings(tracker_store="sqlite:///tracker.db")


def test_the_projects_own_file_is_read(root):
    assert read_settings(root / "desk.yml", root / "endpoints.yml", {})


def test_every_setting(read):
    found = read(
        """
        title: Meja
        database: postgresql://desk@db/desk
        tracker_store: postgresql://rasa@db/rasa
        rasa: http://rasa:5005
        port: 8000
        secure_cookies: false
        demo: true
        assignment: round-robin
        mask_personal_data: true
        times: {unclaimed_notice: 60, agent_release: 0.5}
        texts: {joined: "Hai {customer}, saya {agent}"}
        webhooks:
          - {name: crm, url: "https://crm", secret: s, events: [ticket.opened]}
          - {name: bi, url: "https://bi", secret: s}
        chatwoot: {url: "https://chat", account: 1, inbox: 2, token: t}
        """
    )
    assert (found.title, found.port, found.demo) == ("Meja", 8000, True)
    assert found.mask_personal_data
    assert found.tracker_store == "postgresql://rasa@db/rasa"
    assert found.times == Times(unclaimed_notice=60, agent_release=0.5)
    assert found.texts.say("joined", agent="Sari", customer="Budi") == "Hai Budi, saya Sari"
    assert found.webhooks == (
        Webhook(name="crm", url="https://crm", secret="s", events=("ticket.opened",)),
        Webhook(name="bi", url="https://bi", secret="s"),
    )
    assert found.chatwoot == Chatwoot(url="https://chat", account=1, inbox=2, token="t")


@pytest.mark.parametrize("desk", ["", "# nothing\n", "title:\ntimes:\ntexts: {joined: }\n"])
def test_what_is_left_empty_is_the_default(read, desk):
    assert read(desk) == Settings(tracker_store="sqlite:///tracker.db")


LAUGHS = "times:\n  agent_reminder:\n    - &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"    - &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30)
)
"""A few lines that would be 9 ** 30 texts if they were written out."""


@pytest.mark.parametrize(
    "desk, message",
    [
        ("- a", "expected a mapping of settings"),
        ("7", "expected a mapping of settings"),
        ("a: [", "expected valid YAML"),
        ("a: !!python/object:os.system {}", "expected valid YAML"),
        ("prot: 1", "`prot`"),
        ("1: 1", "`1`"),
        ("port: banyak", "port: expected a value of type int"),
        ("port: '5055'", "port: expected a value of type int"),
        ("port: true", "port: expected a value of type int"),
        ("port: 70000", "a number from 0 to 65535"),
        ("port: -1", "port: expected 0 or more"),
        ("demo: 1", "demo: expected a value of type bool"),
        ("title: [a]", "title: expected a value of type str"),
        ("assignment: random", "`manual` or `round-robin`"),
        ("times: 5", "times: expected a mapping of settings"),
        ("times: {agent_remind: 5}", "`agent_remind`"),
        ("times: {agent_reminder: -5}", "agent_reminder: expected 0 or more"),
        ("times: {agent_reminder: .nan}", "agent_reminder: expected 0 or more"),
        ("times: {agent_reminder: 5m}", "agent_reminder: expected a value of type float"),
        ("times: {unclaimed_notices: 1.5}", "unclaimed_notices: expected a value of type int"),
        ("texts: {joined: 'Hai {nama}'}", "texts: joined"),
        ("texts: {joined: 'Hai {}'}", "texts: joined"),
        ("texts: {joined: 'Hai {0}'}", "texts: joined"),
        ("texts: {joined: 'Hai {agent'}", "texts: joined"),
        ("texts: {joined: 'Hai {agent.x}'}", "texts: joined"),
        ("texts: {joined: 'Hai {agent[x]}'}", "texts: joined"),
        ("texts: {joined: 'Hai {agent:d}'}", "texts: joined"),
        ("texts: {joined: 5}", "texts: joined: expected a value of type str"),
        ("texts: {sapa: Hai}", "`sapa`"),
        ("webhooks: {name: crm}", "webhooks: expected a list"),
        ("webhooks: [crm]", "webhooks: expected a mapping of settings for each"),
        ("webhooks: [{name: crm}]", "all required settings"),
        (
            "webhooks: [{name: c, url: 'http://c', secret: s, events: ticket.opened}]",
            "events: expected a list",
        ),
        (
            "webhooks: [{name: c, url: 'http://c', secret: s, events: [1]}]",
            "events: expected a list of names",
        ),
        ("chatwoot: {url: 'https://chat'}", "all required settings"),
        ("chatwoot: {account: satu}", "account: expected a value of type int"),
        ("rasa_token: ${RASA_TOKEN}", r"\$\{RASA_TOKEN\}"),
        ("database: {dialect: postgresql, host: db}", "`host`"),
        ("database: desk.db", "database: expected an address"),
        ("tracker_store: postgresql://h:x/d", "tracker_store: expected an address"),
        ("title: 2026-13-45", "expected valid YAML"),
        ("port: 0b_", "expected valid YAML"),
        ("port: " + "9" * 5000, "expected valid YAML"),
        ("a: " + "[" * 400, "expected valid YAML"),
        ("port: 9999999999", "port: expected at most"),
        ("times: {agent_reminder: 1.0e+300}", "agent_reminder: expected at most"),
        ("texts: {joined: '{agent:9999999999}'}", "texts: joined"),
        ("texts: {joined: '{agent!x}'}", "texts: joined"),
        ("hours: {holidays: [9999-12-31]}", "A date lies between"),
        ("hours: {extra: {0001-01-01: '08.00-12.00'}}", "A date lies between"),
        ("times: {agent_reminder: &a [*a, *a, *a]}", "agent_reminder"),
        (LAUGHS, "times: agent_reminder: expected a value"),
        ("database: {dialect: postgresql, url: db, port: x}", "database: expected an address"),
    ],
)
def test_what_cannot_be_is_refused(read, desk, message):
    with pytest.raises(SettingsError, match=message):
        read(desk)


# Variables ----------------------------------------------------------------------------------------


def test_a_variable_may_hold_any_sign(read):
    secret = "a: b # \"c\" 'd' \\ ${E} {f} é\n- g"
    found = read("rasa_token: ${TOKEN}\ntitle: x ${TOKEN} y", TOKEN=secret)
    assert found.rasa_token == secret
    assert found.title == f"x {secret} y"


@pytest.mark.parametrize("text", ["007", "true", "null", "1e3", ""])
def test_a_text_stays_a_text(read, text):
    assert read("rasa_token: ${TOKEN}", TOKEN=text).rasa_token == text


def test_a_variable_is_what_the_setting_wants(read):
    found = read(
        "port: ${PORT}\ndemo: ${DEMO}\ntimes: {agent_reminder: '${TIME}'}",
        PORT="8000",
        DEMO="true",
        TIME="2.5",
    )
    assert (found.port, found.demo, found.times.agent_reminder) == (8000, True, 2.5)
    with pytest.raises(SettingsError, match="port: expected a value of type int"):
        read("port: ${PORT}", PORT="banyak")


def test_a_variable_in_a_comment_need_not_be_set(read):
    assert read("# ${NOWHERE}\ntitle: a # ${NOWHERE}\n").title == "a"


def test_a_secret_may_stand_in_a_file(read, tmp_path):
    (tmp_path / "token").write_text("s3cret \n")
    assert read("rasa_token: ${TOKEN}", TOKEN_FILE=str(tmp_path / "token")).rasa_token == "s3cret "


@pytest.mark.parametrize(
    "environment, message",
    [
        ({"TOKEN_FILE": "/nowhere"}, "TOKEN_FILE: expected the name of a file"),
        ({"TOKEN_FILE": "/"}, "TOKEN_FILE: expected the name of a file"),
        ({"TOKEN_FILE": "/nowhere", "TOKEN": "t"}, "both"),
    ],
)
def test_a_secret_that_cannot_be_read_is_refused(read, environment, message):
    with pytest.raises(SettingsError, match=message):
        read("rasa_token: ${TOKEN}", **environment)


@pytest.mark.parametrize("key", ["database", "tracker_store"])
def test_a_database_may_be_said_in_parts(read, key):
    parts = "dialect: postgresql, url: db, port: '${PORT}', db: d, username: u, password: 'a/@'"
    found = sa.make_url(getattr(read(f"{key}: {{{parts}}}", PORT="5433"), key))
    assert (found.host, found.port, found.database) == ("db", 5433, "d")
    assert (found.username, found.password) == ("u", "a/@")


# endpoints.yml ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "store, url",
    [
        ("{type: SQL, dialect: sqlite, db: tracker.db}", "sqlite:///tracker.db"),
        ("{type: sql}", "sqlite:///rasa.db"),
        (
            "{type: SQL, dialect: postgresql, url: db, port: 5433, db: rasa, username: u, "
            "password: 'p@/:% ÷'}",
            "postgresql://u:p%40%2F%3A%25 %C3%B7@db:5433/rasa",
        ),
        ("{type: SQL, dialect: postgresql, url: 'db:5433', db: rasa}", "postgresql://db:5433/rasa"),
        (
            "{type: SQL, dialect: postgresql, url: db, port: '${PORT}', db: rasa, password: 123, "
            "username: u}",
            "postgresql://u:123@db:5433/rasa",
        ),
        (
            "{type: SQL, dialect: postgresql, url: db, db: rasa, query: {sslmode: require}}",
            "postgresql://db/rasa?sslmode=require",
        ),
        ("{type: SQL, url: 'postgresql://u:${PORT}@db/rasa'}", "postgresql://u:5433@db/rasa"),
    ],
)
def test_the_tracker_store_is_where_rasa_has_it(read, store, url):
    found = read("", f"tracker_store: {store}", PORT="5433").tracker_store
    assert sa.make_url(found) == sa.make_url(url)


def test_variables_of_other_parts_of_endpoints_need_not_be_set(read):
    endpoints = f"{ENDPOINTS}lock_store: {{type: redis, password: '${{REDIS_PASSWORD}}'}}\n"
    assert read("", endpoints).tracker_store == "sqlite:///tracker.db"


@pytest.mark.parametrize(
    "endpoints, message",
    [
        ("", "follows Rasa's SQL tracker store"),
        ("tracker_store: {type: mongod}", "'mongod'"),
        ("tracker_store: {}", "follows Rasa's SQL tracker store"),
        ("tracker_store: SQL", "tracker_store: expected a mapping"),
        ("tracker_store: {type: SQL, dialect: postgresql, url: db, port: x}", "an address"),
        ("tracker_store: {type: SQL, url: 'db:99999'}", "an address"),
        ("tracker_store: {type: SQL, password: '${NOWHERE}'}", "NOWHERE"),
        ("tracker_store: [", "valid YAML"),
    ],
)
def test_a_tracker_store_that_the_desk_cannot_follow(read, endpoints, message):
    with pytest.raises(SettingsError, match=message):
        read("", endpoints)


def test_desk_yml_may_say_another_tracker_store(read):
    assert read("tracker_store: sqlite:///other.db", "").tracker_store == "sqlite:///other.db"
