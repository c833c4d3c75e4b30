"""A model that loads and fails on some messages later: who asks for a human still gets one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from bot import Server

from emotion_component.artifact import seal
from tests.servers import RUN, copy_project

prometheus = pytest.importorskip("prometheus_client.parser")

TOKEN = {"Authorization": "Bearer rahasia"}
UNREADABLE = ("petugas", "penipu")
"""Words for which the spoiled tokenizer has a piece that the model's table of pieces lacks."""

WISH = "tolong sambungkan ke petugas manusia"
ANGER = "DASAR PENIPU, BALIKIN UANG SAYA SEKARANG JUGA!!!"


@pytest.fixture(scope="module")
def server(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    directory = tmp_path_factory.mktemp("failing")
    copy_project(directory)
    (trained,) = (project / "models").glob("*.tar.gz")
    shutil.copy(trained, directory / "models")
    spoil(directory / "models" / "emotion-id")
    with (directory / "credentials.yml").open("a") as credentials:
        credentials.write("\nemotion_component.rasa.Metrics:\n  token: rahasia\n")
    running = Server(directory, RUN)
    yield running
    running.close()


def spoil(model: Path) -> None:
    """As if somebody had sealed a tokenizer and settings that are another model's."""
    (model / "tokenizer.model").unlink()  # or it would be read in place of tokenizer.json
    path = model / "tokenizer.json"
    tokenizer = json.loads(path.read_text("utf-8"))
    plain = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized", "special"), False)
    tokenizer["added_tokens"] += [
        {"id": 36_000 + number, "content": word, **plain} for number, word in enumerate(UNREADABLE)
    ]
    path.write_text(json.dumps(tokenizer), "utf-8")
    config = json.loads((model / "config.json").read_text("utf-8"))
    config["vocab_size"] += len(UNREADABLE)
    (model / "config.json").write_text(json.dumps(config), "utf-8")
    seal(model)


def counted(server: Server) -> dict[str, float]:
    text = server.http.get("/metrics", headers=TOKEN).raise_for_status().text
    return {
        sample.name: sample.value
        for family in prometheus.text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name in ("emotion_failures_total", "emotion_failing")
    }


def test_a_wish_is_granted_without_an_emotion(server: Server) -> None:
    angry, wishing = server.customer("marah"), server.customer("ingin")

    assert angry.says("halo kak")
    assert counted(server) == {"emotion_failing": 0}

    # Nobody knows that this is anger: the bot goes on as it would without the component.
    assert angry.says(ANGER)
    assert angry.slot("handoff") == "none"
    assert counted(server) == {"emotion_failing": 1, "emotion_failures_total": 1}

    (answer,) = wishing.says(WISH)
    assert "petugas" in answer.lower()
    assert wishing.slot("handoff") == "waiting"
    assert wishing.slot("handoff_reason")["trigger"] == "wish"
    assert wishing.says("halo??") == []  # the bot is silent
    (said, _) = [event for event in wishing.tracker()["events"] if event["event"] == "user"]
    assert "emotion" not in said["parse_data"]
    assert counted(server)["emotion_failures_total"] == 2

    assert counted(server)["emotion_failing"] == 0  # "halo??" was read
    log = server.log.read_text("utf-8")
    assert log.count("Could not read the emotion") == 1
