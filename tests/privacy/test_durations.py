"""How long something is kept, as it is written on the command line."""

from __future__ import annotations

import pytest

from emotion_component.errors import ConfigError
from emotion_component.privacy.durations import seconds


@pytest.mark.parametrize(
    "text, found", [("90d", 90 * 86400), ("12w", 84 * 86400), ("36h", 36 * 3600), (" 1D ", 86400)]
)
def test_a_time(text, found):
    assert seconds(text) == found


@pytest.mark.parametrize("text", ["", "90", "d", "0d", "-1d", "1.5d", "90 d", "1y", "123456d"])
def test_no_time(text):
    with pytest.raises(ConfigError, match="hours, days or weeks"):
        seconds(text)
