"""All noises by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from types import MappingProxyType

from emotion_component.augmentation.message_noises import casing, emoji, numbers, punctuation
from emotion_component.augmentation.spelling_noises import abbreviate, expand
from emotion_component.augmentation.word_noises import (
    brands,
    code_mix,
    elongate,
    masks,
    typos,
    vowels,
)

Noise = Callable[[str, str, float, Random], str]
"""From (message, label, share of words, chance) to the message typed otherwise."""

NOISES: Mapping[str, Noise] = MappingProxyType(
    {
        noise.__name__: noise
        for noise in (
            typos,
            vowels,
            abbreviate,
            expand,
            elongate,
            casing,
            punctuation,
            emoji,
            code_mix,
            brands,
            numbers,
            masks,
        )
    }
)
