"""`emosi predict` on the shipped model."""

from __future__ import annotations

import io
import json
import subprocess
import sys

import pytest

from emotion_component.cli import main
from emotion_component.labels import LABELS

CALM, ANGRY = "jam berapa toko buka?", "dasar penipu, goblok semua kalian!!!"


def test_messages_as_arguments(shipped_model, capsys):
    assert main(["predict", str(shipped_model), CALM, ANGRY]) == 0
    calm, angry = capsys.readouterr().out.splitlines()
    assert calm.startswith("Netral ")
    assert calm.endswith(f"%  {CALM}")
    assert angry.startswith("Marah ")


def test_messages_line_by_line_on_standard_input(shipped_model, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{CALM}\n\n{ANGRY}"))
    assert main(["predict", str(shipped_model)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["Netral", "Netral", "Marah"]
    assert "100%" in lines[1]  # an empty line is Netral by definition


def test_one_json_object_a_line(shipped_model, shipped, capsys):
    text = 'kata "kakak" 😡\tgoblok'
    assert main(["predict", "--json", str(shipped_model), text, CALM]) == 0
    found = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["text"] for row in found] == [text, CALM]
    assert all(tuple(row["probabilities"]) == LABELS for row in found)
    expected = shipped.predict([text])[0]
    assert found[0]["label"] == expected.label
    assert found[0]["confidence"] == pytest.approx(expected.confidence, abs=1e-4)


def test_json_keeps_emoji_readable(shipped_model, capsys):
    main(["predict", "--json", str(shipped_model), "😡"])
    assert "😡" in capsys.readouterr().out


@pytest.mark.parametrize("order", ["model option text", "option model text", "model text option"])
def test_options_may_stand_anywhere(shipped_model, capsys, order):
    parts = {"model": str(shipped_model), "option": "--json", "text": CALM}
    assert main(["predict", *(parts[name] for name in order.split())]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == CALM


def test_an_unknown_option_is_no_message(shipped_model, capsys):
    with pytest.raises(SystemExit):
        main(["predict", str(shipped_model), CALM, "--jsn"])
    assert "--jsn" in capsys.readouterr().err


@pytest.mark.parametrize(
    "name, content",
    [("a.txt", f"{CALM}\n{ANGRY}\n"), ("a.csv", f'text\n"{CALM}"\n"{ANGRY}"\n')],
)
def test_messages_of_a_file_go_to_a_file(shipped_model, tmp_path, name, content):
    source, output = tmp_path / name, tmp_path / "out.jsonl"
    source.write_text(content, "utf-8")
    arguments = ["--file", str(source), "--format", "jsonl", "--output", str(output)]
    assert main(["predict", str(shipped_model), *arguments]) == 0
    found = [json.loads(line) for line in output.read_text("utf-8").splitlines()]
    assert [(row["text"], row["escalates"]) for row in found] == [(CALM, False), (ANGRY, True)]


@pytest.mark.parametrize("text, why", [(CALM, None), (ANGRY, "Marah")])
def test_it_is_said_why_a_message_escalates(shipped_model, capsys, text, why):
    assert main(["predict", str(shipped_model), "--json", text]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["why"], found["escalates"]) == (why, why is not None)


def test_a_message_of_several_lines_is_one_line_of_the_table(shipped_model, capsys):
    assert main(["predict", str(shipped_model), "halo kak\n\nmau tanya"]) == 0
    assert capsys.readouterr().out.endswith("%  halo kak  mau tanya\n")


def test_a_file_that_cannot_be_read_costs_no_older_output(shipped_model, tmp_path):
    output = tmp_path / "out.jsonl"
    output.write_text("kept")
    arguments = ["--file", str(tmp_path / "absent.csv"), "--output", str(output)]
    assert main(["predict", str(shipped_model), *arguments]) == 1
    assert output.read_text() == "kept"


def test_a_line_of_standard_input_is_answered_before_the_next_comes(shipped_model, root):
    command = [sys.executable, "-m", "emotion_component.cli", "predict", str(shipped_model)]
    with subprocess.Popen(
        command, cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for text in (CALM, ANGRY):
            process.stdin.write(f"{text}\n")
            process.stdin.flush()
            assert process.stdout.readline().endswith(f"{text}\n")
        process.stdin.close()
    assert process.returncode == 0


def test_standard_input_in_another_encoding_is_explained(shipped_model, capsys, monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO("café\n".encode("latin-1")), encoding="utf-8")
    monkeypatch.setattr("sys.stdin", stream)
    assert main(["predict", str(shipped_model)]) == 1
    assert "Standard input is UTF-8 text" in capsys.readouterr().err


def test_the_most_probable_labels_in_order(shipped_model, shipped, capsys):
    assert main(["predict", str(shipped_model), "--top-k", "3", ANGRY]) == 0
    line = capsys.readouterr().out
    probabilities = shipped.predict([ANGRY])[0].probabilities
    ranked = sorted(probabilities, key=lambda label: -probabilities[label])[:3]
    assert [word for word in line.split() if word in LABELS] == ranked


def test_a_file_that_is_not_there_is_explained(shipped_model, tmp_path, capsys):
    assert main(["predict", str(shipped_model), "--file", str(tmp_path / "absent.csv")]) == 1
    assert "absent.csv" in capsys.readouterr().err


def test_a_message_may_begin_with_a_dash(shipped_model, capsys):
    assert main(["predict", str(shipped_model), "--json", "--", "-1 bintang"]) == 0
    assert json.loads(capsys.readouterr().out)["text"] == "-1 bintang"
