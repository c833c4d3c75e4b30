"""A message of emoji only is read by the table of their meanings."""

from __future__ import annotations

import pytest

from emotion_component.chat_words import EMOJI
from emotion_component.emoji_only import read_emoji_only
from emotion_component.labels import LABELS
from emotion_component.text import normalize


@pytest.mark.parametrize(
    "text, expected",
    [
        ("😡", {"Marah": 1.0}),
        ("😡🤬 😡!!", {"Marah": 1.0}),
        ("👎", {"Frustrasi": 1.0}),
        ("😭🙏", {"Frustrasi": 0.5, "Netral": 0.5}),
        ("🤔❓", {"Bingung": 1.0}),
        ("👍🏽 :)", {"Senang": 1.0}),
    ],
)
def test_emoji_only(text: str, expected: dict[str, float]) -> None:
    row = read_emoji_only(normalize(text))

    assert row is not None
    assert {label: p for label, p in zip(LABELS, row, strict=True) if p} == expected


@pytest.mark.parametrize("text", ["", "marah 😡", "😡 tolol", "(marah sekali)", "🇮🇩", "!!", "123"])
def test_anything_else_is_left_to_the_model(text: str) -> None:
    assert read_emoji_only(normalize(text)) is None


@pytest.mark.parametrize("sign", sorted(EMOJI))
def test_every_known_emoji_has_an_emotion(sign: str) -> None:
    row = read_emoji_only(normalize(sign))

    assert row is not None
    assert sum(row) == pytest.approx(1)
