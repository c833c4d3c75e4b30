"""What goes into the images, and what kustomize makes of the manifests."""

from __future__ import annotations

import fnmatch
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.files import COMPOSE, DEPLOY, KUSTOMIZATION, MANIFESTS, OURS, ROOT, read_image


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


def kustomized(directory: Path) -> list[dict[str, Any]]:
    """All that `kubectl apply --kustomize` would send."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed.")
    command = [kubectl, "kustomize", str(directory)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return list(yaml.safe_load_all(done.stdout))


def test_kustomize_puts_it_together() -> None:
    made = kustomized(DEPLOY)
    assert len(made) == len(MANIFESTS) + len(KUSTOMIZATION["configMapGenerator"])
    (template,) = [
        one["data"]["default.conf.template"]
        for one in made
        if one["metadata"]["name"].startswith("nginx-templates")
    ]
    assert template == (DEPLOY / "nginx/templates/default.conf.template").read_text("utf-8")


DOCS = (ROOT / "docs/deployment.md").read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", DOCS, re.DOTALL | re.MULTILINE)


def test_the_kustomization_of_the_docs_says_what_is_different(tmp_path: Path) -> None:
    shutil.copytree(DEPLOY, tmp_path / "deploy")
    (tmp_path / "production").mkdir()
    (example,) = [one for one in EXAMPLES if "kind: Kustomization" in one]
    (tmp_path / "production/kustomization.yaml").write_text(example, "utf-8")
    made = kustomized(tmp_path / "production")
    assert {one["metadata"]["namespace"] for one in made} == {"emotion"}
    (rasa,) = [
        one["spec"]
        for one in made
        if one["metadata"]["name"] == "rasa" and "replicas" in one.get("spec", {})
    ]
    (container,) = rasa["template"]["spec"]["containers"]
    assert container["image"] == "registry.example.com/emotion-rasa:1"
    assert rasa["replicas"] == 4
    (stores,) = [one for one in made if one["metadata"]["name"].startswith("emotion-stores")]
    assert stores["data"]["DATABASE_HOST"] == "postgres.example.com"
    assert stores["data"]["REDIS_PORT"] == "6379"
    assert container["envFrom"] == [{"configMapRef": {"name": stores["metadata"]["name"]}}]


def test_the_override_of_the_docs_fits_the_compose_file() -> None:
    (example,) = [yaml.safe_load(one) for one in EXAMPLES if "compose.override" in one]
    nginx = example["services"]["nginx"]
    assert set(nginx["environment"]) <= set(COMPOSE["services"]["nginx"]["environment"])
    assert set(nginx["secrets"]) == set(example["secrets"])
    for name in example["secrets"]:
        assert f"/run/secrets/{name};" in nginx["environment"]["NGINX_TLS"]
