"""The REST channel's part of credentials.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from rasa.shared.exceptions import InvalidConfigException

from emotion_component.errors import ConfigError
from emotion_component.rasa.bearer import is_same


@dataclass(frozen=True, kw_only=True)
class RestSettings:
    """What the REST channel lets through.

    Args:
        token: secret that requests must hold as `Authorization: Bearer <token>`; None: no secret.
        max_length: characters of the longest message that is accepted.

    Raises:
        ConfigError: a value has a wrong type or range.
    """

    token: str | None = None
    max_length: int = 2000

    def __post_init__(self) -> None:
        if self.token is not None and not (isinstance(self.token, str) and self.token.strip()):
            raise ConfigError(
                rule="RestInput: `token` is a text that is not empty.",
                got=type(self.token).__name__ if self.token else "nothing",  # it is a secret
                do="Put it in quotes, or leave it out: then no token is asked for.",
            )
        if type(self.max_length) is not int or self.max_length < 1:
            raise ConfigError(
                rule="RestInput: `max_length` is a whole number of characters from 1.",
                got=repr(self.max_length),
                do="Leave it out for 2000.",
            )

    def accepts(self, token: str | None) -> bool:
        """Whether a request with this token may go on; takes the same time for every wrong one."""
        return self.token is None or is_same(token, self.token)


def read_credentials(credentials: Mapping[str, Any] | None) -> RestSettings:
    """Check the channel's entry in credentials.yml.

    Args:
        credentials: the entry; None if it holds nothing.

    Raises:
        InvalidConfigException: a key or value is wrong; says which and what is allowed.
    """
    given = {} if credentials is None else credentials
    if not isinstance(given, Mapping):
        raise InvalidConfigException(
            f"RestInput: its entry in credentials.yml is a list of settings. Got: {given!r}."
        )
    known = [field.name for field in fields(RestSettings)]
    if unknown := sorted(str(key) for key in given if key not in known):
        raise InvalidConfigException(
            f"RestInput has no setting `{unknown[0]}`. It has: {', '.join(known)}."
        )
    try:
        return RestSettings(**given)
    except ConfigError as error:
        raise InvalidConfigException(str(error)) from None
