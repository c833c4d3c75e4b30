"""What operators see of a whole conversation, and what they do not: what was said in it."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bot import Server

from tests.servers import SERVE, copy_project

prometheus = pytest.importorskip("prometheus_client.parser")

TOKEN = {"Authorization": "Bearer rahasia"}
SAID = {
    "greeting": "halo, saya Zarkonia",
    "order": "cek pesanan saya dong",
    "number": "SHB-77345 titipan Bustanul",
    "anger": "PENIPU KALIAN SEMUA!! BALIKIN DUIT SAYA SEKARANG, DASAR GEROMBOLAN KUKURBITA",
    "waiting": "woi mana orangnya, nama saya Wiraluwung",
    "lost": "ada yang baca? Plesetirama",
}
ANSWERS = ("Baik Kak Zarkonia, saya Olmendina.", "Ini kata Sarkopelita yang tidak tersimpan.")
WORDS = "zarkonia bustanul 77345 kukurbita wiraluwung plesetirama olmendina sarkopelita".split()


@pytest.fixture(scope="module")
def place(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bot with a store of its own, and with metrics."""
    directory = tmp_path_factory.mktemp("observed")
    copy_project(directory)
    (trained,) = (project / "models").glob("*.tar.gz")
    shutil.copy(trained, directory / "models")
    with (directory / "credentials.yml").open("a") as credentials:
        credentials.write("\nemotion_component.rasa.Metrics:\n  token: ${METRICS_TOKEN}\n")
    return directory


@pytest.fixture(scope="module")
def server(place: Path) -> Iterator[Server]:
    """Started as in production, and stopped after a conversation with all that can go wrong."""
    running = Server(
        place,
        SERVE,
        METRICS_TOKEN="rahasia",
        RASA_ENDPOINTS="endpoints.yml",
        RASA_CREDENTIALS="credentials.yml",
    )
    talk(running)
    yield running
    running.close()


def talk(server: Server) -> None:
    """From the greeting to a database that takes nothing more."""
    customer = server.customer("pelanggan")
    for name in ("greeting", "order", "number", "anger", "waiting"):
        headers = {"X-Request-ID": f"request-{name}"}
        body = {"sender": customer.name, "message": SAID[name]}
        server.http.post("/webhooks/rest/webhook", json=body, headers=headers).raise_for_status()
    customer.is_answered_by_an_agent(ANSWERS[0])
    database = sqlite3.connect(server.directory / "tracker.db")
    database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    assert customer.posts(SAID["lost"]).status_code == 503
    # Rasa's own API goes on in memory, and logs what the database said, with all parameters.
    customer.is_answered_by_an_agent(ANSWERS[1])
    database.execute("DROP TRIGGER full")
    database.close()


def lines(server: Server) -> list[dict[str, Any]]:
    text = server.log.read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def samples(server: Server) -> dict[tuple[str, str], float]:
    """Numbers by name and the values of the labels, in the order of their names."""
    text = server.http.get("/metrics", headers=TOKEN).raise_for_status().text
    return {
        (sample.name, " ".join(sample.labels.values())): sample.value
        for family in prometheus.text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_every_line_of_the_log_is_json(server: Server) -> None:
    for line in lines(server):
        assert {"time", "level", "logger", "event"} <= set(line), line


def test_the_log_holds_no_word_of_what_was_said(server: Server) -> None:
    text = server.log.read_text("utf-8").lower()
    assert "disk full" in text  # the fault itself is told
    assert not [word for word in WORDS if word in text]


def test_the_metrics_hold_no_word_and_no_customer(server: Server) -> None:
    text = server.http.get("/metrics", headers=TOKEN).text.lower()
    assert not [word for word in (*WORDS, "pelanggan") if word in text]


def test_a_decision_is_logged_under_its_request(server: Server) -> None:
    (line,) = [line for line in lines(server) if "because of marah" in line["event"]]
    assert line["request_id"] == "request-anger"
    assert line["logger"] == "emotion_component.rasa.policy"


def test_the_conversation_is_in_the_numbers(server: Server) -> None:
    found = samples(server)
    assert found["emotion_messages_total", "Marah"] >= 1
    assert found["emotion_reading_seconds_count", ""] == len(SAID)
    assert found["emotion_confidence_count", ""] == len(SAID)
    assert found["emotion_decisions_total", "handoff marah"] == 1
    assert found["emotion_handoffs_total", "marah"] == 1
    assert found["emotion_rest_messages_total", ""] == len(SAID)
    assert found["emotion_rest_refused_total", "tracker_store 503"] == 1
    (model,) = [labels for name, labels in found if name == "emotion_model_info"]
    assert model.split()[0] == "models/emotion-id"
