"""The targets of fuzz/ in a few seconds: what once went wrong, and inputs by Hypothesis."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Sequence

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

_WORDS = ("sender", "message", "metadata", "event", "value", "id", "text", "id2label", "1e999")
_leaves = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
_values = st.recursive(
    _leaves | st.sampled_from(_WORDS),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(_WORDS) | st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)


def check_target(name: str, *, examples: int) -> None:
    """Run `fuzz.NAME` on its seeds, on seeds with a part exchanged, on JSON and on any bytes."""
    module = importlib.import_module(f"fuzz.{name}")
    target: Callable[[bytes], None] = module.target
    for seed in module.SEEDS:
        target(seed)

    @given(_changed(module.SEEDS) | _values.map(_as_json) | st.binary(max_size=60))
    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    def holds(data: bytes) -> None:
        target(data)

    holds()


def _as_json(value: object) -> bytes:
    return json.dumps(value).encode()


@st.composite
def _changed(draw: st.DrawFn, seeds: Sequence[bytes]) -> bytes:
    seed, other = draw(st.sampled_from(seeds)), draw(st.sampled_from(seeds))
    start = draw(st.integers(0, len(seed)))
    part = draw(st.binary(max_size=6) | st.just(other[start:]))
    return seed[:start] + part + seed[start + draw(st.integers(0, 12)) :]
