"""Tables as such: duplicates, description, and the way back to the public collections."""

from __future__ import annotations

import csv
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emotion_component.cli import main
from emotion_component.datasets.description import describe, telling_words
from emotion_component.datasets.duplicates import duplicates
from emotion_component.datasets.rebuild import checksum, rebuild
from emotion_component.errors import DataError
from emotion_component.table import LabelledTexts, read_table


def likeness(one: str, other: str) -> float:
    a, b = set(one.split()), set(other.split())
    return len(a & b) / len(a | b) if a | b else 0.0


@given(
    st.lists(st.lists(st.sampled_from("abcdefg"), max_size=6).map(" ".join), max_size=12),
    st.sampled_from([0.3, 0.6, 0.9]),
)
def test_duplicates_are_those_that_comparing_all_pairs_finds(texts, least):
    expected = {
        (i, j)
        for i, j in combinations(range(len(texts)), 2)
        if likeness(texts[i], texts[j]) > least
    }
    assert {(pair.first, pair.second) for pair in duplicates(texts, least)} == expected


def test_words_that_tell_a_label():
    table = LabelledTexts(
        texts=("makasih kak", "makasih ya", "kapan buka kak", "kok gagal ya"), targets=(0, 0, 1, 2)
    )
    assert telling_words(table)["Senang"][0] == "makasih"


def test_a_description_counts(bot_messages):
    found = describe(read_table(bot_messages, split="probe"))
    assert found["rows"] == sum(found["labels"].values()) == sum(found["styles"].values())
    assert found["sources"] == {"bot_messages": found["rows"]}
    assert found["words"]["10 %"] <= found["words"]["median"] <= found["words"]["longest"]


@pytest.fixture
def table(tmp_path) -> Path:
    path = tmp_path / "pesan.csv"
    path.write_text("text,label\nhalo kak,Netral\nhalo,Sedih\n,Marah\n", "utf-8")
    return path


def test_check_lists_each_fault_with_its_line(table, capsys):
    assert main(["data", "check", str(table)]) == 1
    printed = capsys.readouterr().out
    assert f"{table}:3: label `Sedih`" in printed
    assert f"{table}:4: no text" in printed


def test_a_good_table_passes_the_check(bot_messages, capsys):
    assert main(["data", "check", f"{bot_messages}:probe"]) == 0
    assert " 0 faulty" in capsys.readouterr().out


def test_duplicates_name_tables_and_rows(tmp_path, capsys):
    for name, rows in {
        "a": ["halo kak semua,Netral"],
        "b": ["x,Netral", "Halo kak semua,Senang"],
    }.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(["text,label", *rows]))
    assert main(["data", "duplicates", f"{tmp_path}/a.csv", f"{tmp_path}/b.csv"]) == 0
    printed = capsys.readouterr().out
    assert f"a.csv row 1, {tmp_path}/b.csv row 2: 1.00, labelled differently" in printed
    assert "1 pairs above 0.6, 1 of them between tables" in printed


@pytest.fixture
def collections(tmp_path) -> Path:
    """The public collections in small, with invented messages."""
    stif = tmp_path / "stif-indonesia" / "data" / "labelled"
    stif.mkdir(parents=True)
    (stif / "dev.inf").write_text("min , resi saya mana ?\nsudah diterima , makasih .\n")
    reviews = tmp_path / "Dataset-Ulasan-Aplikasi-Layanan-Publik-Indonesia"
    reviews.mkdir()
    with (reviews / "Dataset Ulasan Aplikasi Layanan Publik.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["No", "Ulasan", "Rating"], ["12", "bagus, cepat", "5"]])
    products = tmp_path / "PRDECT-ID-Indonesian-Product-Reviews-Dataset"
    products.mkdir()
    with (products / "PRDECT-ID Dataset.csv").open("w", newline="") as file:
        csv.writer(file).writerows([["Customer Review", "Emotion"], ["rusak semua", "Anger"]])
    return tmp_path


REFERENCES = [
    ("STIF:labelled/dev.inf", "0", "Netral", "train", checksum("min, resi saya mana?")),
    ("STIF:labelled/dev.inf#lex", "1", "Senang", "valid", checksum("sudah diterima, makasih")),
    ("LayananPublik:rating5", "12", "Senang", "train", checksum("bagus, cepat")),
    ("PRDECT:Anger", "0", "Frustrasi", "train", "00000000"),
    ("STIF:labelled/dev.inf", "99", "Netral", "train", ""),
]


def write_references(path: Path, rows) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("source", "row", "label", "split", "checksum"), *rows])
    return path


def test_tables_are_rebuilt_from_the_collections(collections, tmp_path):
    references = write_references(tmp_path / "references.csv", REFERENCES)
    found = rebuild(references, collections, tmp_path / "out")
    training = read_table(tmp_path / "out" / "train.csv")
    assert training.originals == ("min, resi saya mana?", "bagus, cepat", "rusak semua")
    assert training.row_sources == ("STIF", "LayananPublik", "PRDECT")
    assert read_table(tmp_path / "out" / "valid.csv").originals == ("sudah diterima, makasih",)
    assert (found.rows, found.verified) == ({"train": 3, "valid": 1}, {"train": 2, "valid": 1})
    assert found.missing == 1


def test_a_collection_that_is_not_there_is_named(collections, tmp_path):
    references = write_references(tmp_path / "references.csv", REFERENCES)
    (collections / "stif-indonesia" / "data" / "labelled" / "dev.inf").unlink()
    with pytest.raises(DataError, match=r"dev\.inf"):
        rebuild(references, collections, tmp_path / "out")


def test_an_unknown_collection_is_refused(collections, tmp_path):
    references = write_references(tmp_path / "r.csv", [("Else:x", "0", "Netral", "train", "")])
    with pytest.raises(DataError, match="Got: Else"):
        rebuild(references, collections, tmp_path / "out")


def test_our_references_hold_no_text(root):
    with (root / "data" / "references.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert set(rows[0]) == {"source", "row", "label", "split", "checksum"}
    assert len(rows) == 10_194 + 1_132 + 395
    assert all(row["row"].isdigit() and len(row["checksum"]) == 8 for row in rows)
