"""What the desk refuses, in one tree: each says the rule, what came, and what to do."""

from __future__ import annotations

from reprlib import Repr
from typing import Any

_repr = Repr()
_repr.maxstring = _repr.maxother = 200
_repr.maxlevel = 3


def short(value: Any) -> str:
    """A value that was refused, as Python writes it, however much is in it: a few hundred bytes of
    YAML can name a billion things."""
    return _repr.repr(value)


class DeskError(Exception):
    """Something the desk cannot or must not do.

    Attributes:
        status: HTTP status that fits.
        rule, got, do: the three parts of the message.
        told: what an agent reads of it, in Indonesian; empty where the status says enough.
    """

    status = 400

    def __init__(self, *, rule: str, got: str, do: str, told: str = "") -> None:
        super().__init__(f"{rule} Got: {got}. {do}")
        self.rule, self.got, self.do, self.told = rule, got, do, told


class SettingsError(DeskError):
    """desk.yml, endpoints.yml or the environment says something that cannot be."""


class NotFoundError(DeskError):
    """There is no such ticket, account or message."""

    status = 404


class ConflictError(DeskError):
    """Somebody else was faster, or the ticket is in a state that does not allow this."""

    status = 409


class ForbiddenError(DeskError):
    """The account may not do this."""

    status = 403


class RasaError(DeskError):
    """Rasa's server cannot be reached, or refuses.

    Attributes:
        unknown: whether it may have carried the request out all the same.
    """

    status = 502

    def __init__(self, *, rule: str, got: str, do: str, unknown: bool) -> None:
        super().__init__(rule=rule, got=got, do=do)
        self.unknown = unknown
