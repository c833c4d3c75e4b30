"""Who may import whom. A new module needs a row here: say what it may know."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "emotion_component"

# A layer is a module or a subpackage. `errors labels` know nothing of what stands below them.
PURE = {"errors", "labels"}
LANGUAGE = PURE | {"prediction", "text", "calibration"}
MODEL = LANGUAGE | {"artifact", "correction", "model_files", "ngrams"}
MEASURED = MODEL | {"table", "table_files", "evaluation"}
FRONT = MODEL | {"hub", "backends", "classifier"}
KNOWS = {
    "errors": set(),
    "labels": {"errors"},
    "chat_words": set(),
    "rating": set(),
    "scores": {"labels"},
    "prediction": PURE,
    "text": PURE | {"chat_words"},
    "calibration": PURE,
    "escalation": PURE | {"scores"},
    "correction": PURE,
    "ngrams": PURE | {"calibration", "correction"},
    "model_files": PURE | {"ngrams"},
    "artifact": LANGUAGE | {"model_files", "ngrams"},
    "hub": MODEL,
    "table_files": PURE,
    "table": LANGUAGE | {"table_files"},
    "thresholds": LANGUAGE | {"scores"},
    "augmentation": LANGUAGE | {"chat_words"},
    "backends": MODEL,
    "emoji_only": LANGUAGE | {"chat_words"},
    "classifier": FRONT | {"emoji_only"},
    "evaluation": MODEL | {"scores", "table"},
    "table_writer": PURE,
    "datasets": LANGUAGE | {"table", "table_files", "table_writer"},
    "tracker": PURE,
    "lineage": PURE,
    "mining": LANGUAGE | {"table_files", "tracker"},
    "audit": PURE | {"tracker"},
    "privacy": PURE | {"tracker"},
    "drift": MODEL | {"hub", "scores", "tracker"},
    "simulation": PURE,
    "training": FRONT | MEASURED | {"augmentation"},
    "learning": FRONT
    | MEASURED
    | {"datasets", "emoji_only", "lineage", "mining", "thresholds", "tracker", "training"},
    "rasa": FRONT | {"escalation", "rating", "scores"},
    "commands": FRONT
    | MEASURED
    | {"augmentation", "emoji_only", "scores", "table_writer", "thresholds"}
    | {"audit", "datasets", "drift", "learning", "lineage", "mining", "privacy", "tracker"}
    | {"simulation", "training"},
    "cli": PURE | {"commands"},
    "__init__": FRONT,
}

# Packages that are not Python's own, and the modules that may name them, wherever in the file.
THIRD_PARTY = {
    "numpy": {
        "prediction",
        "calibration",
        "classifier",
        "correction",
        "emoji_only",
        "ngrams",
        "scores",
        "table",
        "thresholds",
        "backends",
        "evaluation",
        "datasets",
        "mining",
        "drift",
        "learning",
        "training",
        "rasa",
        "commands",
    },
    "onnxruntime": {
        "backends.onnx",
        "training.graph",
        "training.quantization",
        "training.rounding",
    },
    "sentencepiece": {"backends.tokenization", "training.sentencepiece_model"},
    "tokenizers": {
        "backends.tokenization",
        "drift.vocabulary",
        "training.sentencepiece_model",
        "training.trimming",
    },
    "huggingface_hub": {"hub"},
    "torch": {
        "backends.torch",
        "commands.train",
        "commands.curve",
        "commands.learn",
        "augmentation.back_translation",
        "training",
    },
    "transformers": {"backends.torch", "augmentation.back_translation", "training"},
    "safetensors": {"training.checkpoint"},
    "scipy": {"training.corrections", "training.ngrams"},
    "sklearn": {"training"},
    "cleanlab": {"mining.label_errors"},
    "sqlalchemy": {
        "tracker",
        *("audit.auditing", "audit.desk_rows", "commands.report", "drift.reading"),
        *("drift.shadows", "learning.given", "learning.chosen"),
        *("privacy.desk_rows", "privacy.desk_side", "privacy.desk_tables"),
        *("privacy.exporting", "privacy.purging", "privacy.stored_events"),
        *("rasa.exact_store", "rasa.outbox_sql"),
    },
    "httpx": {"simulation.talking"},
    "jinja2": {"evaluation.page"},
    "yaml": {"simulation.customers", "simulation.responses"},
    "optuna": {"training.search"},
    "pyarrow": {"table_files"},
    "onnx": {"training.graph", "training.quantization", "training.rounding"},
    "tqdm": {"augmentation.back_translation", "training"},
    "matplotlib": {"evaluation.canvas"},
    # One command shows what the desk's package counts (docs/adr/0013).
    "handoff_desk": {"commands.report"},
    "rasa": {"rasa"},
    "sanic": {"rasa.channel", "rasa.channel_answers", "rasa.metrics_channel", "rasa.json_logs"},
    "prometheus_client": {"rasa.metrics", "rasa.metrics_channel"},
    "structlog": {"rasa.request_ids", "rasa.json_logs"},
}

MODULES = {
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts): path
    for path in sorted(PACKAGE.rglob("*.py"))
}


def layer(module: str) -> str:
    return module.partition(".")[0]


def imports(path: Path) -> Iterator[str]:
    """Full name of each imported module, also of those imported inside functions."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: imports are absolute"
            if node.module == "emotion_component":
                yield from (f"emotion_component.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


def own(path: Path) -> set[str]:
    """Layers of this package that a file imports."""
    names = [name.split(".") for name in imports(path)]
    layers = {parts[1] for parts in names if parts[0] == "emotion_component" and len(parts) > 1}
    return {name if name in KNOWS else "__init__" for name in layers}


def foreign(path: Path) -> set[str]:
    """Packages from elsewhere that a file imports."""
    top = {name.partition(".")[0] for name in imports(path)}
    return top - sys.stdlib_module_names - {"emotion_component"}


def test_every_layer_has_its_row():
    assert {layer(module) for module in MODULES} == set(KNOWS)


def test_the_rows_contain_no_circle():
    order: list[str] = []
    left = dict(KNOWS)
    while left:
        free = [name for name, known in left.items() if not (known & left.keys()) - {name}]
        assert free, f"in a circle: {sorted(left)}"
        order += free
        left = {name: known for name, known in left.items() if name not in free}
    assert order[-1] in ("cli", "__init__")


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_its_layer_may_know(module):
    assert own(MODULES[module]) - {layer(module)} <= KNOWS[layer(module)]


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_packages_it_may_need(module):
    allowed = {
        package
        for package, users in THIRD_PARTY.items()
        if module in users or layer(module) in users
    }
    assert foreign(MODULES[module]) <= allowed
