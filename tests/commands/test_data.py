"""`emosi data` on small tables."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from emotion_component.cli import main


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Write lines to a table in the current directory."""
    monkeypatch.chdir(tmp_path)

    def write(name: str, *lines: str) -> str:
        Path(name).write_text("".join(f"{line}\n" for line in lines), "utf-8")
        return name

    return write


def test_check_lists_each_fault_with_its_place(write, capsys):
    write("a.csv", "text,label", "halo kak,Netral", "halo,Sedih", ",Marah")
    write("b.csv", "text,label", "HALO KAK,Senang")
    assert main(["data", "check", "a.csv", "b.csv"]) == 1
    printed = capsys.readouterr()
    for line in (
        "a.csv: 1 good rows",
        "a.csv:3: label `Sedih`",
        "a.csv:4: no text",
        "b.csv:2: labelled Senang, but Netral in a.csv:2",
    ):
        assert line in printed.out
    assert "3 faulty rows" in printed.err


def test_a_good_table_passes_the_check(bot_messages, capsys):
    assert main(["data", "check", f"{bot_messages}:probe"]) == 0
    assert " 0 faulty" in capsys.readouterr().out


def test_describe_for_people_and_for_programs(write, capsys):
    write("a.csv", "text,label", "makasih kak,Senang", "jam buka?,Netral")
    assert main(["data", "describe", "a.csv"]) == 0
    assert "| Senang | 1 | 50.0% |" in capsys.readouterr().out
    assert main(["data", "describe", "a.csv", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["labels"]["Senang"] == 1


def test_duplicates_name_places_and_labels(write, capsys):
    write("a.csv", "text,label", "halo kak semua,Netral", "satu,Netral")
    write("b.csv", "text,label", "x,Netral", "Halo kak semua,Senang")
    write("c.csv", "text", "satu")
    assert main(["data", "duplicates", "a.csv", "b.csv", "c.csv"]) == 0
    printed = capsys.readouterr().out
    assert "a.csv:2, b.csv:3: 1.00, labelled differently" in printed
    assert "a.csv:3, c.csv:2: 1.00\n" in printed
    assert "2 pairs above 0.6 among 5 messages" in printed
    assert "     1  a.csv and b.csv" in printed


def test_duplicates_can_be_written_with_their_texts(write):
    write("a.csv", "text,label", "kok belum sampai,Bingung", "kok belum sampai ya,Frustrasi")
    assert main(["data", "duplicates", "a.csv", "--output", "pairs.csv"]) == 0
    (row,) = csv.DictReader(Path("pairs.csv").read_text("utf-8").splitlines())
    assert row == {
        "first": "a.csv:2",
        "second": "a.csv:3",
        "likeness": "0.75",
        "first_label": "Bingung",
        "second_label": "Frustrasi",
        "first_text": "kok belum sampai",
        "second_text": "kok belum sampai ya",
    }


def test_rebuild_says_what_is_missing(write, tmp_path, capsys):
    lines = tmp_path / "clones" / "stif-indonesia" / "data" / "labelled" / "dev.inf"
    lines.parent.mkdir(parents=True)
    lines.write_text("jam buka ?\n")
    rows = [
        "STIF:labelled/dev.inf,0,Netral,train,00000000",
        "STIF:labelled/dev.inf,7,Netral,train,",
    ]
    references = write("references.csv", "source,row,label,split,checksum", *rows)
    arguments = ["--references", references, "--sources", "clones", "--output", "out"]
    assert main(["data", "rebuild", *arguments]) == 1
    printed = capsys.readouterr()
    assert "train: 1 rows, 0 as they were labelled" in printed.out
    assert "none for STIF:labelled/dev.inf,7" in printed.err
    assert "jam buka?,Netral" in Path("out/train.csv").read_text("utf-8")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["check", "absent.csv"], "absent.csv"),
        (["duplicates", "absent.csv"], "absent.csv"),
        (["duplicates", "a.csv", "--least", "1.5"], "between 0 and 1"),
        (["duplicates", "a.csv", "--output", "pairs.xlsx"], ".csv or .jsonl"),
        (["rebuild", "--references", "r.csv", "--sources", ".", "--output", "out"], "`r.csv`"),
        (["rebuild", "--references", "a.csv", "--sources", ".", "--output", "out"], "source, row"),
    ],
)
def test_mistakes_are_explained(write, capsys, arguments, said):
    write("a.csv", "text,label", "halo,Netral")
    assert main(["data", *arguments]) == 1
    assert said in capsys.readouterr().err
