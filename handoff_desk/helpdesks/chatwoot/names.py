"""Names that both ways share."""

from __future__ import annotations

TICKET_ATTRIBUTE = "desk_ticket"
"""A conversation's custom attribute: the number of its ticket."""

KEY_ATTRIBUTE = "desk_key"
"""A message's content attribute: which of our messages it is."""

SOURCE_PREFIX = "desk:"
"""The `source_id` of our messages begins with it."""
