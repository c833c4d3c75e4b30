"""One trained bot for all tests of the channel, and a server with its own store for each."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from live_channel import LiveChannel, sqlite
from rasa.core.agent import Agent
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.utils.endpoints import EndpointConfig
from tiny_bot import ActionServer, action_server, train


@pytest.fixture(scope="session")
def actions() -> Iterator[ActionServer]:
    with action_server() as server:
        yield server


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory, actions: ActionServer) -> Agent:
    model = train(tmp_path_factory.mktemp("tiny_bot"))
    return Agent.load(model, action_endpoint=EndpointConfig(actions.url))


Serve = Callable[..., LiveChannel]


@pytest.fixture
def serve(trained: Agent) -> Iterator[Serve]:
    """Starts servers, and stops those that are left."""
    running: list[LiveChannel] = []

    def start(store: Any, **settings: Any) -> LiveChannel:
        running.append(LiveChannel(trained, store, **settings))
        return running[-1]

    yield start
    for channel in running:
        channel.stop()


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "tracker.db"


@pytest.fixture
def channel(serve: Serve, trained: Agent, database: Path) -> LiveChannel:
    """A server with a SQLite file."""
    return serve(sqlite(database, trained))


@pytest.fixture(params=["sqlite", "memory"])
def any_channel(
    request: pytest.FixtureRequest, serve: Serve, trained: Agent, database: Path
) -> LiveChannel:
    """A server with each kind of store."""
    if request.param == "sqlite":
        return serve(sqlite(database, trained))
    return serve(InMemoryTrackerStore(trained.domain))
