"""Tables that are written can be read."""

from __future__ import annotations

import pytest

from emotion_component.errors import ConfigError, DataError
from emotion_component.table_files import open_rows
from emotion_component.table_writer import write_rows

ROWS = [{"text": 'kata "kakak", 😡\nya', "label": "Marah", "note": "x"}, {"text": "", "label": ""}]


@pytest.mark.parametrize("name", ["a.csv", "deep/er/a.jsonl"])
def test_what_is_written_is_read(tmp_path, name):
    write_rows(tmp_path / name, ("text", "label"), ROWS)
    rows = [row for _, row in open_rows(tmp_path / name, ["text", "label"]).rows]
    assert rows == [{"text": row["text"], "label": row["label"]} for row in ROWS]


def test_no_rows_leave_a_header(tmp_path):
    write_rows(tmp_path / "a.csv", ("text", "label"), [])
    assert (tmp_path / "a.csv").read_text() == "text,label\n"


@pytest.mark.parametrize(
    "name, error", [("a.xlsx", ConfigError), ("a", ConfigError), ("file/a.csv", DataError)]
)
def test_a_file_that_cannot_be_written(tmp_path, name, error):
    (tmp_path / "file").touch()
    with pytest.raises(error, match=name):
        write_rows(tmp_path / name, ("text",), [])
