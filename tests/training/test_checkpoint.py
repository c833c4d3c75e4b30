"""A directory is written whole or not at all, and leaves nothing lying beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_component.errors import ConfigError, DataError
from emotion_component.training.checkpoint import write_whole


def test_new_files_take_the_place_of_old_ones(tmp_path):
    output = tmp_path / "model"
    output.mkdir()
    for name in ("weights", "notes"):
        (output / name).write_text("old")
    write_whole(output, lambda fresh: (fresh / "weights").write_text("new"))
    assert {path.name: path.read_text() for path in output.iterdir()} == {
        "weights": "new",
        "notes": "old",
    }
    assert list(tmp_path.iterdir()) == [output]


@pytest.mark.parametrize(
    "reason, raised",
    [
        (OSError("no space left"), DataError),
        (RuntimeError("no space left"), DataError),
        (ConfigError(rule="a", got="b", do="c"), ConfigError),
        (KeyboardInterrupt(), KeyboardInterrupt),
    ],
    ids=["disk", "library", "our own", "Ctrl-C"],
)
def test_what_stops_the_writing_leaves_what_was_there(tmp_path, reason, raised):
    output = tmp_path / "model"
    output.mkdir()
    (output / "weights").write_text("old")

    def write(fresh: Path) -> None:
        (fresh / "weights").write_text("half")
        raise reason

    with pytest.raises(raised):
        write_whole(output, write)
    assert (output / "weights").read_text() == "old"
    assert list(tmp_path.iterdir()) == [output]
