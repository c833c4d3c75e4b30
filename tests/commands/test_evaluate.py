"""`emosi evaluate` on the shipped model and a small table."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from emotion_component.cli import main

SECRET = "rahasia: dasar penipu, goblok semua"
ROWS = [
    ("jam berapa toko buka?", "Netral", "A:1", "formal"),
    ("berapa ongkos kirim ke Bandung?", "Netral", "A:2", "formal"),
    ("saya mau tanya jadwal pendaftaran", "Netral", "B:1", "formal"),
    ("makasih banyak kak, cepat banget", "Senang", "A:3", "chat"),
    ("alhamdulillah sudah sampai, terima kasih", "Senang", "B:2", "chat"),
    ("kok begini ya? saya tidak paham maksudnya", "Bingung", "B:3", "chat"),
    ("sudah seminggu belum sampai juga, kecewa", "Frustrasi", "A:4", "chat"),
    ("tolong dong, dari kemarin error terus", "Frustrasi", "B:4", "chat"),
    ("dasar penipu, goblok semua kalian!!!", "Marah", "A:5", "slang"),
    # Labelled wrongly on purpose: a sure error, whose text is private.
    (SECRET, "Senang", "B:5", "slang"),
    # Needs a human by its label and is not handed over.
    ("jam berapa kantor buka? (rahasia)", "Marah", "B:6", "slang"),
]


@pytest.fixture(scope="module")
def table(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("table") / "pesan.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("text", "label", "source", "style"))
        writer.writerows(ROWS)
    return path


@pytest.fixture(scope="module")
def eager(shipped_model, tmp_path_factory) -> Path:
    """The shipped model, handing over everybody."""
    copy = Path(shutil.copytree(shipped_model, tmp_path_factory.mktemp("models") / "eager"))
    metadata = json.loads((copy / "emotion.json").read_text("utf-8"))
    metadata["thresholds"] = {"Frustrasi": 0.0, "Marah": 0.0}
    (copy / "emotion.json").write_text(json.dumps(metadata), "utf-8")
    return copy


@pytest.fixture(scope="module")
def can_report() -> None:
    pytest.importorskip("jinja2", reason="only .venv-train has jinja2")


@pytest.fixture(scope="module")
def reported(can_report, shipped_model, eager, table, tmp_path_factory) -> SimpleNamespace:
    """A report with everything in it but texts, written once."""
    place = tmp_path_factory.mktemp("report")
    curve = place / "curve.json"
    points = [
        {"rows": rows, "macro_f1": rows / 1000, "low": 0.1, "high": 0.9} for rows in (300, 600)
    ]
    curve.write_text(json.dumps(points), "utf-8")
    out = place / "out"
    arguments = ["--report", str(out), "--compare", str(eager), "--learning-curve", str(curve)]
    arguments += ["--bootstrap", "3"]
    code = main(["evaluate", str(shipped_model), "--data", str(table), *arguments])
    return SimpleNamespace(
        code=code,
        out=out,
        json=json.loads((out / "evaluation.json").read_text("utf-8")),
        page=(out / "evaluation.html").read_text("utf-8"),
    )


def test_a_report_is_written_whole(reported):
    assert reported.code == 0
    names = {path.name for path in reported.out.iterdir()}
    assert names >= {"evaluation.json", "evaluation.md", "evaluation.html", "threshold.png"}
    assert "learning_rows.png" in names


def test_a_report_takes_enough_replicates_whatever_was_said(reported):
    assert reported.json["bootstrap"] == 1000
    assert reported.json["routing"]["bootstrap"] == 1000
    assert reported.json["threshold_curve"]["bootstrap"] == 1000


def test_parts_are_by_source_length_and_style(reported):
    found = {(part["by"], part["name"]): part["n"] for part in reported.json["slices"]}
    assert found == {
        ("source", "A"): 5,
        ("source", "B"): 6,
        ("length", "4-8 words"): 11,
        ("style", "formal"): 3,
        ("style", "chat"): 5,
        ("style", "slang"): 3,
    }


def test_models_that_differ_in_thresholds_differ_in_what_they_escalate_alone(reported):
    (comparison,) = reported.json["comparisons"].values()
    assert comparison["differing"] == 0
    differing = {
        name for name, d in comparison["differences"].items() if d["interval"]["value"] != 0
    }
    assert differing == {
        "cost a message",
        "needs a human: recall",
        "needs a human: precision",
    }


def test_a_report_holds_no_text(reported):
    for path in reported.out.iterdir():
        if path.suffix != ".png":
            assert "rahasia" not in path.read_text("utf-8")


def test_texts_are_shown_when_asked_for_and_in_the_page_alone(
    can_report, shipped_model, table, tmp_path
):
    arguments = ["--report", str(tmp_path), "--show-errors", "2"]
    assert main(["evaluate", str(shipped_model), "--data", str(table), *arguments]) == 0
    page = (tmp_path / "evaluation.html").read_text("utf-8")
    assert SECRET in page
    assert "(rahasia)" in page
    for name in ("evaluation.json", "evaluation.md"):
        assert "rahasia" not in (tmp_path / name).read_text("utf-8")


def test_parts_and_tests_can_be_printed_alone(shipped_model, eager, table, capsys):
    arguments = ["--slices", "--compare", str(eager), "--bootstrap", "20"]
    assert main(["evaluate", str(shipped_model), "--data", str(table), *arguments]) == 0
    printed = capsys.readouterr().out
    assert "| style: slang * | 3 |" in printed
    assert "| cost a message |" in printed
    assert "McNemar's exact test: p = 1.000" in printed
    assert "--bootstrap 20" in printed


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--show-errors", "3"], "without --report"),
        (["--learning-curve", "c.json"], "without --report"),
        (["--report", "{tmp}/r", "--show-errors", "-1"], "0 or more"),
        (["--report", "{tmp}/r", "--learning-curve", "{tmp}/absent.json"], "absent.json"),
        (["--compare", "/nothing/here"], "A model is a directory"),
        (["--bootstrap", "0"], "need bootstrap intervals"),
        (["--readme", "{tmp}/absent.md"], "no file absent.md"),
    ],
    ids=lambda value: "-".join(value)[:40] if isinstance(value, list) else "",
)
def test_mistakes_are_explained(arguments, said, shipped_model, table, tmp_path, capsys):
    filled = [argument.format(tmp=tmp_path) for argument in arguments]
    assert main(["evaluate", str(shipped_model), "--data", str(table), *filled]) == 1
    error = capsys.readouterr().err
    assert error.startswith("emosi: ")
    assert said in error
    assert not (tmp_path / "r").exists()
