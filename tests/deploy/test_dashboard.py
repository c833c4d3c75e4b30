"""The dashboard and the alerts ask for what the desk shows. (For Rasa: tests/rasa.)"""

from __future__ import annotations

import json

import pytest

pytest.importorskip("prometheus_client")

from handoff_desk import metrics
from handoff_desk.store.figures import Figures
from tests.deploy import watched

FIGURES = Figures(
    waiting=1,
    claimed=1,
    oldest_waiting=1.0,
    outbox_pending=1,
    outbox_oldest=1.0,
    deliveries_pending=1,
    deliveries_dead=1,
)
SHOWN = watched.exported(metrics.exposition(metrics.Snapshot(FIGURES, live=1, lag=1.0))[0].decode())


@pytest.mark.parametrize("name", sorted(watched.asked("desk_")))
def test_the_desk_shows_what_is_asked_for(name: str) -> None:
    assert name in SHOWN


@pytest.mark.parametrize("name", sorted(n for n in SHOWN if n.startswith("desk_")))
def test_what_the_desk_shows_is_asked_for(name: str) -> None:
    family = name.removesuffix("_bucket").removesuffix("_count").removesuffix("_sum")
    assert any(one.startswith(family) for one in watched.asked("desk_"))


@pytest.mark.parametrize(
    "name, labels",
    [
        ("desk_tickets", {"state"}),
        ("desk_tickets_closed_total", {"state", "outcome"}),
        ("desk_rasa_writes_total", {"result"}),
        ("desk_webhook_deliveries", {"state"}),
        ("desk_webhook_attempts_total", {"target", "result"}),
        ("desk_http_request_seconds_bucket", {"method"}),
    ],
)
def test_labels_exist(name: str, labels: set[str]) -> None:
    assert watched.labels_asked(name) == labels


def test_every_panel_has_a_place_of_its_own() -> None:
    dashboard = json.loads(watched.DASHBOARD.read_text("utf-8"))
    taken: set[tuple[int, int]] = set()
    for panel in dashboard["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert not taken & cells, panel["title"]
        assert max(x for x, _ in cells) < 24
        taken |= cells
    numbers = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(numbers)) == len(numbers)
