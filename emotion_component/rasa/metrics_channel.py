"""`/metrics` on Rasa's server, for Prometheus: a "channel" that takes no messages.

Rasa lets nothing but channels add addresses, and an address of a channel may be anywhere.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any

from rasa.constants import ENV_SANIC_WORKERS
from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.shared.exceptions import InvalidConfigException
from sanic import Blueprint, Sanic
from sanic.request import Request
from sanic.response import HTTPResponse, raw, text

from emotion_component.rasa.bearer import given_token, is_same
from emotion_component.rasa.metrics import AVAILABLE

logger = logging.getLogger(__name__)

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the directory in which several workers add up what they count."""


class Metrics(InputChannel):
    """Stands in `credentials.yml` beside the channels; without it there is no `/metrics`.

    Args:
        token: asked for as `Authorization: Bearer <token>`.
    """

    @classmethod
    def name(cls) -> str:
        return "metrics"

    @classmethod
    def url_prefix(cls) -> str:
        # From the root: channels are otherwise below /webhooks/, where proxies let everybody in.
        return "/metrics"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> Metrics:
        """Read the entry.

        Raises:
            InvalidConfigException: there is no token, or `prometheus_client` is not installed.
        """
        if not AVAILABLE:
            raise InvalidConfigException(
                "Metrics needs the package `prometheus-client`. Install it with "
                "`pip install 'emotion-component[rasa]'`, or take the entry out of credentials.yml."
            )
        return cls(_read_token(credentials))

    def __init__(self, token: str) -> None:
        self._token = token
        workers = os.environ.get(ENV_SANIC_WORKERS, "1")
        if workers != "1" and not os.environ.get(MULTIPROCESS):
            logger.warning(
                "%s is %s, but %s is not set: /metrics shows one worker, and not always the same.",
                ENV_SANIC_WORKERS,
                workers,
                MULTIPROCESS,
            )

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The one address, for Rasa's server."""
        routes = Blueprint("emotion_component_metrics")
        # Sanic 21.12 takes no methods.
        routes.add_route(partial(self._show), "/", methods=["GET"], name="metrics")
        routes.listener("after_server_stop")(_forget_worker)
        return routes

    async def _show(self, request: Request) -> HTTPResponse:
        given = given_token(request.headers.get("authorization", ""))
        if not is_same(given, self._token):
            headers = {"WWW-Authenticate": "Bearer"}
            return text("The token of `Metrics` in credentials.yml is asked for.\n", 401, headers)
        return _exposition()


def _exposition() -> HTTPResponse:
    from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    registry = REGISTRY
    if os.environ.get(MULTIPROCESS):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
    return raw(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


async def _forget_worker(_app: Sanic, _loop: Any) -> None:
    """Who has ended waits for nobody any more."""
    if os.environ.get(MULTIPROCESS):
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(os.getpid())


def _read_token(credentials: Mapping[str, Any] | None) -> str:
    given = credentials if isinstance(credentials, Mapping) else {}
    token = given.get("token")
    if set(given) - {"token"} or not (isinstance(token, str) and token.strip()):
        raise InvalidConfigException(
            "Metrics: its entry in credentials.yml has one setting, `token`, a text that is not "
            "empty; who reads the metrics sends it as `Authorization: Bearer <token>`. "
            f"Got: {', '.join(map(str, given)) or 'nothing'}."
        )
    return token
