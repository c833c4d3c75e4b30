"""What the pages about people share: who may see them, and what is said of a form."""

from __future__ import annotations

from functools import wraps
from typing import Any, Protocol

from sanic import HTTPResponse, Request

from handoff_desk.domain import Role
from handoff_desk.errors import ForbiddenError
from handoff_desk.security import passwords
from handoff_desk.security.auth import USERNAME
from handoff_desk.security.passwords import Weakness
from handoff_desk.web.views.forms import field, number

MAX_NAME, MAX_LIMIT = 120, 100

ROLES = {Role.AGENT: "Petugas", Role.SUPERVISOR: "Supervisor"}

WEAK = {
    Weakness.SHORT: f"Kata sandi perlu paling sedikit {passwords.MIN_LENGTH} karakter.",
    Weakness.LONG: f"Kata sandi paling panjang {passwords.MAX_LENGTH} karakter.",
    Weakness.OBVIOUS: "Kata sandi ini terlalu mudah ditebak. Coba gabungkan beberapa kata acak.",
    Weakness.NAMED: "Kata sandi jangan memuat nama pengguna. Coba gabungkan beberapa kata acak.",
}
DIFFERENT = "Kedua kata sandi tidak sama. Ketik ulang dengan teliti."


class Handler(Protocol):
    """A view."""

    async def __call__(self, request: Request, **values: Any) -> HTTPResponse: ...


def for_supervisors(handler: Any) -> Handler:
    """A view that other agents are refused."""

    @wraps(handler)
    async def guarded(request: Request, **values: Any) -> HTTPResponse:
        if request.ctx.account.role is not Role.SUPERVISOR:
            raise ForbiddenError(
                rule="Only a supervisor may see accounts, the audit log, reports and thresholds.",
                got=f"an account with the role {request.ctx.account.role.value}",
                do="Ask a supervisor.",
            )
        response: HTTPResponse = await handler(request, **values)
        return response

    return guarded


def role(request: Request) -> Role | None:
    """The role that was chosen."""
    found = field(request, "role")
    return next((one for one in Role if one.value == found), None)


def problem_of_account(request: Request) -> str:
    """What is wrong with name, role and limit in a form; empty if nothing is."""
    name = field(request, "name")
    if not 0 < len(name) <= MAX_NAME or "\n" in name:
        return f"Isi nama, paling panjang {MAX_NAME} karakter."
    if role(request) is None:
        return "Pilih peran."
    if number(request, "max_tickets", low=1, high=MAX_LIMIT) is None:
        return f"Batas tiket adalah angka dari 1 sampai {MAX_LIMIT}."
    return ""


def problem_of_username(username: str) -> str:
    """What is wrong with a new username; empty if nothing is."""
    if USERNAME.fullmatch(username):
        return ""
    return (
        "Nama pengguna terdiri atas 2 sampai 64 huruf kecil, angka, atau . _ @ + - "
        "dan diawali huruf atau angka."
    )


def problem_of_password(password: str, again: str, username: str) -> str:
    """What is wrong with a new password; empty if nothing is."""
    found = passwords.weakness(password, username)
    if found is not None:
        return WEAK[found]
    return "" if password == again else DIFFERENT
