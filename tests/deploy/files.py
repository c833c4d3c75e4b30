"""What deploy/ says: images, compose file, manifests."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))
MANIFESTS: list[dict[str, Any]] = [
    document
    for file in sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    for document in yaml.safe_load_all(file.read_text("utf-8"))
]
KUSTOMIZATION: dict[str, Any] = yaml.safe_load((DEPLOY / "kustomization.yaml").read_text("utf-8"))

OURS = ("rasa", "desk")
"""Of what the images are made here."""
DEPLOYMENTS = ("rasa", "desk", "nginx")
SERVICES = {"rasa": ("rasa-1", "rasa-2"), "desk": ("desk-1", "desk-2"), "nginx": ("nginx",)}
"""What the compose file runs of each."""


@dataclass(frozen=True, kw_only=True)
class Copy:
    """One COPY of a Dockerfile; `stage` is empty if it copies from the project."""

    stage: str
    sources: tuple[str, ...]
    target: str


@dataclass(frozen=True, kw_only=True)
class Image:
    """A Dockerfile's last stage, with what it copies out of the one before.

    Attributes:
        healthcheck, command: in their exec form.
    """

    copies: tuple[Copy, ...]
    build_copies: tuple[Copy, ...]
    environment: dict[str, str]
    user: str
    port: int
    healthcheck: tuple[str, ...]
    command: tuple[str, ...]


def read_image(name: str) -> Image:
    """Raises `ValueError` where HEALTHCHECK or CMD is no exec form."""
    text = (DEPLOY / f"images/{name}.Dockerfile").read_text("utf-8")
    text = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ")
    build, last = map(_instructions, text.split("\nFROM ")[-2:])
    said = dict(last)
    variables = " ".join(rest for word, rest in last if word == "ENV")
    return Image(
        copies=tuple(_copy(rest) for word, rest in last if word == "COPY"),
        build_copies=tuple(_copy(rest) for word, rest in build if word == "COPY"),
        environment=dict(pair.split("=", 1) for pair in shlex.split(variables)),
        user=said["USER"],
        port=int(said["EXPOSE"]),
        healthcheck=tuple(json.loads(said["HEALTHCHECK"].partition("CMD ")[2])),
        command=tuple(json.loads(said["CMD"])),
    )


def _instructions(stage: str) -> list[tuple[str, str]]:
    found = (line.strip().partition(" ") for line in stage.splitlines())
    return [(word, rest) for word, _, rest in found if word.isupper()]


def _copy(rest: str) -> Copy:
    *sources, target = rest.split()
    stage = ""
    if sources[0].startswith("--from="):
        stage = sources.pop(0).removeprefix("--from=")
    return Copy(stage=stage, sources=tuple(sources), target=target)


def manifest(kind: str, name: str) -> dict[str, Any]:
    """The only one of this kind and name."""
    (found,) = [one for one in MANIFESTS if (one["kind"], one["metadata"]["name"]) == (kind, name)]
    return found


def pod(name: str) -> dict[str, Any]:
    """Of a Deployment."""
    spec: dict[str, Any] = manifest("Deployment", name)["spec"]["template"]["spec"]
    return spec


def container(name: str) -> dict[str, Any]:
    """The only one of a Deployment."""
    (found,) = pod(name)["containers"]
    return dict(found)


def variables_of_manifest(name: str) -> dict[str, str]:
    """Its own, and those of the ConfigMaps that kustomization.yaml makes."""
    maps = {one["name"]: one.get("literals", []) for one in KUSTOMIZATION["configMapGenerator"]}
    one = container(name)
    taken = [maps[source["configMapRef"]["name"]] for source in one.get("envFrom", [])]
    given = dict(literal.split("=", 1) for literals in taken for literal in literals)
    return {**given, **{entry["name"]: entry["value"] for entry in one["env"]}}


def variables_of_compose(service: str) -> dict[str, str]:
    """Where compose takes one from its user, it is the default."""
    found = COMPOSE["services"][service].get("environment", {})
    return {name: re.sub(r"\$\{\w+:-(.*)\}", r"\1", value) for name, value in found.items()}
