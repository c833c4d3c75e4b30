"""Passwords: which are good enough, and Argon2id."""

from __future__ import annotations

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MIN_LENGTH = 10
MAX_LENGTH = 256

_ROWS = (
    "01234567890",
    "9876543210",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc",
    "1q2w3e4r5t6y",
)
_WORDS = (
    "password passw0rd p4ssw0rd katasandi sandi rahasia admin administrator supervisor petugas "
    "agen agent welcome selamat datang indonesia jakarta bandung surabaya sayangku sayang "
    "bismillah cintaku cinta merdeka garuda pancasila letmein changeme default login masuk user "
    "iloveyou monkey dragon handoff desk meja emosi rasa test coba"
).split()

OBVIOUS = sorted(
    {*_WORDS, *(row[start : start + 4] for row in _ROWS for start in range(len(row) - 3))},
    key=lambda part: (-len(part), part),
)
"""Words and keys in a row that are tried first, with digits and signs around; long ones first."""

# OWASP's parameters for a machine that has other things to do too: 19 MiB and one processor a hash.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# More at a time would only wait for each other.
_threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")


class Weakness(str, Enum):
    """Why a password is refused."""

    SHORT = "short"
    LONG = "long"
    OBVIOUS = "obvious"
    NAMED = "named"


def weakness(password: str, username: str) -> Weakness | None:
    """What is wrong with a new password; None if it is good enough."""
    if len(password) < MIN_LENGTH:
        return Weakness.SHORT
    if len(password) > MAX_LENGTH:
        return Weakness.LONG
    plain = password.lower()
    if len(username) > 2 and username in plain and len(password) - len(username) < MIN_LENGTH:
        return Weakness.NAMED
    left = plain
    for part in OBVIOUS:
        left = left.replace(part, "")
    letters = {letter for letter in left if letter.isalpha()}
    if len(set(plain)) < 4 or (left != plain and len(letters) < 4):
        return Weakness.OBVIOUS
    return None


async def hash_password(password: str) -> str:
    """Argon2id with a salt of its own, in a thread."""
    return await asyncio.get_running_loop().run_in_executor(_threads, _hasher.hash, password)


async def verify(password: str, stored: str | None) -> bool:
    """Whether a password fits its hash, in a thread.

    It takes the same time when there is no hash: nobody learns which accounts exist.
    """
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, _verify, password[: MAX_LENGTH + 1], stored)


def needs_rehash(stored: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def _verify(password: str, stored: str | None) -> bool:
    try:
        right = _hasher.verify(stored or _nobody(), password)
    except (VerificationError, InvalidHashError):
        return False
    return right and stored is not None


@cache
def _nobody() -> str:
    return _hasher.hash(secrets.token_urlsafe(32))
