"""Which passwords are refused, and how they are checked."""

from __future__ import annotations

import asyncio

import pytest

from handoff_desk.security import passwords
from handoff_desk.security.passwords import Weakness


@pytest.mark.parametrize(
    "password, expected",
    [
        ("kuda-hijau-42-pagi", None),
        ("hujanderassekali", None),
        ("Tr0ub4dor&3", None),
        ("sari suka makan tahu", None),
        ("pendek", Weakness.SHORT),
        ("x" * 257, Weakness.LONG),
        ("aaaaaaaaaaaa", Weakness.OBVIOUS),
        ("1234567890", Weakness.OBVIOUS),
        ("qwertyuiop1", Weakness.OBVIOUS),
        ("password123", Weakness.OBVIOUS),
        ("Rahasia2024!", Weakness.OBVIOUS),
        ("Indonesia45!", Weakness.OBVIOUS),
        ("bismillah99", Weakness.OBVIOUS),
        ("sari-2024-x", Weakness.NAMED),
    ],
)
def test_what_is_refused(password, expected):
    assert passwords.weakness(password, "sari") is expected


@pytest.mark.parametrize(
    "password, stored, expected",
    [
        ("kuda-hijau", "right", True),
        ("kuda-hijaU", "right", False),
        ("kuda-hijau", None, False),
        ("kuda-hijau", "no hash at all", False),
        ("kuda-hijau", "", False),
    ],
)
def test_only_the_right_password_fits(password, stored, expected):
    async def ask() -> bool:
        known = await passwords.hash_password("kuda-hijau") if stored == "right" else stored
        return await passwords.verify(password, known)

    assert asyncio.run(ask()) is expected


def test_a_hash_is_argon2id_with_its_own_salt():
    async def ask() -> list[str]:
        return [await passwords.hash_password("kuda-hijau") for _ in range(2)]

    first, second = asyncio.run(ask())
    assert first.startswith("$argon2id$")
    assert first != second
    assert not passwords.needs_rehash(first)
