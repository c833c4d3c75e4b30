"""The tables that migrations make are those of schema.py."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from handoff_desk.store.database import Database
from handoff_desk.store.schema import metadata


def test_migrated_tables_are_those_of_the_schema(database):
    with database.transaction() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []


def test_to_migrate_again_keeps_what_is_there(database, sari):
    database.migrate()
    with database.transaction() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM account")).scalar() == 1


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request, tmp_path) -> Iterator[str]:
    """A place with no tables at all."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    postgres = request.getfixturevalue("postgres")
    yield postgres.create("empty")
    postgres.drop("empty")


def test_several_desks_may_migrate_at_the_same_time(empty_url):
    program = (
        "import sys; from handoff_desk.store.database import Database; "
        "database = Database(sys.argv[1]); sys.stdin.readline(); database.migrate()"
    )
    desks = [
        subprocess.Popen(
            [sys.executable, "-c", program, empty_url],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
            text=True,
        )
        for _ in range(3)
    ]
    for desk in desks:
        assert desk.stdin is not None
        desk.stdin.write("go\n")
        desk.stdin.flush()
    errors = [desk.communicate(timeout=120)[1] for desk in desks]
    assert [desk.returncode for desk in desks] == [0, 0, 0], errors
    database = Database(empty_url)
    assert set(sa.inspect(database.engine).get_table_names()) >= set(metadata.tables)
    database.close()
