"""`emosi mine` on files, on a tracker store, and on labels."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path

import pytest

from emotion_component.cli import main
from emotion_component.errors import DataError
from emotion_component.labels import LABELS
from emotion_component.mining.messages import read_messages
from emotion_component.table import read_table

TEXTS = ["kok lama banget ya", "makasih kak", "sudah tiga kali gagal", "jam buka toko?"]


@pytest.fixture
def tracker_store(tmp_path) -> Path:
    """What Rasa's SQLTrackerStore writes, with our reading in a message's parse data."""
    path = tmp_path / "tracker.db"
    events = [
        ("user", {"text": TEXTS[0], "parse_data": {"emotion": {"name": "Senang"}}}),
        ("bot", {"text": "Halo!"}),
        ("user", {"text": "/restart"}),
        ("user", {"text": "  "}),
        ("user", {"text": TEXTS[1], "parse_data": {}}),
        ("user", {"text": TEXTS[0].upper()}),
        ("user", {"text": TEXTS[2], "parse_data": {"emotion": {"name": "Frustrasi"}}}),
    ]
    with sqlite3.connect(path) as connection:
        connection.execute(
            "CREATE TABLE events (id INTEGER PRIMARY KEY, sender_id, type_name, data)"
        )
        connection.executemany(
            "INSERT INTO events (sender_id, type_name, data) VALUES ('budi-0812', ?, ?)",
            [(kind, json.dumps(data)) for kind, data in events],
        )
    return path


@pytest.mark.parametrize("as_url", [False, True])
def test_a_tracker_store_gives_what_customers_typed(tracker_store, as_url):
    source = f"sqlite:///{tracker_store}" if as_url else str(tracker_store)
    found = read_messages(source)
    assert [message.text for message in found] == [TEXTS[0], TEXTS[1], TEXTS[2]]
    assert [message.read_as for message in found] == ["Senang", None, "Frustrasi"]


def test_a_database_without_events_is_explained(tmp_path):
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE x (y)")
    with pytest.raises(DataError, match="Rasa's table `events`"):
        read_messages(str(path))


@pytest.fixture
def mine(shipped_model, tmp_path):
    def mine(*arguments: str, name: str = "out.csv") -> list[dict[str, str]]:
        output = tmp_path / name
        code = main(["mine", str(shipped_model), "--output", str(output), *arguments])
        assert code == 0
        if name.endswith(".jsonl"):
            return [json.loads(line) for line in output.read_text("utf-8").splitlines()]
        with output.open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    return mine


@pytest.fixture
def lines(tmp_path) -> str:
    path = tmp_path / "pesan.txt"
    path.write_text("\n".join(TEXTS), "utf-8")
    return str(path)


@pytest.mark.parametrize("strategy", ["uncertain", "diverse", "mixed"])
def test_picked_messages_wait_for_their_label(mine, lines, strategy):
    rows = mine("--from", lines, "--strategy", strategy, "--count", "3")
    assert len({row["text"] for row in rows} & set(TEXTS)) == 3
    assert {row["label"] for row in rows} == {""}
    assert {row["suggested"] for row in rows} <= set(LABELS)


def test_labelled_once_filled_in_they_are_a_table(mine, lines, tmp_path):
    rows = mine("--from", lines, name="out.jsonl")
    path = tmp_path / "filled.jsonl"
    path.write_text("\n".join(json.dumps({**row, "label": row["suggested"]}) for row in rows))
    assert len(read_table(path)) == len(TEXTS)


def test_known_messages_are_not_asked_again(mine, lines, tmp_path):
    known = tmp_path / "known.csv"
    known.write_text(f"text,label\n{TEXTS[1].upper()},Senang\n")
    assert TEXTS[1] not in [row["text"] for row in mine("--from", lines, "--known", str(known))]


def test_no_sender_leaves_the_tracker_store(mine, tracker_store, tmp_path):
    mine("--from", str(tracker_store))
    assert "budi" not in (tmp_path / "out.csv").read_text("utf-8")


def test_what_is_read_otherwise_than_before_is_picked(mine, tracker_store):
    rows = mine("--from", str(tracker_store), "--strategy", "disagreeing")
    assert [row["text"] for row in rows] == [TEXTS[0]]


def test_without_a_second_opinion_there_is_no_disagreement(shipped_model, lines, tmp_path, capsys):
    arguments = ["--from", lines, "--strategy", "disagreeing", "--output", str(tmp_path / "o.csv")]
    assert main(["mine", str(shipped_model), *arguments]) == 1
    assert "second opinion" in capsys.readouterr().err


def test_wrong_labels_are_found(mine, bot_messages, tmp_path):
    """Thirty labels are swapped; most of those found are among them."""
    table = read_table(bot_messages, split="train")
    swapped = set(range(0, len(table), len(table) // 30))
    path = tmp_path / "swapped.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for row, (text, target) in enumerate(zip(table.originals, table.targets, strict=True)):
            wrong = (target + 2) % len(LABELS)
            writer.writerow([text, LABELS[wrong if row in swapped else target]])
    rows = mine("--label-errors", str(path), "--count", "40")
    found = {int(row["row"]) - 1 for row in rows}
    by_chance = len(swapped) / len(table) * len(found)
    assert len(found & swapped) > 2 * by_chance
    assert all(float(row["self_confidence"]) < 0.5 for row in rows)
