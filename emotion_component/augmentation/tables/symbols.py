"""Emoji, emoticons and marks that a customer of each mood adds."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

EMOJI: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "Senang": ("😊", "😍", "🥰", "😁", "😄", "❤️", "🎉", "👍", "👏", "🤩", "🙏", ":)", "^^"),
        "Netral": ("🙏", "🙏🏻", "🙏🙏", "👇", "📍", "📝"),
        "Bingung": ("🤔", "😕", "🧐", "😵", "🤷", "❓", "🙏", ":/"),
        "Frustrasi": ("😞", "😩", "😔", "😫", "🙄", "😭", "😒", "😓", "🤦", "💔", ":(", "-_-"),
        "Marah": ("😡", "🤬", "😠", "👿", "💢", "😤", "🤮", ":@"),
    }
)
"""By label. What each means on its own (`emoji_only`) is this label, or nothing but politeness."""

DOUBLED_MARKS: Mapping[str, str] = MappingProxyType(
    {"Senang": ".,!", "Netral": ".,", "Bingung": ".,?", "Frustrasi": ".,?", "Marah": ".,?!"}
)
"""By label. `!!` is near to shouting, and `??` is no longer a calm question."""
