"""One Rasa server and one desk for all faults; killed and started again by the tests."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.desk.faults.evidence import Evidence
from tests.desk.faults.people import Agent, Customer
from tests.desk.faults.story import Story
from tests.desk.processes import Desk
from tests.servers import RASA_PYTHON, Rasa, copy_trained_project


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where everything happens.

    Attributes:
        token: of an agent.
        http: for everybody.
    """

    directory: Path
    rasa: Rasa
    desk: Desk
    token: str
    http: httpx.Client

    @property
    def evidence(self) -> Evidence:
        return Evidence(self.directory)

    def agent(self, desk: Desk | None = None, token: str | None = None) -> Agent:
        """Somebody at this desk, or at another one."""
        return Agent(self.http, (desk or self.desk).url, token or self.token)

    def customer(self, name: str) -> Customer:
        return Customer(self.http, self.rasa.url, name)

    def story(self, name: str) -> Story:
        return Story(self.customer(name), self.agent(), self.evidence)


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    if not RASA_PYTHON.exists():
        reason = "Rasa's own environment (.venv) is not there."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    directory = tmp_path_factory.mktemp("faults")
    copy_trained_project(directory)
    rasa = Rasa(directory)
    desk = Desk(rasa)
    try:
        rasa.begin()
        desk.add_account("sari")
        token = desk.add_token("sari")
        with closing(sqlite3.connect(directory / "desk.db")) as database, database:
            database.execute("UPDATE account SET max_tickets = 1000")
        desk.start()
        rasa.wait_until_ready()
        # Without certificates: to read them takes longer than all requests of a story.
        with httpx.Client(timeout=60, verify=False) as http:
            yield Place(directory=directory, rasa=rasa, desk=desk, token=token, http=http)
    finally:
        desk.stop()
        rasa.stop()
