from __future__ import annotations

import dataclasses

import pytest

from emotion_component.errors import ConfigError
from emotion_component.evaluation import evaluate, results_block
from emotion_component.evaluation.tables import markdown_table
from emotion_component.labels import LABELS


def test_markdown_table_keeps_cells_on_their_line():
    assert markdown_table(("a", "b"), [("x|y", "1\n2")]) == (
        "| a | b |\n| --- | ---: |\n| x\\|y | 1 2 |"
    )


def test_the_block_says_what_was_measured_on_what(evaluation, routing, provenance):
    block = results_block(evaluation, routing, provenance)
    assert "`emotion-id` (weights sha256 `aaaaaaaaaaaa`) on 400 messages of `test.csv`" in block
    assert "bootstrap over messages, 1,000 replicates, seed 0" in block
    assert provenance.labels_by in block
    assert f"\n```sh\n{provenance.command}\n```" in block


def test_the_block_holds_the_figures(evaluation, routing, provenance):
    lines = results_block(evaluation, routing, provenance).splitlines()
    macro = evaluation.macro_f1
    assert f"| macro-F1 | {macro.value:.3f} | {macro.low:.3f} to {macro.high:.3f} |" in lines
    recall = routing.recall
    assert f"| recall | {recall.value:.3f} | {recall.low:.3f} to {recall.high:.3f} |" in lines
    for k, label in enumerate(LABELS):
        scores = evaluation.per_class[label]
        assert any(
            line.startswith(f"| {label} | {scores.precision.value:.3f} (")
            and line.endswith(f" | {scores.support} |")
            for line in lines
        )
        counts = " | ".join(map(str, evaluation.confusion[k]))
        assert f"| {label} | {counts} |" in lines
        assert f"| {label} | {routing.escalated[label]} | {routing.support[label]} |" in lines


@pytest.mark.parametrize(
    "details, with_routing, present, absent",
    [
        (True, True, ["true \\ predicted", "needs a human", "escalated"], []),
        (False, True, ["needs a human"], ["true \\ predicted", "| escalated |"]),
        (True, False, ["true \\ predicted"], ["needs a human", "escalates at"]),
    ],
)
def test_parts_of_the_block(
    evaluation, routing, provenance, details, with_routing, present, absent
):
    block = results_block(
        evaluation, routing if with_routing else None, provenance, details=details
    )
    assert all(part in block for part in present)
    assert not any(part in block for part in absent)


def test_a_model_without_a_hash(evaluation, provenance):
    block = results_block(evaluation, None, dataclasses.replace(provenance, weights_sha256=""))
    assert block.startswith("`emotion-id` on 400 messages")


def test_figures_without_intervals_are_not_published(noisy, provenance):
    with pytest.raises(ConfigError, match="need bootstrap intervals"):
        results_block(evaluate(*noisy, bootstrap=0), None, provenance)
