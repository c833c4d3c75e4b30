"""Reads many rows page by page: no transaction lasts long, and others work in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import TypeVar

import sqlalchemy as sa

Connect = Callable[[], AbstractContextManager[sa.Connection]]
"""A connection to the desk's database, for one page."""

T = TypeVar("T")


def paged(
    connect: Connect,
    page: Callable[[sa.Connection, int], list[T]],
    number: Callable[[T], int],
    *,
    size: int,
) -> Iterator[T]:
    """All rows, each page in a transaction of its own.

    Args:
        page: gives rows with a number above the one that it is given, rising; `size` of them, if
            there are so many.
        number: of a row.
    """
    after = 0
    while True:
        with connect() as connection:
            found = page(connection, after)
        yield from found
        if len(found) < size:
            return
        after = number(found[-1])
