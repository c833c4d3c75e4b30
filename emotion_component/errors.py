"""One error tree. Each message says the rule, what came, and what to do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class EmotionError(Exception):
    """Base of every error this library raises on purpose.

    Args:
        rule: what must hold.
        got: what came instead.
        do: what the reader should do about it.
    """

    def __init__(self, *, rule: str, got: str, do: str) -> None:
        self.rule, self.got, self.do = rule, got, do
        super().__init__(f"{rule} Got: {got}. {do}")


class ConfigError(EmotionError):
    """A setting has a wrong name, type or value."""


class LabelError(EmotionError):
    """The labels of a checkpoint or a table are not the five emotions."""


class ArtifactError(EmotionError):
    """A model directory is missing, incomplete, changed or of another format."""


class ModelError(EmotionError):
    """A model that is loaded gives no answer that can be used."""


class InputError(EmotionError):
    """The texts given to a classifier are not texts."""


class DataError(EmotionError):
    """A training or evaluation table cannot be used."""


class MissingExtraError(EmotionError, ImportError):
    """An optional package is needed and not installed."""

    def __init__(self, *, package: str, extra: str, needed_for: str) -> None:
        super().__init__(
            rule=f"{needed_for} needs the package `{package}`.",
            got="it is not installed",
            do=f"Install it with: pip install 'emotion-component[{extra}]'",
        )


@contextmanager
def needs_extra(extra: str, needed_for: str) -> Iterator[None]:
    """Turn an `ImportError` of the body into the error that names the extra to install.

    Raises:
        MissingExtraError: a package is not installed.
    """
    try:
        yield
    except MissingExtraError:
        raise
    except ImportError as error:
        package = (error.name or extra).partition(".")[0]
        raise MissingExtraError(package=package, extra=extra, needed_for=needed_for) from error
