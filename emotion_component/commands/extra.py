"""A command whose optional packages are not installed says so in one sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from emotion_component.errors import MissingExtraError


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
        raise MissingExtraError(
            package=error.name or extra, extra=extra, needed_for=needed_for
        ) from error
