"""The metrics that the dashboard and the alerts of deploy/ ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

DEPLOY = Path(__file__).parents[2] / "deploy"
DASHBOARD = DEPLOY / "grafana/dashboard.json"
ALERTS = DEPLOY / "prometheus/alerts.yml"

_NAME = re.compile(r"\b((?:desk|emotion)_[a-z_]+)(\{[^}]*\})?")
_GROUPED = re.compile(r"\bby \(([^)]*)\)")


def expressions() -> Iterator[str]:
    """Every question to Prometheus."""
    dashboard: dict[str, Any] = json.loads(DASHBOARD.read_text("utf-8"))
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))
    for group in yaml.safe_load(ALERTS.read_text("utf-8"))["groups"]:
        yield from (rule["expr"] for rule in group["rules"])


def asked(prefix: str) -> set[str]:
    """The metrics that begin so."""
    found = {match[1] for one in expressions() for match in _NAME.finditer(one)}
    return {name for name in found if name.startswith(prefix)}


def labels_asked(name: str) -> set[str]:
    """The labels by which a metric is chosen or grouped."""
    labels: set[str] = set()
    for one in expressions():
        for match in _NAME.finditer(one):
            if match[1] == name:
                labels |= set(re.findall(r"(\w+)=", match[2] or ""))
                for group in _GROUPED.findall(one):
                    labels |= {label.strip() for label in group.split(",")}
    return labels - {"le", "instance", "job"}


def exported(exposition: str) -> set[str]:
    """The names of all samples that may stand in a text for Prometheus."""
    names: set[str] = set()
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", exposition, re.MULTILINE):
        parts = ("_bucket", "_count", "_sum") if kind == "histogram" else ("",)
        names |= {name + part for part in parts}
    return {name for name in names if not name.endswith("_created")}
