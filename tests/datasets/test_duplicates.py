"""Messages that stand in tables twice, also in other words."""

from __future__ import annotations

import random
import time
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_component.datasets.duplicates import duplicates, twins
from emotion_component.datasets.messages import Message


def likeness(one: str, other: str) -> float:
    a, b = set(one.split()), set(other.split())
    return len(a & b) / len(a | b) if a | b else 0.0


@given(
    st.lists(st.lists(st.sampled_from("abcdefg"), max_size=6).map(" ".join), max_size=12),
    st.sampled_from([0.3, 0.6, 0.9]),
)
def test_duplicates_are_those_that_comparing_all_pairs_finds(texts, least):
    expected = {
        (i, j)
        for i, j in combinations(range(len(texts)), 2)
        if likeness(texts[i], texts[j]) > least
    }
    assert {(pair.first, pair.second) for pair in duplicates(texts, least)} == expected


def messages(**tables: str) -> list[Message]:
    """A message a word group, by table: `a="halo kak / mau tanya"`."""
    return [
        Message(path=Path(name), line=line, text=text, normal=text, label="")
        for name, texts in tables.items()
        for line, text in enumerate(texts.split(" / "), 2)
    ]


@pytest.mark.parametrize(
    "tables, expected",
    [
        ({"a": "satu dua / tiga empat"}, []),
        ({"a": "satu / dua / satu / satu"}, ["a:2 a:4", "a:2 a:5"]),
        ({"a": "satu", "b": "dua / satu"}, ["a:2 b:3"]),
        ({"a": "satu / satu", "b": "satu / satu"}, ["a:2 a:3", "a:2 b:2", "b:2 b:3"]),
        ({"a": "p q r / s", "b": "p q r t"}, ["a:2 b:2"]),
        # The form of b:2 stands in `a` too, before: b:3 is like both.
        ({"a": "p q r", "b": "p q r / p q r t"}, ["a:2 b:2", "a:2 b:3", "b:2 b:3"]),
        ({"a": "p q r t", "b": "x / p q r", "c": "p q r"}, ["a:2 b:3", "a:2 c:2", "b:3 c:2"]),
    ],
)
def test_each_repetition_is_listed_once_a_pair_of_tables(tables, expected):
    found = [f"{pair.first.place} {pair.second.place}" for pair in twins(messages(**tables))]
    assert found == expected


def test_messages_without_a_normal_form_are_like_none():
    empty = Message(path=Path("a"), line=2, text="...", normal="", label="")
    assert twins([empty, empty]) == []


def test_the_same_words_in_another_order_are_near():
    (pair,) = twins(messages(a="halo kak / kak halo"))
    assert pair.likeness == 1.0


@pytest.mark.slow
def test_a_large_table_takes_seconds():
    generator = random.Random(5)
    # A word's frequency falls with its rank, as in any language (Zipf).
    words = [f"w{int(20_000 ** generator.random())}" for _ in range(200_000)]
    texts = [" ".join(generator.choices(words, k=generator.randint(3, 25))) for _ in range(12_000)]
    start = time.process_time()
    twins(
        [Message(path=Path("a"), line=n, text=t, normal=t, label="") for n, t in enumerate(texts)]
    )
    assert time.process_time() - start < 60
