from __future__ import annotations

import pytest

from emotion_component.errors import DataError
from emotion_component.evaluation import update_block

START, END = "<!-- results:start -->", "<!-- results:end -->"


@pytest.mark.parametrize(
    "document, after",
    [
        (f"a\n{START}\nold\n{END}\nb\n", f"a\n{START}\nnew\n{END}\nb\n"),
        (f"{START}{END}", f"{START}\nnew\n{END}"),
        (f"ä\n\n{START}\n\n{END}", f"ä\n\n{START}\nnew\n{END}"),
    ],
)
def test_only_the_block_changes_and_twice_is_once(tmp_path, document, after):
    path = tmp_path / "README.md"
    path.write_text(document, encoding="utf-8")
    for _ in range(2):
        update_block(path, "results", "\nnew\n")
        assert path.read_text(encoding="utf-8") == after


@pytest.mark.parametrize(
    "document",
    [
        pytest.param("nothing", id="no markers"),
        pytest.param(START, id="no end"),
        pytest.param(END, id="no start"),
        pytest.param(f"{END} {START}", id="wrong order"),
        pytest.param(f"{START} {END} {START} {END}", id="twice"),
    ],
)
def test_broken_markers_are_an_error_and_leave_the_file(tmp_path, document):
    path = tmp_path / "README.md"
    path.write_text(document, encoding="utf-8")
    with pytest.raises(DataError, match=r"README\.md must hold `<!-- results:start -->`"):
        update_block(path, "results", "new")
    assert path.read_text(encoding="utf-8") == document


def test_no_file(tmp_path):
    with pytest.raises(DataError, match=r"no file README\.md"):
        update_block(tmp_path / "README.md", "results", "new")
