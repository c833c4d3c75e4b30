"""What pods and containers may do, how they are watched, and how they stop."""

from __future__ import annotations

import pytest

from tests.deploy.files import (
    COMPOSE,
    DEPLOYMENTS,
    OURS,
    SERVICES,
    container,
    manifest,
    pod,
    read_image,
)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_a_pod_may_do_little(name: str) -> None:
    spec, one = pod(name), container(name)
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert spec["automountServiceAccountToken"] is False
    # A Service named `rasa` would set RASA_PORT to `tcp://...`.
    assert spec["enableServiceLinks"] is False
    assert one["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= set(one["resources"]["requests"])
    assert "memory" in one["resources"]["limits"]
    assert {"readinessProbe", "livenessProbe"} <= set(one)
    assert "latest" not in one["image"]


@pytest.mark.parametrize("service", COMPOSE["services"])
def test_a_container_may_do_little(service: str) -> None:
    one = COMPOSE["services"][service]
    assert one["security_opt"] == ["no-new-privileges:true"]
    # PostgreSQL's image changes its user itself; Grafana's writes where it is.
    assert ("cap_drop" in one) == (service != "postgres")
    assert ("read_only" in one) == (service not in ("postgres", "grafana"))
    assert "latest" not in one["image"]
    published = [address for address in one.get("ports", []) if "127.0.0.1" not in address]
    assert published == []


@pytest.mark.parametrize("name", OURS)
def test_an_image_runs_as_somebody_with_a_number(name: str) -> None:
    image = read_image(name)
    user, group = map(int, image.user.split(":"))
    assert user >= 1000
    context = pod(name)["securityContext"]
    assert (context["runAsUser"], context["runAsGroup"], context["fsGroup"]) == (user, group, group)


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_two_of_each_that_are_not_away_together(name: str) -> None:
    deployment = manifest("Deployment", name)["spec"]
    assert deployment["replicas"] >= 2
    assert deployment["strategy"]["rollingUpdate"]["maxUnavailable"] == 0
    labels = deployment["template"]["metadata"]["labels"]
    for one in (deployment, manifest("PodDisruptionBudget", name)["spec"]):
        assert one["selector"]["matchLabels"].items() <= labels.items()
    assert manifest("PodDisruptionBudget", name)["spec"]["maxUnavailable"] == 1


def seconds(text: str) -> int:
    return int(text.removesuffix("s"))


@pytest.mark.parametrize("name, needed", [("rasa", 10), ("desk", 8), ("nginx", 55)])
def test_there_is_time_to_stop(name: str, needed: int) -> None:
    before = int(container(name)["lifecycle"]["preStop"]["exec"]["command"][1])
    assert pod(name)["terminationGracePeriodSeconds"] >= before + needed
    for service in SERVICES[name]:
        assert seconds(COMPOSE["services"][service]["stop_grace_period"]) >= needed


def test_compose_waits_for_what_is_ready() -> None:
    for service, one in COMPOSE["services"].items():
        for other, how in one.get("depends_on", {}).items():
            assert how == {"condition": "service_healthy"}, service
            ours = other.partition("-")[0] in OURS  # their images say how to ask
            assert ours or "healthcheck" in COMPOSE["services"][other]
