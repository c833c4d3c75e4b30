"""From a name to a directory: local ones first, then the hub's cache; never the network here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

from emotion_component.errors import ArtifactError
from emotion_component.hub import locate
from emotion_component.model_files import PATTERNS

REVISION = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache as the hub's client leaves it, with the model `org/emosi` downloaded."""
    cache = tmp_path / "cache"
    snapshot = cache / "models--org--emosi" / "snapshots" / REVISION
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text("{}")
    refs = cache / "models--org--emosi" / "refs"
    refs.mkdir()
    (refs / "main").write_text(REVISION)
    return cache


def offline(code: str, cache: Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own, as the hub's client reads its settings at import."""
    settings = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": str(cache), "HF_HOME": str(cache)}
    paths = os.pathsep.join([str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **settings, "PYTHONPATH": paths},
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_every_file_that_a_model_is_made_of_is_downloaded(shipped_model):
    metadata = json.loads((shipped_model / "emotion.json").read_text("utf-8"))
    for name in (*metadata["files_sha256"], "emotion.json"):
        assert any(fnmatch(name, pattern) for pattern in PATTERNS), name


@pytest.mark.parametrize("as_type", [str, Path])
def test_a_directory_is_itself(tmp_path, as_type):
    assert locate(as_type(tmp_path)) == tmp_path


@pytest.mark.parametrize("name", ["./nothing/here", "/nothing/here", "nothing", "a/b/c", "a b/c"])
def test_what_is_no_hub_id_is_a_path(name):
    assert locate(name) == Path(name)


def test_a_tilde_is_the_home_directory(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "model").mkdir()
    assert locate("~/model") == tmp_path / "model"


PRINT = "from emotion_component.hub import locate; print(locate('org/emosi'))"


def test_a_hub_id_is_found_in_the_cache(cache, tmp_path):
    done = offline(PRINT, cache, tmp_path)
    assert done.stdout.strip() == str(cache / "models--org--emosi" / "snapshots" / REVISION)


def test_a_directory_of_that_name_wins_over_the_hub(cache, tmp_path):
    (tmp_path / "org" / "emosi").mkdir(parents=True)
    done = offline(PRINT, cache, tmp_path)
    assert done.stdout.strip() == str(Path("org/emosi"))


def test_a_directory_needs_no_hub_client(cache, tmp_path):
    (tmp_path / "org" / "emosi").mkdir(parents=True)
    code = PRINT + "; import sys; print('huggingface_hub' in sys.modules)"
    assert offline(code, cache, tmp_path).stdout.split()[-1] == "False"


def test_an_id_that_is_neither_is_an_error_that_says_what_to_do(cache, tmp_path):
    code = (
        "from emotion_component import EmotionClassifier\n"
        "from emotion_component.errors import ArtifactError\n"
        "try:\n"
        "    EmotionClassifier.from_pretrained('org/other')\n"
        "except ArtifactError as error:\n"
        "    print(error.got); print(error.do)\n"
    )
    done = offline(code, cache, tmp_path)
    got, do = done.stdout.splitlines()
    assert "`org/other`" in got
    assert "give its directory" in do


def test_a_path_that_is_not_there_is_an_error_that_names_it():
    from emotion_component import EmotionClassifier

    with pytest.raises(ArtifactError, match=r"`/nothing/here`.*hub id"):
        EmotionClassifier.from_pretrained("/nothing/here")
