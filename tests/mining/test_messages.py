"""Messages of any source, each once."""

from __future__ import annotations

import json

import pytest

from emotion_component.errors import DataError
from emotion_component.mining.messages import read_messages

MESSAGES = ["mau tanya, kak", "KOK LAMA BANGET"]


@pytest.fixture
def source(request, tmp_path, write_store) -> str:
    """A source of `MESSAGES`, of the asked kind."""
    if request.param in ("sqlite", "url"):
        store = write_store(*({"text": text} for text in MESSAGES), name="pesan.sqlite")
        return f"sqlite:///{store}" if request.param == "url" else str(store)
    path = tmp_path / f"pesan.{request.param}"
    lines = {
        "txt": MESSAGES,
        "csv": ["text", *(f'"{text}"' for text in MESSAGES)],
        "jsonl": [json.dumps({"text": text}) for text in MESSAGES],
    }[request.param]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return str(path)


@pytest.mark.parametrize("source", ["txt", "csv", "jsonl", "sqlite", "url"], indirect=True)
def test_every_kind_of_source_gives_the_messages_as_written(source):
    assert [message.text for message in read_messages(source)] == MESSAGES


def test_a_message_comes_once_in_whatever_spelling(tmp_path):
    path = tmp_path / "pesan.txt"
    path.write_text("Lama bangeeet\n\u200b\nlama banget\noke\n", "utf-8")
    assert [message.text for message in read_messages(str(path))] == ["Lama bangeeet", "oke"]


def test_a_source_that_is_not_there(tmp_path):
    with pytest.raises(DataError, match=r"absent\.txt"):
        read_messages(str(tmp_path / "absent.txt"))
