"""The audit log, as a supervisor reads it."""

from __future__ import annotations

import re

import httpx
import pytest

from emotion_component.privacy.desk_rows import ANONYMISED, PURGED
from handoff_desk.domain import Role
from handoff_desk.store import audit
from handoff_desk.web.views.audit import ACTIONS


@pytest.fixture
def supervisor(desk) -> httpx.Client:
    """A browser of Sari (account 1); 120 rows of Tono (2) and of the desk lie before her login."""
    desk.add("sari", Role.SUPERVISOR)
    desk.add("tono")
    with desk.database.transaction() as connection:
        for number in range(120):
            audit.record(
                connection,
                at=desk.clock.now,
                actor="Tono" if number % 2 else "desk",
                account_id=2 if number % 2 else None,
                action="canned.saved" if number % 4 == 1 else "rahasia.lain",
                detail={"number": f"n{number}n"},
            )
    return desk.login("sari")


def numbers(page: str) -> list[int]:
    return [int(found) for found in re.findall(r"number: n(\d+)n", page)]


def test_newest_first_in_pages(supervisor):
    page = supervisor.get("/audit").text
    assert "Masuk" in page
    seen = numbers(page)
    while older := re.search(r'href="([^"]*before=[^"]*)"', page):
        page = supervisor.get(older.group(1).replace("&amp;", "&")).text
        seen += numbers(page)
        assert "Terbaru" in page
    assert seen == list(reversed(range(120)))


@pytest.mark.parametrize(
    "query, count",
    [
        ({"person": "2"}, 50),
        ({"action": "canned.saved"}, 30),
        ({"person": "2", "action": "canned.saved"}, 30),
        ({"person": "1"}, 0),
        ({"ticket": "7"}, 0),
        ({"person": "x", "ticket": "y", "before": "z"}, 49),
        ({"person": "9" * 30}, 49),
        ({"action": "' OR 1=1 --"}, 0),
    ],
)
def test_filters(supervisor, query, count):
    response = supervisor.get("/audit", params=query)
    assert response.status_code == 200
    assert len(numbers(response.text)) == count


def test_actions_have_indonesian_names_and_unknown_ones_their_code(supervisor):
    page = supervisor.get("/audit").text
    assert "Menyimpan balasan siap pakai" in page
    assert "rahasia.lain" in page
    assert "alamat: 127.0.0.1" in page


def test_every_action_of_the_desk_has_a_name(root):
    said = {
        name
        for path in (root / "handoff_desk").rglob("*.py")
        for name in re.findall(
            r'"((?:account|token|canned|login|ticket)\.[a-z]+)"', path.read_text("utf-8")
        )
        if not name.endswith((".html", ".id"))
    }
    assert len(said) > 15
    assert said <= set(ACTIONS)


def test_what_was_purged_is_told_in_indonesian(desk, supervisor):
    with desk.database.transaction() as connection:
        for action in (PURGED, ANONYMISED):
            detail = {"by": "customer", "ticket": 1, "webhook_delivery": 5}
            audit.record(connection, at=1.0, actor="emosi purge", action=action, detail=detail)
    page = supervisor.get("/audit").text
    assert {PURGED, ANONYMISED} <= set(ACTIONS)
    assert "Menghapus data pelanggan" in page
    assert "menurut: pelanggan; tiket: 1; kabar ke sistem lain: 5" in " ".join(page.split())
