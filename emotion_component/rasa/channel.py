"""The REST channel: Rasa's own addresses and answers, but nothing gets lost or doubled.

`POST /webhook` handles a message once; `GET /messages/<sender>` hands out what was stored since,
above all what an agent wrote.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from functools import partial, wraps
from typing import Any
from urllib.parse import unquote

from rasa.core.agent import Agent
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.lock_store import LOCK_LIFETIME
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from emotion_component.rasa import metrics
from emotion_component.rasa.bearer import given_token
from emotion_component.rasa.bells import Bells
from emotion_component.rasa.channel_answers import (
    as_json,
    begin_stream,
    refusal,
    send_refusal,
)
from emotion_component.rasa.channel_errors import ChannelError, busy, not_ready, unauthorized
from emotion_component.rasa.channel_settings import RestSettings, read_credentials
from emotion_component.rasa.delivery import Bubble, Deliveries
from emotion_component.rasa.incoming import Incoming, checked_sender, read_message
from emotion_component.rasa.outbox import Outbox, outbox_of
from emotion_component.rasa.outbox_query import OutboxQuery, read_query
from emotion_component.rasa.outbox_wait import check_cursor, poll, server_sent_events
from emotion_component.rasa.request_ids import HEADER, logged_as, request_id_of
from emotion_component.rasa.ringing import RingingChannel

SPARE_SECONDS = 3
"""So long before Sanic ends a request with a page of its own, this channel answers."""

STOP_SECONDS = 10
"""So long a stopping server lets the bot finish what it has begun."""

Handler = Callable[..., Awaitable[HTTPResponse | None]]


class RestInput(InputChannel):
    """Stands in `credentials.yml` instead of `rest`, with the same addresses.

    Args:
        settings: of credentials.yml.
        lock_seconds: after which a conversation's lock expires; Rasa's `TICKET_LOCK_LIFETIME`.
    """

    @classmethod
    def name(cls) -> str:
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> RestInput:
        """Read the channel's entry.

        Raises:
            InvalidConfigException: a setting is unknown or wrong; says which.
        """
        return cls(read_credentials(credentials))

    def __init__(
        self, settings: RestSettings | None = None, *, lock_seconds: float = LOCK_LIFETIME
    ) -> None:
        self._settings = settings or RestSettings()
        self._deliveries = Deliveries(lock_seconds)
        self._bells = Bells()

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The channel's addresses, for Rasa's server.

        Args:
            on_new_message: not used: it swallows what goes wrong, and takes the lock too late.
        """
        routes = Blueprint("emotion_component_rest")
        routes.add_route(_health, "/", methods=["GET"])
        # Sanic 21.12 takes no methods.
        routes.add_route(partial(self._ready), "/ready", methods=["GET"], name="ready")
        routes.add_route(self._guarded(self._receive), "/webhook", methods=["POST"], name="webhook")
        routes.add_route(
            self._guarded(self._messages),
            "/messages/<sender:path>",
            methods=["GET"],
            name="messages",
        )
        routes.listener("before_server_stop")(self._stop)
        return routes

    def get_output_channel(self) -> RingingChannel:
        """For what Rasa's API sends on this channel: an agent's answer."""
        return RingingChannel(self._bells)

    def _guarded(self, handler: Handler) -> Handler:
        """Ask for the token, and turn a `ChannelError` into its answer; give the request its id."""

        @wraps(handler)
        async def guarded(request: Request, **arguments: str) -> HTTPResponse | None:
            request.ctx.request_id = request_id_of(request.headers)
            with logged_as(request.ctx.request_id):
                try:
                    self._check_token(request)
                    response = await handler(request, **arguments)
                except ChannelError as error:
                    response = refusal(error)
            if response is not None:
                response.headers[HEADER] = request.ctx.request_id
            return response

        return guarded

    def _check_token(self, request: Request) -> None:
        given = given_token(request.headers.get("authorization", ""))
        if not self._settings.accepts(given):
            raise unauthorized("another token" if given else "no such header")

    async def _receive(self, request: Request) -> HTTPResponse | None:
        message = read_message(
            request.body,
            max_length=self._settings.max_length,
            channel=self.name(),
            request_id=request.ctx.request_id,
        )
        metrics.RECEIVED.inc()
        if request.args.get("stream", "").lower() in ("true", "1"):
            await self._stream_answer(request, message)
            return None
        task = self._start(request, message)
        return as_json(await _result(task, _patience(request)))

    def _start(
        self,
        request: Request,
        message: Incoming,
        on_bubble: Callable[[Bubble], None] = lambda bubble: None,
    ) -> asyncio.Task[Sequence[Bubble]]:
        start = time.perf_counter()
        task = self._deliveries.start(_agent(request), message, on_bubble)

        def ended(_: asyncio.Task[Sequence[Bubble]]) -> None:
            self._bells.ring(message.sender)
            metrics.ANSWER_SECONDS.observe(time.perf_counter() - start)

        task.add_done_callback(ended)
        return task

    async def _stream_answer(self, request: Request, message: Incoming) -> None:
        """One line of JSON for each answer, as soon as the bot gives it; an error is the last."""
        bubbles: asyncio.Queue[Bubble | None] = asyncio.Queue()
        task = self._start(request, message, bubbles.put_nowait)
        task.add_done_callback(lambda _: bubbles.put_nowait(None))
        response = await begin_stream(request, "text/event-stream")
        sent = 0
        try:
            while (bubble := await asyncio.wait_for(bubbles.get(), _patience(request))) is not None:
                await response.send(json.dumps(bubble) + "\n")
                sent += 1
            for bubble in (await _result(task, 0))[sent:]:
                await response.send(json.dumps(bubble) + "\n")
        except asyncio.TimeoutError:
            await send_refusal(response, _unfinished())
        except ChannelError as error:
            await send_refusal(response, error)
        await response.eof()

    async def _messages(self, request: Request, sender: str) -> HTTPResponse | None:
        arguments = {key: request.args.get(key) for key in request.args}
        query = read_query(arguments, request.headers)
        # Sanic leaves a path with slashes as it came.
        outbox, sender = _outbox(request), checked_sender(unquote(sender))
        if query.events:
            await self._stream_messages(request, outbox, sender, query)
            return None
        with _counted_waiting():
            page = await poll(outbox, self._bells, sender, query, longest=_patience(request))
        return as_json({"messages": page.messages, "next": page.next})

    async def _stream_messages(
        self, request: Request, outbox: Outbox, sender: str, query: OutboxQuery
    ) -> None:
        await check_cursor(outbox, sender, query)
        response = await begin_stream(request, "text/event-stream; charset=utf-8")
        parts = server_sent_events(outbox, self._bells, sender, query)
        with _counted_waiting():
            async with aclosing(parts):
                async for part in parts:
                    await response.send(part)
        await response.eof()

    async def _ready(self, request: Request) -> HTTPResponse:
        """For load balancers: a bot is loaded, and the server is not about to stop."""
        agent = _agent(request)
        ready = agent is not None and agent.is_ready() and not self._bells.closed
        return as_json({"status": "ok" if ready else "unavailable"}, 200 if ready else 503)

    async def _stop(self, app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
        self._bells.close()
        await self._deliveries.finish(STOP_SECONDS)


@contextmanager
def _counted_waiting() -> Iterator[None]:
    metrics.WAITING.inc()
    try:
        yield
    finally:
        metrics.WAITING.dec()


async def _health(request: Request) -> HTTPResponse:
    return as_json({"status": "ok"})


def _agent(request: Request) -> Agent | None:
    return getattr(request.app.ctx, "agent", None)


def _outbox(request: Request) -> Outbox:
    agent = _agent(request)
    if agent is None or agent.tracker_store is None:
        raise not_ready()
    return outbox_of(agent.tracker_store)


def _patience(request: Request) -> float:
    """Seconds that a request may take before Sanic ends it."""
    return max(1.0, float(request.app.config.RESPONSE_TIMEOUT) - SPARE_SECONDS)


async def _result(task: asyncio.Task[Sequence[Bubble]], patience: float) -> Sequence[Bubble]:
    """The answer of a task that goes on when nobody waits for it any more."""
    await asyncio.wait({task}, timeout=patience)
    if not task.done() or task.cancelled():
        raise _unfinished()
    return task.result()


def _unfinished() -> ChannelError:
    return busy("the bot still works on this message")
