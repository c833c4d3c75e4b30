"""What openapi.yaml says of the API is true: requests made from it, sent to the real app."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from handoff_desk.domain import Outcome, Role
from handoff_desk.security.auth import digest
from handoff_desk.settings import Settings, Times
from handoff_desk.store import accounts, positions, tickets, tokens
from handoff_desk.store.database import Database
from handoff_desk.web.app import create_app
from handoff_desk.web.views.api import DESCRIPTION
from tests.desk.conftest import serving

TOKEN = "token-of-a-supervisor"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
STATES = ("waiting", "claimed", "resolved", "expired")
TICKETS = 240
NEEDS = {"replies": "claimed", "resolve": "claimed", "release": "claimed", "reopen": "resolved"}
"""The state of a ticket in which this can be done to it; for all else any will do."""
AT = 1_700_000_000.0
PATIENCE = 60.0
"""Seconds; the ten that are usual are too few on a machine that runs other tests too."""

schema = schemathesis.openapi.from_path(DESCRIPTION)
bounded = hypothesis.settings(
    max_examples=25,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)


@schema.hook
def map_path_parameters(context: Any, path_parameters: dict[str, Any] | None) -> Any:
    """Two of three requests are about a ticket that fits; the others keep their number."""
    given = str((path_parameters or {}).get("id"))
    if not given.isdecimal() or int(given) % 3 == 0:
        return path_parameters
    number = int(given)
    deed = context.operation.path.rsplit("/", 1)[-1]
    # What one deed does to its tickets must not be in the way of another's.
    spread = (number * 7919 + len(deed) * 13) % (TICKETS // len(STATES))
    state = STATES.index(NEEDS[deed]) if deed in NEEDS else number % len(STATES)
    return {**(path_parameters or {}), "id": spread * len(STATES) + state + 1}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A desk with tickets in every state, whose conversations hold every kind of event."""
    directory = tmp_path_factory.mktemp("openapi")
    tracker = directory / "tracker.db"
    _fill_tracker(tracker)
    database = Database(f"sqlite:///{directory}/desk.db")
    database.migrate()
    _fill_desk(database)
    settings = Settings(
        tracker_store=f"sqlite:///{tracker}",
        rasa="http://127.0.0.1:9",
        secure_cookies=False,
        times=Times(unclaimed_notice=0, agent_reminder=0, agent_release=0, customer_close=0),
    )
    with serving(create_app(settings, database)) as address:
        yield address
    database.close()


@schema.parametrize()
@bounded
def test_every_answer_is_as_described(case: Case, url: str) -> None:
    case.call_and_validate(
        base_url=url,
        headers={"Authorization": f"Bearer {TOKEN}"},
        checks=CHECKS,
        timeout=PATIENCE,
    )


@schema.parametrize()
@hypothesis.settings(bounded, max_examples=5)
def test_without_a_token_everything_is_refused(case: Case, url: str) -> None:
    case.headers.pop("Authorization", None)
    answer = case.call(base_url=url, timeout=PATIENCE)
    assert answer.status_code == 401
    case.validate_response(answer, checks=CHECKS)


@schema.parametrize()
@hypothesis.settings(bounded, max_examples=5)
def test_a_wrong_token_is_no_better(case: Case, url: str) -> None:
    answer = case.call(base_url=url, headers={"Authorization": "Bearer wrong"}, timeout=PATIENCE)
    assert answer.status_code == 401
    case.validate_response(answer, checks=CHECKS)


def _fill_desk(database: Database) -> None:
    with database.transaction() as connection:
        lead, agent = (
            accounts.add(
                connection,
                username=name,
                name=name.title(),
                role=role,
                password_hash="none",
                at=AT,
                max_tickets=1000,
            )
            for name, role in (("sari", Role.SUPERVISOR), ("tono", Role.AGENT))
        )
        tokens.add(connection, token_hash=digest(TOKEN), label="tests", account_id=lead.id, at=AT)
        positions.write(connection, 1_000_000)  # the tickets are there already
        for number in range(TICKETS):
            state = STATES[number % len(STATES)]
            holder = agent if number % 8 == 1 else lead
            tickets.insert(
                connection,
                {
                    "sender": f"pelanggan-{number}",
                    "channel": "rest",
                    "state": state,
                    "urgency": number % 3,
                    "trigger": "strong",
                    "reason": {"trigger": "strong", "emotion": "Marah", "confidence": 0.9},
                    "opened_at": AT,
                    "opened_event": number,
                    "last_event": number,
                    "due_from": AT,
                    "waiting_since": AT,
                    "assignee": None if state == "waiting" else holder.id,
                    "closed_at": AT if state in ("resolved", "expired") else 0.0,
                    "outcome": Outcome.RIGHT.value if state == "resolved" else None,
                    "last_text": "kok lama sekali!!",
                    "emotion": "Marah" if number % 2 else None,
                    "course": ["Netral", "Marah"],
                },
            )


def _fill_tracker(path: Path) -> None:
    emotion = {"name": "Marah", "confidence": 0.9, "probabilities": {"Marah": 0.9, "Netral": 0.1}}
    story = [
        {"event": "session_started"},
        {"event": "user", "text": "halo", "parse_data": {}},
        {"event": "bot", "text": None, "data": {"image": "https://example.org/a.png"}},
        {"event": "user", "text": "LAMA!!", "parse_data": {"emotion": emotion}},
        {"event": "slot", "name": "handoff", "value": "waiting"},
        {"event": "bot", "text": "Halo", "metadata": {"desk": {"kind": "reply", "agent": "Tono"}}},
        {"event": "bot", "text": "Sebentar", "metadata": {"desk": {"kind": "notice"}}},
        {"event": "user", "text": None, "parse_data": None},
        {"event": "restart"},
    ]
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id TEXT, type_name TEXT, "
            "timestamp REAL, intent_name TEXT, action_name TEXT, data TEXT)"
        )
        for number in range(TICKETS):
            connection.executemany(
                "INSERT INTO events (sender_id, type_name, timestamp, data) VALUES (?, ?, ?, ?)",
                [
                    (f"pelanggan-{number}", one["event"], AT, json.dumps({**one, "timestamp": AT}))
                    for one in story
                ],
            )
    connection.close()
