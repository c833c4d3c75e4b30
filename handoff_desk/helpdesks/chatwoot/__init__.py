"""Every ticket as a conversation of Chatwoot, and answers from there.

Written against Chatwoot's published Application API and webhooks. It was tested against a double of
those endpoints only (tests/desk/chatwoot_double.py), never against a real Chatwoot.

What the desk writes there is either `incoming` (the customer, the bot) or a private note; what it
takes from there is only `outgoing` and not private. So no message can go in circles.
"""

from __future__ import annotations

from handoff_desk.helpdesks.chatwoot.inbound import Reply, Resolved, parse_event, read_body
from handoff_desk.helpdesks.chatwoot.outbound import send

__all__ = ["Reply", "Resolved", "parse_event", "read_body", "send"]
