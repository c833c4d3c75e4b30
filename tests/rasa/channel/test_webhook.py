"""`POST /webhook`: Rasa's contract, and each message handled once."""

from __future__ import annotations

from live_channel import LiveChannel
from tiny_bot import ActionServer

GREETING = [
    {
        "recipient_id": "ana",
        "text": "Halo Kak!\n\nMau tanya apa?",
        "buttons": [{"title": "Jam buka", "payload": "/jam"}],
    }
]


def test_the_answer_is_that_of_the_rest_channel(any_channel: LiveChannel) -> None:
    answer = any_channel.say("halo")

    assert answer.status_code == 200
    assert answer.json() == GREETING


def test_a_repeated_message_gets_the_same_answer_and_one_act(
    any_channel: LiveChannel, actions: ActionServer
) -> None:
    before = actions.calls["kerja ulang"]
    first = any_channel.say("kerja ulang", message_id="a-1")
    second = any_channel.say("kerja ulang", message_id="a-1")

    assert first.json() == second.json() != []
    assert any_channel.said() == ["kerja ulang"]
    assert actions.calls["kerja ulang"] == before + 1


def test_a_message_sent_five_times_at_once_is_handled_once(
    any_channel: LiveChannel, actions: ActionServer
) -> None:
    before = actions.calls["kerja lama 0.5"]
    answers = any_channel.say_at_once(5, "kerja lama 0.5", "b-1")

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert actions.calls["kerja lama 0.5"] == before + 1
    assert any_channel.said() == ["kerja lama 0.5"]
