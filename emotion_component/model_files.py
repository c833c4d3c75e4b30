"""Which files of a model directory a backend reads, and whether they are those it was made with.

What gives a model its answers is more than its weights: with the labels of another config.json or
the pieces of another tokenizer every answer is wrong, and nothing fails. So emotion.json holds a
hash of each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

from emotion_component.errors import ArtifactError
from emotion_component.ngrams import NGRAMS_FILE

METADATA_FILE = "emotion.json"
CONFIG_FILE = "config.json"
TOKENIZER_FILE = "tokenizer.json"
SENTENCEPIECE_FILE = "tokenizer.model"
WEIGHTS = {"onnx": "model.onnx", "torch": "model.safetensors"}

_SETTINGS = ("*.json", "vocab.txt", "merges.txt", "dict.txt", "*.model")
"""What transformers may read beside the weights: each kind of tokenizer has files of its own."""
_OTHERS = (*WEIGHTS.values(), NGRAMS_FILE)
PATTERNS = (*_SETTINGS, *_OTHERS)
"""Of all files that anything is read from."""


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def all_files(directory: Path) -> list[str]:
    """Names of all files there that one of the backends may read; emotion.json is none of them."""
    return [
        path.name
        for path in sorted(directory.iterdir())
        if path.is_file() and (_is_setting(path.name) or path.name in _OTHERS)
    ]


def files_read(directory: Path, backend: str, named: Iterable[str]) -> Iterator[str]:
    """Names of the files that this backend reads: those that are there, and those that should be.

    Args:
        directory: of the model.
        backend: of `WEIGHTS`.
        named: the files that emotion.json knows. N-grams and `tokenizer.model` that it does not
            know were left behind by another model, and are not read.
    """
    named = set(named)
    known = named.union(all_files(directory))
    yield WEIGHTS[backend]
    if NGRAMS_FILE in named:
        yield NGRAMS_FILE
    if backend == "torch":
        yield from sorted(name for name in known if _is_setting(name))
        return
    yield CONFIG_FILE
    if SENTENCEPIECE_FILE in named:
        yield SENTENCEPIECE_FILE
    elif TOKENIZER_FILE in known:
        yield TOKENIZER_FILE


def require_same(directory: Path, names: Iterable[str], hashes: Mapping[str, str]) -> None:
    """Refuse a directory in which a file is not the one it was made with.

    Args:
        directory: of the model.
        names: the files to look at.
        hashes: by name, of emotion.json.

    Raises:
        ArtifactError: a file is another one, missing, or unknown to emotion.json; says which.
    """
    for name in names:
        path = directory / name
        if name not in hashes:
            got = f"`{path}`, of which {METADATA_FILE} knows nothing"
        elif not path.is_file():
            got = f"no `{path}`"
        elif sha256(path) != hashes[name]:
            got = f"another one: `{path}`"
        else:
            continue
        raise ArtifactError(
            rule=f"{name} must be the file that {METADATA_FILE} was written for.",
            got=got,
            do="It is damaged, incomplete, swapped or foreign: copy or download the model "
            "directory again. If you changed it yourself: `emosi seal`.",
        )


def _is_setting(name: str) -> bool:
    return name != METADATA_FILE and any(fnmatch(name, pattern) for pattern in _SETTINGS)
