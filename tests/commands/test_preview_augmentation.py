"""`emosi train --preview-augmentation`: what a team sees before it trains with noises."""

from __future__ import annotations

import pytest

from emotion_component.cli import main

MESSAGES = (
    "makasih banyak kak,Senang",
    "toko buka sampai jam berapa?,Netral",
    "kok saldo saya tidak bertambah?,Bingung",
    "sudah dicoba tetap gagal,Frustrasi",
    "kalian bohong terus!,Marah",
)


@pytest.fixture
def preview(tmp_path):
    """Train on these messages with more options; the exit code."""

    def preview(options: str) -> int:
        table = tmp_path / "pesan.csv"
        table.write_text("\n".join(["text,label", *MESSAGES, ""]), encoding="utf-8")
        line = f"train --base absent --train {table} --output {tmp_path}/out {options}"
        return main(line.split())

    return preview


def test_some_messages_are_shown_with_each_noise_chosen(preview, capsys):
    assert preview("--augmentation emoji casing --preview-augmentation 2") == 0
    _, shown, counts = capsys.readouterr().out.split("\n\n")
    noises = [line.split()[0] for line in shown.splitlines() if line.startswith("  ")]
    assert noises.count("emoji") == 2  # every message can have one
    assert set(noises) <= {"emoji", "casing"}
    assert counts.splitlines()[0] == "emoji   changes 5 of 5, 5 of them lastingly"
    assert counts.splitlines()[1].endswith(" 0 of them lastingly")


def test_without_a_choice_every_noise_is_shown(preview, capsys):
    assert preview("--preview-augmentation 99") == 0
    printed = capsys.readouterr().out
    for noise in ("typos", "code_mix", "emoji"):
        assert f"\n{noise} " in printed
    for message in MESSAGES:
        assert message.partition(",")[0] in printed


def test_nothing_is_trained(preview, tmp_path):
    assert preview("--preview-augmentation 1") == 0
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "options, said",
    [
        ("--preview-augmentation 0", "at least one message"),
        ("--preview-augmentation 3 --augmentation typo", "Noises are typos"),
    ],
)
def test_mistakes_are_explained(preview, options, said, capsys):
    assert preview(options) == 1
    assert said in capsys.readouterr().err
