"""The policy that calls a human, and keeps the bot silent while one is wanted or present."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from typing import Any, get_args

from rasa.core.policies.policy import Policy, PolicyPrediction
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, Event, SlotSet
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.exceptions import InvalidConfigException

from emotion_component.errors import ConfigError
from emotion_component.escalation import EscalationConfig, EscalationDecision, Trigger, decide
from emotion_component.rasa import metrics, rating
from emotion_component.rasa.domain_check import check_domain, rating_lacks
from emotion_component.rasa.history import handoff_state, history, since_last_message
from emotion_component.rasa.names import (
    EMOTION_SLOT,
    EMPATHY_ACTION,
    HANDOFF_ACTION,
    HANDOFF_NONE,
    HANDOFF_SLOT,
    HANDOFF_WAITING,
    OFFER_ACTION,
    REASON_SLOT,
    SORRY_ACTION,
    THANKS_ACTION,
)

logger = logging.getLogger(__name__)

PRIORITY = 100
"""Above every policy of Rasa; RulePolicy has 6."""

RASA_KEYS = {"name", "featurizer", "max_history"}
"""What Rasa itself may put into a policy's settings."""


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class EscalationPolicy(Policy):
    """Decides each turn whether a human must take over.

    When one must, it leaves a running form and predicts one response; from there the rules of
    the bot go on. After `utter_handoff`, whoever predicted it, it sets `handoff: waiting`. While
    `handoff` is not `none` it predicts to listen, above all other policies, also after a
    restart and after a new session.

    When the desk has asked how satisfied the customer is, it reads the next message: a rating is
    thanked for, and kept in the slot `csat`, where the desk finds it. Anger and a wish for a human
    go first, with or without a rating.

    Its predictions are "no user predictions": of all predictions only those beat a form.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        defaults = EscalationConfig()
        return {
            "priority": PRIORITY,
            "human_intents": ["minta_manusia"],
            "calm_intents": [],
            "rating_hours": 24.0,
            **{key: getattr(defaults, key) for key in EscalationConfig.names()},
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        featurizer: None = None,
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context, featurizer)
        self._escalation = read_settings(config)
        self._human_intents: list[str] = config["human_intents"]
        self._calm_intents: list[str] = config["calm_intents"]
        self._rating_seconds = 3600 * config["rating_hours"]

    def train(
        self,
        training_trackers: list[TrackerWithCachedStates],
        domain: Domain,
        **kwargs: Any,
    ) -> Resource:
        """Nothing is learned; the domain is checked for what a handoff needs.

        Raises:
            InvalidConfigException: the domain lacks something; names it.
        """
        check_domain(domain, [*self._human_intents, *self._calm_intents])
        if lacks := rating_lacks(domain):
            logger.info("Customers' ratings are not read: the domain lacks %s.", ", ".join(lacks))
        with self._model_storage.write_to(self._resource):
            return self._resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> EscalationPolicy:
        return cls(config, model_storage, resource, execution_context)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict one action with certainty, or leave the turn to the other policies."""
        events = list(tracker.events)
        state = handoff_state(events)
        if state != HANDOFF_NONE:
            return self._certain(ACTION_LISTEN_NAME, domain, _restored_handoff(tracker, state))
        recent = since_last_message(events)
        done = [event.action_name for event in recent if isinstance(event, ActionExecuted)]
        if done and done[-1] == HANDOFF_ACTION:
            return self._certain(ACTION_LISTEN_NAME, domain, _wait_for_agent(recent))
        if done and done[-1] in (OFFER_ACTION, THANKS_ACTION, SORRY_ACTION):
            return self._certain(ACTION_LISTEN_NAME, domain, [])
        if tracker.latest_action_name != ACTION_LISTEN_NAME:
            return self._abstain(domain)
        return self._answer(tracker, events, domain)

    def _answer(
        self, tracker: DialogueStateTracker, events: list[Event], domain: Domain
    ) -> PolicyPrediction:
        answer = rating.answer(events, within=self._rating_seconds)
        if answer and rating_lacks(domain):
            answer = None
        rated: list[Event] = [answer.change] if answer else []
        past = history(events, self._human_intents, self._calm_intents)
        decision = decide(past, self._escalation) if past else None
        if answer and answer.score and (not decision or decision.action != "handoff"):
            thanks = SORRY_ACTION if answer.score <= rating.LOW else THANKS_ACTION
            return self._certain(thanks, domain, rated)
        if decision is None or decision.action == "none":
            return self._abstain(domain, rated)
        metrics.DECISIONS.labels(action=decision.action, trigger=decision.trigger).inc()
        logger.info(
            "Conversation %s: %s because of %s",
            tracker.sender_id,
            decision.action,
            decision.trigger,
        )
        changes = [*rated, *_left_form(tracker), SlotSet(REASON_SLOT, decision.as_record())]
        if decision.action == "offer":
            return self._certain(OFFER_ACTION, domain, changes, decision)
        if decision.emotion is None:
            return self._certain(HANDOFF_ACTION, domain, changes, decision)
        # The rules go on from here, by this slot.
        changes.append(SlotSet(EMOTION_SLOT, decision.emotion))
        return self._certain(EMPATHY_ACTION, domain, changes, decision)

    def _certain(
        self,
        action: str,
        domain: Domain,
        events: list[Event],
        decision: EscalationDecision | None = None,
    ) -> PolicyPrediction:
        probabilities = self._default_predictions(domain)
        probabilities[domain.index_for_action(action)] = 1.0
        return self._prediction(
            probabilities,
            optional_events=events,
            is_no_user_prediction=True,
            action_metadata=decision.as_record() if decision else None,
        )

    def _abstain(self, domain: Domain, events: list[Event] | None = None) -> PolicyPrediction:
        """Leave the turn to the others; these events are written all the same."""
        return self._prediction(self._default_predictions(domain), events=events)


def read_settings(config: Mapping[str, Any]) -> EscalationConfig:
    """Check the policy's part of config.yml.

    Raises:
        InvalidConfigException: a key or value is wrong; says which and what is allowed.
    """
    ours = set(EscalationPolicy.get_default_config())
    if unknown := sorted(set(config) - ours - RASA_KEYS):
        raise InvalidConfigException(
            f"EscalationPolicy has no setting `{unknown[0]}`. It has: {', '.join(sorted(ours))}."
        )
    for key in ("human_intents", "calm_intents"):
        intents = config.get(key)
        if not isinstance(intents, list) or not all(isinstance(name, str) for name in intents):
            raise InvalidConfigException(
                f"EscalationPolicy: `{key}` is a list of intents. Got: {intents!r}."
            )
    hours = config.get("rating_hours", 24.0)
    if not isinstance(hours, (int, float)) or isinstance(hours, bool) or not 0 < hours < math.inf:
        raise InvalidConfigException(
            f"EscalationPolicy: `rating_hours` is a number of hours above 0. Got: {hours!r}."
        )
    try:
        settings = {key: config[key] for key in EscalationConfig.names() if key in config}
        return EscalationConfig(**settings)
    except ConfigError as error:
        raise InvalidConfigException(str(error)) from None


def _left_form(tracker: DialogueStateTracker) -> list[Event]:
    """Leave a running form, and give back the slot that took the angry words for an answer."""
    if not tracker.active_loop_name:
        return []
    changes: list[Event] = [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]
    asked = tracker.get_slot(REQUESTED_SLOT)
    message = tracker.latest_message
    if asked and message and message.text and tracker.get_slot(asked) == message.text:
        changes.append(SlotSet(asked, None))
    return changes


def _restored_handoff(tracker: DialogueStateTracker, state: str) -> list[Event]:
    """Write the state of the handoff again if a restart emptied the slot: the desk reads it."""
    return [] if tracker.get_slot(HANDOFF_SLOT) == state else [SlotSet(HANDOFF_SLOT, state)]


def _wait_for_agent(recent: list[Event]) -> list[Event]:
    """Somebody is called. If a rule of the bot did it, that is the reason."""
    changes: list[Event] = [SlotSet(HANDOFF_SLOT, HANDOFF_WAITING)]
    reasons = [
        event.value for event in recent if isinstance(event, SlotSet) and event.key == REASON_SLOT
    ]
    if not reasons:
        reasons = [{"action": "handoff", "trigger": "rule"}]
        changes.append(SlotSet(REASON_SLOT, reasons[0]))
    metrics.HANDOFFS.labels(trigger=_cause(reasons[-1])).inc()
    return changes


def _cause(reason: Any) -> str:
    """The trigger, as far as it is one of ours: what an action of the bot wrote may be anything."""
    trigger = reason.get("trigger") if isinstance(reason, Mapping) else None
    return str(trigger) if trigger in (*get_args(Trigger), "rule") else "other"
