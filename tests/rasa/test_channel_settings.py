"""Wrong settings of the REST channel stop the server, by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from rasa.core.run import create_http_input_channels
from rasa.shared.exceptions import InvalidConfigException, RasaException

from emotion_component.rasa import RestInput
from emotion_component.rasa.channel_settings import RestSettings, read_credentials

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    "credentials, settings",
    [
        (None, RestSettings()),
        ({}, RestSettings()),
        ({"token": None}, RestSettings()),
        ({"token": "rahasia", "max_length": 1}, RestSettings(token="rahasia", max_length=1)),
    ],
)
def test_settings_that_are_understood(credentials: Any, settings: RestSettings) -> None:
    assert read_credentials(credentials) == settings


@pytest.mark.parametrize(
    "credentials, named",
    [
        ({"tokn": "x"}, "no setting `tokn`.*token, max_length"),
        ({5: "x"}, "no setting `5`"),
        ({"token": ""}, "`token` is a text"),
        ({"token": "  "}, "`token` is a text"),
        ({"token": 12345}, "`token` is a text.*int"),
        ({"max_length": 0}, "`max_length` is a whole number.*0"),
        ({"max_length": "2000"}, "`max_length` is a whole number"),
        ({"max_length": True}, "`max_length` is a whole number"),
        ({"max_length": 1.5}, "`max_length` is a whole number"),
        ({"max_length": None}, "`max_length` is a whole number"),
        (["token"], "a list of settings"),
        ("token", "a list of settings"),
    ],
)
def test_settings_that_are_refused(credentials: Any, named: str) -> None:
    with pytest.raises(InvalidConfigException, match=named):
        RestInput.from_credentials(credentials)


def test_a_wrong_token_is_not_repeated() -> None:
    with pytest.raises(InvalidConfigException) as caught:
        read_credentials({"token": 987654321})

    assert "987654321" not in str(caught.value)


def test_rasa_finds_the_channel_of_the_example_bot_at_the_old_address() -> None:
    (channel,) = create_http_input_channels(None, str(ROOT / "credentials.yml"))

    assert type(channel) is RestInput
    assert (channel.name(), channel.url_prefix()) == ("rest", "rest")


def test_a_secret_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    credentials = tmp_path / "credentials.yml"
    credentials.write_text("emotion_component.rasa.RestInput:\n  token: ${REST_TOKEN}\n", "utf-8")
    with pytest.raises(RasaException, match="REST_TOKEN"):
        create_http_input_channels(None, str(credentials))
    monkeypatch.setenv("REST_TOKEN", "rahasia")

    (channel,) = create_http_input_channels(None, str(credentials))

    assert channel._settings.token == "rahasia"
