"""Accounts and API tokens, in a supervisor's hands."""

from __future__ import annotations

import re

import httpx
import pytest

from handoff_desk.domain import Role
from handoff_desk.store import accounts

NEW = {
    "username": "budi",
    "name": "Budi Santoso",
    "role": "agent",
    "max_tickets": "3",
    "password": "gunung-biru-17",
    "again": "gunung-biru-17",
}


@pytest.fixture
def supervisor(desk) -> httpx.Client:
    """A browser of Sari, the only supervisor (account 1); Tono is an agent (account 2)."""
    desk.add("sari", Role.SUPERVISOR)
    desk.add("tono")
    return desk.login("sari")


def test_a_new_account_can_log_in(desk, supervisor):
    response = supervisor.post("/accounts/", data=NEW)
    assert response.headers["location"] == "/accounts/3?done=added"
    assert "Akun sudah dibuat" in supervisor.get(response.headers["location"]).text
    assert "Budi Santoso" in supervisor.get("/accounts").text
    account = desk.account("budi")
    assert (account.name, account.role, account.max_tickets) == ("Budi Santoso", Role.AGENT, 3)
    desk.login("budi", "gunung-biru-17")
    assert desk.actions() == ["login", "account.added", "login"]


@pytest.mark.parametrize(
    "changes, problem",
    [
        ({"username": "tono"}, "sudah dipakai"),
        ({"username": "TONO"}, "sudah dipakai"),
        ({"username": "b"}, "Nama pengguna terdiri atas"),
        ({"username": "dua kata"}, "Nama pengguna terdiri atas"),
        ({"name": ""}, "Isi nama"),
        ({"name": "x" * 121}, "Isi nama"),
        ({"role": "boss"}, "Pilih peran"),
        ({"max_tickets": "0"}, "Batas tiket"),
        ({"max_tickets": "1e9"}, "Batas tiket"),
        ({"max_tickets": "-1"}, "Batas tiket"),
        ({"password": "pendek", "again": "pendek"}, "paling sedikit 10 karakter"),
        ({"password": "password123", "again": "password123"}, "terlalu mudah ditebak"),
        ({"username": "budiman", "password": "budiman-1234"}, "jangan memuat nama pengguna"),
        ({"again": "gunung-biru-18"}, "tidak sama"),
    ],
)
def test_a_wrong_form_says_what_is_wrong_and_keeps_what_was_typed(
    desk, supervisor, changes, problem
):
    response = supervisor.post("/accounts/", data={**NEW, **changes})
    assert response.status_code == 400
    assert problem in response.text
    assert NEW["password"] not in response.text
    assert (f'value="{NEW["name"]}"' in response.text) is ("name" not in changes)
    assert desk.actions() == ["login"]


def test_a_name_is_shown_as_text(supervisor):
    response = supervisor.post("/accounts/", data={**NEW, "name": "<script>alert(1)</script>"})
    page = supervisor.get(response.headers["location"]).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_an_account_can_be_changed(desk, supervisor):
    form = {"name": "Tono Baru", "role": "supervisor", "max_tickets": "9"}
    response = supervisor.post("/accounts/2", data=form)
    assert response.headers["location"] == "/accounts/2?done=changed"
    account = desk.account("tono")
    assert (account.name, account.role, account.max_tickets) == ("Tono Baru", Role.SUPERVISOR, 9)
    supervisor.post("/accounts/2", data=form)
    assert desk.actions().count("account.changed") == 1, "nothing changed the second time"


def test_a_deactivated_account_is_out_at_once_and_may_return(desk, supervisor):
    tono = desk.login("tono")
    assert supervisor.post("/accounts/2/deactivate").status_code == 303
    assert tono.get("/me").status_code == 303
    refused = desk.client().post("/login", data={"username": "tono", "password": desk.password})
    assert refused.status_code == 401
    supervisor.post("/accounts/2/activate")
    desk.login("tono")
    assert desk.actions()[-4:-2] == ["account.deactivated", "login.failed"]


def test_nobody_deactivates_themselves(desk, supervisor):
    desk.add("rina", Role.SUPERVISOR)
    assert supervisor.post("/accounts/1/deactivate").status_code == 409
    assert desk.account("sari").active


def test_the_last_supervisor_stays_one(desk, supervisor):
    form = {"name": "Sari", "role": "agent", "max_tickets": "5"}
    response = supervisor.post("/accounts/1", data=form)
    assert response.status_code == 409
    assert "supervisor aktif terakhir" in response.text
    desk.add("rina", Role.SUPERVISOR)
    assert supervisor.post("/accounts/1", data=form).headers["location"] == "/"
    assert supervisor.get("/accounts").status_code == 403


def test_a_new_password_ends_all_sessions(desk, supervisor):
    tono = desk.login("tono")
    form = {"password": "sungai-panjang-8", "again": "sungai-panjang-8"}
    assert supervisor.post("/accounts/2/password", data=form).status_code == 303
    assert tono.get("/me").status_code == 303
    desk.login("tono", "sungai-panjang-8")
    weak = {"password": "pendek", "again": "pendek"}
    assert supervisor.post("/accounts/2/password", data=weak).status_code == 400


def test_a_token_is_shown_once_works_and_can_be_revoked(desk, supervisor):
    page = supervisor.post("/accounts/2/tokens", data={"label": "CRM"}).text
    secret = re.search(r'class="secret">([^<]+)<', page)
    assert secret
    machine = desk.client(Authorization=f"Bearer {secret.group(1)}")
    assert "Tono" in machine.get("/me").text
    later = supervisor.get("/accounts/2").text
    assert "CRM" in later
    assert secret.group(1) not in later
    supervisor.post("/accounts/2/tokens/1/revoke")
    assert machine.get("/me").status_code == 401
    assert desk.actions()[1:] == ["token.added", "token.revoked"]


@pytest.mark.parametrize("label", ["", "  ", "x" * 121])
def test_a_token_says_what_it_is_for(desk, supervisor, label):
    assert supervisor.post("/accounts/2/tokens", data={"label": label}).status_code == 400
    assert desk.actions() == ["login"]


@pytest.mark.parametrize(
    "method, path",
    [
        ("GET", "/accounts/99"),
        ("POST", "/accounts/99/password"),
        ("POST", "/accounts/99/deactivate"),
        ("POST", "/accounts/99/activate"),
        ("POST", "/accounts/99/tokens"),
        ("POST", "/accounts/2/tokens/99/revoke"),
        ("GET", "/accounts/abc"),
        ("GET", f"/accounts/{2**63}"),
        ("POST", f"/accounts/2/tokens/{2**63}/revoke"),
    ],
)
def test_what_is_not_there_is_not_found(supervisor, method, path):
    form = {"label": "x", "password": NEW["password"], "again": NEW["password"]}
    response = supervisor.request(method, path, data=form if method == "POST" else None)
    assert response.status_code == 404
    assert "Tidak ditemukan" in response.text


def test_other_agents_see_and_change_nothing(desk, supervisor):
    tono = desk.login("tono")
    paths = [
        route.path
        for route in desk.app.router.routes
        if route.path.startswith(("accounts", "audit"))
    ]
    assert len(paths) > 7
    for path in paths:
        address = "/" + re.sub(r"<\w+:\w+>", "1", path)
        assert tono.post(address, data=NEW).status_code in (403, 405)
        assert tono.get(address).status_code in (403, 405)
    assert set(desk.actions()) == {"login"}
    page = tono.get("/me").text
    assert "/accounts" not in page
    assert "/audit" not in page


def test_the_list_says_who_is_there(desk, supervisor):
    with desk.database.transaction() as connection:
        accounts.set_available(connection, account_id=2, available=True)
    page = supervisor.get("/accounts").text
    assert page.count("<td>Siap</td>") == 1
    assert "Belum pernah" in page
