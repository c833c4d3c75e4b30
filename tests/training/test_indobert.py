"""The road of IndoBERT without the hub: a model of its shape, trained, exported, used in Rasa.

The shape of indobenchmark/indobert-base-p1 (Wilie et al., 2020: 124.5 million parameters) is that
of BERT-base, with 50,000 embeddings for a vocabulary of 30,521 pieces (IndoNLP/indonlu, issue 33,
tells of the difference). Here it has two of its twelve layers, as one is like the other, and random
weights: nothing is said of how well it reads.
"""

from __future__ import annotations

import csv
import json
import subprocess
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from transformers import BertConfig, BertModel

from emotion_component import LABELS, EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.cli import main
from emotion_component.table import read_table

pytestmark = pytest.mark.slow

PIECES = 30_521
EMBEDDINGS = 50_000
LAYERS = 2
PARAMETERS = 53_562_624
MESSAGES = ["terima kasih kak", "DASAR PENIPU, balikin uang saya!!! 😡", "x" * 3000]


def vocabulary(texts) -> list[str]:
    """Pieces in IndoBERT's order: special tokens, letters, whole words, then their parts."""
    words = [word for word, _ in Counter(" ".join(texts).split()).most_common()]
    letters = sorted({letter for word in words for letter in word})
    ends = (f"##{word[cut:]}" for word in words for cut in range(1, len(word)))
    starts = (word[:cut] for word in words for cut in range(2, len(word)))
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    pieces = dict.fromkeys(
        [*special, *letters, *(f"##{letter}" for letter in letters), *words, *ends, *starts]
    )
    unused = (f"[unused{number}]" for number in range(PIECES))
    return [*pieces, *unused][:PIECES]


@pytest.fixture(scope="module")
def base(bot_messages, tmp_path_factory) -> Path:
    """The files that the hub has: no tokenizer.json, and weights as torch pickles them."""
    directory = tmp_path_factory.mktemp("indobert") / "indobert-base-p1"
    torch.manual_seed(1)
    # All else is by default as in BERT-base.
    model = BertModel(BertConfig(vocab_size=EMBEDDINGS, num_hidden_layers=LAYERS))
    assert model.num_parameters() == PARAMETERS
    model.save_pretrained(directory, safe_serialization=False)
    pieces = vocabulary(read_table(bot_messages).texts)
    (directory / "vocab.txt").write_text("\n".join(pieces) + "\n", encoding="utf-8")
    settings = {"do_lower_case": True, "tokenizer_class": "BertTokenizer"}
    (directory / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return directory


@pytest.fixture(scope="module")
def chain(base, bot_messages, tmp_path_factory) -> SimpleNamespace:
    """`emosi train` and `emosi export`, each once."""
    place = tmp_path_factory.mktemp("chain")
    with bot_messages.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name, skipped, count in (("train", 0, 5), ("valid", 5, 2)):
        with (place / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, ["text", "label"], extrasaction="ignore")
            writer.writeheader()
            for label in LABELS:
                of_label = [row for row in rows if row["label"] == label]
                writer.writerows(of_label[skipped : skipped + count])
    trained, exported = place / "trained", place / "exported"
    steps = [
        f"train --base {base} --train {place}/train.csv --valid {place}/valid.csv "
        f"--output {trained} --epochs 1 --batch-size 8 --max-length 24",
        f"export {trained} {exported}",
    ]
    codes = [main(step.split()) for step in steps]
    return SimpleNamespace(codes=codes, trained=trained, exported=exported)


def test_every_step_succeeds(chain):
    assert chain.codes == [0, 0]
    training = read_artifact(chain.trained, "torch").metadata.training
    assert training["base"] == "indobert-base-p1"


def test_its_vocabulary_is_the_one_that_is_exported(chain):
    tokenizer = json.loads((chain.exported / "tokenizer.json").read_text("utf-8"))
    assert len(tokenizer["model"]["vocab"]) == PIECES
    config = json.loads((chain.exported / "config.json").read_text("utf-8"))
    assert config["vocab_size"] == EMBEDDINGS


def test_int8_takes_a_byte_a_parameter(chain):
    size = (chain.exported / "model.onnx").stat().st_size
    assert PARAMETERS < size < 1.05 * PARAMETERS


def test_both_forms_answer_alike(chain):
    metadata = read_artifact(chain.exported).metadata
    assert metadata.training["agreement"]["largest_difference"] < 0.1


def test_it_reads_in_rasa(chain, root):
    """In the environment of Rasa, which has no torch."""
    python = root / ".venv" / "bin" / "python"
    if not python.is_file():
        pytest.skip(f"no environment of Rasa in {python.parents[1]}: make it with `make venv`")
    code = """
import json, sys, tempfile
from pathlib import Path
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.training_data.message import Message
from emotion_component.rasa.nlu import EmotionComponent

config = {**EmotionComponent.get_default_config(), "model": sys.argv[1]}
storage = LocalModelStorage.create(Path(tempfile.mkdtemp()))
context = ExecutionContext(GraphSchema({}), node_name="emotion")
component = EmotionComponent.create(config, storage, Resource("emotion"), context)
messages = component.process([Message({"text": text}) for text in sys.argv[2:]])
print(json.dumps([message.get("emotion") for message in messages]))
assert "torch" not in sys.modules
"""
    done = subprocess.run(
        [str(python), "-c", code, str(chain.exported), *MESSAGES],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    readings = json.loads(done.stdout.splitlines()[-1])
    expected = EmotionClassifier.from_pretrained(chain.exported).predict(MESSAGES)
    for reading, prediction in zip(readings, expected, strict=True):
        assert reading["name"] == prediction.label
        assert reading["probabilities"] == pytest.approx(dict(prediction.probabilities), abs=1e-4)
        assert reading["model"] == read_artifact(chain.exported).sha256
