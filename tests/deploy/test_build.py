"""What goes into the images, and what kustomize makes of the manifests."""

from __future__ import annotations

import fnmatch
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from tests.deploy.files import DEPLOY, KUSTOMIZATION, MANIFESTS, OURS, ROOT, read_image


def goes_in(path: str, rules: list[str]) -> bool:
    """Whether .dockerignore lets a path through: of its rules the last that fits decides."""
    ignored = False
    for rule in rules:
        pattern = rule.removeprefix("!").removeprefix("**/")
        parts = path.split("/")
        below = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
        candidates = parts if rule.startswith("**/") else below
        if any(fnmatch.fnmatchcase(one, pattern) for one in candidates):
            ignored = not rule.startswith("!")
    return not ignored


RULES = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] not in "# "]
SOURCES = sorted(
    {
        source
        for name in OURS
        for copies in (read_image(name).copies, read_image(name).build_copies)
        for one in copies
        for source in one.sources
        if not one.stage
    }
)


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_copied_is_there(source: str) -> None:
    assert (ROOT / source).exists()
    assert goes_in(source, RULES)


@pytest.mark.parametrize(
    "path",
    [
        *("tracker.db", "desk.db", "endpoints.yml", "deploy/secrets/rasa_token", ".git/config"),
        *(".venv/bin/python", "tests/conftest.py", "models/bot.tar.gz", ".env"),
        "emotion_component/rasa/__pycache__/nlu.cpython-310.pyc",
    ],
)
def test_what_is_nobodys_business_stays_out(path: str) -> None:
    assert not goes_in(path, RULES)


def test_kustomize_puts_it_together() -> None:
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed.")
    done = subprocess.run([kubectl, "kustomize", str(DEPLOY)], capture_output=True, text=True,
                          check=True)  # fmt: skip
    made: list[dict[str, Any]] = list(yaml.safe_load_all(done.stdout))
    assert len(made) == len(MANIFESTS) + len(KUSTOMIZATION["configMapGenerator"])
    (template,) = [one["data"]["default.conf.template"] for one in made
                   if one["metadata"]["name"].startswith("nginx-templates")]  # fmt: skip
    assert template == (DEPLOY / "nginx/templates/default.conf.template").read_text("utf-8")
