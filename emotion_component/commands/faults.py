"""Faulty rows that a command does without."""

from __future__ import annotations

from emotion_component.table_files import Fault


def say_left_out(fault: Fault) -> None:
    """Name the row and what is wrong with it."""
    print(f"{fault}; left out")
