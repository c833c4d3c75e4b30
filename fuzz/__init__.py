"""What comes from outside, one file for each place where it is read: `target(data)` must not fail.

`make fuzz SECONDS=60` gives them bytes by coverage (atheris), the tests a few by Hypothesis. A
target raises if what it looks at raises anything but its own refusal, or lets through what it must
not.
"""

from __future__ import annotations

TARGETS = {
    "rasa": ("channel_body", "channel_query", "model_directory", "ngrams_file", "text_tokens"),
    "desk": ("desk_settings", "desk_events", "chatwoot_callback"),
}
"""By the environment that each needs."""
