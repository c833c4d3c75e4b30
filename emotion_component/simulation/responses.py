"""What the bot's answers mean, by the texts of its domain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml

from emotion_component.errors import DataError

HANDOFF, OFFER = "utter_handoff", "utter_offer_human"

_SLOT = re.compile(r"\{[^{}]*\}")


class Responses:
    """Recognises the responses that call and that offer a human.

    Args:
        domain: a Rasa domain file.

    Raises:
        DataError: it cannot be read, or has no text for `utter_handoff`.
    """

    def __init__(self, domain: Path) -> None:
        try:
            found = yaml.safe_load(domain.read_text("utf-8"))["responses"]
            self._handoff = list(_patterns(found[HANDOFF]))
            self._offer = list(_patterns(found.get(OFFER, [])))
        except (OSError, ValueError, yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            raise _fault(domain, f"{type(error).__name__}: {error}") from None
        if not self._handoff:
            raise _fault(domain, "none with a text")

    def call_a_human(self, answers: Sequence[str]) -> bool:
        """Whether one of the bubbles is a variation of `utter_handoff`."""
        return _any(self._handoff, answers)

    def offer_a_human(self, answers: Sequence[str]) -> bool:
        """Whether one of the bubbles is a variation of `utter_offer_human`."""
        return _any(self._offer, answers)


def _patterns(variations: Sequence[dict[str, Any]]) -> Iterator[re.Pattern[str]]:
    """Each text with anything in place of its slots, as far as its first bubble goes."""
    for one in variations:
        first = str(one.get("text") or "").strip().split("\n\n")[0].strip()
        if first:
            yield re.compile(".*".join(map(re.escape, _SLOT.split(first))), re.DOTALL)


def _any(patterns: Sequence[re.Pattern[str]], answers: Sequence[str]) -> bool:
    return any(pattern.fullmatch(text.strip()) for pattern in patterns for text in answers)


def _fault(domain: Path, got: str) -> DataError:
    return DataError(
        rule=f"A domain has the response `{HANDOFF}`, by whose texts a handover is seen.",
        got=f"{got} ({domain})",
        do="Give the bot's domain with --domain, or look into its tracker with --api.",
    )
