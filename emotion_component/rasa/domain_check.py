"""What the domain of a bot must hold before a handoff can work, checked at `rasa train`; and what
ratings need."""

from __future__ import annotations

from collections.abc import Sequence

from rasa.shared.core.domain import Domain
from rasa.shared.core.slots import AnySlot, CategoricalSlot, Slot
from rasa.shared.exceptions import InvalidConfigException

from emotion_component.labels import LABELS
from emotion_component.rasa.names import (
    EMOTION_SLOT,
    EMPATHY_ACTION,
    HANDOFF_ACTION,
    HANDOFF_AGENT,
    HANDOFF_NONE,
    HANDOFF_SLOT,
    HANDOFF_WAITING,
    OFFER_ACTION,
    RATING_SLOT,
    REASON_SLOT,
    SORRY_ACTION,
    THANKS_ACTION,
)

HANDOFF_STATES = (HANDOFF_NONE, HANDOFF_WAITING, HANDOFF_AGENT)


def check_domain(domain: Domain, intents: Sequence[str]) -> None:
    """Check slots, responses, intents and the session.

    Raises:
        InvalidConfigException: lists all that is missing or wrong, each with what to write.
    """
    slots = {slot.name: slot for slot in domain.slots}
    faults = [
        f"the response `{name}` is missing: add it under `responses`"
        for name in (EMPATHY_ACTION, HANDOFF_ACTION, OFFER_ACTION)
        if name not in domain.action_names_or_texts
    ]
    faults += [
        f"the intent `{name}` is missing: add it, or correct `human_intents` or `calm_intents`"
        for name in intents
        if name not in domain.intents
    ]
    for name, values in ((EMOTION_SLOT, LABELS), (HANDOFF_SLOT, HANDOFF_STATES)):
        slot = slots.get(name)
        if not isinstance(slot, CategoricalSlot) or not {value.lower() for value in values} <= {
            str(value).lower() for value in slot.values
        }:
            faults.append(
                f"the slot `{name}` must be of type categorical with the values {', '.join(values)}"
            )
    if not _is_left_alone(slots.get(REASON_SLOT)):
        faults.append(f"the slot `{REASON_SLOT}` must be of type any, with a custom mapping alone")
    if not domain.session_config.carry_over_slots:
        faults.append(
            "a new session would forget that a human is wanted: set "
            "`carry_over_slots_to_new_session: true` under `session_config`"
        )
    if faults:
        raise InvalidConfigException(
            "EscalationPolicy: the domain is not ready for a handoff:\n- " + "\n- ".join(faults)
        )


def rating_lacks(domain: Domain) -> list[str]:
    """What the domain lacks for ratings, which are optional; empty if the bot can take them."""
    lacks = [
        f"the response `{name}`"
        for name in (THANKS_ACTION, SORRY_ACTION)
        if name not in domain.action_names_or_texts
    ]
    if not _is_left_alone({slot.name: slot for slot in domain.slots}.get(RATING_SLOT)):
        lacks.append(f"the slot `{RATING_SLOT}` of type any, with a custom mapping alone")
    return lacks


def _is_left_alone(slot: Slot | None) -> bool:
    """Whether it holds anything, and Rasa fills it with nothing that a customer writes."""
    return isinstance(slot, AnySlot) and all(one["type"] == "custom" for one in slot.mappings)
