"""The tables of a training: what is refused, what is left out, and what is said of it."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from emotion_component.commands.options import add_training_data
from emotion_component.commands.training_data import (
    MOST_LEAKS_SHOWN,
    TrainingData,
    read_training_data,
)
from emotion_component.errors import DataError

TRAIN = ("halo kak,Netral", "kok GAK bisa,Frustrasi", "😡,Marah", "makasih ya,Senang")
VALID = ("jam buka?,Netral", "kok tidak bisa,Frustrasi", "😡😡,Marah")


@pytest.fixture
def read(tmp_path, monkeypatch):
    """Read tables of these rows, as `emosi train` with these options does."""
    monkeypatch.chdir(tmp_path)

    def read(line: str, **tables: tuple[str, ...]) -> TrainingData:
        for name, rows in tables.items():
            content = "\n".join(["text,label", *rows, ""])
            Path(f"{name}.csv").write_text(content, encoding="utf-8")
        parser = argparse.ArgumentParser()
        add_training_data(parser)
        return read_training_data(parser.parse_args(line.split()), seed=0)

    return read


def test_a_split_that_leaks_is_refused_and_its_places_named(read):
    with pytest.raises(DataError) as caught:
        read("--train train.csv --valid valid.csv", train=TRAIN, valid=VALID)
    assert caught.value.got == "1 in both: train.csv:3 = valid.csv:3"
    assert "emosi data duplicates train.csv valid.csv" in caught.value.do
    assert "kok" not in str(caught.value)  # chats are private


def test_very_many_leaks_are_counted_not_listed(read):
    rows = tuple(f"pesan nomor {chr(97 + n)},Netral" for n in range(MOST_LEAKS_SHOWN + 3))
    with pytest.raises(DataError) as caught:
        read("--train rows.csv --valid rows.csv", rows=rows)
    assert caught.value.got.startswith(f"{len(rows)} in both: ")
    assert caught.value.got.count(" = ") == MOST_LEAKS_SHOWN
    assert caught.value.got.endswith(" and 3 more")


@pytest.mark.parametrize(
    "options, left",
    [
        ("--valid valid.csv --drop-leaks", ["halo kak", "makasih ya"]),
        ("--valid other.csv --hold-out valid.csv", ["halo kak", "😡", "makasih ya"]),
    ],
    ids=["dropped", "held out"],
)
def test_what_is_held_out_is_not_learned(read, options, left, capsys):
    other = ("satu lagi,Netral",)
    data = read(f"--train train.csv {options}", train=TRAIN, valid=VALID, other=other)
    assert list(data.training.originals) == left
    assert f"{len(TRAIN) - len(left)} messages left out" in capsys.readouterr().out
    assert data.without_held_out(["kok tidak bisa", "baru"]) == ["baru"]


def test_emoji_alone_are_no_leak(read):
    # They look alike once normalised, and a table reads them, not the model.
    data = read("--train train.csv --valid valid.csv", train=TRAIN, valid=("😡😡,Marah",))
    assert data.training.originals == ("halo kak", "kok GAK bisa", "makasih ya")


def test_each_faulty_row_is_reported_once(read, capsys, caplog):
    line = "--train train.csv --valid valid.csv --hold-out held.csv --skip-bad-rows"
    faulty = {name: (f"{name} satu,Netral", "x,Sedih") for name in ("train", "valid", "held")}
    assert len(read(line, **faulty).training) == 1
    printed = capsys.readouterr().out
    assert printed.count("; left out") == 3
    for name in faulty:
        assert printed.count(f"{name}.csv:3: label `Sedih` is none of") == 1
    assert caplog.text == ""
