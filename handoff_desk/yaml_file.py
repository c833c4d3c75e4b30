"""Reads a YAML file whose values may name variables of the environment: `${NAME}`.

A variable that is not set may stand in the file that `NAME_FILE` names, as containers' secrets do.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from handoff_desk.errors import SettingsError

UNREADABLE = (yaml.YAMLError, ValueError, OverflowError, RecursionError)
"""What PyYAML raises: beside its own errors those of Python, for the 45th of a month, numbers
without digits or with thousands of them, and brackets that never close."""

_VARIABLE = re.compile(r"\$\{(\w+)\}")


class FromEnvironment(str):
    """A value that came out of the environment, where everything is text."""

    __slots__ = ()

    def as_written(self) -> Any:
        """What it would be, had it been written in the file: a number, true or false, or text."""
        try:
            return yaml.safe_load(self)
        except UNREADABLE:
            return str(self)


class _Loader(yaml.SafeLoader):
    """Fills variables in after the YAML was read: a password may contain any sign."""

    environment: Mapping[str, str]
    name: str

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:
        value = super().construct_scalar(node)
        if isinstance(value, str) and _VARIABLE.search(value):
            return FromEnvironment(_VARIABLE.sub(self._value, value))
        return value

    def _value(self, match: re.Match[str]) -> str:
        name = match.group(1)
        file = self.environment.get(f"{name}_FILE")
        if name in self.environment and file:
            raise SettingsError(
                rule=f"{self.name}: expected {name} or {name}_FILE in the environment.",
                got="both",
                do="Set one of them.",
            )
        if file:
            return _secret(name, Path(file))
        if name not in self.environment:
            raise SettingsError(
                rule=f"{self.name}: expected only variables that are set.",
                got=f"${{{name}}}",
                do=f"Set {name} or {name}_FILE in the environment, or correct {self.name}.",
            )
        return self.environment[name]


def read_yaml(path: Path, environment: Mapping[str, str], *, part: str | None = None) -> Any:
    """What a file holds; None if it is empty or not there.

    Args:
        part: only this key of the file. Variables elsewhere in it need not be set.

    Raises:
        SettingsError: it cannot be read, is no YAML, or names a variable that is not set.
    """
    try:
        loader = _Loader(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, *UNREADABLE) as error:
        raise _refused(path, "a file that can be read", error) from None
    loader.environment, loader.name = environment, path.name
    try:
        node = loader.get_single_node()
        if part is not None:
            node = _child(node, part)
        return None if node is None else loader.construct_document(node)
    except UNREADABLE as error:
        raise _refused(path, "valid YAML", error) from None
    finally:
        loader.dispose()


def _secret(name: str, file: Path) -> str:
    try:
        # Editors and `echo` end a file with a line break, which is no part of a secret.
        return file.read_text("utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            rule=f"{name}_FILE: expected the name of a file that can be read.",
            got=str(error),
            do="Correct it, or let the desk's user read the file.",
        ) from None


def _child(node: yaml.Node | None, key: str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                found: yaml.Node = value
                return found
    return None


def _refused(path: Path, rule: str, error: Exception) -> SettingsError:
    got = " ".join(str(error).split())
    return SettingsError(rule=f"{path.name}: expected {rule}.", got=got, do=f"Correct {path.name}.")
