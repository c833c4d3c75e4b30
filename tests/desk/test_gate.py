"""Nothing is reachable without login, and no change without the session's own token."""

from __future__ import annotations

import re
from http.client import HTTPConnection

import pytest

from handoff_desk.domain import Role
from handoff_desk.security.auth import digest
from handoff_desk.security.gate import is_open
from handoff_desk.settings import Settings
from handoff_desk.store import tokens

OPEN = {"/health", "/ready", "/login", "/demo", "/metrics"}
"""/metrics asks for a token of its own: test_metrics.py."""


def addresses(desk):
    """Method and address of each route, with something in place of its parameters."""
    for route in desk.app.router.routes:
        path = "/" + route.path.lstrip("/")
        if path in OPEN or path.startswith(("/hooks/", "/static/")):
            continue
        filled = re.sub(r"<\w+:(?:(\w+)\|[^>]*|[^>]*)>", lambda part: part[1] or "1", path)
        for method in route.methods:
            yield method, filled


def test_every_route_needs_a_login(desk):
    desk.add("sari", Role.SUPERVISOR)
    client = desk.client()
    found = list(addresses(desk))
    assert len(found) > 10
    for method, path in found:
        page = client.request(method, path)
        location = page.headers.get("location", "").partition("?")[0]
        expected = (401, "") if path.startswith("/api/") else (303, "/login")
        assert (page.status_code, location) == expected, (method, path)
        program = client.request(method, path, headers={"Accept": "application/json"})
        assert program.status_code == 401, (method, path)
    assert desk.actions() == []


def test_every_change_needs_the_token_of_the_session(desk):
    desk.add("sari", Role.SUPERVISOR)
    client = desk.login("sari")
    del client.headers["X-CSRF-Token"]
    changes = [(method, path) for method, path in addresses(desk) if method != "GET"]
    assert len(changes) > 8
    for method, path in changes:
        assert client.request(method, path).status_code == 403, (method, path)
    assert desk.actions() == ["login"]


@pytest.mark.parametrize(
    "headers, form, status",
    [
        ({"X-CSRF-Token": "{csrf}"}, {}, 303),
        ({}, {"csrf": "{csrf}"}, 303),
        ({"Origin": "{url}", "Sec-Fetch-Site": "same-origin"}, {"csrf": "{csrf}"}, 303),
        ({}, {}, 403),
        ({}, {"csrf": ""}, 403),
        ({}, {"csrf": "{csrf}x"}, 403),
        ({}, {"csrf": "é"}, 403),
        ({"X-CSRF-Token": "wrong"}, {"csrf": "{csrf}"}, 403),
        ({"Origin": "https://evil.example"}, {"csrf": "{csrf}"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, {"csrf": "{csrf}"}, 403),
        ({"X-Forwarded-Host": "evil.example", "Origin": "https://evil.example"}, {}, 403),
    ],
)
def test_a_change_needs_the_right_token_and_origin(desk, headers, form, status):
    desk.add("sari")
    client = desk.login("sari")
    csrf = client.headers.pop("X-CSRF-Token")

    def filled(values):
        return {name: value.format(csrf=csrf, url=desk.url) for name, value in values.items()}

    response = client.post(
        "/me/available", headers=filled(headers), data={"available": "1", **filled(form)}
    )
    assert response.status_code == status
    assert desk.account("sari").available is (status == 303)


def test_a_token_of_another_session_does_not_count(desk):
    desk.add("sari")
    client, other = desk.login("sari"), desk.login("sari")
    client.headers["X-CSRF-Token"] = other.headers["X-CSRF-Token"]
    assert client.post("/me/available", data={"available": "1"}).status_code == 403


def test_behind_a_proxy_the_host_it_forwards_counts(start, settings):
    desk = start(settings, trusted_proxies=1)
    desk.add("sari")
    client = desk.login("sari")
    sent = {"X-Forwarded-Host": "meja.example", "Origin": "https://meja.example"}
    response = client.post("/me/available", data={"available": "1"}, headers=sent)
    assert response.status_code == 303


@pytest.fixture
def token(desk):
    account = desk.add("mesin", Role.SUPERVISOR)
    with desk.database.transaction() as connection:
        tokens.add(
            connection,
            token_hash=digest("rahasia-mesin"),
            label="CRM",
            account_id=account.id,
            at=desk.clock.now,
        )
    return "rahasia-mesin"


@pytest.mark.parametrize(
    "authorization, status",
    [
        ("Bearer {token}", 200),
        ("bearer  {token}", 200),
        ("Bearer {token}x", 401),
        ("Bearer", 401),
        ("Basic {token}", 401),
        ("{token}", 401),
        ("", 401),
    ],
)
def test_a_machine_needs_a_valid_token(desk, token, authorization, status):
    response = desk.client(Authorization=authorization.format(token=token)).get("/accounts")
    assert response.status_code == status
    if status == 401:
        assert response.json()["error"] == "unauthorized"
        assert response.headers["www-authenticate"] == "Bearer"


def test_a_machine_needs_no_csrf_token_and_may_be_stopped(desk, token):
    client = desk.client(Authorization=f"Bearer {token}", Accept="application/json")
    assert client.post("/me/available", data={"available": "1"}).json() == {"available": True}
    with desk.database.transaction() as connection:
        tokens.revoke(connection, token_id=1, at=desk.clock.now)
    assert client.post("/me/available", data={"available": "0"}).status_code == 401
    assert desk.account("mesin").available


def test_a_wrong_token_is_not_made_good_by_a_cookie(desk, token):
    client = desk.login("mesin")
    assert client.get("/me", headers={"Authorization": "Bearer x"}).status_code == 401


@pytest.mark.parametrize(
    "path, demo, opened",
    [
        ("/login", False, True),
        ("/login/", False, True),
        ("/loginx", False, False),
        ("/static/desk.css", False, True),
        ("/static", False, False),
        ("/hooks/chatwoot/abc", False, True),
        ("/hooksx", False, False),
        ("/demo", False, False),
        ("/demo", True, True),
        ("/demo/x", True, True),
        ("/demonstrasi", True, False),
        ("/", True, False),
        ("//login", False, False),
        ("/LOGIN", False, False),
    ],
)
def test_what_is_open(path, demo, opened):
    assert is_open(path, Settings(demo=demo)) is opened


@pytest.mark.parametrize(
    "path",
    [
        "/static/../accounts",
        "/static/..%2faccounts",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/static/",
        "/hooks/../accounts",
        "/login/../accounts",
    ],
)
def test_no_path_leads_around_the_gate(desk, path):
    raw = HTTPConnection(desk.url.removeprefix("http://"))  # httpx would tidy the path up
    raw.request("GET", path)
    response = raw.getresponse()
    body = response.read().decode()
    raw.close()
    assert response.status in (303, 404)
    assert "blueprint" not in body
    assert "Tambah akun" not in body
