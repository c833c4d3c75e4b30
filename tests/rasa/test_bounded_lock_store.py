"""Locks in a real Redis, taken by servers whose clocks differ."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.core.lock_store import LOCK_LIFETIME, LockStore
from rasa.utils.endpoints import EndpointConfig

from emotion_component.rasa import BoundedLockStore

HOUR = 3600.0


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    program = shutil.which("redis-server")
    if program is None:
        reason = "redis-server is not installed."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = int(probe.getsockname()[1])
    place: Path = tmp_path_factory.mktemp("redis")
    command = [program, "--port", str(number), "--bind", "127.0.0.1", "--save", ""]
    server = subprocess.Popen(command, cwd=place, stdout=subprocess.DEVNULL)
    while True:
        try:
            socket.create_connection(("127.0.0.1", number), timeout=1).close()
            break
        except OSError:
            time.sleep(0.02)
    yield number
    server.terminate()
    server.wait(30)


@pytest.fixture
def store(port: int) -> LockStore:
    """As Rasa makes it from endpoints.yml."""
    kind = "emotion_component.rasa.BoundedLockStore"
    found = LockStore.create(EndpointConfig("127.0.0.1", type=kind, port=port))
    assert isinstance(found, BoundedLockStore)
    return found


async def waits(store: LockStore, conversation: str) -> bool:
    """Whether a lock is not to be had at once."""

    async def take() -> None:
        async with store.lock(conversation, wait_time_in_seconds=0.05):
            pass

    try:
        await asyncio.wait_for(take(), 1)
    except asyncio.TimeoutError:
        return True
    return False


@pytest.mark.parametrize(
    "ahead, held", [(0.0, True), (LOCK_LIFETIME, True), (HOUR, False)], ids=["no", "a bit", "1 h"]
)
def test_what_a_clock_that_was_ahead_has_locked(store: LockStore, ahead: float, held: bool) -> None:
    conversation = f"ahead-{ahead:.0f}"
    # As a server with that clock leaves it when it is killed.
    store.issue_ticket(conversation, LOCK_LIFETIME + ahead - 1)
    assert asyncio.run(waits(store, conversation)) is held


def test_two_take_turns(store: LockStore) -> None:
    order: list[str] = []

    async def hold(name: str) -> None:
        async with store.lock("turns", wait_time_in_seconds=0.05):
            order.append(name)
            await asyncio.sleep(0.1)
            order.append(name)

    async def both() -> None:
        await asyncio.gather(hold("a"), hold("b"))

    asyncio.run(both())
    assert order in (["a", "a", "b", "b"], ["b", "b", "a", "a"])
