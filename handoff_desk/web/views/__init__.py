"""The pages and the API: one blueprint a resource."""

from __future__ import annotations

from sanic import Blueprint

from handoff_desk.web.views import (
    accounts,
    api,
    audit,
    canned,
    chatwoot,
    conversation,
    conversations,
    deliveries,
    demo,
    health,
    history,
    inbox,
    label,
    label_api,
    live,
    login,
    me,
    messages,
    metrics,
    report,
    thresholds,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    *(health.blueprint, metrics.blueprint, login.blueprint, me.blueprint),
    *(inbox.blueprint, conversation.blueprint, live.blueprint),
    *(history.blueprint, canned.blueprint, accounts.blueprint, audit.blueprint),
    *(conversations.blueprint, messages.blueprint, label.blueprint, deliveries.blueprint),
    *(report.blueprint, report.api),
    *(api.blueprint, label_api.blueprint, chatwoot.blueprint, demo.blueprint),
    thresholds.blueprint,
)
