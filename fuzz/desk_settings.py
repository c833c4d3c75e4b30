"""desk.yml: not from an enemy, but typed by people."""

from __future__ import annotations

from dataclasses import fields

from fuzz.places import new_directory
from handoff_desk.errors import SettingsError
from handoff_desk.settings import read_settings

SEEDS = (
    b"title: Meja\nport: 8000\ntimes: {agent_reminder: 60}\ntexts: {joined: 'Hai {agent}'}\n",
    b"hours: {weekly: {senin-jumat: ['08.00-17.00']}, holidays: [2026-12-24..2026-12-26]}\n",
    b"hours: {zone: Asia/Jayapura, public_holidays: true, extra: {2026-12-24: [08.00-12.00]}}\n",
    b"webhooks: [{name: crm, url: 'https://crm', secret: ${SECRET}, events: [ticket.opened]}]\n",
    b"chatwoot: {url: 'https://chat', account: 1, inbox: 2, token: t}\ndatabase: {url: db}\n",
    b"title: 2026-13-45\n",
    b"port: 0b_\n",
    b"port: ${PORT}\nsecure_cookies: ${DATE}\n",
    b"hours: {holidays: [9999-12-31, 0001-01-01]}\n",
    b"texts: {joined: '{agent:9999999999}'}\n",
    b"times: &a {agent_reminder: [*a, *a]}\n",
    b"a: &a [x]\nb: &b [*a, *a]\ntimes: [*b, *b]\n",
    b"? [1]\n: !!set {a}\n--- !!python/object/apply:os.system ['x']\n",
    b"[" * 400,
)
LONGEST = 600
"""Bytes; PyYAML takes the square of that many steps for brackets that never close."""

NOON = 1_800_000_000.0
ENVIRONMENT = {"SECRET": "s", "PORT": "5055", "DATE": "2026-13-45"}

_directory = new_directory()
(_directory / "endpoints.yml").write_text("tracker_store: {type: SQL, db: tracker.db}\n")


def target(data: bytes) -> None:
    path = _directory / "desk.yml"
    path.write_bytes(data)
    try:
        settings = read_settings(path, _directory / "endpoints.yml", ENVIRONMENT)
    except SettingsError as error:
        _is_readable(error, data)
        return
    for text in fields(settings.texts):
        settings.texts.say(text.name, agent="Rina", opens="besok", customer="Ana")
    settings.hours.is_open(NOON)
    assert settings.hours.opens_after(NOON) >= NOON


def _is_readable(error: SettingsError, data: bytes) -> None:
    """However much the YAML names, the message is of its own size."""
    assert len(str(error)) <= 20 * (len(data) + 100)
