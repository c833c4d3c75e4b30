"""What customers write, as long as customers write: the messages that all benchmarks read."""

from __future__ import annotations

import csv
import random
from bisect import bisect_left
from pathlib import Path

ROOT = Path(__file__).parents[1]
OWN = ROOT / "data" / "bot_messages.csv"
LENGTHS = ROOT.parent / "shared" / "data" / "test.csv"


def messages(n: int, seed: int = 0, lengths: Path = LENGTHS) -> list[str]:
    """`n` of the project's own messages, drawn with replacement; the same for the same arguments.

    Args:
        n: how many.
        seed: another one, another draw.
        lengths: a table with the column `text`; its messages' lengths in words are drawn, not its
            texts. Where it is missing, our own lengths count. Longer messages than we have are two
            or more of ours in a row.
    """
    own = sorted(_column(OWN), key=_words)
    wanted = _column(lengths) if lengths.is_file() else own
    counts = [_words(text) for text in own]
    chance = random.Random(seed)
    return [_of_length(_words(chance.choice(wanted)), own, counts, chance) for _ in range(n)]


def _of_length(length: int, own: list[str], counts: list[int], chance: random.Random) -> str:
    parts: list[str] = []
    while length > 0:
        # Few of ours are as long as the longest: a third is enough to choose from.
        count = min(length, counts[-1] * 2 // 3)
        first, after = bisect_left(counts, count), bisect_left(counts, count + 1)
        parts.append(own[chance.randrange(first, max(after, first + 1))])
        length -= count
    return " ".join(parts)


def _words(text: str) -> int:
    return len(text.split())


def _column(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["text"] for row in csv.DictReader(file)]
