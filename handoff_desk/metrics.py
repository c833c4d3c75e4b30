"""What a desk counts for Prometheus: numbers, never a text or a customer's id.

Counters are of this process: add those of all desks. How many tickets wait and the like stands in
the database, and every desk says the same of it. Without the package `prometheus_client` nothing is
counted, and everything else works.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from handoff_desk.store.figures import Figures

try:
    from prometheus_client import (
        CONTENT_TYPE_LATEST,
        REGISTRY,
        CollectorRegistry,
        Counter,
        Histogram,
        generate_latest,
    )
    from prometheus_client.core import GaugeMetricFamily
except ImportError:
    AVAILABLE = False
else:
    AVAILABLE = True


class _Nothing:
    """Stands where a metric would, and counts nothing."""

    def labels(self, *_: Any, **__: Any) -> _Nothing:
        return self

    def inc(self, amount: float = 1) -> None: ...

    def observe(self, amount: float) -> None: ...


def _counter(name: str, told: str, *labels: str) -> Any:
    return Counter(name, told, labels) if AVAILABLE else _Nothing()


def _histogram(name: str, told: str, buckets: tuple[float, ...], *labels: str) -> Any:
    return Histogram(name, told, labels, buckets=buckets) if AVAILABLE else _Nothing()


_WAITS = (5.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 14400.0, 86400.0)
_REQUESTS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

OPENED = _counter("desk_tickets_opened_total", "Tickets that the desk opened.")
CLAIMED = _counter("desk_tickets_claimed_total", "Tickets that an agent took or was given.")
FIRST_ANSWER = _histogram(
    "desk_first_answer_seconds",
    "Time from a handoff, or from the next opening of the office, to the agent's first answer.",
    _WAITS,
)
CLOSED = _counter(
    "desk_tickets_closed_total",
    "Tickets that ended, by how (resolved, expired) and by what the agent said of the escalation.",
    *("state", "outcome"),
)
TO_RASA = _counter(
    "desk_rasa_writes_total",
    "Attempts to write an answer or a state into Rasa's tracker: arrived, or failed and repeated.",
    "result",
)
TO_WEBHOOKS = _counter(
    "desk_webhook_attempts_total",
    "Attempts to tell another system: arrived, failed and repeated, or given up.",
    *("target", "result"),
)
REQUESTS = _histogram(
    "desk_http_request_seconds",
    "Time of the desk's own requests, without streams, by method and status.",
    _REQUESTS,
    *("method", "status"),
)


class Snapshot:
    """What is so at the moment of asking; Prometheus calls it a collector.

    Args:
        figures: of the database.
        live: pages that are open at this desk.
        lag: seconds since this desk last knew all that Rasa had written.
    """

    def __init__(self, figures: Figures, *, live: int, lag: float) -> None:
        self._figures, self._live, self._lag = figures, live, lag

    def collect(self) -> Iterator[Any]:
        found = self._figures
        tickets = GaugeMetricFamily("desk_tickets", "Open tickets by state.", labels=["state"])
        tickets.add_metric(["waiting"], found.waiting)
        tickets.add_metric(["claimed"], found.claimed)
        yield tickets
        deliveries = GaugeMetricFamily(
            "desk_webhook_deliveries",
            "Events for other systems that are on their way (pending) or were given up (dead).",
            labels=["state"],
        )
        deliveries.add_metric(["pending"], found.deliveries_pending)
        deliveries.add_metric(["dead"], found.deliveries_dead)
        yield deliveries
        for name, told, value in (
            (
                "desk_oldest_waiting_seconds",
                "How long the customer waits who waits longest.",
                found.oldest_waiting,
            ),
            (
                "desk_outbox_pending",
                "Answers and states that have not reached Rasa yet.",
                found.outbox_pending,
            ),
            (
                "desk_outbox_oldest_seconds",
                "How long the oldest of those is on its way.",
                found.outbox_oldest,
            ),
            ("desk_live_clients", "Pages that are open at this desk.", self._live),
            (
                "desk_tail_lag_seconds",
                "Time since this desk last knew all that Rasa had written.",
                self._lag,
            ),
        ):
            yield GaugeMetricFamily(name, told, value=value)


def exposition(snapshot: Snapshot) -> tuple[bytes, str]:
    """All metrics, and the type of their format; `prometheus_client` must be there."""
    registry = CollectorRegistry()
    registry.register(snapshot)
    return generate_latest(REGISTRY) + generate_latest(registry), CONTENT_TYPE_LATEST
