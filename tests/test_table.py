"""Labelled messages from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emotion_component.errors import DataError
from emotion_component.labels import LABELS
from emotion_component.table import (
    LabelledTexts,
    leaks,
    read_rows,
    read_table,
    read_tables,
    stratified_split,
)
from emotion_component.table_files import MOST_FAULTS_SHOWN, Fault, read_texts, split_name


@pytest.fixture
def write(tmp_path: Path):
    """Write lines to a file and give its path."""

    def write(*lines: str, name: str = "pesan.csv") -> Path:
        path = tmp_path / name
        path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
        return path

    return write


def test_texts_are_normalised_and_labels_become_indices(write):
    table = read_table(write("text,label", "GAK BISAAA,Marah", '"halo, kak",netral'))
    assert table.texts == ("tidak bisa", "halo, kak")
    assert table.targets == (LABELS.index("Marah"), LABELS.index("Netral"))
    assert len(table) == 2


def test_other_columns_and_their_order_do_not_matter(write):
    table = read_table(write("id,label,note,text", "1,Senang,x,bagus"))
    assert (table.texts, table.targets) == (("bagus",), (0,))


def test_a_split_is_a_part_of_the_file(write):
    path = write("text,label,split", "satu,Netral,train", "dua,Marah,probe", "tiga,Senang,train")
    assert read_table(path, split="train").texts == ("satu", "tiga")
    assert read_table(path, split="probe").texts == ("dua",)
    assert read_table(path).texts == ("satu", "dua", "tiga")


def test_a_fault_outside_the_split_does_not_matter(write):
    path = write("text,label,split", "satu,Netral,train", "dua,salah,probe")
    assert len(read_table(path, split="train")) == 1


@pytest.mark.parametrize(
    "lines, sources",
    [
        (["text,label", "a b,Netral"], ("pesan",)),
        (["text,label,source", "a b,Netral,X:1", "b c,Netral,X:2", "c d,Marah,W"], ("W", "X")),
        (["text,label,source", "a b,Netral,"], ("pesan",)),
    ],
)
def test_sources_are_kept_for_the_attributions(write, lines, sources):
    assert read_table(write(*lines)).sources == sources


@pytest.mark.parametrize(
    "lines, faults",
    [
        (["text,label", "a b,Sedih"], ["line 2: label `Sedih`"]),
        (["text,label", "a b,Netral", "b c,"], ["line 3: no label"]),
        (["text,label", "a b"], ["line 2: 1 columns instead of 2"]),
        (["text,label", "maaf, mahal,Netral"], ["line 2: 3 columns instead of 2"]),
        (["text,label", "a b,Frustasi"], ["did you mean Frustrasi?"]),
        (
            ["text,label", "a,Netral", "b,Marah", "a,Marah"],
            ["line 4: labelled Marah, but Netral in line 2"],
        ),
        (["text,label", ",Netral"], ["line 2: no text"]),
        (["text,label", "\u200b ,Netral"], ["line 2: no text"]),
        # A line break inside a cell moves the count on.
        (["text,label", '"a', 'b",Netral', "c,Sedih"], ["line 4: label `Sedih`"]),
        (["text,label", "a,X", "b,Netral", ",Marah"], ["line 2: label `X`", "line 4: no text"]),
        (["text,label"], ["no row"]),
    ],
    ids=[
        "unknown",
        "empty label",
        "short row",
        "long row",
        "misspelt label",
        "two labels",
        "empty",
        "blank",
        "broken line",
        "two",
        "no row",
    ],
)
def test_each_fault_is_named_with_its_line(write, lines, faults):
    path = write(*lines)
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert str(path) in caught.value.got
    for fault in faults:
        assert fault in caught.value.got


def test_very_many_faults_are_counted_not_listed(write):
    with pytest.raises(DataError) as caught:
        read_table(write("text,label", *["a,X"] * (MOST_FAULTS_SHOWN + 5)))
    assert caught.value.got.count("line ") == MOST_FAULTS_SHOWN
    assert caught.value.got.endswith("; and 5 more")


@pytest.mark.parametrize(
    "lines, split, missing",
    [
        (["text,emotion", "a,Marah"], None, "without label: it has text, emotion"),
        (["text;label", "a;Marah"], None, "without text, label: it has text;label"),
        ([], None, "without text, label: it is empty"),
        (["text,label", "a,Marah"], "train", "without split"),
    ],
)
def test_a_missing_column_is_named(write, lines, split, missing):
    with pytest.raises(DataError) as caught:
        read_table(write(*lines), split=split)
    assert missing in caught.value.got


def test_an_unknown_split_is_no_row(write):
    with pytest.raises(DataError, match="no row of the split test"):
        read_table(write("text,label,split", "a,Marah,train"), split="test")


@pytest.mark.parametrize(
    "name, path, split",
    [
        ("a.csv", "a.csv", None),
        ("a.csv:train", "a.csv", "train"),
        ("A.CSV:train", "A.CSV", "train"),
        ("b/a.jsonl:train:2", "b/a.jsonl", "train:2"),
        ("a.parquet:", "a.parquet", ""),
        ("a:train", "a:train", None),
    ],
)
def test_a_split_stands_behind_the_name_of_a_table(name, path, split):
    assert split_name(name) == (Path(path), split)


def test_a_file_that_is_not_there_or_not_utf8(write, tmp_path):
    (tmp_path / "latin.csv").write_bytes("text,label\ncafé,Netral\n".encode("latin-1"))
    for name in ("absent.csv", "latin.csv"):
        with pytest.raises(DataError, match=f"readable UTF-8 file.*{name}"):
            read_table(tmp_path / name)


def test_the_line_that_is_not_utf8_is_named(tmp_path):
    path = tmp_path / "latin.csv"
    path.write_bytes("text,label\nhalo,Netral\ncafé,Netral\n".encode("latin-1"))
    with pytest.raises(DataError, match="a byte in line 3"):
        read_table(path)


def test_the_line_with_a_zero_byte_is_named(tmp_path):
    path = tmp_path / "utf16.csv"
    path.write_bytes("text,label\nhalo,Netral\n".encode("utf-16-le"))
    with pytest.raises(DataError, match="a zero byte in line 1"):
        read_table(path)


@pytest.mark.parametrize(
    "before, said",
    [
        ([], "without text, label"),
        (["text,label", "halo,Netral"], r"line 3: field larger .* if a quote is not closed"),
    ],
    ids=["header", "row"],
)
def test_a_quote_that_swallows_the_file_is_explained(write, before, said):
    path = write(*before, f'"{"x" * 140_000}')
    with pytest.raises(DataError, match=said):
        read_table(path)


@pytest.mark.parametrize(
    "rows, told",
    [
        (["a,Netral"], []),
        (["a,Netral", "b,Sedih", ",Marah"], ["3: label `Sedih`", "4: no text"]),
    ],
)
def test_each_row_left_out_is_told_once(write, rows, told):
    path = write("text,label", *rows)
    faults: list[Fault] = []
    assert read_table(path, on_fault=faults.append).texts == ("a",)
    assert len(faults) == len(told)
    for fault, start in zip(faults, told, strict=True):
        assert str(fault).startswith(f"{path}:{start}")


def test_a_table_without_one_good_row_is_refused_all_the_same(write):
    with pytest.raises(DataError, match="line 2: label"):
        read_table(write("text,label", "a,Sedih"), on_fault=print)


def test_good_rows_can_be_read_in_spite_of_faulty_ones(write):
    path = write("text,label", "a,Netral", "b,Sedih", ",Marah", "c,Marah")
    table, faults = read_rows(path)
    assert table.texts == ("a", "c")
    assert [fault.line for fault in faults] == [3, 4]


def test_what_is_known_of_a_row_comes_along(write):
    path = write("text,label,source,style", "LAMA bgt,Frustrasi,STIF:x/1,chat", "ok,Netral,,")
    table = read_table(path)
    assert table.originals == ("LAMA bgt", "ok")
    assert table.row_sources == ("STIF", path.stem)
    assert table.styles == ("chat", "")
    assert table.take([1]).originals == ("ok",)
    assert (table + table.take([0])).row_sources == ("STIF", path.stem, "STIF")


ROWS = [
    {"text": "kok lama ya", "label": "bingung", "split": "a"},
    {"text": "oke", "label": "Netral", "split": "b"},
]


def write_jsonl(path: Path) -> None:
    path.write_text("\n".join(json.dumps(row) for row in ROWS) + "\n\n", "utf-8")


def write_parquet(path: Path) -> None:
    pa = pytest.importorskip("pyarrow", reason="only .venv-train has pyarrow")
    from pyarrow import parquet

    parquet.write_table(pa.Table.from_pylist(ROWS), path)


@pytest.mark.parametrize("suffix, write_it", [("jsonl", write_jsonl), ("parquet", write_parquet)])
def test_other_kinds_of_file_hold_the_same(tmp_path, suffix, write_it):
    path = tmp_path / f"pesan.{suffix}"
    write_it(path)
    table = read_tables([str(path)])
    assert table.texts == ("kok lama ya", "oke")
    assert table.targets == (2, 1)
    assert read_tables([f"{path}:b"]).texts == ("oke",)
    assert read_texts(f"{path}:a") == ["kok lama ya"]


@pytest.mark.parametrize(
    "content, said",
    [
        ('{"text": "a", "label": "Netral"}\n{"text": ', "line 2: no JSON"),
        ('{"text": "a", "label": "Netral"}\n["b"]', "line 2: no JSON object"),
        ('{"text": "a", "label": "Netral"}\n{"text": "b"}', "line 2: no label"),
        ('{"text": ["a"], "label": "Netral"}', "line 1: no text"),
        ('{"text": null, "label": "Netral"}', "line 1: no text"),
        ('{"text": "a"}', "without label"),
        ("", "without text, label"),
    ],
)
def test_faulty_json_lines_are_named(tmp_path, content, said):
    path = tmp_path / "pesan.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(DataError) as caught:
        read_table(path)
    assert said in caught.value.got


def test_a_parquet_file_that_is_none(tmp_path):
    pytest.importorskip("pyarrow", reason="only .venv-train has pyarrow")
    path = tmp_path / "pesan.parquet"
    path.write_text("text,label")
    with pytest.raises(DataError, match="readable parquet file"):
        read_table(path)
    with pytest.raises(DataError, match="FileNotFoundError"):
        read_table(tmp_path / "absent.parquet")


def test_lines_of_a_text_file_are_messages(tmp_path):
    path = tmp_path / "pesan.txt"
    path.write_text("halo\n\n mau tanya, kak\n", "utf-8")
    assert read_texts(str(path)) == ["halo", " mau tanya, kak"]


def test_a_line_that_is_no_row_is_not_lost_among_unlabelled_messages(write):
    path = write("text", "halo", "maaf, mahal")
    with pytest.raises(DataError, match="line 3: 2 columns instead of 1"):
        read_texts(str(path))


@pytest.fixture
def divided() -> tuple[LabelledTexts, LabelledTexts]:
    texts = tuple(f"pesan {n % 190}" for n in range(200))  # ten stand there twice
    return stratified_split(
        LabelledTexts(texts=texts, targets=tuple(n % 190 % 5 for n in range(200))), seed=3
    )


def test_a_division_gives_each_label_its_share(divided):
    training, valid = divided
    assert len(training) + len(valid) == 200
    for label, count in valid.counts.items():
        assert count / (count + training.counts[label]) == pytest.approx(0.2, abs=0.05)


def test_a_division_leaves_no_message_on_both_sides(divided):
    training, valid = divided
    assert not set(training.texts) & set(valid.texts)


def test_each_label_is_on_both_sides_though_messages_have_several():
    # `b` is Senang and Netral.
    texts = ("a", "b", "b", "c", "d", *"efghij")
    table = LabelledTexts(texts=texts, targets=(0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4))
    for seed in range(20):
        assert all(min(part.counts.values()) > 0 for part in stratified_split(table, seed=seed))


def test_leaks_are_rows_with_the_same_normal_form():
    training = LabelledTexts(texts=("a", "b", "a", "c"), targets=(0, 1, 0, 2))
    other = LabelledTexts(texts=("c", "x", "a"), targets=(2, 2, 1))
    assert leaks(training, other) == [(3, 0), (0, 2)]
    assert leaks(training.without(other.texts), other) == []


def test_a_label_with_one_message_cannot_be_divided():
    table = LabelledTexts(texts=tuple("abcdefghij"), targets=(0, 0, 1, 1, 2, 2, 3, 3, 3, 4))
    with pytest.raises(DataError, match="1 of Marah"):
        stratified_split(table)


def test_a_file_from_a_spreadsheet_with_a_byte_order_mark(tmp_path):
    path = tmp_path / "excel.csv"
    path.write_text("text,label\r\nhalo kak,Netral\r\n", encoding="utf-8-sig", newline="")
    assert read_table(path).texts == ("halo kak",)


def test_tables_are_joined_in_order_and_one_can_be_a_split(write):
    first = write("text,label,split", "satu,Netral,train", "dua,Marah,probe", name="a.csv")
    second = write("text,label", "tiga,Senang", name="b.csv")
    joined = read_tables([f"{first}:train", str(second)])
    assert joined.texts == ("satu", "tiga")
    assert joined.targets == (1, 0)
    assert joined.sources == ("a", "b")


def test_counts_stand_in_the_order_of_the_labels():
    table = LabelledTexts(texts=("a", "b", "c"), targets=(4, 1, 4))
    assert list(table.counts.items()) == [
        ("Senang", 0),
        ("Netral", 1),
        ("Bingung", 0),
        ("Frustrasi", 0),
        ("Marah", 2),
    ]


def test_held_out_messages_are_left_out():
    table = LabelledTexts(texts=("a", "b", "a"), targets=(0, 1, 2), row_sources=("x",) * 3)
    kept = table.without(["a", "z"])
    assert (kept.texts, kept.targets, kept.sources) == (("b",), (1,), ("x",))


@pytest.mark.parametrize(
    "texts, targets", [(("a", "c"), (0, 1)), (("a", "b"), (1, 0)), (("b", "a"), (0, 1)), ((), ())]
)
def test_the_hash_tells_tables_apart(texts, targets):
    table = LabelledTexts(texts=("a", "b"), targets=(0, 1))
    assert table.sha256 == LabelledTexts(texts=("a", "b"), targets=(0, 1)).sha256
    assert table.sha256 != LabelledTexts(texts=texts, targets=targets).sha256


def test_our_own_messages_are_a_good_table(bot_messages):
    train, probe = (read_table(bot_messages, split=split) for split in ("train", "probe"))
    # A few are emoji only and the same once normalised; training leaves those out.
    assert min(train.without(probe.texts).counts.values()) >= 60
    assert min(probe.counts.values()) >= 40
