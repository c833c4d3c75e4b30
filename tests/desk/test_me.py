"""One's own password and readiness."""

from __future__ import annotations

import pytest

PASSWORD = "kuda-hijau-42-pagi"
NEW = "sungai-panjang-8"


def form(**changes: str) -> dict[str, str]:
    return {"current": PASSWORD, "password": NEW, "again": NEW, **changes}


def test_a_new_password_counts_and_ends_sessions_elsewhere(desk):
    desk.add("sari")
    client, other = desk.login("sari"), desk.login("sari")
    before = client.cookies["desk"]
    response = client.post("/me/password", data=form())
    assert response.headers["location"] == "/me?done=password"
    assert client.cookies["desk"] != before
    assert "sudah diganti" in client.get(response.headers["location"]).text
    assert other.get("/me").status_code == 303
    assert desk.actions()[-1] == "account.password"
    desk.login("sari", NEW)


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"current": "salah"}, "Kata sandi sekarang tidak cocok"),
        ({"again": "lain sekali"}, "tidak sama"),
        ({"password": "pendek", "again": "pendek"}, "paling sedikit 10 karakter"),
        ({"password": "rahasia123", "again": "rahasia123"}, "terlalu mudah ditebak"),
    ],
)
def test_a_wrong_form_changes_nothing(desk, changes, problem):
    desk.add("sari")
    client = desk.login("sari")
    response = client.post("/me/password", data=form(**changes))
    assert response.status_code == 400
    assert problem in response.text
    desk.login("sari")


def test_who_finds_an_open_browser_cannot_guess_the_password_quickly(desk):
    desk.add("sari")
    client = desk.login("sari")
    seen = [client.post("/me/password", data=form(current="salah")).status_code for _ in range(4)]
    assert seen == [400, 400, 400, 429]


@pytest.mark.parametrize(
    "target, leads", [("/tickets/4", "/tickets/4"), ("//evil.example", "/"), ("", "/")]
)
def test_readiness_is_switched_and_leads_back(desk, target, leads):
    desk.add("sari")
    client = desk.login("sari")
    for value, expected in (("1", True), ("1", True), ("0", False)):
        response = client.post("/me/available", data={"available": value, "next": target})
        assert response.headers["location"] == leads
        assert desk.account("sari").available is expected
    assert desk.actions() == ["login", "account.available", "account.available"]


def test_a_page_shows_the_readiness(desk):
    desk.add("sari")
    client = desk.login("sari")
    assert 'aria-checked="false"' in client.get("/me").text
    answer = client.post(
        "/me/available", data={"available": "1"}, headers={"Accept": "application/json"}
    )
    assert answer.json() == {"available": True}
    assert 'aria-checked="true"' in client.get("/me").text
