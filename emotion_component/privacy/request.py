"""What is to be purged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is to be taken away.

    Attributes:
        cutoff: conversations whose last event is older (seconds since the epoch); None for one
            customer's.
        customer: the sender; None for all that are old.
        anonymise: whether texts are taken away and the rest stays.
        write: whether it is done, or only counted.
        why: for the desk's audit log; nothing by which anybody can be recognised.
    """

    cutoff: float | None = None
    customer: str | None = None
    anonymise: bool = False
    write: bool = False
    why: Mapping[str, str] = field(default_factory=dict)
