"""Who may import whom in the desk, and where SQL may stand."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from emotion_component.labels import LABELS
from emotion_component.tracker.typed import REMOVED
from handoff_desk.labelling.records import EMOTIONS
from handoff_desk.rasa import events

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "handoff_desk"
MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
}
REPORT = (
    *("period", "statistics", "sessions", "helped", "emotions", "answers", "course", "missed"),
    *("escalations", "waiting", "satisfaction", "rated", "making"),
    *("tables", "cells", "parts", "contents", "files"),
    *("sections_emotions", "sections_help", "sections_satisfaction"),
)
PURE = (
    *("errors", "domain", "hours", "hours_yaml", "live", "masking", "request_ids", "wording"),
    *("rasa.events", "web.words", "web.label_words", "web.curve"),
    *("labelling.records", "labelling.choice", "labelling.agreement"),
    *(f"report.{name}" for name in REPORT),
    *("studio.records", "studio.episodes", "studio.strata", "studio.effects", "studio.queueing"),
    *("studio.simulation", "studio.busiest", "studio.plan"),
)
"""No I/O: they import each other and Python's own."""

SQL = re.compile(r"\bsa\.(select|text|insert|update|delete|Table|table)\(|\.(insert|delete)\(\)")


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            if node.module == "handoff_desk":
                yield from (f"handoff_desk.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


@pytest.mark.parametrize("module", MODULES)
def test_neither_rasa_nor_the_classifier_is_imported(module: str) -> None:
    tops = {name.partition(".")[0] for name in imports(MODULES[module])}
    assert not tops & {"rasa", "emotion_component", "torch", "onnxruntime"}


@pytest.mark.parametrize("module", MODULES)
def test_sql_stands_in_the_store_alone(module: str) -> None:
    if module.split(".")[0] in ("store", "migrations") or module == "rasa.tracker_store":
        return
    assert not SQL.search(MODULES[module].read_text("utf-8"))


@pytest.mark.parametrize("module", [name for name in MODULES if name.startswith("store")])
def test_the_store_knows_nothing_of_the_web(module: str) -> None:
    names = set(imports(MODULES[module]))
    assert not {name for name in names if name.partition(".")[0] in ("sanic", "httpx")}
    assert not {name for name in names if name.startswith("handoff_desk.web.views")}


@pytest.mark.parametrize("module", PURE)
def test_pure_modules_do_no_io(module: str) -> None:
    names = set(imports(MODULES[module]))
    ours = {name.partition(".")[2] for name in names if name.startswith("handoff_desk.")}
    assert ours <= {*PURE}
    assert not {name.partition(".")[0] for name in names} & {"sqlalchemy", "sanic", "httpx", "os"}


def test_both_sides_agree_on_the_names_of_slots() -> None:
    """emotion_component.rasa cannot be imported here: it needs Rasa."""
    tree = ast.parse((ROOT / "emotion_component/rasa/names.py").read_text("utf-8"))
    names = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    for name in ("HANDOFF_SLOT", "REASON_SLOT", "EMOTION_SLOT"):
        assert getattr(events, name) == names[name]


def test_both_sides_agree_on_emotions_and_on_what_stands_for_a_removed_text() -> None:
    assert (EMOTIONS, events.REMOVED) == (LABELS, REMOVED)
