"""Options that several commands share, and options made from a settings class."""

from __future__ import annotations

import argparse
import dataclasses
import getpass
import inspect
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from emotion_component.errors import ConfigError
from emotion_component.training.config import PRESETS, TrainingConfig, make_config


def add_settings(parser: argparse.ArgumentParser, settings: type) -> None:
    """An option for each field of a settings class, explained by its docstring.

    What is not given stays out of `given_settings`, so that a preset or a file can say it.
    """
    group = parser.add_argument_group("settings")
    explained = _attributes(inspect.getdoc(settings) or "")
    for field in dataclasses.fields(settings):
        flag = f"--{field.name.replace('_', '-')}"
        text = f"{explained[field.name]} [{_shown(field.default)}]".replace("%", "%%")
        if isinstance(field.default, bool):
            group.add_argument(flag, action=argparse.BooleanOptionalAction, default=None, help=text)
        elif isinstance(field.default, tuple):
            kind = int if field.name == "layers" else str
            group.add_argument(flag, nargs="*", type=kind, help=text)
        else:
            group.add_argument(flag, type=type(field.default), help=text)


def given_settings(options: argparse.Namespace, settings: type) -> dict[str, Any]:
    """The settings given on the command line, by field name."""
    values = {field.name: getattr(options, field.name) for field in dataclasses.fields(settings)}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if value is not None
    }


def add_training_data(parser: argparse.ArgumentParser) -> None:
    """Which messages to learn from."""
    parser.add_argument(
        "--train",
        required=True,
        nargs="+",
        metavar="TABLE",
        help="CSV, JSON lines or parquet with text,label; FILE.csv:SPLIT for one split of a file",
    )
    parser.add_argument(
        "--valid",
        nargs="+",
        metavar="TABLE",
        help="the same; chooses the epoch; without it, a stratified 20 %% of the messages does",
    )
    parser.add_argument(
        "--drop-leaks",
        action="store_true",
        help="leave messages of --valid out of --train, where they stand in both, instead of "
        "refusing the tables",
    )
    parser.add_argument(
        "--hold-out",
        nargs="*",
        default=[],
        metavar="TABLE",
        help="tables whose messages are never trained on",
    )
    parser.add_argument(
        "--skip-bad-rows", action="store_true", help="report faulty rows and train on the others"
    )


def add_base(parser: argparse.ArgumentParser, or_else: str = "") -> None:
    """Which encoder to start from, or what else a command takes in its place."""
    parser.add_argument(
        "--base",
        required=True,
        help="directory or hub id of an encoder, e.g. intfloat/multilingual-e5-small (small) or "
        f"indobenchmark/indobert-base-p1 (large){or_else}",
    )


def add_recipe(parser: argparse.ArgumentParser) -> None:
    """A preset, a file of settings, and each setting by itself."""
    parser.add_argument("--preset", default="default", choices=PRESETS, help="a named recipe")
    parser.add_argument("--config", type=Path, help="JSON file of settings, as `search` writes it")
    add_settings(parser, TrainingConfig)


def given_recipe(options: argparse.Namespace) -> TrainingConfig:
    """The settings that `add_recipe` asks for.

    Raises:
        ConfigError: see `make_config`.
    """
    return make_config(options.preset, options.config, **given_settings(options, TrainingConfig))


def add_output(parser: argparse.ArgumentParser) -> None:
    """Where to write."""
    parser.add_argument("--output", required=True, type=Path, help="directory to write")


def zone_called(name: str) -> ZoneInfo:
    """Where days begin.

    Raises:
        ConfigError: there is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ConfigError(
            rule="A zone has a name of the IANA time zone database.",
            got=repr(name),
            do="Take Asia/Jakarta, Asia/Makassar or Asia/Jayapura; or install `tzdata`.",
        ) from None


def user_name(given: str) -> str:
    """Who runs the command, if nobody else is given; empty where the system has no name for them,
    as in a container of another user."""
    try:
        return given or getpass.getuser()
    except (KeyError, OSError):
        return ""


def _attributes(doc: str) -> dict[str, str]:
    section = doc.partition("Attributes:")[2]
    found = re.findall(r"^ {4}(\w+): (.+(?:\n {8}.+)*)", section, flags=re.MULTILINE)
    return {name: " ".join(text.split()).rstrip(".") for name, text in found}


def _shown(default: object) -> object:
    return "none" if default == () else default
