from __future__ import annotations

import json

import pytest

from emotion_component.evaluation import write_report
from emotion_component.labels import LABELS


@pytest.fixture(scope="module")
def report(tmp_path_factory, evaluation, routing, provenance):
    return write_report(
        tmp_path_factory.mktemp("report") / "made" / "here",
        evaluation=evaluation,
        routing=routing,
        provenance=provenance,
    )


def test_json_holds_every_figure(report, evaluation, routing):
    content = json.loads(report.json.read_text(encoding="utf-8"))
    assert content["labels"] == list(LABELS)
    assert content["n"] == 400
    macro = evaluation.macro_f1
    assert content["macro_f1"] == {"value": macro.value, "low": macro.low, "high": macro.high}
    assert content["per_class"]["Marah"]["support"] == evaluation.per_class["Marah"].support
    assert content["confusion"] == evaluation.confusion.tolist()
    assert len(content["reliability"]) == len(evaluation.reliability)
    assert content["routing"]["missed"]["value"] == routing.missed.value
    assert content["provenance"]["data"] == "test.csv"


def test_markdown_shows_both_pictures(report):
    text = report.markdown.read_text(encoding="utf-8")
    assert text.startswith("# emotion-id on test.csv\n")
    for picture in (report.confusion, report.reliability):
        assert f"]({picture.name})" in text
        assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_same_figures_give_the_same_files(report, tmp_path, evaluation, routing, provenance):
    again = write_report(
        tmp_path / "again", evaluation=evaluation, routing=routing, provenance=provenance
    )
    for name in ("json", "markdown", "confusion", "reliability"):
        assert getattr(again, name).read_bytes() == getattr(report, name).read_bytes()


def test_a_model_without_thresholds(tmp_path, evaluation, provenance):
    files = write_report(tmp_path, evaluation=evaluation, routing=None, provenance=provenance)
    assert json.loads(files.json.read_text(encoding="utf-8"))["routing"] is None
