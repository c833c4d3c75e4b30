"""The names that this library, the domain of a bot, and the desk must agree on."""

from __future__ import annotations

EMOTION_ENTITY = "emotion"
EMOTION_SLOT = "emotion"
EMOTION_KEY = "emotion"
"""Where a message's `parse_data` holds the whole reading."""

HANDOFF_SLOT = "handoff"
HANDOFF_NONE = "none"
HANDOFF_WAITING = "waiting"
HANDOFF_AGENT = "agent"
REASON_SLOT = "handoff_reason"

EMPATHY_ACTION = "utter_empathy"
HANDOFF_ACTION = "utter_handoff"
OFFER_ACTION = "utter_offer_human"

MESSAGE_ID_KEY = "message_id"
"""In the metadata of a customer's message: repeated by a client that repeats the message."""

REQUEST_ID_KEY = "request_id"
"""In the metadata of a customer's message: the id of the request that brought it."""

DESK_KEY = "desk"
"""In the metadata of a `bot` event that an agent wrote: `{"id", "kind", "agent"}`."""
