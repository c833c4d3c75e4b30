"""The dashboard and the alerts ask for what Rasa's server shows. (For the desk: tests/deploy.)"""

from __future__ import annotations

import pytest

pytest.importorskip("prometheus_client")

from prometheus_client import generate_latest

from emotion_component.rasa import metrics
from tests.deploy import watched

SHOWN = watched.exported(generate_latest().decode())
LABELS = {
    f"{metric._name}{'_total' if metric._type == 'counter' else ''}": set(metric._labelnames)
    for name, metric in vars(metrics).items()
    if name.isupper() and hasattr(metric, "_labelnames")
}


@pytest.mark.parametrize("name", sorted(watched.asked("emotion_")))
def test_rasa_shows_what_is_asked_for(name: str) -> None:
    assert name in SHOWN


@pytest.mark.parametrize("name", sorted(LABELS))
def test_what_rasa_shows_is_asked_for_by_labels_that_it_has(name: str) -> None:
    used = [one for one in watched.asked("emotion_") if one.removesuffix("_bucket") == name]
    assert used
    assert watched.labels_asked(used[0]) <= LABELS[name]
