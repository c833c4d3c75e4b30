"""The command `desk`, run in a directory of its own."""

from __future__ import annotations

import io
import os
import pty
import socket
import subprocess
import sys
import time
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from handoff_desk.cli import main
from handoff_desk.store import accounts, audit
from handoff_desk.store.database import Database

PASSWORD = "kuda-hijau-42-pagi"
COMMAND = "import sys; from handoff_desk.cli import main; sys.exit(main())"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with endpoints.yml, which is the current one."""
    (tmp_path / "endpoints.yml").write_text("tracker_store: {type: SQL, db: rasa.db}\n")
    (tmp_path / "desk.yml").write_text("secure_cookies: false\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a command left."""

    returncode: int
    stdout: str
    stderr: str


def desk(*arguments: str, typed: str = "") -> Done:
    """One command, without a process of its own: to start one takes longer than all it does."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setattr(sys, "stdin", io.StringIO(typed))
        code = main(arguments)
    return Done(returncode=code, stdout=out.getvalue(), stderr=err.getvalue())


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def add(username: str = "sari", role: str = "supervisor", password: str = PASSWORD):
    return desk(
        "account", "add", username, "--role", role, "--password-stdin", typed=password + "\n"
    )


def test_accounts_are_added_listed_changed_and_deactivated(project):
    assert add().stdout == "Added sari (supervisor).\n"
    assert add("BUDI", "agent").returncode == 0
    listed = desk("account", "list").stdout.splitlines()
    assert [line.split()[:3] for line in listed] == [
        ["budi", "agent", "active"],
        ["sari", "supervisor", "active"],
    ]
    assert (
        "logged out"
        in desk(
            "account", "password", "budi", "--password-stdin", typed="sungai-panjang-8\n"
        ).stdout
    )
    assert desk("account", "deactivate", "budi").returncode == 0
    assert "inactive" in desk("account", "list").stdout
    database = Database("sqlite:///desk.db")
    with database.transaction() as connection:
        rows = audit.recent(connection)
    database.close()
    assert [row.action for row in reversed(rows)] == [
        "account.added",
        "account.added",
        "account.password",
        "account.deactivated",
    ]
    assert {row.actor for row in rows} == {"desk (terminal)"}


@pytest.mark.parametrize(
    "username, password, words",
    [
        ("sari", PASSWORD, "taken"),
        ("x", PASSWORD, "A username has"),
        ("budi", "pendek", "shorter than 10"),
        ("budi", "", "shorter than 10"),
        ("budi", "password123", "tried first"),
    ],
)
def test_what_is_refused_says_why_and_what_to_do(project, username, password, words):
    add()
    refused = add(username, password=password)
    assert refused.returncode == 2
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr
    assert desk("account", "list").stdout.count("\n") == 1


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["account", "password", "nobody", "--password-stdin"], "such an account"),
        (["account", "deactivate", "nobody"], "such an account"),
        (["account", "deactivate", "sari"], "must be an active supervisor"),
        (["token", "add", "--account", "nobody", "--label", "x"], "such an account"),
        (["token", "revoke", "7"], "such a token"),
        (["account", "add", "budi"], "--password-stdin"),
    ],
)
def test_what_cannot_be_done_is_said(project, arguments, words):
    add()
    refused = desk(*arguments)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert words in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_token_is_printed_once_and_can_be_revoked(project):
    add()
    secret = desk("token", "add", "--account", "sari", "--label", "CRM laporan").stdout.strip()
    assert len(secret) == 43
    listed = desk("token", "list", "--account", "sari").stdout
    assert "CRM laporan" in listed
    assert "active" in listed
    assert secret not in listed
    assert desk("token", "revoke", "1").returncode == 0
    assert "revoked" in desk("token", "list", "--account", "sari").stdout


def test_without_a_tracker_store_it_says_what_is_missing(project):
    (project / "endpoints.yml").unlink()
    refused = desk("migrate")
    assert refused.returncode == 2
    assert "tracker store" in refused.stderr
    assert not (project / "desk.db").exists()


def test_a_database_that_is_not_there_is_said(project):
    (project / "desk.yml").write_text("database: sqlite:///no/such/place/desk.db\n")
    refused = desk("migrate")
    assert refused.returncode == 2
    assert "database must be reachable" in refused.stderr


def test_migrating_twice_is_no_harm_and_shows_no_password(project):
    for _ in range(2):
        assert desk("migrate").stdout == "Up to date: sqlite:///desk.db\n"


@pytest.mark.parametrize("again, code", [(PASSWORD, 0), ("lain-sekali-99", 2)])
def test_on_a_terminal_it_asks_twice_and_shows_nothing(project, again, code):
    parent, child = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, "account", "add", "sari"],
        stdin=child,
        stdout=child,
        stderr=child,
        env=environment(),
        start_new_session=True,
    )
    os.close(child)
    shown = b""
    for prompt, answer in ((b"Password: ", PASSWORD), (b"Again: ", again)):
        while prompt not in shown:
            shown += os.read(parent, 1000)
        time.sleep(0.2)
        os.write(parent, answer.encode() + b"\n")
    while True:
        try:
            shown += os.read(parent, 1000)
        except OSError:
            break
    os.close(parent)
    assert process.wait(60) == code
    assert PASSWORD.encode() not in shown


def test_it_serves_after_migrating_and_warns_that_nobody_can_log_in(project):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = project / "log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", COMMAND, "run", "--port", str(port)],
            stdout=output,
            stderr=output,
            env=environment(),
        )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline:
                try:
                    assert client.get("/ready").status_code == 200
                    break
                except httpx.TransportError:
                    assert process.poll() is None, log.read_text()
                    time.sleep(0.2)
            assert add().returncode == 0
            form = {"username": "sari", "password": PASSWORD}
            assert client.post("/login", data=form).status_code == 303
            assert client.get("/me").status_code == 200
    finally:
        process.terminate()
        assert process.wait(30) == 0
    text = log.read_text()
    assert "Nobody can log in yet" in text
    assert "Traceback" not in text


def test_help_names_the_commands(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["--help"])
    assert stopped.value.code == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("run", "migrate", "account", "token"))


def test_an_account_made_on_the_terminal_is_what_the_desk_reads(project):
    add("tono", "agent")
    database = Database("sqlite:///desk.db")
    with database.transaction() as connection:
        account = accounts.find(connection, username="tono")
    database.close()
    assert account is not None
    assert (account.name, account.role.value, account.active) == ("Tono", "agent", True)
