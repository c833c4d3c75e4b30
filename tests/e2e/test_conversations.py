"""Whole conversations with the real server, from the first word to the human."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from bot import Customer, Server

from tests.servers import ROOT

RESPONSES = yaml.safe_load((ROOT / "domain.yml").read_text("utf-8"))["responses"]
INSULT = "dasar penipu, bangsat kalian semua! balikin uang saya sekarang juga, bot tolol!"


def is_response(text: str, name: str) -> bool:
    """Whether `text` is one of the variations of a response (up to its first slot)."""
    return any(text.startswith(one["text"].split("{")[0]) for one in RESPONSES[name])


def names(answers: list[str]) -> list[str]:
    return [
        next((name for name in RESPONSES if is_response(text, name)), f"unknown: {text}")
        for text in answers
    ]


HANDED_OVER = ["utter_empathy", "utter_handoff"]


def test_a_calm_conversation_stays_with_the_bot(customer: Customer) -> None:
    assert names(customer.says("halo, selamat pagi")) == ["utter_sapa"]
    assert names(customer.says("jam bukanya kapan ya?")) == ["utter_jam_buka"]
    assert names(customer.says("makasih banyak infonya")) == ["utter_terima_kasih"]
    assert customer.slot("handoff") == "none"
    assert customer.slot("handoff_reason") is None


def test_greetings_and_refusals_are_not_taken_for_frustration(customer: Customer) -> None:
    assert names(customer.says("sore")) == ["utter_sapa"]
    customer.says("cek status pesanan dong")
    assert names(customer.says("batal")) == ["utter_batal_status"]


def test_one_outburst_calls_a_human(customer: Customer) -> None:
    customer.says("halo")

    answers = customer.says(INSULT)

    assert names(answers) == HANDED_OVER
    assert "kekesalan" in answers[0]
    assert customer.slot("handoff") == "waiting"
    reason = customer.slot("handoff_reason")
    assert reason["trigger"] == "marah"
    assert reason["scores"]["marah"] >= reason["thresholds"]["marah"]


def test_anger_as_the_very_first_message(customer: Customer) -> None:
    assert names(customer.says(INSULT)) == HANDED_OVER


def test_one_frustrated_message_calls_a_human(customer: Customer) -> None:
    answers = customer.says(
        "sudah tiga kali saya lapor, pesanan tetap belum datang juga. kecewa banget pelayanannya"
    )

    assert names(answers) == HANDED_OVER
    assert "melelahkan" in answers[0]
    assert customer.slot("handoff_reason")["trigger"] == "frustrasi"


def test_sarcasm_calls_a_human(customer: Customer) -> None:
    answers = customer.says(
        "wah hebat sekali ya pelayanannya, sebulan nunggu barang nggak sampai-sampai juga 👏"
    )

    assert names(answers) == HANDED_OVER


def test_a_message_of_emoji_only(customer: Customer) -> None:
    assert names(customer.says("😡🤬😡")) == HANDED_OVER


def test_the_wish_for_a_human_is_always_granted(customer: Customer) -> None:
    assert names(customer.says("tolong sambungkan ke petugas")) == ["utter_handoff"]
    assert customer.slot("handoff") == "waiting"
    assert customer.slot("handoff_reason")["trigger"] == "wish"


def test_repeated_confusion_is_offered_a_human_who_comes_on_yes(customer: Customer) -> None:
    customer.says("kok bisa begitu ya? saya bingung")

    assert names(customer.says("maksudnya gimana sih? saya masih bingung")) == ["utter_offer_human"]
    assert customer.slot("handoff") == "none"
    assert names(customer.says("iya boleh")) == ["utter_handoff"]
    assert customer.slot("handoff") == "waiting"


def test_the_offer_can_be_declined(customer: Customer) -> None:
    customer.says("kok bisa begitu ya? saya bingung")
    customer.says("maksudnya gimana sih? saya masih bingung")

    assert names(customer.says("tidak usah")) == ["utter_continue_bot"]
    assert names(customer.says("alamat sekolah di mana?")) == ["utter_alamat"]


def test_anger_leaves_the_form(customer: Customer) -> None:
    assert names(customer.says("cek status pesanan dong")) == ["utter_ask_nomor_pesanan"]

    assert names(customer.says(INSULT)) == HANDED_OVER

    tracker = customer.tracker()
    assert tracker["active_loop"] == {}
    assert tracker["slots"]["requested_slot"] is None
    assert tracker["slots"]["nomor_pesanan"] is None


def test_the_order_number_in_an_angry_message_is_kept(customer: Customer) -> None:
    customer.says("cek status pesanan dong")

    answers = customer.says("SHB-12345! mana barangnya, dasar toko penipu bangsat, tolol semua!")

    assert names(answers) == HANDED_OVER
    assert customer.slot("nomor_pesanan")


def test_the_bot_is_silent_while_a_human_is_wanted(customer: Customer) -> None:
    customer.says(INSULT)

    for text in ("halo?", "makasih", "jam buka?", "petugas", "/restart", "/sapa", "/session_start"):
        assert customer.says(text) == [], text
    assert customer.slot("handoff") == "waiting"


def test_the_emotion_is_still_read_while_the_bot_is_silent(customer: Customer) -> None:
    customer.says(INSULT)
    customer.says("makasih ya kak, sudah beres masalahnya, mantap 😊")

    said = [event for event in customer.tracker()["events"] if event["event"] == "user"]
    assert said[-1]["parse_data"]["emotion"]["name"] == "Senang"


def test_the_bot_is_still_silent_in_a_new_session(customer: Customer) -> None:
    customer.says(INSULT)
    customer.comes_back_later()

    assert customer.says("halo, ada orang?") == []
    started = [e for e in customer.tracker()["events"] if e["event"] == "session_started"]
    assert len(started) == 2, "the session had not expired: nothing was tested"
    assert customer.slot("handoff") == "waiting"


def test_the_bot_is_still_silent_after_a_restart_of_the_server(
    server: Server, customer: Customer
) -> None:
    customer.says(INSULT)

    server.stop()
    server.start()

    assert customer.says("halo?") == []
    assert customer.slot("handoff") == "waiting"


def test_the_bot_speaks_and_remembers_once_it_is_handed_back(customer: Customer) -> None:
    customer.says("berapa harga sepatu?")
    customer.says(INSULT)
    customer.is_handed_back()

    assert names(customer.says("terima kasih")) == ["utter_terima_kasih"]
    assert customer.slot("produk") == "sepatu"


def test_old_anger_does_not_escalate_again_after_the_hand_back(customer: Customer) -> None:
    customer.says(INSULT)
    customer.is_handed_back()

    assert names(customer.says("jam buka hari sabtu?")) == ["utter_jam_buka"]


def test_new_anger_escalates_again_after_the_hand_back(customer: Customer) -> None:
    customer.says(INSULT)
    customer.is_handed_back()

    assert names(customer.says(INSULT)) == HANDED_OVER


def test_nobody_is_handed_over_by_an_injected_entity(customer: Customer) -> None:
    assert names(customer.says('/sapa{"emotion":"Marah"}')) == ["utter_sapa"]
    assert customer.slot("handoff") == "none"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 2_000, id="2,000 letters"),
        pytest.param("\x00\x07\u202e", id="control characters"),
        pytest.param("Где мой заказ? 我的订单在哪里", id="other scripts"),
    ],
)
def test_odd_messages_do_not_hurt(customer: Customer, text: str) -> None:
    customer.says(text)

    assert names(customer.says("halo")) == ["utter_sapa"]


@pytest.mark.parametrize(
    "text, status",
    [
        pytest.param("", 400, id="empty"),
        pytest.param("   ", 400, id="blank"),
        pytest.param("a" * 10_000, 413, id="10,000 letters"),
    ],
)
def test_refused_messages_do_not_hurt(customer: Customer, text: str, status: int) -> None:
    assert customer.posts(text).status_code == status

    assert names(customer.says("halo")) == ["utter_sapa"]


def test_the_log_shows_no_traceback(server: Server, project: Path) -> None:
    server.customer("log").says("halo")

    assert "Traceback" not in (project / "rasa.log").read_text("utf-8")
