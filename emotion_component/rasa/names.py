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

RATING_SLOT = "csat"
RATING_ASKED = "asked"
"""The desk asked for a rating from 1 to 5, which the slot holds next."""

EMPATHY_ACTION = "utter_empathy"
HANDOFF_ACTION = "utter_handoff"
OFFER_ACTION = "utter_offer_human"
THANKS_ACTION = "utter_rating_thanks"
SORRY_ACTION = "utter_rating_sorry"

MESSAGE_ID_KEY = "message_id"
"""In the metadata of a customer's message: repeated by a client that repeats the message."""

REQUEST_ID_KEY = "request_id"
"""In the metadata of a customer's message: the id of the request that brought it."""

DESK_KEY = "desk"
"""In the metadata of a `bot` event that an agent wrote: `{"id", "kind", "agent"}`."""
