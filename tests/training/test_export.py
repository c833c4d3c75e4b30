"""From a torch model directory to ONNX: what is written, and what is refused."""

from __future__ import annotations

import dataclasses
import logging
import shutil
from pathlib import Path

import onnx
import pytest

from emotion_component import EmotionClassifier
from emotion_component.artifact import read_artifact
from emotion_component.errors import ArtifactError, ConfigError
from emotion_component.training.export import export


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
    assert exported.training == {**source.training, "precision": precision}
    assert set(exported.weights_sha256) == {"model.onnx"}


def test_a_directory_can_hold_both_twins(tiny_model, tmp_path):
    both = Path(shutil.copytree(tiny_model, tmp_path / "both"))
    export(both, both, precision="fp32")
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
