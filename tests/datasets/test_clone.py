"""Clones of the public collections at their commits, here from repositories on this machine."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from emotion_component.datasets.sources import SOURCES, clone_all
from emotion_component.errors import DataError

AUTHOR = ["-c", "user.name=uji", "-c", "user.email=uji@contoh.id"]


def git(place: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(place), *AUTHOR, *arguments], check=True, capture_output=True)


def write_version(place: Path, content: str) -> None:
    (place / "pesan.txt").write_text(content)
    git(place, "add", ".")
    git(place, "commit", "--message", content)


@pytest.fixture
def host(tmp_path) -> Path:
    """Repositories with a later version than the one that was labelled."""
    for source in SOURCES.values():
        place = tmp_path / "host" / source.repository
        place.mkdir(parents=True)
        git(place, "init")
        write_version(place, "as labelled")
        git(place, "tag", source.commit)  # a name in the place of the hash
        write_version(place, "later")
    return tmp_path / "host"


def contents(directory: Path) -> set[str]:
    return {path.read_text() for path in directory.glob("*/pesan.txt")}


def test_each_collection_is_cloned_at_its_commit(host, tmp_path):
    clone_all(tmp_path / "clones", str(host))
    names = {source.repository.partition("/")[2] for source in SOURCES.values()}
    assert {path.name for path in (tmp_path / "clones").iterdir()} == names
    assert contents(tmp_path / "clones") == {"as labelled"}


def test_a_clone_at_another_commit_is_put_right(host, tmp_path):
    clone_all(tmp_path / "clones", str(host))
    for place in (tmp_path / "clones").iterdir():
        git(place, "checkout", "-")
    clone_all(tmp_path / "clones", "file:///nowhere")
    assert contents(tmp_path / "clones") == {"as labelled"}


def test_an_archive_that_was_unpacked_is_left_alone(tmp_path):
    for source in SOURCES.values():
        (tmp_path / source.repository.partition("/")[2]).mkdir()
    clone_all(tmp_path, "file:///nowhere")


def test_no_network_is_explained(tmp_path):
    with pytest.raises(DataError, match=r"git clone .*nowhere.*Check the network"):
        clone_all(tmp_path, "file:///nowhere")
