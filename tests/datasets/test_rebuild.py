"""From references and the public collections back to the tables. All messages are invented."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from emotion_component.datasets.rebuild import checksum, rebuild
from emotion_component.errors import DataError
from emotion_component.table import read_table


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
        rows = [
            ["12", "bagus, cepat", "5"],
            ["12", "gagal terus", "1"],
            ["12", "mantap  min .", "5"],
        ]
        writer.writerows([["No", "Ulasan", "Rating"], *rows])
    products = tmp_path / "PRDECT-ID-Indonesian-Product-Reviews-Dataset"
    products.mkdir()
    with (products / "PRDECT-ID Dataset.csv").open("w", newline="") as file:
        rows = [["rusak semua", "Anger"], ["penipu !!", "Anger"], ["", "Sadness"]]
        csv.writer(file).writerows([["Customer Review", "Emotion"], *rows])
    return tmp_path


REFERENCES = [
    ("STIF:labelled/dev.inf", "0", "Netral", "train", checksum("min, resi saya mana?")),
    ("STIF:labelled/dev.inf#lex", "1", "Senang", "valid", checksum("sudah diterima, makasih")),
    ("LayananPublik:rating5", "12", "Senang", "train", checksum("bagus, cepat")),
    ("LayananPublik:rating5", "12", "Senang", "train", checksum("mantap min .")),
    ("PRDECT:Anger#read", "1", "Marah", "train", checksum("penipu!!")),
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
    assert training.originals == (
        "min, resi saya mana?",
        "bagus, cepat",
        "mantap min .",
        "penipu!!",
        "rusak semua",
    )
    assert set(training.row_sources) == {"STIF", "LayananPublik", "PRDECT"}
    assert read_table(tmp_path / "out" / "valid.csv").originals == ("sudah diterima, makasih",)
    assert (found.rows, found.verified) == ({"train": 5, "valid": 1}, {"train": 4, "valid": 1})
    assert found.missing == ["STIF:labelled/dev.inf,99"]


def test_a_collection_that_is_not_there_is_named(collections, tmp_path):
    references = write_references(tmp_path / "references.csv", REFERENCES)
    (collections / "stif-indonesia" / "data" / "labelled" / "dev.inf").unlink()
    with pytest.raises(DataError, match=r"dev\.inf"):
        rebuild(references, collections, tmp_path / "out")


def test_a_message_that_has_changed_is_marked(collections, tmp_path):
    references = write_references(tmp_path / "references.csv", REFERENCES)
    rebuild(references, collections, tmp_path / "out")
    with (tmp_path / "out" / "train.csv").open(newline="") as file:
        marks = {row["text"]: row["verified"] for row in csv.DictReader(file)}
    assert marks["rusak semua"] == "no"
    assert marks["penipu!!"] == "yes"


def test_reviews_with_lost_emoji_can_be_read(collections, tmp_path):
    """PRDECT-ID is no UTF-8 all through; the column is `Review` in some copies."""
    (path,) = (collections / "PRDECT-ID-Indonesian-Product-Reviews-Dataset").iterdir()
    path.write_bytes("Review\nbagus \x80\n".encode("latin-1"))
    row = ("PRDECT:Happy", "0", "Senang", "train", checksum("bagus \ufffd"))
    references = write_references(tmp_path / "references.csv", [row])
    assert rebuild(references, collections, tmp_path / "out").verified == {"train": 1}


def test_other_columns_than_before_are_explained(collections, tmp_path):
    (path,) = (collections / "Dataset-Ulasan-Aplikasi-Layanan-Publik-Indonesia").iterdir()
    path.write_text("id,ulasan\n12,bagus\n")
    references = write_references(tmp_path / "references.csv", REFERENCES)
    with pytest.raises(DataError, match=r"Check out its commit 963bc32c"):
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
