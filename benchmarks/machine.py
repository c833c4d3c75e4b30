"""What was measured on: figures mean little without it."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

LIBRARIES = (
    "onnxruntime",
    "torch",
    "transformers",
    "openvino",
    "tokenizers",
    "sentencepiece",
    "numpy",
    "rasa",
    "tensorflow",
)
WIDE = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm")
"""Instructions that decide how fast int8 is."""


def describe() -> dict[str, str]:
    """Processor, memory, system and versions; the load when it began."""
    return {
        "processor": _cpu("model name") or platform.machine(),
        "cores": str(os.cpu_count()),
        "instructions": ", ".join(name for name in WIDE if name in _cpu("flags").split()) or "none",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        "load at the start": f"{os.getloadavg()[0]:.1f}",
        **{name: _version(name) for name in LIBRARIES},
    }


def _cpu(key: str) -> str:
    info = Path("/proc/cpuinfo")
    for line in info.read_text("utf-8").splitlines() if info.is_file() else ():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
