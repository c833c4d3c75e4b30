"""Each claim of docs/threat-model.md names a test that is there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.deploy.files import ROOT

PAGE = (ROOT / "docs/threat-model.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| [STRIDE] \|", line)]


@pytest.mark.parametrize("file, name", NAMED)
def test_it_is_there(file: str, name: str) -> None:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    assert name in {one.name for one in tree.body if isinstance(one, functions)}


@pytest.mark.parametrize("row", ROWS)
def test_every_threat_has_one(row: str) -> None:
    *_, shown, _ = row.split(" |")
    assert "::" in shown or "](#" in shown
