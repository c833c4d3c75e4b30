"""Reports as files."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from emotion_component.evaluation import (
    Report,
    SureError,
    compare,
    slices,
    threshold_curve,
    write_report,
)
from emotion_component.labels import LABELS

THRESHOLDS = {"Marah": 0.4, "Frustrasi": 0.5}
SECRET = "<b>pesan rahasia</b>"


@pytest.fixture(scope="module")
def full(evaluation, routing, provenance, noisy) -> Report:
    targets, probabilities = noisy
    other = np.roll(probabilities, 1, axis=1)
    return Report(
        evaluation=evaluation,
        provenance=provenance,
        routing=routing,
        curve=threshold_curve(
            targets, probabilities, thresholds=THRESHOLDS, miss_cost=3, false_cost=1
        ),
        history=[
            {"epoch": 1, "loss": 1.2, "valid": 0.5},
            {"epoch": 2, "loss": 0.9, "valid": 0.6},
        ],
        slices=slices(
            "style",
            ["chat"] * 390 + ["irony"] * 10,
            targets,
            probabilities,
            thresholds=THRESHOLDS,
            bootstrap=20,
        ),
        comparisons={"older": compare(targets, other, probabilities, bootstrap=50)},
        errors=[SureError(text=SECRET, truth="Marah", predicted="Senang", confidence=0.98)],
    )


@pytest.fixture(scope="module")
def files(tmp_path_factory, full) -> dict[str, Path]:
    written = write_report(tmp_path_factory.mktemp("report") / "made" / "here", full)
    return {path.name: path for path in written}


def test_json_holds_every_figure(files, evaluation, routing):
    content = json.loads(files["evaluation.json"].read_text(encoding="utf-8"))
    assert content["labels"] == list(LABELS)
    assert content["n"] == 400
    macro = evaluation.macro_f1
    assert content["macro_f1"] == {"value": macro.value, "low": macro.low, "high": macro.high}
    assert content["per_class"]["Marah"]["support"] == evaluation.per_class["Marah"].support
    assert content["confusion"] == evaluation.confusion.tolist()
    assert len(content["reliability"]) == len(evaluation.reliability)
    assert content["routing"]["missed"]["value"] == routing.missed.value
    assert content["provenance"]["data"] == "test.csv"
    assert [part["n"] for part in content["slices"]] == [390, 10]
    assert content["comparisons"]["older"]["differing"] > 0
    assert len(content["threshold_curve"]["recall"]) == 101


@pytest.mark.parametrize("name", ["confusion", "reliability", "threshold", "learning"])
def test_markdown_shows_each_picture(files, name):
    text = files["evaluation.md"].read_text(encoding="utf-8")
    assert text.startswith("# emotion-id on test.csv\n")
    assert f"]({name}.png)" in text
    assert files[f"{name}.png"].read_bytes().startswith(b"\x89PNG")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.sources += [value for name, value in attrs if name in ("src", "href")]


@pytest.fixture(scope="module")
def page(files) -> str:
    return files["evaluation.html"].read_text(encoding="utf-8")


def test_the_page_needs_nothing_else(page):
    parser = _Page()
    parser.feed(page)
    assert "script" not in parser.tags
    assert len(parser.sources) == 4
    assert all(source.startswith("data:image/png;base64,") for source in parser.sources)
    assert "url(" not in page


def test_the_page_shows_what_was_measured(page, evaluation):
    text = re.sub(r"<[^>]+>", " ", page)
    assert f"{evaluation.macro_f1.value:.3f}" in text
    for said in ("chat", "irony", "Compared with older", "McNemar", *LABELS):
        assert said in text


def test_texts_stand_in_the_page_alone_and_escaped(files, page):
    assert "&lt;b&gt;pesan rahasia&lt;/b&gt;" in page
    assert SECRET not in page
    for name in ("evaluation.json", "evaluation.md"):
        assert "rahasia" not in files[name].read_text(encoding="utf-8")


def test_the_same_figures_give_the_same_files(files, tmp_path, full):
    for path in write_report(tmp_path / "again", full):
        assert path.read_bytes() == files[path.name].read_bytes()


def test_a_model_without_thresholds_or_history(tmp_path, evaluation, provenance):
    report = Report(evaluation=evaluation, provenance=provenance)
    names = {path.name for path in write_report(tmp_path, report)}
    assert names == {
        "evaluation.json",
        "evaluation.md",
        "evaluation.html",
        "confusion.png",
        "reliability.png",
    }
    assert json.loads((tmp_path / "evaluation.json").read_text())["routing"] is None
