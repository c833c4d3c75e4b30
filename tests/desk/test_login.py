"""Logging in and out, sessions and cookies."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest
from argon2 import PasswordHasher

from handoff_desk.security.auth import LIFETIME
from handoff_desk.security.passwords import needs_rehash
from handoff_desk.store import accounts

PASSWORD = "kuda-hijau-42-pagi"
HOUR = 3600.0


def attempt(
    client: httpx.Client, username: str, password: str = PASSWORD, target: str = "/me", **headers
) -> httpx.Response:
    form = {"username": username, "password": password, "next": target}
    return client.post("/login", data=form, headers=headers)


def is_inside(client: httpx.Client) -> bool:
    return client.get("/me").status_code == 200


def test_the_right_password_logs_in_and_leads_on(desk):
    desk.add("sari")
    client = desk.client()
    response = attempt(client, " SARI ")
    assert (response.status_code, response.headers["location"]) == (303, "/me")
    assert "Sari" in client.get("/me").text
    assert desk.actions() == ["login"]
    assert client.get("/login").headers["location"] == "/"


@pytest.mark.parametrize(
    "username, password",
    [
        ("sari", "kuda-hijau-42-sore"),
        ("sari", ""),
        ("sari", PASSWORD + " "),
        ("nobody", PASSWORD),
        ("pergi", PASSWORD),
        ("", ""),
        ("sari\x00x", PASSWORD),
        ("x" * 5000, "y" * 5000),
    ],
)
def test_wrong_unknown_and_deactivated_look_the_same(desk, username, password):
    desk.add("sari")
    away = desk.add("pergi")
    with desk.database.transaction() as connection:
        accounts.deactivate(connection, account_id=away.id)
    response = attempt(desk.client(), username, password)
    assert response.status_code == 401
    assert "Nama pengguna atau kata sandi salah" in response.text
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "target, leads",
    [
        ("/tickets/3?a=1", "/tickets/3?a=1"),
        ("", "/"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("/\r\nSet-Cookie: a=b", "/"),
        ("evil.example", "/"),
    ],
)
def test_a_login_leads_to_nowhere_else(desk, target, leads):
    desk.add("sari")
    client = desk.client()
    assert attempt(client, "sari", target=target).headers["location"] in (leads, leads + "//")
    assert client.get("/login", params={"next": target}).headers["location"] == leads


def test_who_is_sent_to_the_login_comes_back(desk):
    desk.add("sari")
    client = desk.client()
    sent = client.get("/me?a=b c")
    assert sent.status_code == 303
    form = client.get(sent.headers["location"]).text
    assert 'name="next" value="/me?a=b%20c"' in form


@pytest.mark.parametrize(
    "secure, name, flags",
    [
        (False, "desk", {"httponly", "samesite=lax", "path=/"}),
        (True, "__Host-desk", {"httponly", "samesite=lax", "path=/", "secure"}),
    ],
)
def test_the_cookie_has_its_flags(start, settings, secure, name, flags):
    desk = start(settings, secure_cookies=secure)
    desk.add("sari")
    cookie = attempt(desk.client(), "sari").headers["set-cookie"]
    value, *rest = (part.strip() for part in cookie.split(";"))
    assert value.partition("=")[0] == name
    assert {part.lower() for part in rest} == flags


def test_only_the_hash_of_a_token_is_stored(desk):
    desk.add("sari")
    client = desk.login("sari")
    token = client.cookies["desk"]
    with desk.database.transaction() as connection:
        dump = "\n".join(
            str(row)
            for table in ("session", "account", "audit", "login_attempt")
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}")  # noqa: S608
        )
    assert len(token) == 43
    assert token not in dump
    assert PASSWORD not in dump


def test_each_login_has_a_new_session_and_ends_the_one_before(desk):
    desk.add("sari")
    client = desk.login("sari")
    before = dict(client.cookies)
    assert attempt(client, "sari").status_code == 303
    assert client.cookies["desk"] != before["desk"]
    assert is_inside(client)
    old = desk.client()
    old.cookies.update(before)
    assert not is_inside(old)


@pytest.mark.parametrize("token", ["", "x", "a" * 43, "a" * 5000, "é"])
def test_an_invented_token_is_worth_nothing(desk, token):
    client = desk.client(Cookie=b"desk=" + token.encode())
    assert client.get("/me").status_code == 303


def test_a_session_ends_when_nobody_uses_it(desk):
    desk.add("sari")
    client = desk.login("sari")
    for _ in range(3):
        desk.clock.now += 11 * HOUR
        assert is_inside(client)
    desk.clock.now += 13 * HOUR
    assert not is_inside(client)
    desk.clock.now -= 13 * HOUR
    assert is_inside(client), "it ended for its age, not for being used"


def test_a_session_ends_after_its_lifetime_however_busy(desk):
    desk.add("sari")
    client = desk.login("sari")
    end = desk.clock.now + LIFETIME
    while desk.clock.now < end - 10 * HOUR:
        desk.clock.now += 10 * HOUR
        assert is_inside(client)
    desk.clock.now = end + 1
    assert not is_inside(client)


def test_a_page_that_lies_open_is_no_activity(desk):
    desk.add("sari")
    client = desk.login("sari")
    for _ in range(13):
        desk.clock.now += HOUR
        client.get("/me", headers={"Accept": "text/event-stream"})
    assert not is_inside(client)


def test_a_session_needs_no_activity_if_that_clock_is_off(start, settings):
    desk = start(settings, times=replace(settings.times, session_idle=0))
    desk.add("sari")
    client = desk.login("sari")
    desk.clock.now += LIFETIME - 1
    assert is_inside(client)
    desk.clock.now += 2
    assert not is_inside(client)


def test_logging_out_ends_the_session_and_the_readiness(desk):
    desk.add("sari")
    client, other = desk.login("sari"), desk.login("sari")
    client.post("/me/available", data={"available": "1"})
    token = client.cookies["desk"]
    response = client.post("/logout")
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert "desk" not in client.cookies
    thief = desk.client(Cookie=f"desk={token}")
    assert not is_inside(thief)
    assert is_inside(other)
    assert not desk.account("sari").available
    assert desk.actions()[-1] == "logout"


@pytest.mark.parametrize(
    "headers, status",
    [
        ({}, 303),
        ({"Origin": "{url}"}, 303),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "{url}.evil.example"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_no_other_site_logs_somebody_in(desk, headers, status):
    desk.add("sari")
    sent = {name: value.format(url=desk.url) for name, value in headers.items()}
    assert attempt(desk.client(), "sari", **sent).status_code == status


def test_guessing_is_slowed_down_and_not_for_ever(desk):
    desk.add("sari")
    guesser = desk.client()
    for _ in range(3):
        assert attempt(guesser, "sari", "salah").status_code == 401
    slowed = attempt(guesser, "sari")
    assert slowed.status_code == 429
    assert "Terlalu banyak percobaan" in slowed.text
    assert slowed.headers["retry-after"] == "2"
    desk.clock.now += 2
    assert attempt(guesser, "sari").status_code == 303


def test_an_unknown_username_is_slowed_down_the_same_way(desk):
    guesser = desk.client()
    seen = [attempt(guesser, "nobody").status_code for _ in range(5)]
    assert seen == [401, 401, 401, 429, 429]


def test_who_guesses_elsewhere_does_not_lock_out_the_owner(start, settings):
    desk = start(settings, trusted_proxies=1)
    desk.add("sari")
    home = desk.client(**{"X-Forwarded-For": "192.0.2.1"})
    assert attempt(home, "sari").status_code == 303
    for number in range(12):
        attempt(desk.client(), "sari", "salah", **{"X-Forwarded-For": f"198.51.100.{number}"})
    strange = attempt(desk.client(), "sari", **{"X-Forwarded-For": "203.0.113.7"})
    assert strange.status_code == 429
    assert attempt(home, "sari").status_code == 303


def test_a_header_of_the_client_does_not_change_its_address(desk):
    desk.add("sari")
    seen = [
        attempt(desk.client(), "sari", "salah", **{"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(4)
    ]
    assert seen == [401, 401, 401, 429]


def test_a_hash_with_older_parameters_is_renewed_by_the_login(desk):
    account = desk.add("sari")
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with desk.database.transaction() as connection:
        accounts.set_password_hash(connection, account_id=account.id, password_hash=old)
    desk.login("sari")
    with desk.database.transaction() as connection:
        new = accounts.password_hash(connection, account_id=account.id)
    assert new != old
    assert not needs_rehash(new)
    desk.login("sari")
