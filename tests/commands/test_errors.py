"""A foreseeable mistake ends in exit code 1 and one explained line, never in a traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest

from emotion_component.cli import COMMANDS, main

TABLE = "text,label\nhalo kak,Netral\nkok rusak lagi,Frustrasi\n"


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["predict", "/nothing/here", "halo"], "A model is a directory"),
        (["predict", "{model}", "halo", "--backend", "tensorflow"], "The backend is one of auto"),
        (["predict", "{model}", "halo", "--backend", "torch"], "needs model.safetensors"),
        (["evaluate", "{model}", "--data", "{tmp}/absent.csv"], "readable UTF-8 file"),
        (["evaluate", "{model}", "--data", "{tmp}/faulty.csv"], "line 2: label `Sedih`"),
        (["calibrate", "{model}", "--data", "{tmp}/good.csv:train"], "without split"),
        (["calibrate", "{model}", "--data", "{tmp}/good.csv", "--miss-cost", "0"], "above 0"),
        (["calibrate", "{model}", "--data", "{tmp}/good.csv", "--share", "1"], "both kinds"),
    ],
    ids=lambda value: "-".join(value)[:60] if isinstance(value, list) else "",
)
def test_the_reason_stands_on_standard_error(arguments, said, shipped_model, tmp_path, capsys):
    (tmp_path / "good.csv").write_text(TABLE)
    (tmp_path / "faulty.csv").write_text(TABLE.replace("Netral", "Sedih"))
    filled = [a.format(model=shipped_model, tmp=tmp_path) for a in arguments]
    before = (shipped_model / "emotion.json").read_bytes()
    assert main(filled) == 1
    output = capsys.readouterr()
    assert output.err.startswith("emosi: ")
    assert said in output.err
    assert output.out == ""
    assert (shipped_model / "emotion.json").read_bytes() == before


@pytest.mark.parametrize("arguments", [[], ["dance"], ["predict"], ["evaluate", "model"]])
def test_a_wrong_call_shows_the_usage(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage: emosi" in capsys.readouterr().err


@pytest.mark.parametrize(
    "command", [c.__name__.rpartition(".")[2].replace("_", "-") for c in COMMANDS]
)
def test_every_command_has_help(command, capsys):
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    text = capsys.readouterr().out
    assert f"usage: emosi {command}" in text


@pytest.mark.parametrize(
    "command, package",
    [
        ("train", "torch"),
        ("train", "sklearn"),
        ("export", "torch"),
        ("export", "transformers"),
        ("export", "onnx"),
    ],
)
def test_without_the_extra_it_is_named(command, package, root, tmp_path):
    (tmp_path / "good.csv").write_text(TABLE)
    arguments = {
        "train": ["--base", "b", "--train", "good.csv", "--valid", "good.csv", "--output", "o"],
        "export": ["source", "output"],
    }[command]
    # A module that is None in sys.modules cannot be imported: as if it were not installed.
    code = (
        f"import sys; sys.path.insert(0, {str(root)!r}); sys.modules[{package!r}] = None\n"
        "from emotion_component.cli import main\n"
        f"sys.exit(main({[command, *arguments]!r}))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"emosi: `emosi {command}` needs the package `")
    assert "pip install 'emotion-component[train]'" in done.stderr


def test_it_can_be_run_as_a_module(root):
    done = subprocess.run(
        [sys.executable, "-m", "emotion_component.cli", "predict", "/nothing/here", "halo"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("emosi: A model is a directory.")
