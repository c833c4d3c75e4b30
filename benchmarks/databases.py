"""PostgreSQL servers of a benchmark's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.desk.core.postgres_server import Postgres, postgres_binaries


@contextmanager
def postgres(driver: str = "psycopg") -> Iterator[Postgres]:
    """PostgreSQL as it is installed, whose commits wait for the disk.

    Args:
        driver: SQLAlchemy's name of it.

    Raises:
        SystemExit: it is not installed.
    """
    binaries = postgres_binaries()
    if binaries is None:
        raise SystemExit("No PostgreSQL server is installed (Debian: apt-get install postgresql).")
    server = Postgres(binaries, options="-c fsync=on", driver=driver)
    try:
        yield server
    finally:
        server.stop()
