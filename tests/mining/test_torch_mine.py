"""`emosi mine` on files, on a tracker store, and on labels."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from emotion_component.cli import main
from emotion_component.labels import LABELS
from emotion_component.table import read_table

TEXTS = ["kok lama banget ya", "makasih kak", "sudah tiga kali gagal", "jam buka toko?"]


@pytest.fixture
def tracker_store(write_store) -> Path:
    return write_store(
        {"text": TEXTS[0], "parse_data": {"emotion": {"name": "Senang"}}},
        {"text": TEXTS[1], "parse_data": {}},
        {"text": TEXTS[2], "parse_data": {"emotion": {"name": "Frustrasi"}}},
        sender="budi-0812",
    )


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


def test_a_message_of_two_sources_is_asked_once(mine, lines, tracker_store):
    rows = mine("--from", lines, str(tracker_store))
    assert sorted(row["text"] for row in rows) == sorted(TEXTS)
    assert {row["source"] for row in rows} == {"pesan.txt"}


def test_the_annotator_is_told_why(mine, lines):
    (row,) = mine("--from", lines, "--count", "1", "--strategy", "uncertain")
    assert row["reason"].startswith(("between ", "near the threshold of "))


def test_no_sender_leaves_the_tracker_store(mine, tracker_store, tmp_path):
    mine("--from", str(tracker_store))
    assert "budi" not in (tmp_path / "out.csv").read_text("utf-8")


def test_what_is_read_otherwise_than_before_is_picked(mine, tracker_store):
    rows = mine("--from", str(tracker_store), "--strategy", "disagreeing")
    assert [row["text"] for row in rows] == [TEXTS[0]]


def test_two_models_that_agree_have_nothing_to_ask(mine, lines, shipped_model):
    arguments = ["--strategy", "disagreeing", "--second-model", str(shipped_model)]
    assert mine("--from", lines, *arguments) == []


def test_a_model_that_reads_otherwise_is_named(mine, lines, tiny_exports):
    arguments = ["--strategy", "disagreeing", "--second-model", str(tiny_exports.fp32)]
    rows = mine("--from", lines, *arguments)
    for row in rows:
        label, _, name = row["reason"].partition(" by ")
        assert (name, label in LABELS, label != row["suggested"]) == ("fp32", True, True)


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
    found = {int(row["line"]) - 2 for row in rows}
    by_chance = len(swapped) / len(table) * len(found)
    assert len(found & swapped) > 2 * by_chance
    assert all(float(row["self_confidence"]) < 0.5 for row in rows)


def test_doubtful_labels_are_listed_with_their_lines(mine, tmp_path):
    path = tmp_path / "labels.csv"
    texts = {"bagus sekali": "Senang", "jam buka": "Netral", "kok begini": "Bingung"}
    texts |= {"lama sekali": "Frustrasi", "dasar penipu": "Marah"}
    lines = [f"{text} {n},{label}" for text, label in texts.items() for n in range(60)]
    wrong = {n: lines[n].replace("Senang", "Marah") for n in range(0, 60, 10)}
    path.write_text("\n".join(["text,label", *(wrong.get(n, x) for n, x in enumerate(lines))]))
    rows = mine("--label-errors", str(path), "--folds", "3")
    assert rows
    assert {int(row["line"]) - 2 for row in rows} <= set(wrong)
    assert {(row["table"], row["label"], row["suggested"]) for row in rows} == {
        (str(path), "Marah", "Senang")
    }


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--from", "{lines}", "--count", "0"], "`--count` is at least 1"),
        (["--from", "{lines}", "--known", "{tmp}/all.csv"], "none that has no label yet"),
        (["--from", "{tmp}/absent.txt"], "absent.txt"),
        (["--label-errors", "{tmp}/all.csv", "--folds", "5"], "a label with 0 messages"),
        (["--label-errors", "{tmp}/all.csv", "--judge", "model"], "none for Bingung"),
    ],
    ids=["no message", "all known", "no file", "folds", "labels"],
)
def test_mistakes_are_explained(shipped_model, lines, tmp_path, capsys, arguments, said):
    rows = [f"{text},{label}" for text, label in zip(TEXTS, LABELS[:2] * 2, strict=True)]
    (tmp_path / "all.csv").write_text("\n".join(["text,label", *rows]))
    filled = [argument.format(lines=lines, tmp=tmp_path) for argument in arguments]
    output = tmp_path / "out.csv"
    assert main(["mine", str(shipped_model), "--output", str(output), *filled]) == 1
    assert said in capsys.readouterr().err
    assert not output.exists()


def test_another_kind_of_output_is_refused(shipped_model, lines, capsys):
    arguments = ["--from", lines, "--output", "out.xlsx"]
    assert main(["mine", str(shipped_model), *arguments]) == 1
    assert ".csv or .jsonl" in capsys.readouterr().err
