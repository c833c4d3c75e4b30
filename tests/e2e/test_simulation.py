"""A regression of the whole: made-up customers of a fixed seed talk to the real bot."""

from __future__ import annotations

import json

import pytest
from bot import Server

from emotion_component.cli import main
from tests.servers import ROOT

LEAST = ("furious=1", "boiling=1", "regional_angry=0.8", "sarcastic=0.6")
MOST = ("patient=0.5", "regional=0.34", "joking=0.2")


def test_those_in_need_reach_a_human_and_others_do_not(
    server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each bar leaves one conversation, of five or six, to another machine's rounding."""
    code = main(
        [
            *("simulate", server.url, "--domain", str(ROOT / "domain.yml"), "--api"),
            *("--drawn", "3", "--seed", "0", "--json"),
            *("--least", *LEAST, "--most", *MOST),
        ]
    )
    found = json.loads(capsys.readouterr().out)

    assert (code, found["missed"]) == (0, [])
    for one in found["conversations"]:
        last = one["messages"][-1]["answers"]
        # What the tracker says is what the customer was told.
        assert any(text.startswith("Petugas kami sudah") for text in last) is one["reached"], one
        assert bool(one["trigger"]) is one["reached"]
