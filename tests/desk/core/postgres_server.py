"""A PostgreSQL server that a test session starts for itself."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa


def postgres_binaries() -> Path | None:
    """Where a server is installed; None if nowhere."""
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return places[-1].parent if places else None


class Postgres:
    """A server of our own, in a directory of its own, reached by a socket in there.

    Args:
        binaries: where its programs are.
        superuser: who may do everything.
        port: on which it listens on 127.0.0.1, too; None: nowhere.
        options: for the server, after those of our own.
        place: an empty directory, which goes when the server stops.
        driver: SQLAlchemy's name of it, in the addresses.
    """

    def __init__(
        self,
        binaries: Path,
        *,
        superuser: str = "desk",
        port: int | None = None,
        options: str = "",
        place: Path | None = None,
        driver: str = "psycopg",
    ) -> None:
        self._superuser, self._driver = superuser, driver
        # Not below pytest's directory: root's is closed to the user the server runs as.
        self.place = place or Path(tempfile.mkdtemp(prefix="desk-pg-"))
        self._binaries = binaries
        self._as: dict[str, Any] = {}
        if os.getuid() == 0:
            user = pwd.getpwnam("nobody")
            os.chown(self.place, user.pw_uid, user.pw_gid)
            self._as = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        who = ("-U", superuser, "-A", "trust")
        self._run("initdb", "-D", "data", *who, "-E", "UTF8", "--locale=C")
        ours = f"-k {self.place} -c fsync=off -c max_connections=100"
        where = f"127.0.0.1 -c port={port}" if port is not None else ""
        self.port = port or 5432
        self._options = f"{ours} -c listen_addresses={where} {options}"
        self.start()
        self._admin = sa.create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")

    def url(self, name: str) -> str:
        who = f"postgresql+{self._driver}://{self._superuser}"
        return f"{who}@/{name}?host={self.place}&port={self.port}"

    def create(self, name: str, template: str = "template1") -> str:
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop(self, name: str) -> None:
        self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def start(self) -> None:
        """Start it, also after `halt`."""
        self._run("pg_ctl", "start", "-w", "-D", "data", "-l", "log", "-o", self._options)

    def halt(self, mode: str = "fast") -> None:
        """Stop it for now; `immediate` leaves it no chance to tidy up."""
        self._run("pg_ctl", "stop", "-w", "-D", "data", "-m", mode)

    def stop(self) -> None:
        self._admin.dispose()
        self.halt()
        shutil.rmtree(self.place, ignore_errors=True)

    def _execute(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.exec_driver_sql(statement)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self._binaries / program, *arguments],
            cwd=self.place,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
            **self._as,
        )
        assert done.returncode == 0, f"{program} {' '.join(arguments)}: see {self.place}"
