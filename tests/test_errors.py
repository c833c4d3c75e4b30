"""The error tree: what a reader sees, and what a caller can catch."""

from __future__ import annotations

import inspect

import pytest

from emotion_component import errors
from emotion_component.errors import EmotionError, MissingExtraError


def test_a_message_says_the_rule_what_came_and_what_to_do():
    error = EmotionError(rule="A must be B.", got="C", do="Write B.")
    assert str(error) == "A must be B. Got: C. Write B."
    assert (error.rule, error.got, error.do) == ("A must be B.", "C", "Write B.")


@pytest.mark.parametrize(
    "kind",
    [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if kind is not EmotionError],
)
def test_one_except_clause_catches_every_error(kind):
    assert issubclass(kind, EmotionError)


def test_a_missing_package_is_an_import_error_that_names_the_extra():
    error = MissingExtraError(package="torch", extra="train", needed_for="`emosi train`")
    assert isinstance(error, ImportError)
    assert "pip install 'emotion-component[train]'" in str(error)
    assert "`emosi train` needs the package `torch`" in str(error)
