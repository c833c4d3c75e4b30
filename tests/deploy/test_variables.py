"""Images, compose file and manifests set what is read and documented, and no secret."""

from __future__ import annotations

import re
import runpy
import subprocess
from pathlib import Path

import pytest

from tests.deploy.files import (
    COMPOSE,
    DEPLOY,
    DEPLOYMENTS,
    KUSTOMIZATION,
    MANIFESTS,
    OURS,
    ROOT,
    SERVICES,
    pod,
    read_image,
    variables_of_compose,
    variables_of_manifest,
)

SERVE = DEPLOY / "rasa/serve.py"
DOCS = (ROOT / "docs/deployment.md").read_text("utf-8")
ROW = re.compile(r"^\| (`[A-Z].*?) \|", re.MULTILINE)

OTHERS = {
    "postgres": {"POSTGRES_PASSWORD_FILE"},
    "grafana": {
        "GF_SECURITY_ADMIN_PASSWORD__FILE",
        "GF_ANALYTICS_REPORTING_ENABLED",
        "GF_ANALYTICS_CHECK_FOR_UPDATES",
    },
    "image": {"PATH", "HOME", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"},
}
"""Variables that others' programs read."""


def documented() -> set[str]:
    """Names in the table of docs/deployment.md; a secret's (†) with `_FILE` too."""
    found: set[str] = set()
    for cell in ROW.findall(DOCS):
        for name, secret in re.findall(r"`([A-Z_]+)`( †)?", cell):
            found |= {name, f"{name}_FILE"} if secret else {name}
    return found


def named(*files: str) -> set[str]:
    """All `${NAMES}` of files in deploy/."""
    text = "".join((DEPLOY / file).read_text("utf-8") for file in files)
    return set(re.findall(r"\$\{([A-Z_]+)\}", text))


def read_by_serve() -> set[str]:
    asked = re.findall(r"environment\.get\(\"([A-Z_]+)\"|environ\.get\(\"([A-Z_]+)\"",
                       SERVE.read_text("utf-8"))  # fmt: skip
    return {name for pair in asked for name in pair if name} | set(
        runpy.run_path(str(SERVE))["SECRETS"]
    )


NEEDED = {
    "rasa": named("rasa/endpoints.yml", "rasa/credentials.yml"),
    "desk": named("desk/desk.yml"),
    "nginx": named("nginx/templates/default.conf.template"),
}
READ = {
    "rasa": NEEDED["rasa"] | read_by_serve(),
    "desk": NEEDED["desk"] | {"LOG_FORMAT", "LOG_LEVEL"},
    "nginx": NEEDED["nginx"],
}
SET = {
    **{f"compose {one}": (name, variables_of_compose(one))
       for name, all_of_it in SERVICES.items() for one in all_of_it},
    **{f"kubernetes {name}": (name, variables_of_manifest(name)) for name in DEPLOYMENTS},
}  # fmt: skip
"""Where variables are set: for which program, and which."""


def plain(names: set[str]) -> set[str]:
    return {name.removesuffix("_FILE") for name in names}


@pytest.mark.parametrize("place", SET)
def test_what_is_set_is_read_and_documented(place: str) -> None:
    name, variables = SET[place]
    # One ConfigMap says where both stores are; the desk has nothing to do with locks.
    unused = {"REDIS_HOST", "REDIS_PORT"} if place == "kubernetes desk" else set()
    assert plain(set(variables)) - unused <= READ[name]
    assert set(variables) <= documented()


@pytest.mark.parametrize("place", SET)
def test_all_that_must_be_set_is(place: str) -> None:
    name, variables = SET[place]
    by_image = read_image(name).environment if name in OURS else {}
    assert NEEDED[name] <= plain(set(variables) | set(by_image))


@pytest.mark.parametrize("name", OURS)
def test_what_an_image_sets_is_read(name: str) -> None:
    assert set(read_image(name).environment) <= READ[name] | OTHERS["image"]


@pytest.mark.parametrize("name", sorted(READ["rasa"] | READ["desk"] | READ["nginx"]))
def test_what_is_read_is_documented(name: str) -> None:
    assert name in documented()


@pytest.mark.parametrize("service", ["postgres", "redis", "grafana"])
def test_others_get_what_they_read(service: str) -> None:
    ours = (DEPLOY / "postgres/init.sh", DEPLOY / "redis/run.sh")
    known = {word for file in ours for word in re.findall(r"[A-Z_]{4,}", file.read_text("utf-8"))}
    unknown = set(variables_of_compose(service)) - OTHERS.get(service, set())
    assert plain(unknown) <= plain(known)


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_compose_gives_secrets_by_file(service: str) -> None:
    given = COMPOSE["services"][service].get("secrets", [])
    variables = variables_of_compose(service)
    secret = {name for name in variables if re.search("PASSWORD|TOKEN|SECRET", name)}
    assert {name for name in secret if not name.endswith("_FILE")} == set()
    wanted = {variables[name].removeprefix("/run/secrets/") for name in secret}
    # Prometheus names its one in its own file.
    assert wanted == set(given) - ({"metrics_token"} if service == "prometheus" else set())
    assert set(given) <= set(COMPOSE["secrets"])


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_manifests_give_secrets_by_file(name: str) -> None:
    variables = variables_of_manifest(name)
    secret = {one for one in variables if re.search("PASSWORD|TOKEN|SECRET", one)}
    assert {one for one in secret if not one.endswith("_FILE")} == set()
    volumes = [one["secret"] for one in pod(name)["volumes"] if "secret" in one]
    files = {f"/run/emotion/{item['path']}" for one in volumes for item in one["items"]}
    assert {variables[one] for one in secret} == files
    assert {one["secretName"] for one in volumes} <= {"emotion-secrets"}
    assert all(item["key"] in COMPOSE["secrets"] for one in volumes for item in one["items"])


def test_no_secret_is_written_down() -> None:
    assert not [one for one in MANIFESTS if one["kind"] == "Secret"]
    assert "secretGenerator" not in KUSTOMIZATION


def test_the_script_makes_every_secret_once(tmp_path: Path) -> None:
    script = tmp_path / "secrets.sh"
    script.write_text((DEPLOY / "secrets.sh").read_text("utf-8"))
    made = []
    for _ in range(2):
        subprocess.run(["bash", script], check=True)
        made.append({file.name: file.read_text() for file in (tmp_path / "secrets").iterdir()})
    assert made[0] == made[1]
    assert set(made[0]) == set(COMPOSE["secrets"])
    assert len(set(made[0].values())) == len(made[0])
    assert all(re.fullmatch("[0-9a-f]{48}", secret) for secret in made[0].values())
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o700
    assert {one["file"] for one in COMPOSE["secrets"].values()} == {
        f"./secrets/{name}" for name in made[0]
    }
