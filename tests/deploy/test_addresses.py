"""Ports and addresses of images, compose file and manifests agree."""

from __future__ import annotations

import re
import runpy
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.deploy.files import (
    COMPOSE,
    DEPLOY,
    DEPLOYMENTS,
    MANIFESTS,
    OURS,
    SERVICES,
    container,
    manifest,
    read_image,
    variables_of_compose,
    variables_of_manifest,
)
from tests.deploy.nginx import RENDER, program
from tests.servers import free_port


def services() -> dict[str, tuple[str, int]]:
    """The Deployment and the container's port behind each `host:port` of a manifest."""
    found = {}
    for one in MANIFESTS:
        if one["kind"] == "Service":
            (port,) = one["spec"]["ports"]
            name = one["spec"]["selector"]["app.kubernetes.io/name"]
            ports = {p["name"]: p["containerPort"] for p in container(name)["ports"]}
            address = f"{one['metadata']['name']}:{port['port']}"
            found[address] = (name, ports[port["targetPort"]])
    return found


@pytest.mark.parametrize("name", OURS)
def test_a_port_is_one(name: str) -> None:
    image = read_image(name)
    ports = {one["containerPort"] for one in container(name)["ports"]}
    default = runpy.run_path(str(DEPLOY / "rasa/serve.py"))["arguments"]({}, [])
    said = (
        default[default.index("--port") + 1] if name == "rasa" else image.environment["DESK_PORT"]
    )
    assert ports == {image.port} == {int(said)} == {int(image.healthcheck[2])}


@pytest.mark.parametrize("variable, name", [("RASA_UPSTREAM", "rasa"), ("DESK_UPSTREAM", "desk")])
def test_nginx_asks_where_they_listen(variable: str, name: str) -> None:
    port = read_image(name).port
    (address,) = re.findall(r"server (\S+);", variables_of_manifest("nginx")[variable])
    assert services()[address] == (name, port)
    addresses = re.findall(r"server (\S+);", variables_of_compose("nginx")[variable])
    assert addresses == [f"{service}:{port}" for service in SERVICES[name]]


def test_desks_reach_rasa_by_nginx() -> None:
    address = variables_of_manifest("desk")["RASA_URL"].removeprefix("http://")
    inside = int(variables_of_manifest("nginx")["NGINX_API_LISTEN"])
    assert services()[address] == ("nginx", inside)
    assert variables_of_compose("desk-1")["RASA_URL"] == f"http://nginx:{inside}"
    published = [one.rpartition(":")[2] for one in COMPOSE["services"]["nginx"]["ports"]]
    assert published == [variables_of_compose("nginx")["NGINX_LISTEN"]]


def test_prometheus_asks_all() -> None:
    jobs = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text("utf-8"))
    asked = [one for job in jobs["scrape_configs"] for one in job["static_configs"][0]["targets"]]
    assert asked == [f"{one}:{read_image(n).port}" for n in OURS for one in SERVICES[n]]


@pytest.mark.parametrize("name", DEPLOYMENTS)
def test_the_network_is_open_where_a_port_is(name: str) -> None:
    rules = manifest("NetworkPolicy", name)["spec"]
    let_in = {port["port"] for rule in rules["ingress"] for port in rule["ports"]}
    assert let_in == {one["containerPort"] for one in container(name)["ports"]}
    assert set(rules["policyTypes"]) == {"Ingress", "Egress"}
    # A rule without `from` lets everybody in: only to nginx's public port.
    open_to_all = [port["port"] for rule in rules["ingress"] if "from" not in rule
                   for port in rule["ports"]]  # fmt: skip
    assert open_to_all == ([8080] if name == "nginx" else [])


@pytest.mark.parametrize("place", ["compose", "kubernetes", "with TLS"])
def test_nginx_takes_its_variables(place: str, tmp_path: Path) -> None:
    variables = (variables_of_manifest if place == "kubernetes" else variables_of_compose)("nginx")
    if place == "with TLS":
        key = ("-newkey", "rsa:2048", "-nodes", "-subj", "/CN=x", "-days", "1")
        pair = ("-keyout", str(tmp_path / "key"), "-out", str(tmp_path / "crt"))
        subprocess.run([program("openssl"), "req", "-x509", *key, *pair], check=True)
        variables["NGINX_LISTEN"] = "8080; listen 8443 ssl"
        variables["NGINX_TLS"] = (
            f"ssl_certificate {tmp_path}/crt; ssl_certificate_key {tmp_path}/key;"
        )
    for name in ("RASA_UPSTREAM", "DESK_UPSTREAM"):
        variables[name] = re.sub(r"server [\w-]+:", "server 127.0.0.1:", variables[name])
    for name in ("NGINX_LISTEN", "NGINX_API_LISTEN"):
        variables[name] = re.sub(r"\b8\d{3}\b", lambda _: str(free_port()), variables[name])
    variables["NGINX_ACCESS_LOG"] = "access.log"
    RENDER["write"](tmp_path, variables)
    command = [program("nginx"), "-t", "-p", str(tmp_path), "-c", "nginx.conf", "-e", "error.log"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
