"""The shipped model, spoiled in each way there is: refused as it is loaded, and no code is run."""

from __future__ import annotations

import io
import json
import pickle
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from emotion_component import EmotionClassifier
from emotion_component.artifact import seal
from emotion_component.errors import EmotionError
from emotion_component.labels import LABELS
from emotion_component.model_files import all_files

Harm = Callable[[Path], None]


@pytest.fixture
def copy(shipped_model: Path, tmp_path: Path) -> Path:
    """A copy of the shipped model to spoil."""
    directory = tmp_path / "model"
    directory.mkdir()
    for path in shipped_model.iterdir():
        if path.suffix not in (".md", ".png"):
            (directory / path.name).write_bytes(path.read_bytes())
    return directory


def flip(file: str) -> Harm:
    """One bit in the middle of a file."""

    def harm(directory: Path) -> None:
        content = bytearray((directory / file).read_bytes())
        content[len(content) // 2] ^= 1
        (directory / file).write_bytes(bytes(content))

    return harm


def cut(file: str) -> Harm:
    def harm(directory: Path) -> None:
        content = (directory / file).read_bytes()
        (directory / file).write_bytes(content[: len(content) // 2])

    return harm


def put(file: str, content: bytes) -> Harm:
    return lambda directory: (directory / file).write_bytes(content) and None


def remove(file: str) -> Harm:
    return lambda directory: (directory / file).unlink()


def change(file: str, **values: object) -> Harm:
    def harm(directory: Path) -> None:
        content = json.loads((directory / file).read_text("utf-8"))
        (directory / file).write_text(json.dumps({**content, **values}), "utf-8")

    return harm


def sealed(*harms: Harm) -> Harm:
    """Somebody who also wrote the hashes anew."""

    def harm(directory: Path) -> None:
        for one in harms:
            one(directory)
        seal(directory)

    return harm


def more_pieces(directory: Path) -> None:
    """Another model's tokenizer: with one piece more."""
    content = json.loads((directory / "tokenizer.json").read_text("utf-8"))
    plain = dict.fromkeys(("single_word", "lstrip", "rstrip", "normalized", "special"), False)
    content["added_tokens"].append({"id": 36_000, "content": "kepunyaan", **plain})
    (directory / "tokenizer.json").write_text(json.dumps(content), "utf-8")
    (directory / "tokenizer.model").unlink()


def archive(**arrays: object) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


class Bomb:
    """Would make a file if it was ever unpickled."""

    def __init__(self, trace: str) -> None:
        self.trace = trace

    def __reduce__(self):
        return Path.touch, (Path(self.trace),)


def pickled_array(trace: str) -> bytes:
    """An archive as numpy would unpickle it, if it were allowed to."""
    array = io.BytesIO()
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': ()}\n"
    array.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    array.write(pickle.dumps(Bomb(trace)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name in ("idf", "weights", "bias", "share", "temperature"):
            packed.writestr(f"{name}.npy", array.getvalue())
    return file.getvalue()


REVERSED = {str(i): label for i, label in enumerate(reversed(LABELS))}
INVERSE = {label: i for i, label in enumerate(reversed(LABELS))}
UNSEALED = [
    *((flip(file), file, f"a bit of {file}") for file in ("model.onnx", "ngrams.npz")),
    *((flip(file), file, f"a bit of {file}") for file in ("tokenizer.model", "config.json")),
    *((cut(file), file, f"half of {file}") for file in ("model.onnx", "ngrams.npz")),
    *((cut(file), file, f"half of {file}") for file in ("tokenizer.model", "config.json")),
    *((remove(file), file, f"no {file}") for file in ("ngrams.npz", "tokenizer.model")),
    (change("config.json", id2label=REVERSED), "config.json", "labels the other way round"),
    (put("tokenizer.model", b"another"), "tokenizer.model", "another tokenizer"),
    (put("model.onnx", b"another"), "model.onnx", "other weights"),
    (put("ngrams.npz", pickle.dumps([1])), "ngrams.npz", "a pickle as n-grams"),
    (put("model.onnx", pickle.dumps([1])), "model.onnx", "a pickle as weights"),
]
SEALED = [
    (put("model.onnx", pickle.dumps([1])), "model.onnx", "a pickle as weights"),
    (cut("model.onnx"), "model.onnx", "half of the weights"),
    (put("ngrams.npz", pickle.dumps([1])), "linear model", "a pickle as n-grams"),
    (cut("ngrams.npz"), "linear model", "half of the n-grams"),
    (put("ngrams.npz", archive(idf=np.ones(3))), "linear model", "n-grams of another shape"),
    (put("tokenizer.model", pickle.dumps([1])), "tokenizer", "a pickle as tokenizer"),
    (more_pieces, "no more pieces", "another model's tokenizer"),
    (change("config.json", label2id=INVERSE), "id2label and label2id", "contradicting labels"),
    (
        change("config.json", id2label={**REVERSED, "4": "Sedih"}),
        "exactly the labels",
        "an unknown label",
    ),
    (
        change(
            "config.json",
            id2label={str(i + 1): label for i, label in enumerate(LABELS)},
            label2id={},
        ),
        "columns",
        "labels in columns that are not there",
    ),
]


def cases(table: list[tuple[Harm, str, str]]) -> list[object]:
    return [pytest.param(harm, told, id=name) for harm, told, name in table]


def refused(directory: Path) -> EmotionError:
    with pytest.raises(EmotionError) as caught:
        EmotionClassifier.from_pretrained(directory, "onnx")
    assert caught.value.do
    return caught.value


@pytest.mark.parametrize("harm, file", cases(UNSEALED))
def test_what_is_not_what_it_was_made_with_is_refused_by_name(copy: Path, harm: Harm, file: str):
    harm(copy)
    error = refused(copy)
    assert file in str(error)
    assert str(copy) in error.got


@pytest.mark.parametrize("harm, told", cases(SEALED))
def test_what_no_hash_could_tell_is_refused_for_what_it_is(copy: Path, harm: Harm, told: str):
    sealed(harm)(copy)
    assert told in str(refused(copy))


def test_a_pickled_array_is_not_opened(copy: Path, tmp_path: Path):
    trace = tmp_path / "ran"
    content = pickled_array(str(trace))
    (tmp_path / "x.npz").write_bytes(content)
    np.load(tmp_path / "x.npz", allow_pickle=True)["idf"]
    assert trace.exists()  # it would have worked
    trace.unlink()
    sealed(put("ngrams.npz", content))(copy)
    assert "linear model" in str(refused(copy))
    assert not trace.exists()


WATCHED = """
import json, sys
from pathlib import Path
from emotion_component import EmotionClassifier
directory, warm = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
EmotionClassifier.from_pretrained(warm).predict(["halo"])  # all libraries are imported now
opened, seen = [], []
# Not `compile`: numpy parses the header of an array as a literal, and runs nothing of it.
FORBIDDEN = ("pickle.", "marshal.", "exec", "import", "os.", "subprocess.", "socket.",
             "ctypes.", "code.", "shutil.")
def watch(event, arguments):
    if event == "open" and str(arguments[0]).startswith(str(directory)):
        opened.append(Path(arguments[0]).name)
    elif event.startswith(FORBIDDEN) and event not in ("os.listdir", "os.scandir"):
        seen.append([event, repr(arguments)[:120]])
sys.addaudithook(watch)
EmotionClassifier.from_pretrained(directory).predict(["halo kak"])
print(json.dumps({"opened": sorted(set(opened)), "seen": seen}))
"""


def test_loading_opens_nothing_else_and_runs_nothing(copy: Path, shipped_model: Path):
    """Python tells an audit hook of each file it opens, each import, each name a pickle asks for,
    each process. (What the libraries in C++ open, they parse as protocol buffers.)"""
    trace = copy.parent / "ran"
    for name in ("pytorch_model.bin", "training_args.bin", "training-state.pt", "model.pkl"):
        (copy / name).write_bytes(pickle.dumps(Bomb(str(trace))))
    for name in ("modeling_evil.py", "sitecustomize.py", "__init__.py", "tokenizer.py"):
        (copy / name).write_text(f"from pathlib import Path\nPath({str(trace)!r}).touch()\n")
    evil = {"AutoModel": "modeling_evil.Evil", "AutoTokenizer": ["modeling_evil.Evil", None]}
    sealed(change("config.json", auto_map=evil), change("tokenizer_config.json", auto_map=evil))(
        copy
    )
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WATCHED, str(copy), str(shipped_model)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    found = json.loads(ran.stdout)
    assert found["seen"] == []
    assert set(found["opened"]) <= {"emotion.json", *all_files(copy)}
    assert "config.json" in found["opened"]
    assert not trace.exists()
