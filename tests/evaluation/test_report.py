"""Reports as files."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from emotion_component.errors import ConfigError, MissingExtraError
from emotion_component.evaluation import (
    Example,
    Interval,
    LearningPoint,
    Report,
    compare,
    evaluate,
    slices,
    threshold_curve,
    write_report,
)
from emotion_component.labels import LABELS

THRESHOLDS = {"Marah": 0.4, "Frustrasi": 0.5}
PRICES = {"miss_cost": 3, "false_cost": 1}
SECRET = "<b>pesan rahasia</b>"
MISSED = "<i>terlewat & rahasia</i>"


@pytest.fixture(scope="module")
def full(evaluation, routing, provenance, noisy) -> Report:
    targets, probabilities = noisy
    other = np.roll(probabilities, 1, axis=1)
    example = Example(
        text=SECRET, truth="Netral", predicted="Senang", confidence=0.98, needs_human=0.01
    )
    return Report(
        evaluation=evaluation,
        provenance=provenance,
        routing=routing,
        curve=threshold_curve(*noisy, thresholds=THRESHOLDS, bootstrap=20, **PRICES),
        history=[
            {"epoch": 1, "loss": 1.2, "valid": 0.5},
            {"epoch": 2, "loss": 0.9, "valid": 0.6},
        ],
        learning_curve=[
            LearningPoint(rows=100, macro_f1=Interval(value=0.5, low=0.4, high=0.6)),
            LearningPoint(rows=200, macro_f1=Interval(value=0.6, low=0.5, high=0.7)),
        ],
        slices=slices(
            "style",
            ["chat"] * 390 + ["irony"] * 10,
            *noisy,
            thresholds=THRESHOLDS,
            bootstrap=20,
        ),
        comparisons={
            "older": compare(
                targets,
                other,
                probabilities,
                thresholds=(THRESHOLDS, THRESHOLDS),
                bootstrap=50,
                **PRICES,
            )
        },
        errors=[example],
        missed=[dataclasses.replace(example, text=MISSED, truth="Marah")],
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
    assert content["routing"]["cost_of_never"] == routing.cost_of_never
    assert [(part["n"], part["few"]) for part in content["slices"]] == [(390, False), (10, True)]
    assert content["comparisons"]["older"]["differing"] > 0
    assert set(content["comparisons"]["older"]["differences"]) >= {"macro-F1", "cost a message"}
    assert len(content["threshold_curve"]["recall"]) == 101
    assert [entry["epoch"] for entry in content["history"]] == [1, 2]
    assert [point["rows"] for point in content["learning_curve"]] == [100, 200]


def test_json_holds_the_intervals_of_every_confusion(files, evaluation):
    content = json.loads(files["evaluation.json"].read_text(encoding="utf-8"))
    low, high = np.array(content["confusion_interval"])
    assert ((low <= evaluation.confusion) & (evaluation.confusion <= high)).all()
    low, high = np.array(content["confusion_share_interval"])
    shares = np.array(content["confusion_share"])
    assert ((low <= shares) & (shares <= high)).all()
    assert shares.sum(axis=1) == pytest.approx(1, abs=1e-5)


PICTURES = ["confusion", "reliability", "threshold", "learning_epochs", "learning_rows"]


@pytest.mark.parametrize("name", PICTURES)
def test_markdown_shows_each_picture(files, name):
    text = files["evaluation.md"].read_text(encoding="utf-8")
    assert text.startswith("# emotion-id on test.csv\n")
    assert f"]({name}.png)" in text
    assert files[f"{name}.png"].read_bytes().startswith(b"\x89PNG")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sources: dict[str, list[str]] = {}
        self.tags: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name in ("src", "href", "srcset", "action", "data", "poster"):
                self.sources.setdefault(name, []).append(value)


@pytest.fixture(scope="module")
def page(files) -> str:
    return files["evaluation.html"].read_text(encoding="utf-8")


def test_the_page_needs_nothing_else(page):
    parser = _Page()
    parser.feed(page)
    assert not {"script", "link", "iframe"} & set(parser.tags)
    assert set(parser.sources) == {"src", "srcset"}  # each picture on light and on dark paper
    for sources in parser.sources.values():
        assert len(sources) == len(PICTURES)
        assert all(source.startswith("data:image/png;base64,") for source in sources)
    assert "url(" not in page
    assert "@import" not in page


def test_the_page_shows_what_was_measured(page, evaluation):
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    macro = evaluation.macro_f1
    assert f"{macro.value:.3f} {macro.low:.3f} to {macro.high:.3f}" in text
    for said in ("by style", "chat", "irony *", "Compared with older", "McNemar", *LABELS):
        assert said in text


def test_the_page_shows_the_interval_of_every_confusion(page, evaluation):
    text = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    ends, shares = evaluation.confusion_interval, 100 * evaluation.confusion_share_interval
    for (row, column), count in np.ndenumerate(evaluation.confusion):
        low, high = ends[:, row, column]
        share = 100 * evaluation.confusion_share[row, column]
        low_share, high_share = shares[:, row, column]
        assert (
            f"{count} {low:.0f} to {high:.0f} {share:.0f} % ({low_share:.0f} to {high_share:.0f})"
        ) in text


@pytest.mark.parametrize("tag", ["table", "div", "figure", "picture", "span", "p", "h2", "h3"])
def test_every_tag_of_the_page_is_closed(page, tag):
    assert len(re.findall(rf"<{tag}[ >]", page)) == page.count(f"</{tag}>")


@pytest.mark.parametrize(
    "text, escaped",
    [
        (SECRET, "&lt;b&gt;pesan rahasia&lt;/b&gt;"),
        (MISSED, "&lt;i&gt;terlewat &amp; rahasia&lt;/i&gt;"),
    ],
)
def test_texts_stand_in_the_page_alone_and_escaped(files, page, text, escaped):
    assert escaped in page
    assert text not in page
    assert "texts of messages, which are private" in page
    for name in ("evaluation.json", "evaluation.md"):
        assert "rahasia" not in files[name].read_text(encoding="utf-8")


def test_a_page_without_texts_warns_of_none(tmp_path, full):
    write_report(tmp_path, dataclasses.replace(full, errors=(), missed=()))
    page = (tmp_path / "evaluation.html").read_text(encoding="utf-8")
    assert "rahasia" not in page
    assert "private" not in page


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


def test_rough_intervals_are_not_published(tmp_path, noisy, provenance):
    report = Report(evaluation=evaluate(*noisy, bootstrap=999), provenance=provenance)
    with pytest.raises(ConfigError, match=r"need 1000 bootstrap replicates or more\. Got: 999"):
        write_report(tmp_path / "report", report)
    assert not (tmp_path / "report").exists()


def test_without_jinja_the_error_says_what_to_install(
    monkeypatch, evaluation, provenance, tmp_path
):
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'emotion-component\[train\]'"):
        write_report(tmp_path / "report", Report(evaluation=evaluation, provenance=provenance))
    assert not (tmp_path / "report").exists()
