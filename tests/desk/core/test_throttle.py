"""The delay between attempts to log in."""

from __future__ import annotations

import pytest

from handoff_desk.security import throttle
from handoff_desk.store import attempts

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    "failures, expected",
    [(0, 0), (2, 0), (3, 2), (4, 4), (5, 8), (7, 32), (8, 60), (5000, 60)],
)
def test_the_delay_doubles_up_to_a_minute(failures, expected):
    assert throttle.delay(failures, free=3) == expected


def fail(connection, username="sari", address="a", at=NOW, success=False):
    attempt = attempts.begin(connection, username=username, address=address, at=at)
    if success:
        attempts.succeed(connection, attempt_id=attempt)


@pytest.mark.parametrize(
    "before, username, address, later, expected",
    [
        ([("sari", "a")] * 2, "sari", "a", 0, 0),
        ([("sari", "a")] * 3, "sari", "a", 0, 2),
        ([("sari", "a")] * 3, "sari", "a", 1.5, 0.5),
        ([("sari", "a")] * 3, "sari", "a", 2, 0),
        ([("sari", "a")] * 3, "budi", "a", 0, 0),
        ([("sari", "a")] * 3, "sari", "b", 0, 0),
        ([("sari", "a")] * 99, "sari", "a", throttle.WINDOW, 0),
        ([("sari", str(n)) for n in range(10)], "sari", "new", 0, 2),
        ([(str(n), "a") for n in range(20)], "new", "a", 0, 2),
        ([(str(n), "a") for n in range(19)], "new", "a", 0, 0),
    ],
)
def test_who_must_wait(database, before, username, address, later, expected):
    with database.transaction() as connection:
        for one in before:
            fail(connection, *one)
        wait = throttle.wait(connection, username=username, address=address, at=NOW + later)
    assert wait == pytest.approx(expected)


def test_a_success_forgives_what_was_mistyped_before(database):
    with database.transaction() as connection:
        for number in range(3):
            fail(connection, at=NOW + number)
        fail(connection, at=NOW + 10, success=True)
        fail(connection, at=NOW + 11)
        assert throttle.wait(connection, username="sari", address="a", at=NOW + 11) == 0


def test_the_owners_address_is_known_for_a_month(database):
    with database.transaction() as connection:
        fail(connection, at=NOW, success=True)
        for later, expected in ((throttle.KNOWN - 10, 0), (throttle.KNOWN + 10, 2)):
            at = NOW + later
            for number in range(10):
                fail(connection, address=f"x{number}", at=at)
            assert throttle.wait(connection, username="sari", address="a", at=at) == expected
            connection.exec_driver_sql("DELETE FROM login_attempt WHERE address <> 'a'")


def test_old_attempts_are_forgotten(database):
    with database.transaction() as connection:
        fail(connection)
        fail(connection, at=NOW + 2 * attempts.DAY)
        rows = connection.exec_driver_sql("SELECT count(*) FROM login_attempt").scalar()
    assert rows == 1
