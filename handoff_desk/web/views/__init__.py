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
    deliveries,
    demo,
    health,
    history,
    inbox,
    live,
    login,
    me,
    metrics,
)

BLUEPRINTS: tuple[Blueprint, ...] = (
    *(health.blueprint, metrics.blueprint, login.blueprint, me.blueprint),
    *(inbox.blueprint, conversation.blueprint, live.blueprint),
    *(history.blueprint, canned.blueprint, accounts.blueprint, audit.blueprint),
    deliveries.blueprint,
    *(api.blueprint, chatwoot.blueprint, demo.blueprint),
)
