"""What other systems can be told."""

from __future__ import annotations

EVENTS = (
    "ticket.opened",
    "ticket.claimed",
    "ticket.released",
    "ticket.resolved",
    "ticket.expired",
    "ticket.reopened",
    "ticket.rated",
    "message.customer",
    "message.agent",
    "message.bot",
)
"""Everything that is told, and what `events` of a webhook may name."""
