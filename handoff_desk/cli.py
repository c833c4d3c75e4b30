"""`desk`: starts the desk, and manages who may log in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from handoff_desk import logs
from handoff_desk.errors import DeskError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; settings come from desk.yml and endpoints.yml in this directory.

    Args:
        arguments: those of the process if None.

    Returns:
        the exit code: 0, or 2 when something was refused.
    """
    options = _parser().parse_args(arguments)
    logs.install()
    try:
        commands = _commands()
        command = getattr(commands, options.command)
        values = {
            name: value for name, value in vars(options).items() if name not in ("command", "group")
        }
        command(**values)
    except DeskError as error:
        print(f"desk: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(file=sys.stderr)
        return 130
    return 0


def _commands() -> ModuleType:
    """The module that does the work; `desk --help` does without it.

    Raises:
        DeskError: a package of the extra is not installed.
    """
    try:
        from handoff_desk import commands
    except ImportError as error:
        if (error.name or "").startswith("handoff_desk"):
            raise
        raise DeskError(
            rule=f"The desk needs the package `{error.name}`.",
            got="it is not installed",
            do="Install it with: pip install 'emotion-component[desk]'",
        ) from None
    return commands


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="desk", description="The agents' desk. Reads desk.yml and endpoints.yml here."
    )
    groups = parser.add_subparsers(required=True, metavar="COMMAND")

    run = groups.add_parser("run", help="bring the database up to date and serve the desk")
    run.add_argument("--host", help="address to listen on (default: `host` in desk.yml)")
    run.add_argument("--port", type=int, help="port to listen on (default: `port` in desk.yml)")
    run.add_argument("--rasa", help="address of Rasa's server (default: `rasa` in desk.yml)")
    run.set_defaults(command="run")

    migrate = groups.add_parser("migrate", help="create or update the desk's tables")
    migrate.set_defaults(command="migrate")

    account = groups.add_parser("account", help="who may log in")
    ways = account.add_subparsers(required=True, metavar="ACTION")
    add = ways.add_parser("add", help="a new account; asks for its password")
    add.add_argument("username")
    add.add_argument("--name", help="as customers and colleagues read it (default: Username)")
    add.add_argument("--role", choices=("agent", "supervisor"), default="agent")
    _takes_password(add)
    add.set_defaults(command="add_account")
    ways.add_parser("list", help="all accounts").set_defaults(command="list_accounts")
    password = ways.add_parser("password", help="give an account a new password")
    password.add_argument("username")
    _takes_password(password)
    password.set_defaults(command="change_password")
    deactivate = ways.add_parser("deactivate", help="keep somebody out")
    deactivate.add_argument("username")
    deactivate.set_defaults(command="deactivate_account")

    token = groups.add_parser("token", help="API tokens for programs")
    ways = token.add_subparsers(required=True, metavar="ACTION")
    add = ways.add_parser("add", help="a new token, printed once")
    add.add_argument("--account", required=True, metavar="USERNAME", help="in whose name it acts")
    add.add_argument("--label", required=True, help="what it is for")
    add.set_defaults(command="add_token")
    listing = ways.add_parser("list", help="the tokens of an account, without their secrets")
    listing.add_argument("--account", required=True, metavar="USERNAME")
    listing.set_defaults(command="list_tokens")
    revoke = ways.add_parser("revoke", help="make a token worthless")
    revoke.add_argument("token", type=int, metavar="ID", help="from `desk token list`")
    revoke.set_defaults(command="revoke_token")

    labels = groups.add_parser("labels", help="what agents said of the emotion of messages")
    ways = labels.add_subparsers(required=True, metavar="ACTION")
    export = ways.add_parser("export", help="write them to a file for `emosi train --train FILE`")
    export.add_argument("file", type=Path, metavar="FILE", help="*.csv or *.jsonl")
    export.add_argument(
        "--all",
        action="store_true",
        dest="every",
        help="a line for each label that anybody gave (default: the one that counts, by message)",
    )
    export.set_defaults(command="export_labels")
    return parser


def _takes_password(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--password-stdin",
        action="store_true",
        help="read the password from one line of standard input",
    )
