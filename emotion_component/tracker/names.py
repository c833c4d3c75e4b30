"""What Rasa, the policy and the desk write into a tracker, by name. As in `rasa.names`, which only
Rasa's environment can import."""

from __future__ import annotations

USER, BOT, SLOT, ACTION, AGENT = "user", "bot", "slot", "action", "agent"
"""Types of events."""

LISTEN = "action_listen"
"""The action that ends a turn."""

HANDOFF_SLOT = "handoff"
HANDOFF_NONE = "none"
HANDOFF_WAITING = "waiting"
HANDOFF_AGENT = "agent"

EMOTION_KEY = "emotion"
MESSAGE_ID_KEY = "message_id"
DESK_KEY = "desk"

REMOVED_SENDER = "dihapus-"
"""So begins the sender of what `emosi purge` has emptied."""
