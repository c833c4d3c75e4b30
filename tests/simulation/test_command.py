"""`emosi simulate`, with a small server for a bot."""

from __future__ import annotations

import json

import pytest

from emotion_component.cli import main

CUSTOMERS = """
moods:
  calm: {human: needless, lines: [jam buka, alamatnya, ongkirnya]}
  confused: {human: welcome, lines: [saya bingung]}
  furious: {human: needed, lines: [dasar penipu]}
  cold: {human: needed, lines: [terserah]}
  eager: {human: needless, lines: [bukan penipu]}
  quiet: {human: needless, lines: [diam saja]}
  accept: {human: needed, lines: [iya penipu itu]}
  decline: {human: needless, lines: [tidak]}
customers:
  patient: {turns: [2, 3], start: {calm: 1}, then: {calm: {calm: 1}}, accepts: 0}
  angry:
    turns: [3, 3]
    start: {calm: 1}
    then: {calm: {furious: 1}, furious: {furious: 1}}
    accepts: 0
    scripts: [[cold: terserah kalian]]
  confused: {turns: [1, 1], start: {confused: 1}, then: {confused: {calm: 1}, calm: {calm: 1}}, accepts: 1}
  eager: {turns: [1, 1], start: {eager: 1}, then: {eager: {eager: 1}}, accepts: 0}
  quiet: {turns: [1, 1], start: {quiet: 1}, then: {quiet: {quiet: 1}}, accepts: 0}
"""  # noqa: E501


@pytest.fixture
def simulate(bot, domain, tmp_path, capsys, monkeypatch):
    """Runs it; exit code, what it printed, and its error."""
    monkeypatch.setenv("RASA_TOKEN", "rahasia")
    path = tmp_path / "customers.yml"
    path.write_text(CUSTOMERS, "utf-8")

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(
            [
                *("simulate", bot.url + "/", "--domain", str(domain)),
                *("--customers", str(path), "--drawn", "4", *arguments),
            ]
        )
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run


CALM = ("--only", "patient", "angry", "confused")


def test_the_table_tells_who_reached_a_human(simulate):
    code, out, _ = simulate(*CALM)
    cells = [line.split() for line in out.splitlines()[1:4]]
    seconds = [float(row.pop(-4)) for row in cells if row[-4] != "-"]
    rows = {row[0]: " ".join(row[1:]) for row in cells}

    assert code == 0
    assert rows["patient"] == "4 0.0% (0.0% to 49.0%) - - - 0 0 0"
    assert rows["angry"] == "5 80.0% (37.6% to 96.4%) 1 1 1 0 0"
    assert rows["confused"] == "4 100.0% (51.0% to 100.0%) 1 1 0 0 0"
    assert len(seconds) == 2
    assert all(0 <= one < 10 for one in seconds)
    assert "in need of a human: 8 of 9, 88.9% (56.5% to 98.0%), reached one" in out
    assert "calm all along:     0 of 4" in out


def test_all_that_was_said_is_in_the_json(simulate, bot):
    code, out, _ = simulate("--json", "--api", "--seed", "3", *CALM)
    found = json.loads(out)

    assert (code, found["seed"], found["missed"]) == (0, 3, [])
    assert found["in_need"] | {"low": 0, "high": 0} == {"reached": 8, "of": 9, "low": 0, "high": 0}
    assert [row["customer"] for row in found["customers"]] == ["patient", "angry", "confused"]
    one = found["conversations"][-1]
    assert [message["text"] for message in one["messages"]] == ["saya bingung", "iya penipu itu"]
    assert (one["reached"], one["trigger"], one["kind"]) == (True, "marah", "drawn")
    assert any(path.endswith("&token=rahasia") for path, _, _ in bot.got)


def test_the_same_seed_says_the_same_under_new_names(simulate):
    runs = [json.loads(simulate("--json", "--seed", seed, *CALM)[1]) for seed in ("1", "1", "2")]
    said = [
        [[message["text"] for message in one["messages"]] for one in run["conversations"]]
        for run in runs
    ]
    senders = [{one["sender"] for one in run["conversations"]} for run in runs]

    assert said[0] == said[1] != said[2]
    assert not senders[0] & senders[1]


@pytest.mark.parametrize(
    "bars, missed",
    [
        (("--least", "angry=0.8", "confused=1", "--most", "patient=0"), []),
        (("--least", "angry=0.81"), ["MISSED angry: 80.0% reached a human, not at least 81.0%"]),
        (
            ("--most", "confused=0.5", "--least", "patient=0.1"),
            [
                "MISSED patient: 0.0% reached a human, not at least 10.0%",
                "MISSED confused: 100.0% reached a human, not at most 50.0%",
            ],
        ),
    ],
)
def test_a_missed_bar_fails(simulate, bars, missed):
    code, out, _ = simulate(*CALM, *bars)

    assert code == (1 if missed else 0)
    assert [line for line in out.splitlines() if line.startswith("MISSED")] == missed


def test_silence_fails(simulate):
    code, out, _ = simulate("--only", "quiet")
    assert (code, out.splitlines()[-1]) == (1, "MISSED quiet: 4 messages were not answered")


def test_a_refusal_ends_it_for_all(simulate, bot):
    bot.first = [(401, {})]
    code, out, error = simulate(*CALM)

    assert (code, out) == (1, "")
    assert error.startswith("emosi: A bot answers at http://127.0.0.1:")
    assert error.count("\n") == 1


def test_the_wrong_ones_are_shown(simulate, bot):
    _, out, _ = simulate("--only", "angry", "eager", "--wrong", "--api")
    start = out.index("\nneedless handovers")
    shown = [line.split() for line in out[start:].splitlines() if line]

    assert shown[1] == ["4", "marah", "bukan", "penipu"]
    assert shown[2][1].startswith("sim-")
    assert shown[3] == ["cold", "terserah", "kalian"]
    assert len(shown) == 4


@pytest.mark.parametrize(
    "arguments, said",
    [
        (("--only", "nobody"), "`--only` names some of patient"),
        (("--least", "nobody=1"), "`--least` names a customer who plays"),
        (("--only", "quiet", "--most", "patient=1"), "names a customer who plays: quiet"),
        (("--least", "angry"), "NAME=SHARE"),
        (("--most", "angry=2"), "between 0 and 1"),
        (("--most", "angry=nan"), "between 0 and 1"),
        (("--drawn", "-1"), "`--drawn` is 0 or more"),
        (("--at-once", "0"), "`--at-once` is 1 or more"),
        (("--patience", "nan"), "`--patience` is 0 or more"),
        (("--only", "patient", "--drawn", "0"), "conversation"),
    ],
)
def test_what_makes_no_sense_is_refused_before_anybody_talks(simulate, bot, arguments, said):
    code, _, error = simulate(*arguments)

    assert code == 1
    assert said in error
    assert bot.got == []
