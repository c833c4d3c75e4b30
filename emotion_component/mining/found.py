"""A message without a label."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FoundMessage:
    """A message without a label.

    Attributes:
        text: as written; it can hold what its writer put into it, names and numbers too.
        read_as: the emotion that was read when it came, where a tracker says so.
    """

    text: str
    read_as: str | None = None
