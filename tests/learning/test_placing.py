"""A proposal takes a model's place at one stroke, or the model stays; and gives it back."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_component.artifact import EmotionMetadata, read_artifact
from emotion_component.cli import main
from emotion_component.commands.options import user_name
from emotion_component.errors import ArtifactError, ConfigError
from emotion_component.hub import locate, spare
from emotion_component.learning import placing
from emotion_component.learning.placing import exchanged, promote, rollback
from emotion_component.lineage import ANCESTRY_FILE, PROPOSED, Step, add_step, read_ancestry
from emotion_component.ngrams import Mixture


def contents(directory: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in directory.iterdir() if p.name != ANCESTRY_FILE}


@pytest.fixture
def model(shipped_model: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_model, tmp_path / "models" / "mine"))


@pytest.fixture
def proposed(model: Path, tmp_path: Path) -> Path:
    """The same model with another share of its n-grams, as `emosi learn` would write it."""
    place = Path(shutil.copytree(model, tmp_path / "proposed"))
    mixture = Mixture.read(place)
    Mixture(model=mixture.model, share=0.25, temperature=mixture.temperature).write(place)
    metadata: EmotionMetadata = read_artifact(model).metadata
    metadata.write(place)
    step = Step(
        kind=PROPOSED,
        at="2026-11-01",
        model=read_artifact(place).sha256,
        parent=read_artifact(model).sha256,
        details={},
    )
    add_step(place, (), step)
    return place


def never(one: Path, other: Path) -> bool:
    """A system that cannot exchange directories."""
    return False


@pytest.mark.parametrize("swap", [exchanged, never])
def test_promote_and_rollback(model, proposed, swap):
    before, after = contents(model), contents(proposed)
    promote(proposed, model, who="rina", why="reads repairs rightly", swap=swap)
    assert contents(model) == after == contents(proposed)
    assert contents(spare(model)) == before
    assert [step.kind for step in read_ancestry(model)] == ["proposed", "promoted"]
    rollback(model, who="rina", why="too many misses", swap=swap)
    assert contents(model) == before
    assert contents(spare(model)) == after
    steps = read_ancestry(model)
    assert [(one.kind, one.why) for one in steps[1:]] == [
        ("promoted", "reads repairs rightly"),
        ("rolled back", "too many misses"),
    ]
    assert sorted(p.name for p in model.parent.iterdir()) == [".mine.before", "mine"]
    with pytest.raises(ConfigError, match="last promotion"):
        rollback(model, who="rina", why="", swap=swap)


def test_of_two_proposals_each_leaves_its_trace(model, proposed, tmp_path):
    """The second was made before the first was tried and taken back."""
    second = Path(shutil.copytree(proposed, tmp_path / "second"))
    promote(proposed, model, who="rina", why="the first")
    rollback(model, who="rina", why="too many misses")
    promote(second, model, who="rina", why="the second")
    told = [(one.kind, one.why) for one in read_ancestry(model)]
    assert told == [
        ("proposed", ""),
        ("promoted", "the first"),
        ("rolled back", "too many misses"),
        ("proposed", ""),
        ("promoted", "the second"),
    ]


def test_a_link_to_a_model_goes_on_being_one(model, proposed):
    link = model.parent / "current"
    link.symlink_to(model.name)
    before = contents(model)
    promote(proposed, link, who="rina", why="reads repairs rightly")
    rollback(link, who="rina", why="too many misses")
    assert link.is_symlink()
    assert contents(link) == before


KILLED = """
import os, signal, sys
from pathlib import Path
from emotion_component.learning import placing

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

if sys.argv[3] == "renames":
    rename = Path.rename
    count = 0

    class Dying(type(Path())):
        def rename(self, target):
            global count
            count += 1
            rename(self, target)
            if count == int(sys.argv[4]):
                die()
    placing.promote(Dying(sys.argv[1]), Dying(sys.argv[2]), who="", why="x", swap=lambda *_: False)
else:
    placing.promote(Path(sys.argv[1]), Path(sys.argv[2]), who="", why="x", swap=die)
"""


@pytest.mark.parametrize("at", ["swap 0", "renames 1", "renames 2", "renames 3", "renames 4"])
def test_killed_at_any_moment_there_is_a_whole_model(model, proposed, at):
    """The one before or the new one; and promotion works again, and rollback after it."""
    before, after = contents(model), contents(proposed)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(proposed), str(model), *at.split()], timeout=120
    )
    assert done.returncode == -9
    found = locate(model)
    read_artifact(found)
    assert contents(found) in (before, after)
    if at == "renames 3":
        assert not model.exists()
    if at == "renames 4":
        assert contents(model) == after


def test_a_stopped_promotion_is_made_good(model, proposed):
    """Between two renames: the model lies beside, under the name of the one before."""
    before = contents(model)
    model.rename(spare(model))
    promote(proposed, model, who="", why="again")
    rollback(model, who="", why="")
    assert contents(model) == before


def another_parent(proposed: Path, model: Path) -> None:
    EmotionMetadata().write(model)
    mixture = Mixture.read(model)
    Mixture(model=mixture.model, share=0.1, temperature=1.0).write(model)
    read = EmotionMetadata()
    read.write(model)


def never_proposed(proposed: Path, model: Path) -> None:
    (proposed / ANCESTRY_FILE).unlink()


def changed_since(proposed: Path, model: Path) -> None:
    mixture = Mixture.read(proposed)
    Mixture(model=mixture.model, share=0.3, temperature=1.0).write(proposed)
    EmotionMetadata().write(proposed)


def damaged(proposed: Path, model: Path) -> None:
    with (proposed / "model.onnx").open("r+b") as file:
        file.write(b"junk")


@pytest.mark.parametrize(
    "spoil, error, told",
    [
        (another_parent, ConfigError, "the model that it was learned from"),
        (never_proposed, ConfigError, "a proposal of `emosi learn`"),
        (changed_since, ConfigError, "a proposal of `emosi learn`"),
        (damaged, ArtifactError, "model.onnx"),
    ],
)
def test_what_is_not_put_in_place(model, proposed, spoil, error, told):
    spoil(proposed, model)
    before = contents(model)
    with pytest.raises(error, match=told):
        promote(proposed, model, who="", why="x")
    assert contents(model) == before
    assert [path.name for path in model.parent.iterdir()] == ["mine"]


def test_one_at_a_time(model, proposed):
    with placing._alone(model), pytest.raises(ConfigError, match="One promotion at a time"):
        promote(proposed, model, who="", why="x")


def test_who_has_no_name_on_this_system_stays_unnamed(monkeypatch):
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 2**31 - 7)
    assert user_name("") == ""
    assert user_name("rina") == "rina"


def test_by_the_commands(model, proposed, capsys):
    assert main(["rollback", str(model)]) == 1
    assert main(["promote", str(proposed), str(model), "--reason", " "]) == 1
    said = ["--who", "rina", "--reason", "membaca servis"]
    assert main(["promote", str(proposed), str(model), *said]) == 0
    capsys.readouterr()
    assert main(["history", str(model)]) == 0
    told = capsys.readouterr().out
    assert re.search(r"trained by `emosi train` from e5-small-id on [\d,]+ messages", told)
    assert "by rina: membaca servis" in told
