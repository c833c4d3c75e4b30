"""`90d`: how long something is kept."""

from __future__ import annotations

import re

from emotion_component.errors import ConfigError

SECONDS = {"h": 3600.0, "d": 86400.0, "w": 7 * 86400.0}


def seconds(text: str) -> float:
    """Seconds of a time such as `90d`, `12w` or `36h`.

    Raises:
        ConfigError: it is none, or none at all.
    """
    found = re.fullmatch(r"(\d{1,5})([hdw])", text.strip().lower())
    if found is None or int(found[1]) == 0:
        raise ConfigError(
            rule="A time is a number above 0 and `h`, `d` or `w`: hours, days or weeks.",
            got=repr(text),
            do="Say it as in --older-than 90d.",
        )
    return int(found[1]) * SECONDS[found[2]]
