"""A message of nothing but emoji has no words to read: the table of their meanings reads it."""

from __future__ import annotations

import re

from emotion_component.chat_words import EMOJI
from emotion_component.labels import LABELS

_EMOTION = {
    "marah": "Marah",
    "muak": "Marah",
    "jelek": "Frustrasi",
    "sebal": "Frustrasi",
    "sedih": "Frustrasi",
    "lelah": "Frustrasi",
    "takut": "Bingung",
    "bingung": "Bingung",
    "tertawa": "Senang",
    "senang": "Senang",
    "cinta": "Senang",
    "bagus": "Senang",
    "tepuk tangan": "Senang",
    "mohon": "Netral",
}
_MEANING = re.compile(
    r"\((" + "|".join(sorted({sign.strip("()") for sign in EMOJI.values()})) + r")\)"
)


def read_emoji_only(normal_form: str) -> list[float] | None:
    """The five probabilities of a message of emoji only, by definition and not by estimate.

    Each different meaning has an equal share.

    Args:
        normal_form: from `text.normalize`.

    Returns:
        None if the message holds anything else.
    """
    meanings = _MEANING.findall(normal_form)
    if not meanings or _MEANING.sub("", normal_form).strip(" !?.,"):
        return None
    row = [0.0] * len(LABELS)
    for meaning in meanings:
        row[LABELS.index(_EMOTION[meaning])] += 1 / len(meanings)
    return row
