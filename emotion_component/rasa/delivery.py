"""Handling a message once, under its conversation's lock, and only for keeps.

Rasa's own way to a bot swallows what goes wrong: the customer gets an empty list, and the message
is in nobody's store. Here a message is either in the tracker store, with its answer, or the client
learns that it is not and can send it again.
"""

from __future__ import annotations

import asyncio
import copy
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import CollectingOutputChannel, UserMessage
from rasa.core.lock_store import LOCK_LIFETIME, LockError, LockStore
from rasa.shared.core.events import BotUttered

from emotion_component.rasa import ahead, metrics
from emotion_component.rasa.channel_errors import (
    busy,
    handling_failed,
    lock_failed,
    not_ready,
    other_text,
    stopping,
    store_failed,
)
from emotion_component.rasa.incoming import Incoming
from emotion_component.rasa.outbox import Outbox, Turn, outbox_of, without_fallback
from emotion_component.rasa.strict_store import OvertakenError, StoreFailedError, StrictStore

logger = logging.getLogger(__name__)

Bubble = Mapping[str, Any]
"""One entry of the channel's answer: recipient_id, and text, image, buttons or custom."""


class Deliveries:
    """The messages this server is handling.

    Each is handled in a task of its own, which goes on when the client hangs up. The same message,
    sent again meanwhile, waits for that task.

    Args:
        lock_seconds: after which a conversation's lock expires; Rasa's `TICKET_LOCK_LIFETIME`.
    """

    def __init__(self, lock_seconds: float = LOCK_LIFETIME) -> None:
        self._lock_seconds = lock_seconds
        self._running: dict[tuple[str, str, str], asyncio.Task[Sequence[Bubble]]] = {}
        self._stopping = False

    def start(
        self,
        agent: Agent | None,
        message: Incoming,
        on_bubble: Callable[[Bubble], None] = lambda bubble: None,
    ) -> asyncio.Task[Sequence[Bubble]]:
        """Handle a message, or join the task that does.

        Args:
            agent: Rasa's; None while the server has none.
            message: the customer's.
            on_bubble: called with each answer as soon as the bot gives it, by the first caller
                only. Answers count once the task has ended well.

        Returns:
            The task; its result is the answer, its exception a `ChannelError`.

        Raises:
            ChannelError: the server is about to stop.
        """
        key = (message.sender, message.message_id, message.text)
        if (running := self._running.get(key)) is not None:
            metrics.DUPLICATES.inc()
            return running
        if self._stopping:
            raise stopping()
        task = asyncio.get_running_loop().create_task(
            _deliver(agent, message, on_bubble, self._lock_seconds)
        )
        self._running[key] = task

        def ended(_: asyncio.Task[Sequence[Bubble]]) -> None:
            del self._running[key]
            if not task.cancelled() and (error := task.exception()) is not None:
                logger.warning("Message of %s was not handled: %s", message.sender, error)

        task.add_done_callback(ended)
        return task

    async def finish(self, seconds: float) -> None:
        """Begin nothing more; wait until all that has begun is stored, or for so long."""
        self._stopping = True
        if self._running:
            await asyncio.wait(list(self._running.values()), timeout=seconds)


async def _deliver(
    agent: Agent | None,
    message: Incoming,
    on_bubble: Callable[[Bubble], None],
    lock_seconds: float,
) -> Sequence[Bubble]:
    if agent is None or not agent.is_ready():
        raise not_ready()
    if not message.text.startswith("/"):
        ahead.begin(message.text)
    outbox = outbox_of(agent.tracker_store)
    async with _lock(agent.lock_store, message.sender, lock_seconds):
        # In this order: what another writes after the first question is seen by the check.
        before = await _latest(outbox, message)
        if (turn := await _turn(outbox, message)) is not None:
            metrics.DUPLICATES.inc()
            return await _answer_of(turn, message.sender)

        async def check() -> None:
            """The lock may have expired: what another wrote since must not be mixed with this.

            What is written between this look and the save, only `ExactTrackerStore` sees.
            """
            if await outbox.latest(message.sender) != before:
                raise OvertakenError

        store = StrictStore(without_fallback(agent.tracker_store), check)
        channel = _Bubbles(on_bubble)
        await _handle(agent, message, store, channel)
        # Rasa's SQL store counts events to know which are new, and can miss one.
        if await _turn(outbox, message) is None:
            raise store_failed("the message is not in the store after it was handled")
        bubbles: Sequence[Bubble] = channel.messages
        return bubbles


async def _handle(
    agent: Agent, message: Incoming, store: StrictStore, channel: CollectingOutputChannel
) -> None:
    """The bot's turn; `agent.handle_message` would wait for the lock that is held already."""
    # A copy, as Rasa's own processor writes into the memory when the store fails.
    processor = copy.copy(agent.processor)
    processor.tracker_store = store
    try:
        await processor.handle_message(
            UserMessage(
                message.text,
                channel,
                message.sender,
                input_channel=message.input_channel,
                message_id=message.message_id,
                metadata=dict(message.metadata),
            )
        )
    except OvertakenError:
        raise busy("another wrote meanwhile; nothing was stored") from None
    except StoreFailedError as error:
        raise store_failed(f"{error}; nothing was stored") from error
    except Exception as error:
        logger.exception("The bot failed on a message of %s", message.sender)
        raise handling_failed(error) from error
    finally:
        store.release()  # reminders of this turn write later, under their own lock


async def _turn(outbox: Outbox, message: Incoming) -> Turn | None:
    """The stored message with this one's id.

    Raises:
        ChannelError: it has another text (409), or the store cannot be read (503).
    """
    try:
        turn = await outbox.turn(message.sender, message.message_id)
    except Exception as error:
        raise store_failed(type(error).__name__) from error
    if turn is not None and turn.text != message.text:
        raise other_text()
    return turn


async def _latest(outbox: Outbox, message: Incoming) -> str:
    try:
        return await outbox.latest(message.sender)
    except Exception as error:
        raise store_failed(type(error).__name__) from error


async def _answer_of(turn: Turn, sender: str) -> Sequence[Bubble]:
    """What the bot's stored events look like on this channel: the way they first took."""
    channel = CollectingOutputChannel()
    for event in turn.answers:
        said = BotUttered(event.get("text"), event.get("data"), event.get("metadata"))
        await channel.send_response(sender, said.message())
    bubbles: Sequence[Bubble] = channel.messages
    return bubbles


class _Bubbles(CollectingOutputChannel):
    """Collects the bot's answers and passes each on at once."""

    def __init__(self, on_bubble: Callable[[Bubble], None]) -> None:
        super().__init__()
        self._on_bubble = on_bubble

    async def _persist_message(self, message: dict[str, Any]) -> None:
        await super()._persist_message(message)
        self._on_bubble(message)


@asynccontextmanager
async def _lock(lock_store: LockStore, sender: str, seconds: float) -> AsyncIterator[None]:
    """Hold a conversation's lock, for at most so many seconds.

    Raises:
        ChannelError: it was not free in time, or the lock store fails.
    """
    manager = lock_store.lock(sender, lock_lifetime=seconds)
    try:
        # A ticket that has expired is never served, and Rasa would wait for it without an end.
        await asyncio.wait_for(manager.__aenter__(), seconds * 0.9)
    except (asyncio.TimeoutError, LockError) as error:
        if isinstance(error, LockError) and isinstance(error.__context__, Exception):
            raise lock_failed(error.__context__) from error  # how Rasa wraps a broken store
        raise busy("another message is still being handled; nothing was stored") from None
    except Exception as error:
        raise lock_failed(error) from error
    try:
        yield
    finally:
        try:
            await manager.__aexit__(None, None, None)
        except Exception as error:
            # What was done under it is done. The ticket expires by itself.
            logger.warning("The lock of %s could not be given back: %s", sender, error)
