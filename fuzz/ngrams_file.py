"""`ngrams.npz` of a model from anywhere: an archive of arrays."""

from __future__ import annotations

import io
import pickle
import zipfile

import numpy as np

from emotion_component.errors import ArtifactError
from emotion_component.labels import LABELS
from emotion_component.ngrams import BUCKETS, NGRAMS_FILE, Mixture
from fuzz.places import new_directory

_ARRAYS = {
    "idf": np.ones(BUCKETS, np.float16),
    "weights": np.zeros((BUCKETS, len(LABELS)), np.float16),
    "bias": np.zeros(len(LABELS), np.float32),
    "share": np.float64(0.5),
    "temperature": np.float64(1.0),
}


def _packed(**changed: object) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, **{**_ARRAYS, **changed})
    return file.getvalue()


def _archive(content: bytes, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive in which each array is these bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", kind) as archive:
        for name in _ARRAYS:
            archive.writestr(f"{name}.npy", content)
    return file.getvalue()


def _array(header: bytes) -> bytes:
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header


_SMALL = io.BytesIO()
np.save(_SMALL, np.float64(0.5))

SEEDS = (
    _packed(),
    _packed(weights=np.full((BUCKETS, len(LABELS)), np.nan, np.float16)),
    _packed(bias=np.array([1, "a", None, 2, 3], dtype=object)),
    _packed(temperature=np.float64(-1)),
    _packed()[:3000],
    _SMALL.getvalue(),
    _archive(_SMALL.getvalue()),
    _archive(_SMALL.getvalue(), zipfile.ZIP_BZIP2),
    _archive(_array(b"{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,)}\n")),
    _archive(_array(b"{'descr': '|O', 'fortran_order': False, 'shape': ()}\n") + b"\x80\x04N."),
    _archive(_array(b"(" * 900)),
    pickle.dumps(_ARRAYS["bias"]),
    b"PK\x05\x06" + b"\0" * 18,
)

_directory = new_directory()


def target(data: bytes) -> None:
    (_directory / NGRAMS_FILE).write_bytes(data)
    try:
        mixture = Mixture.read(_directory)
    except ArtifactError:
        return
    assert mixture is not None
    encoder = np.zeros((1, len(LABELS)), np.float32)
    logits = mixture.logits(encoder, ["kok belum sampai juga ya?"])
    assert logits.shape == encoder.shape
    assert np.isfinite(logits).all()
