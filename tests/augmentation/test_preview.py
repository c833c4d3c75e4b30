"""A table to read through, and what of each noise is left after normalisation."""

from __future__ import annotations

import pytest

from emotion_component.augmentation import lasting, preview
from emotion_component.errors import ConfigError
from emotion_component.labels import LABELS

MESSAGES = ["kapan buka kak?", "dasar goblok, pesanan belum sampai"]
TARGETS = [LABELS.index("Netral"), LABELS.index("Marah")]


def test_each_message_is_followed_by_its_noises():
    lines = preview(MESSAGES, TARGETS, noises=("emoji", "masks", "expand")).splitlines()
    assert [line.split()[0] for line in lines] == ["Netral", "emoji", "Marah", "emoji", "masks"]
    assert lines[0].endswith(MESSAGES[0])


def test_what_normalisation_takes_away_is_marked():
    lines = preview(["MAKASIH KAK"], [0], noises=("casing", "emoji")).splitlines()
    assert [line.endswith("[undone]") for line in lines] == [False, True, False]


def test_the_seed_decides():
    first, again, other = (preview(MESSAGES, TARGETS, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


def test_no_messages_are_an_empty_preview():
    assert preview([], []) == ""


def test_an_unknown_noise_is_refused():
    with pytest.raises(ConfigError, match="typo"):
        preview(MESSAGES, TARGETS, noises=("typo",))


def test_lasting_counts_changed_and_still_changed():
    counts = lasting(MESSAGES, TARGETS, noises=("casing", "emoji", "masks"))
    assert counts["casing"][1] == 0
    assert counts["emoji"] == (2, 2)
    assert counts["masks"] == (1, 1)
