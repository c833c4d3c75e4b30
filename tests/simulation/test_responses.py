"""What is seen in the bot's answers."""

from __future__ import annotations

import pytest

from emotion_component.errors import DataError
from emotion_component.simulation.responses import Responses

DOMAIN = """
responses:
  utter_handoff:
    - text: "Petugas dipanggil (segera)."
    - text: "Halo {nama}, petugas datang.\\n\\nMohon tunggu."
    - image: gambar.png
  utter_offer_human:
    - text: "Mau petugas?"
"""


@pytest.fixture
def responses(tmp_path):
    path = tmp_path / "domain.yml"
    path.write_text(DOMAIN, "utf-8")
    return Responses(path)


@pytest.mark.parametrize(
    "answers, called, offered",
    [
        ([], False, False),
        (["Maaf.", "Petugas dipanggil (segera)."], True, False),
        (["Petugas dipanggil segera."], False, False),
        (["Kata orang: Petugas dipanggil (segera)."], False, False),
        (["Halo Budi, petugas datang.", "Mohon tunggu."], True, False),
        (["Mau petugas?"], False, True),
        ([""], False, False),
    ],
)
def test_a_handover_and_an_offer_are_recognised(responses, answers, called, offered):
    assert responses.call_a_human(answers) is called
    assert responses.offer_a_human(answers) is offered


def test_the_example_bots_own_are(root):
    responses = Responses(root / "domain.yml")
    assert responses.offer_a_human(
        ["Sepertinya penjelasan saya belum cukup jelas. Mau saya sambungkan dengan petugas, Kak?"]
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("responses: {}", id="no handover"),
        pytest.param("responses: {utter_handoff: [{image: a.png}]}", id="no text"),
        pytest.param("intents: []", id="no responses"),
        pytest.param("responses: [", id="no YAML"),
        pytest.param("", id="empty"),
    ],
)
def test_a_domain_without_a_handover_is_refused(tmp_path, text):
    path = tmp_path / "domain.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"--domain"):
        Responses(path)
