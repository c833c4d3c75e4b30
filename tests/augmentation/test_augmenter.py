"""Which messages of an epoch are changed, and how often."""

from __future__ import annotations

import time

import pytest

from emotion_component.augmentation import NOISES, Augmenter
from emotion_component.errors import ConfigError

TEXTS = [f"pesanan nomor {n} belum sampai juga, tolong dicek" for n in range(400)]
TARGETS = [3] * 400


def test_the_same_seed_types_the_same():
    assert Augmenter(seed=5).augment(TEXTS, TARGETS, 1) == Augmenter(seed=5).augment(
        TEXTS, TARGETS, 1
    )


@pytest.mark.parametrize("seed, epoch", [(5, 2), (6, 1)])
def test_another_epoch_or_seed_types_otherwise(seed, epoch):
    first = Augmenter(seed=5).augment(TEXTS, TARGETS, 1)
    assert Augmenter(seed=seed).augment(TEXTS, TARGETS, epoch) != first


def test_what_becomes_of_a_message_depends_on_no_other():
    changed = Augmenter(share=1.0).augment(TEXTS, TARGETS, 1)
    assert Augmenter(share=1.0).augment([*TEXTS[:9], "lain"], [3] * 10, 1)[:9] == changed[:9]


@pytest.mark.parametrize("noises", [("emoji",), ("masks", "brands", "typos"), tuple(NOISES)])
@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_so_many_messages_are_changed(noises, share):
    """Also with noises that find nothing in them to change: another takes their place."""
    noisy = Augmenter(noises=noises, share=share).augment(TEXTS, TARGETS, 1)
    changed = sum(old != new for old, new in zip(TEXTS, noisy, strict=True))
    assert changed / len(TEXTS) == pytest.approx(share, abs=0.08)


@pytest.mark.parametrize("noises", [(), ("masks", "brands")])
def test_where_there_is_nothing_to_do_the_messages_stay(noises):
    assert Augmenter(noises=noises, share=1.0).augment(TEXTS, TARGETS, 1) == TEXTS


def test_no_messages_are_no_messages():
    assert Augmenter().augment([], [], 1) == []


def test_an_unknown_noise_names_the_known_ones():
    with pytest.raises(ConfigError, match=r"typos.*masks.*Got: typo, gone"):
        Augmenter(noises=("typo", "emoji", "gone"))


@pytest.mark.parametrize("name", ["share", "rate"])
@pytest.mark.parametrize("value", [-0.1, 1.2, float("nan")])
def test_a_share_outside_0_to_1_is_refused(name, value):
    with pytest.raises(ConfigError, match=name):
        Augmenter(**{name: value})


def test_an_epoch_of_12_000_messages_takes_under_3_seconds_of_work():
    texts, targets = TEXTS * 30, TARGETS * 30
    start = time.process_time()
    Augmenter().augment(texts, targets, 1)
    assert time.process_time() - start < 3
