"""One message with two labels, in whatever spelling and table."""

from __future__ import annotations

from collections.abc import Iterable

from emotion_component.datasets.messages import Message
from emotion_component.table_files import Fault


def conflicts(messages: Iterable[Message]) -> list[Fault]:
    """Messages whose normal form came before with another label.

    Args:
        messages: those without a label or a normal form are passed over.
    """
    first: dict[str, Message] = {}
    found = []
    for message in messages:
        if not message.normal or not message.label:
            continue
        before = first.setdefault(message.normal, message)
        if before.label != message.label:
            reason = f"labelled {message.label}, but {before.label} in {before.place}"
            found.append(Fault(message.path, message.line, reason))
    return found
