"""One trained bot and one server for all conversations of the end-to-end tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from bot import Customer, Server

from tests.servers import copy_trained_project


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("project")
    copy_trained_project(directory)
    return directory


@pytest.fixture(scope="session")
def server(project: Path) -> Iterator[Server]:
    running = Server(project)
    yield running
    running.close()


@pytest.fixture
def customer(server: Server, request: pytest.FixtureRequest) -> Customer:
    """A customer of their own for each test."""
    return server.customer(request.node.name)
