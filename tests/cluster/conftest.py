"""One cluster for all tests; whatever a test breaks works again before the next one."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.cluster.place import Cluster, cluster
from tests.desk.core.postgres_server import postgres_binaries
from tests.servers import RASA_PYTHON


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if not RASA_PYTHON.exists() or postgres_binaries() is None:
        reason = "Rasa's own environment (.venv) or PostgreSQL is not there."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture
def place(shared: Cluster) -> Iterator[Cluster]:
    yield shared
    shared.heal()
