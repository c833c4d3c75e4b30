"""The loop once around, with the shipped model: labels, a proposal, promotion, rollback."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from emotion_component import EmotionClassifier
from emotion_component.cli import main
from emotion_component.labels import LABELS
from emotion_component.learning.sides import is_held_out
from emotion_component.lineage import read_ancestry
from emotion_component.table import read_tables

SHARE = ["--held-out-share", "0.25"]


@pytest.fixture(scope="module")
def loop(shipped_model: Path, root: Path, tmp_path_factory) -> SimpleNamespace:
    """A bot for repairs, whose agents say that its plain reports are `Netral`."""
    place = tmp_path_factory.mktemp("loop")
    model = Path(shutil.copytree(shipped_model, place / "model"))
    data = read_tables([str(root / "data" / "repair_messages.csv")])
    read = EmotionClassifier.from_pretrained(model).predict(data.originals)
    labels = place / "labels.csv"
    with labels.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label", "agent", "created_at", "emotion_before"])
        for number, (text, target, one) in enumerate(
            zip(data.originals, data.targets, read, strict=True)
        ):
            writer.writerow([text, LABELS[target], "rina", 1000 + number, one.label])
        writer.writerow(["rusak", "Sebal", "rina", 1, "Netral"])
    learn = ["learn", str(model), "--labels", str(labels), "--output", str(place / "proposed")]
    code = main([*learn, *SHARE, "--who", "rina"])
    held = [row for row, text in enumerate(data.texts) if is_held_out(text, 0.25)]
    return SimpleNamespace(
        code=code, place=place, model=model, data=data.take(held), learn=learn, labels=labels
    )


def rightly(model: Path, data) -> int:
    read = EmotionClassifier.from_pretrained(model).predict(data.originals)
    return sum(one.label == LABELS[target] for one, target in zip(read, data.targets, strict=True))


def test_a_proposal_with_a_report(loop):
    assert loop.code == 0
    report = (loop.place / "proposed-report" / "learning.md").read_text("utf-8")
    assert (
        f"`{loop.labels}:{len(loop.labels.read_text('utf-8').splitlines())}`: label `Sebal`"
        in report
    )
    assert "corrections" in report
    assert (loop.place / "proposed-report" / "evaluation.html").is_file()
    figures = read_ancestry(loop.place / "proposed")[-1].details["figures"]["held-out labels"]
    before, after = figures["accuracy"]
    n = len(loop.data)
    assert rightly(loop.model, loop.data) == round(before * n)
    assert rightly(loop.place / "proposed", loop.data) == round(after * n)
    assert after > before + 0.2


def test_promoted_and_rolled_back(loop, capsys):
    proposed = loop.place / "proposed"
    files = {p.name: p.read_bytes() for p in loop.model.iterdir()}
    assert main(["promote", str(proposed), str(loop.model), "--reason", "servis"]) == 0
    assert rightly(loop.model, loop.data) == rightly(proposed, loop.data)
    assert main(["promote", str(proposed), str(loop.model), "--reason", "twice"]) == 1
    capsys.readouterr()
    # Nothing new: not without new labels, and not with another held-out share.
    again = [*loop.learn[:-1], str(loop.place / "second")]
    assert main([*again, *SHARE]) == 1
    assert "none since" in capsys.readouterr().err
    assert main([*again, "--held-out-share", "0.3"]) == 1
    assert "--held-out-share 0.25" in capsys.readouterr().err
    assert main(["rollback", str(loop.model), "--reason", "back"]) == 0
    assert {p.name: p.read_bytes() for p in loop.model.iterdir() if p.name in files} == files
    capsys.readouterr()
    assert main(["history", str(loop.model), "--json"]) == 0
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert [step["kind"] for step in steps] == ["proposed", "promoted", "rolled back"]


def test_what_misses_more_is_not_proposed(loop, capsys, tmp_path):
    """Agents who call every complaint `Senang`: a table that they did not label tells."""
    labels = tmp_path / "wrong.csv"
    rows = [
        f"{text},{'Senang' if number % 5 else 'Marah'}"
        for number, text in enumerate(
            f"{a} {b} {c}"
            for a in "kok masih tetap malah".split()
            for b in "lama rusak gagal error salah telat".split()
            for c in "terus sekali banget sih dong".split()
        )
    ]
    labels.write_text("\n".join(["text,label", *rows]), "utf-8")
    complaints = tmp_path / "complaints.csv"
    complaints.write_text(
        "text,label\n" + "\n".join(f"{r.partition(',')[0]} kak,Frustrasi" for r in rows[::2]),
        "utf-8",
    )
    output = tmp_path / "proposed"
    options = ["--labels", str(labels), "--output", str(output), "--measure-on", str(complaints)]
    assert main(["learn", str(loop.model), *options, *SHARE]) == 1
    assert "Not proposed" in capsys.readouterr().out
    assert not output.exists()
    assert (tmp_path / "proposed-report" / "learning.md").is_file()


def test_too_few_labels(loop, capsys, tmp_path):
    labels = tmp_path / "few.csv"
    labels.write_text("text,label\nhalo,Netral\nlama,Frustrasi\n", "utf-8")
    options = ["--labels", str(labels), "--output", str(tmp_path / "proposed")]
    assert main(["learn", str(loop.model), *options, *SHARE]) == 1
    assert "to learn from, of 40" in capsys.readouterr().err
