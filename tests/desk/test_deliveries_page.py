"""What other systems could not be told is seen by supervisors, and tried again."""

from __future__ import annotations

import httpx
import pytest

from handoff_desk.domain import Role
from handoff_desk.store import deliveries, tickets
from handoff_desk.store.schema import webhook_delivery

TICKET = {
    "sender": "andi",
    "channel": "rest",
    "state": "waiting",
    "trigger": "marah",
    "reason": {},
    "opened_event": 1,
    "last_event": 1,
    "course": [],
}


@pytest.fixture
def supervisor(desk) -> httpx.Client:
    desk.add("sari", Role.SUPERVISOR)
    return desk.login("sari")


@pytest.fixture
def dead(desk) -> int:
    """A delivery that was given up."""
    with desk.database.transaction() as connection:
        ticket = tickets.insert(connection, TICKET)
        values = {"key": "audit-1", "target": "webhook:crm", "event": "ticket.opened"}
        row = webhook_delivery.insert().values(
            **values, ticket_id=ticket, body={}, state="dead", error="404 Not Found"
        )
        return connection.execute(row.returning(webhook_delivery.c.id)).scalar_one()


def test_what_was_given_up_is_shown_with_its_reason(supervisor, dead):
    page = supervisor.get("/deliveries/").text
    assert "webhook:crm" in page
    assert "404 Not Found" in page


def test_it_is_tried_again(desk, supervisor, dead):
    answer = supervisor.post(f"/deliveries/{dead}/retry")
    assert answer.status_code == 303
    with desk.database.transaction() as connection:
        assert [one.state for one in deliveries.recent(connection)] == ["pending"]
    assert "delivery.retried" in desk.actions()


def test_agents_do_not_see_it(desk, dead):
    desk.add("tono")
    assert desk.login("tono").get("/deliveries/").status_code == 403
