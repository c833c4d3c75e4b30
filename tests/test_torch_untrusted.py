"""A transformers checkpoint from anywhere: safetensors only, and none of its code is run."""

from __future__ import annotations

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_component import EmotionClassifier
from emotion_component.errors import ArtifactError
from emotion_component.model_files import all_files
from tests.test_untrusted_models import Bomb, change


@pytest.fixture
def evil(tiny_model: Path, tmp_path: Path) -> Path:
    """The tiny model without emotion.json, and all that would run code if anybody let it."""
    directory = Path(shutil.copytree(tiny_model, tmp_path / "evil"))
    (directory / "emotion.json").unlink()
    trace = str(tmp_path / "ran")
    code = f"from pathlib import Path\nPath({trace!r}).touch()\nclass Evil: ...\n"
    for name in ("modeling_evil.py", "configuration_evil.py", "tokenization_evil.py"):
        (directory / name).write_text(code)
    for name in ("pytorch_model.bin", "training_args.bin", "vocab.pkl", "tokenizer.pkl"):
        (directory / name).write_bytes(pickle.dumps(Bomb(trace)))
    change(
        "config.json",
        auto_map={
            "AutoConfig": "configuration_evil.Evil",
            "AutoModelForSequenceClassification": "modeling_evil.Evil",
        },
        _attn_implementation="evil/kernel",
    )(directory)
    tokenizers = ["tokenization_evil.Evil", "tokenization_evil.Evil"]
    change("tokenizer_config.json", auto_map={"AutoTokenizer": tokenizers})(directory)
    return directory


WATCHED = """
import json, sys
from pathlib import Path
from emotion_component import EmotionClassifier
directory, warm = Path(sys.argv[1]).resolve(), Path(sys.argv[2])
EmotionClassifier.from_pretrained(warm, "torch").predict(["halo"])
opened, seen = [], []
def watch(event, arguments):
    if event == "open" and str(arguments[0]).startswith(str(directory)):
        opened.append(Path(arguments[0]).name)
    elif event.startswith(("pickle.", "subprocess.", "socket.connect", "os.system", "os.exec")):
        seen.append([event, repr(arguments)[:120]])
sys.addaudithook(watch)
print(EmotionClassifier.from_pretrained(directory, "torch").predict(["halo"])[0].label)
print(json.dumps({"opened": sorted(set(opened)), "seen": seen}))
"""


def test_a_checkpoint_is_loaded_without_its_code(evil: Path, tiny_model: Path, tmp_path: Path):
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WATCHED, str(evil), str(tiny_model)],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    label, found = ran.stdout.splitlines()[-2:]
    assert label in json.loads((evil / "config.json").read_text())["label2id"]
    watched = json.loads(found)
    assert watched["seen"] == []
    assert set(watched["opened"]) <= set(all_files(evil))
    assert not (tmp_path / "ran").exists()


def test_a_pickle_of_weights_is_no_checkpoint(evil: Path, tmp_path: Path):
    (evil / "model.safetensors").unlink()
    with pytest.raises(ArtifactError, match=r"needs model\.safetensors"):
        EmotionClassifier.from_pretrained(evil, "torch")
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "file, values",
    [
        # Of a class that transformers does not have: only the checkpoint's own code could be it.
        ("config.json", {"model_type": "evil"}),
        # This tokenizer reads a pickle, if the environment allows it.
        ("tokenizer_config.json", {"tokenizer_class": "TransfoXLTokenizer"}),
    ],
)
def test_what_needs_its_own_code_is_refused(evil: Path, tmp_path: Path, file: str, values: dict):
    change(file, **values)(evil)
    if "tokenizer_class" in values:
        (evil / "tokenizer.json").unlink()
    with pytest.raises(ArtifactError, match="torch backend loads"):
        EmotionClassifier.from_pretrained(evil, "torch")
    assert not (tmp_path / "ran").exists()
