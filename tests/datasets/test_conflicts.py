"""One message with two labels."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_component.datasets.conflicts import conflicts
from emotion_component.datasets.messages import Message, read_messages


def message(line: int, normal: str, label: str) -> Message:
    return Message(path=Path("a.csv"), line=line, text=normal, normal=normal, label=label)


@pytest.mark.parametrize(
    "rows, expected",
    [
        ([(2, "halo", "Netral"), (3, "halo", "Netral")], []),
        ([(2, "halo", "Netral"), (3, "kok", "Bingung")], []),
        ([(2, "halo", "Netral"), (5, "halo", "Senang")], [(5, "Senang, but Netral in a.csv:2")]),
        ([(2, "", "Netral"), (3, "", "Senang")], []),
        ([(2, "halo", "Netral"), (3, "halo", "")], []),
    ],
    ids=["same label", "other text", "two labels", "nothing to read", "no label"],
)
def test_two_labels_of_one_message(rows, expected):
    found = conflicts([message(*row) for row in rows])
    assert [(fault.line, fault.reason) for fault in found] == [
        (line, f"labelled {reason}") for line, reason in expected
    ]


def test_messages_know_their_place(tmp_path):
    path = tmp_path / "pesan.csv"
    path.write_text('text,label,split\n"a\nb",netral,x\nGAK BISA,Sedih,x\nlain,Marah,y\n', "utf-8")
    found = read_messages(f"{path}:x")
    assert [(m.line, m.normal, m.label) for m in found] == [
        (3, "a b", "Netral"),
        (4, "tidak bisa", ""),
    ]
    assert found[1].place == f"{path}:4"


def test_a_table_needs_no_labels(tmp_path):
    path = tmp_path / "pesan.csv"
    path.write_text("text\nhalo\n", "utf-8")
    assert [m.label for m in read_messages(str(path))] == [""]
