"""From a torch model directory to ONNX: what is written, and what is refused."""

from __future__ import annotations

import dataclasses
import logging
import resource
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from transformers import (
    AutoModelForSequenceClassification,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.cli import main
from emotion_component.errors import ArtifactError, ConfigError, DataError
from emotion_component.labels import LABELS
from emotion_component.table import read_table
from emotion_component.training.export import export
from emotion_component.training.quantization import quantize
from emotion_component.training.sample_messages import MESSAGES


def operators(directory: Path) -> set[str]:
    return {node.op_type for node in onnx.load(directory / "model.onnx").graph.node}


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_the_directory_is_complete_without_torch_weights(tiny_exports, precision):
    names = {path.name for path in getattr(tiny_exports, precision).iterdir()}
    assert names >= {"config.json", "tokenizer.json", "model.onnx", "emotion.json"}
    assert "model.safetensors" not in names


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_the_graph_is_sound_and_takes_any_length(tiny_exports, precision):
    onnx.checker.check_model(str(getattr(tiny_exports, precision) / "model.onnx"))
    classifier = EmotionClassifier.from_pretrained(getattr(tiny_exports, precision))
    tokens = {p.tokens for p in classifier.predict(["saya", "saya " * 6, "saya " * 25])}
    assert tokens == {3, 8, 27}


def test_int8_holds_integers_the_embedding_table_too(tiny_exports):
    graph = onnx.load(tiny_exports.int8 / "model.onnx").graph
    large = [t for t in graph.initializer if len(t.dims) == 2 and min(t.dims) >= 16]
    assert large
    assert {t.data_type for t in large} == {onnx.TensorProto.INT8, onnx.TensorProto.UINT8}
    # Seven bits in what is multiplied, as processors without VNNI overflow with eight.
    multiplied = [t for t in large if t.data_type == onnx.TensorProto.INT8]
    assert all(abs(onnx.numpy_helper.to_array(t)).max() <= 64 for t in multiplied)
    assert (tiny_exports.int8 / "model.onnx").stat().st_size < 0.6 * (
        tiny_exports.fp32 / "model.onnx"
    ).stat().st_size


def test_attention_and_norms_are_fused(tiny_exports):
    assert "Softmax" not in operators(tiny_exports.fp32)
    assert "Attention" in operators(tiny_exports.fp32)
    assert any("LayerNormalization" in name for name in operators(tiny_exports.fp32))


@pytest.mark.parametrize("precision", ["fp32", "int8"])
def test_metadata_goes_along_with_the_new_hash(tiny_model, tiny_exports, precision):
    source = read_artifact(tiny_model, "torch").metadata
    exported = read_artifact(getattr(tiny_exports, precision)).metadata
    assert exported.temperature == source.temperature
    assert exported.thresholds == source.thresholds
    assert exported.max_length == source.max_length
    rounding = {"int8": "nearest", "fp32": None}[precision]
    added = {"precision": precision, "keep_float": [], "rounding": rounding}
    agreement = exported.training["agreement"]
    assert exported.training == {**source.training, **added, "agreement": agreement}
    assert {"model.onnx", "config.json", "tokenizer.json"} <= set(exported.files_sha256)
    assert "model.safetensors" not in exported.files_sha256


def test_a_directory_can_hold_both_twins(tiny_model, tmp_path):
    both = Path(shutil.copytree(tiny_model, tmp_path / "both"))
    export(both, both, precision="fp32")
    assert {"model.onnx", "model.safetensors"} <= set(read_artifact(both).metadata.files_sha256)
    for backend in ("onnx", "torch"):
        assert EmotionClassifier.from_pretrained(both, backend).artifact.backend == backend


def test_a_foreign_checkpoint_stays_foreign(tiny_model, tmp_path):
    """Its texts were not normalised when it learned, so they must not be in use either."""
    foreign = Path(shutil.copytree(tiny_model, tmp_path / "foreign"))
    (foreign / "emotion.json").unlink()
    export(foreign, tmp_path / "out", precision="fp32")
    assert read_artifact(tmp_path / "out").metadata.normalization is None


def test_an_unknown_precision_is_refused_before_anything_is_written(tiny_model, tmp_path):
    with pytest.raises(ConfigError, match=r"int8, fp32.*int4"):
        export(tiny_model, tmp_path / "out", precision="int4")
    assert not (tmp_path / "out").exists()


def test_a_source_without_torch_weights_is_refused(tiny_exports, tmp_path):
    with pytest.raises(ArtifactError, match=r"needs model\.safetensors"):
        export(tiny_exports.fp32, tmp_path / "out")


def test_a_changed_source_is_refused(tiny_model, tmp_path):
    changed = Path(shutil.copytree(tiny_model, tmp_path / "changed"))
    dataclasses.replace(read_artifact(changed).metadata, max_length=16).write(changed)
    with (changed / "model.safetensors").open("ab") as file:
        file.write(b"more")
    with pytest.raises(ArtifactError, match="written for"):
        export(changed, tmp_path / "out")


def test_the_log_of_the_caller_is_left_alone(tiny_model, tmp_path, caplog):
    with caplog.at_level(logging.INFO):
        export(tiny_model, tmp_path / "out", precision="int8")
        assert logging.getLogger().level == logging.INFO


def in_fp32(directory: Path) -> set[str]:
    """Nodes of an int8 export whose matrices were left as they were."""
    graph = onnx.load(directory / "model.onnx").graph
    large = [t for t in graph.initializer if len(t.dims) == 2 and t.data_type == TensorProto.FLOAT]
    users = {name: node.name for node in graph.node for name in node.input}
    return {users[t.name] for t in large}


@pytest.mark.parametrize(
    "patterns, nodes",
    [
        ([r"\d\.output\.dense"], {"layer.0/output/dense", "layer.1/output/dense"}),
        (["embeddings"], {"EmbedLayerNormalization"}),
        (["layer.1.attention.self"], {"Attention_1"}),
        (
            ["intermediate", "attention.output"],
            {f"layer.{i}/{name}" for i in (0, 1) for name in ("intermediate", "attention/output")},
        ),
        (["pooler|classifier"], {"pooler/dense", "classifier"}),
    ],
    ids=["feed-forward", "embedding", "attention", "two patterns", "head"],
)
def test_named_matrices_stay_in_fp32(tiny_model, tiny_exports, tmp_path, patterns, nodes):
    export(tiny_model, tmp_path / "out", keep_float=patterns)
    assert in_fp32(tiny_exports.int8) == set()
    found = in_fp32(tmp_path / "out")
    assert found
    assert all(any(node in name for node in nodes) for name in found)
    assert all(any(node in name for name in found) for node in nodes)
    assert read_artifact(tmp_path / "out").metadata.training["keep_float"] == patterns


def test_all_matrices_in_fp32_is_no_int8(tiny_model, tiny_exports, bot_messages, tmp_path):
    texts = read_table(bot_messages, split="probe").texts[::10]
    export(tiny_model, tmp_path / "out", keep_float=["."])
    found = EmotionClassifier.from_pretrained(tmp_path / "out").predict_proba(texts)
    expected = EmotionClassifier.from_pretrained(tiny_exports.fp32).predict_proba(texts)
    assert found == pytest.approx(expected, abs=1e-5)


def test_fp32_answers_as_torch_does(tiny_model, tiny_exports, bot_messages):
    texts = read_table(bot_messages, split="probe").texts
    found = EmotionClassifier.from_pretrained(tiny_exports.fp32).predict_proba(texts)
    expected = EmotionClassifier.from_pretrained(tiny_model, "torch").predict_proba(texts)
    assert found == pytest.approx(expected, abs=1e-4)


def multiplied(tokens: np.ndarray, place: Path) -> tuple[np.ndarray, np.ndarray]:
    """Tokens `(n, 16)` times a random matrix: in fp32, and by a graph of it in int8."""
    weights = np.random.default_rng(1).normal(size=(16, 8)).astype(np.float32)
    graph = helper.make_graph(
        [helper.make_node("MatMul", ["tokens", "weights"], ["product"], "/model/dense/MatMul")],
        "one matrix",
        [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["n", 16])],
        [helper.make_tensor_value_info("product", TensorProto.FLOAT, ["n", 8])],
        [numpy_helper.from_array(weights, "weights")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, place / "graph.onnx")
    quantize(place / "graph.onnx", place / "int8.onnx")
    session = onnxruntime.InferenceSession(place / "int8.onnx", providers=["CPUExecutionProvider"])
    return tokens @ weights, session.run(None, {"tokens": tokens})[0]


def test_a_token_of_large_numbers_does_not_drown_the_others(tmp_path):
    tokens = np.random.default_rng(2).normal(size=(4, 16)).astype(np.float32)
    tokens[0] *= 1000
    expected, found = multiplied(tokens, tmp_path)
    for row in range(4):
        assert found[row] == pytest.approx(
            expected[row], abs=0.03 * float(abs(expected[row]).max())
        )


def test_a_token_of_zeros_stays_one(tmp_path):
    _, found = multiplied(np.zeros((2, 16), dtype=np.float32), tmp_path)
    assert found.tolist() == np.zeros((2, 8)).tolist()


@pytest.mark.parametrize("rounding", ["nearest", "gptq"])
def test_an_encoder_that_counts_its_positions(tiny_model, rounding, tmp_path):
    """RoBERTa and its kin, whose embeddings cannot be fused."""
    source = Path(shutil.copytree(tiny_model, tmp_path / "source"))
    (source / "emotion.json").unlink()
    bert = AutoModelForSequenceClassification.from_pretrained(source).config
    torch.manual_seed(3)
    config = XLMRobertaConfig(
        **{name: getattr(bert, name) for name in ("vocab_size", "hidden_size", "id2label")},
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=160,
        pad_token_id=0,
        label2id={label: index for index, label in enumerate(LABELS)},
        initializer_range=0.1,
    )
    XLMRobertaForSequenceClassification(config).save_pretrained(source)
    exported = export(source, tmp_path / "out", keep_float=["position"], rounding=rounding)
    assert exported.agreement.largest_difference < 0.05
    assert in_fp32(tmp_path / "out") == {"/model/roberta/embeddings/position_embeddings/Gather"}


def test_both_forms_are_compared_on_the_sample(tiny_model, bot_messages, tmp_path):
    sample = read_table(bot_messages, split="probe").originals[:30]
    exported = export(tiny_model, tmp_path / "out", sample=sample)
    before = EmotionClassifier.from_pretrained(tiny_model).predict_proba(sample)
    after = EmotionClassifier.from_pretrained(tmp_path / "out").predict_proba(sample)
    agreement = exported.agreement
    assert agreement.n == 30
    assert agreement.same_labels == (before.argmax(axis=1) == after.argmax(axis=1)).sum()
    assert agreement.largest_difference == pytest.approx(abs(before - after).max(), abs=1e-3)
    written = read_artifact(tmp_path / "out").metadata.training["agreement"]
    assert written == dataclasses.asdict(agreement)


def test_the_built_in_sample_is_used_without_another(tiny_exports):
    found = read_artifact(tiny_exports.int8).metadata.training["agreement"]
    assert found["n"] == len(MESSAGES)


@pytest.fixture
def spoiled(tiny_model, tmp_path) -> Path:
    """A model that int8 ruins: one huge number takes all 8 bits of the embedding table."""
    directory = Path(shutil.copytree(tiny_model, tmp_path / "spoiled"))
    model = AutoModelForSequenceClassification.from_pretrained(directory)
    with torch.no_grad():
        model.bert.embeddings.word_embeddings.weight[4, 0] = 1e5  # of [MASK]
    model.save_pretrained(directory)
    read_artifact(tiny_model).metadata.write(directory)
    return directory


def test_too_many_other_labels_are_an_error_and_nothing_is_written(spoiled, tmp_path):
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ArtifactError, match=r"At most 10\.0%.*of 60") as caught:
        export(spoiled, tmp_path / "out", max_disagreement=0.1)
    assert "--keep-float" in caught.value.do
    assert sorted(tmp_path.rglob("*")) == before


def test_what_int8_ruins_can_be_kept(spoiled, tmp_path):
    exported = export(spoiled, tmp_path / "out", keep_float=["embeddings"], max_disagreement=0.1)
    assert exported.agreement.disagreement <= 0.1


def test_a_full_disk_is_explained_and_the_model_before_stays(tiny_model, tiny_exports, tmp_path):
    """Every write beyond 150 kB fails, as on a full disk."""
    output = Path(shutil.copytree(tiny_exports.int8, tmp_path / "out"))
    before = read_artifact(output).sha256
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, limits[1]))
    try:
        with pytest.raises(DataError, match=r"can be written.*out`"):
            export(tiny_model, output)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert read_artifact(output).sha256 == before
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_an_output_that_cannot_be_written_is_explained(tiny_model, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="can be written"):
        export(tiny_model, tmp_path / "file" / "out")


@pytest.mark.parametrize(
    "given, said",
    [
        ({"keep_float": ["nowhere"]}, r"bert\.embeddings\.word_embeddings.*`nowhere`"),
        ({"keep_float": ["("]}, "regular expression"),
        ({"keep_float": ["dense"], "precision": "fp32"}, "where the others are int8"),
        ({"max_disagreement": 2.0}, "from 0 to 1"),
        ({"rounding": "odd"}, "one of nearest, gptq.*odd"),
        ({"rounding": "gptq", "precision": "fp32"}, "where they become int8.*--rounding"),
    ],
    ids=[
        *("no such matrix", "no pattern", "all are fp32", "no share"),
        *("no such rounding", "nothing to round"),
    ],
)
def test_wrong_settings_are_refused_and_nothing_is_written(tiny_model, tmp_path, given, said):
    with pytest.raises(ConfigError, match=said):
        export(tiny_model, tmp_path / "out", **given)
    assert not list(tmp_path.iterdir())


def test_the_command_prints_the_agreement(tiny_model, tmp_path, capsys):
    (tmp_path / "sample.txt").write_text("halo kak\nkok lama sekali\n", encoding="utf-8")
    arguments = ["--sample", str(tmp_path / "sample.txt"), "--keep-float", "embeddings"]
    arguments += ["--rounding", "gptq"]
    assert main(["export", str(tiny_model), str(tmp_path / "out"), *arguments]) == 0
    printed = capsys.readouterr().out
    training = read_artifact(tmp_path / "out").metadata.training
    found = training["agreement"]
    assert (training["keep_float"], training["rounding"]) == (["embeddings"], "gptq")
    assert f"{2 - found['same_labels']} of 2 labels differ" in printed
    assert f"largest difference of a probability is {found['largest_difference']:.3f}" in printed
    assert f"Next: emosi calibrate {tmp_path / 'out'}" in printed
