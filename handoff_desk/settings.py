"""desk.yml: every setting of the desk, checked once when it starts."""

from __future__ import annotations

import math
import os
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa

from handoff_desk.errors import SettingsError, short
from handoff_desk.helpdesks.webhook_rules import require_valid
from handoff_desk.hours import OfficeHours
from handoff_desk.yaml_file import FromEnvironment, read_yaml

T = TypeVar("T")

LARGEST = 2**31 - 1
"""No number means more; as seconds that is 68 years, and as an id all that a database takes."""

DATABASE_PARTS = ("dialect", "url", "port", "db", "username", "password", "query")
"""Of an address in parts: what Rasa calls them in endpoints.yml."""


@dataclass(frozen=True, kw_only=True)
class Times:
    """Clocks, in seconds; 0 switches one off.

    Attributes:
        unclaimed_notice: nobody claims so long: the customer is told, and told again after the
            same time, `unclaimed_notices` times at most.
        agent_reminder: the customer waits so long for an answer of the agent who holds the
            ticket: the agent is reminded.
        agent_release: the same, and the ticket goes back to the queue.
        customer_close: the customer is silent so long after the agent's last word: closed with a
            message.
        session_idle: an agent who does nothing so long must log in again.
    """

    unclaimed_notice: float = 120
    unclaimed_notices: int = 3
    agent_reminder: float = 180
    agent_release: float = 600
    customer_close: float = 3600
    session_idle: float = 12 * 3600


@dataclass(frozen=True, kw_only=True)
class Texts:
    """What customers read from the desk. `{agent}` is the agent's name, `{opens}` the next opening
    of the office, `{customer}` the customer's name in the chat."""

    joined: str = (
        "Halo Kak, saya {agent}. Saya sudah membaca percakapan ini dan akan membantu Kakak."
    )
    unclaimed: str = (
        "Mohon maaf, semua petugas kami masih melayani pelanggan lain. Kakak tetap kami tunggu di "
        "antrean, dan pesan Kakak tidak hilang."
    )
    released: str = (
        "Mohon maaf atas jedanya, Kak. Percakapan ini sedang kami teruskan ke petugas lain."
    )
    transferred: str = "Halo Kak, saya {agent}. Saya melanjutkan percakapan ini dari rekan saya."
    office_closed: str = (
        "Saat ini kami di luar jam layanan. Pesan Kakak sudah kami terima dan akan dibalas petugas "
        "{opens}. Silakan tambahkan keterangan apa pun di sini."
    )
    resolved: str = (
        "Terima kasih sudah menghubungi kami, Kak. Percakapan ini saya kembalikan ke asisten "
        "virtual; silakan bertanya lagi kapan saja."
    )
    expired: str = (
        "Karena belum ada balasan, percakapan dengan petugas kami tutup dulu ya, Kak. Kalau masih "
        "perlu bantuan, tulis saja di sini."
    )
    requeued: str = (
        "Pesan Kakak baru saja kami terima. Petugas kami panggil kembali; mohon tunggu sebentar ya."
    )
    reopened: str = "Halo Kak, saya {agent}. Saya buka kembali percakapan kita tadi."
    rating: str = (
        "Boleh minta penilaiannya sebentar, Kak? Seberapa puas Kakak dengan bantuan petugas "
        "kami, dari 1 (sangat tidak puas) sampai 5 (sangat puas)?"
    )

    def __post_init__(self) -> None:
        for one in fields(self):
            if not _can_be_filled(getattr(self, one.name)):
                raise _refused(
                    f"texts: {one.name}",
                    "a text with no other variables than {agent}, {opens}, {customer}",
                    short(getattr(self, one.name)),
                )

    def say(self, name: str, *, agent: str = "", opens: str = "", customer: str = "") -> str:
        """The text with its variables filled."""
        text: str = getattr(self, name)
        return text.format(agent=agent, opens=opens, customer=customer)


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """One receiver of signed events.

    Attributes:
        url: receives POST requests.
        secret: signs them (HMAC-SHA256 of the body).
        events: which; empty means all.
    """

    name: str
    url: str
    secret: str
    events: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chatwoot:
    """An account of Chatwoot that gets every ticket as a conversation.

    Attributes:
        url: its address, without a path.
        account, inbox: numeric ids; the inbox is of the kind API.
        token: a user's access token; a bot may not create contacts.
        webhook_secret: the part of our address that Chatwoot calls back, known to nobody else.
    """

    url: str
    account: int
    inbox: int
    token: str
    webhook_secret: str = ""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All of desk.yml.

    Attributes:
        title: of the pages.
        database: SQLAlchemy URL of the desk's own tables. desk.yml may also say it in parts, as
            endpoints.yml does: `dialect`, `url`, `port`, `db`, `username`, `password`, `query`.
        tracker_store: the same of Rasa's tracker store; read from endpoints.yml if empty.
        rasa: address of Rasa's server, and its `--auth-token`.
        public_rasa: Rasa's address as a customer's browser sees it, for the page to try it.
        host, port: where the desk listens.
        secure_cookies: off only for plain http on this machine.
        demo: whether /demo, the page to try it, is there; reachable without login.
        metrics_token: whoever sends it may read /metrics; without one there is no such page.
        assignment: `manual`, or `round-robin` among agents who are available.
        mask_personal_data: whether telephone, card and NIK numbers and e-mail addresses are masked
            in all that people and other systems see of conversations.
        rating: whether customers are asked how satisfied they are when an agent resolves a ticket.
            Their bot must know what to do with the answer.
    """

    title: str = "Meja Petugas"
    database: str = "sqlite:///desk.db"
    tracker_store: str = "sqlite:///tracker.db"
    rasa: str = "http://127.0.0.1:5005"
    rasa_token: str = ""
    public_rasa: str = ""
    host: str = "127.0.0.1"
    port: int = 5055
    secure_cookies: bool = True
    trusted_proxies: int = 0
    demo: bool = False
    metrics_token: str = ""
    assignment: str = "manual"
    mask_personal_data: bool = False
    rating: bool = False
    hours: OfficeHours = field(default_factory=OfficeHours)
    times: Times = field(default_factory=Times)
    texts: Texts = field(default_factory=Texts)
    webhooks: tuple[Webhook, ...] = ()
    chatwoot: Chatwoot | None = None

    def __post_init__(self) -> None:
        if self.assignment not in ("manual", "round-robin"):
            raise _refused("assignment", "`manual` or `round-robin`", self.assignment)
        for name in ("database", "tracker_store"):
            if not _is_url(getattr(self, name)):
                # Not what came: there is a password in it.
                raise _refused(name, "an address such as sqlite:///desk.db", "another text")
        if not 0 <= self.port < 65536:
            raise _refused("port", "a number from 0 to 65535", self.port)
        require_valid(self.webhooks)


def read_settings(path: Path, endpoints: Path, environment: Mapping[str, str]) -> Settings:
    """Read desk.yml; `${NAME}` in a value is taken from the environment.

    Args:
        path: desk.yml; may be missing, then all defaults hold.
        endpoints: Rasa's endpoints.yml, for the tracker store.
        environment: of the process.

    Raises:
        SettingsError: a key is unknown, a value of the wrong kind, or a variable not set.
    """
    found = read_yaml(path, environment)
    if found is None:
        found = {}
    if not isinstance(found, dict):
        raise _refused(path.name, "a mapping of settings", type(found).__name__)
    values = {name: value for name, value in found.items() if value is not None}
    parts: dict[str, Callable[[Any], Any]] = {
        "times": lambda value: _build(Times, value, "times"),
        "texts": lambda value: _build(Texts, value, "texts"),
        "hours": lambda value: OfficeHours.parse(value),
        "webhooks": lambda value: tuple(_webhook(one) for one in _list(value, "webhooks")),
        "chatwoot": lambda value: _build(Chatwoot, value, "chatwoot"),
        "database": lambda value: _database(value, "database", path.name),
        "tracker_store": lambda value: _database(value, "tracker_store", path.name),
    }
    for name, build in parts.items():
        if name in values:
            values[name] = build(values[name])
    if not values.get("tracker_store"):
        # The rest of the file is for Rasa, in whose environment its variables are set.
        store = read_yaml(endpoints, environment, part="tracker_store")
        values["tracker_store"] = tracker_store_url({"tracker_store": store})
    return _build(Settings, values, path.name)


def tracker_store_url(endpoints: Mapping[str, Any]) -> str:
    """The SQLAlchemy URL of the tracker store in Rasa's endpoints.yml, made as Rasa makes it.

    Raises:
        SettingsError: there is no SQL tracker store: the desk could not see any message.
    """
    store = endpoints.get("tracker_store") or {}
    if not isinstance(store, Mapping):
        raise _refused("tracker_store", "a mapping of settings", store, "endpoints.yml")
    if str(store.get("type", "")).lower() != "sql":
        raise SettingsError(
            rule="The desk follows Rasa's SQL tracker store.",
            got=f"tracker_store of type {store.get('type')!r} in endpoints.yml",
            do="Set `type: SQL` there (SQLite or PostgreSQL), or `tracker_store` in desk.yml.",
        )
    return _database_url(store, "tracker_store", "endpoints.yml")


def _database(value: Any, where: str, file: str) -> Any:
    """A URL as it is, or one made of its parts."""
    if not isinstance(value, Mapping):
        return value
    for name in value:
        if name not in DATABASE_PARTS:
            raise _refused(where, f"settings out of {', '.join(DATABASE_PARTS)}", f"`{name}`", file)
    return _database_url(value, where, file)


def _database_url(store: Mapping[str, Any], where: str, file: str) -> str:
    """The URL that Rasa makes of these settings."""
    host, port = store.get("url") or store.get("host"), store.get("port")
    if host and "://" in str(host):
        return str(host)
    try:
        if host:  # which may have the port in it
            parts = urlsplit(f"scheme://{host}")
            host, port = parts.hostname or host, parts.port or port
        return sa.URL.create(
            store.get("dialect", "sqlite"),
            username=_text(store.get("username")),
            password=_text(store.get("password")),
            host=host,
            port=None if port is None else int(port),
            database=_text(store.get("db", "rasa.db")),
            query=store.get("query") or MappingProxyType({}),
        ).render_as_string(hide_password=False)
    except (TypeError, ValueError, AttributeError) as error:
        raise _refused(where, "an address of a database", error, file) from None


def _build(kind: type[T], values: Mapping[str, Any], where: str) -> T:
    if not isinstance(values, Mapping):
        raise _refused(where, "a mapping of settings", short(values))
    known = {one.name: one for one in fields(kind)}  # type: ignore[arg-type]
    given = {name: value for name, value in values.items() if value is not None}
    for name, value in given.items():
        if name not in known:
            raise _refused(where, f"settings out of {', '.join(known)}", f"`{name}`")
        expected: Any = {"str": str, "int": int, "float": (int, float), "bool": bool}.get(
            str(known[name].type)
        )
        if isinstance(value, FromEnvironment) and expected is not str:
            value = given[name] = value.as_written()
        if expected and (
            not isinstance(value, expected) or (isinstance(value, bool) and expected is not bool)
        ):
            raise _refused(f"{where}: {name}", f"a value of type {known[name].type}", short(value))
        if expected in (int, (int, float)) and not 0 <= value < math.inf:
            raise _refused(f"{where}: {name}", "0 or more", short(value))
        if expected in (int, (int, float)) and value > LARGEST:
            raise _refused(f"{where}: {name}", f"at most {LARGEST}", short(value))
    try:
        return kind(**given)
    except TypeError as error:
        raise _refused(where, "all required settings", str(error)) from None


def _webhook(value: Any) -> Webhook:
    if not isinstance(value, Mapping):
        raise _refused("webhooks", "a mapping of settings for each", short(value))
    events = _list(value.get("events") or [], "webhooks: events")
    if not all(isinstance(one, str) for one in events):
        raise _refused("webhooks: events", "a list of names", short(events))
    return _build(Webhook, {**value, "events": tuple(events)}, "webhooks")


def _is_url(text: str) -> bool:
    try:
        sa.make_url(text)
    except (sa.exc.ArgumentError, ValueError):
        return False
    return True


def _list(value: Any, where: str) -> list[Any]:
    if not isinstance(value, list):
        raise _refused(where, "a list", short(value))
    return value


def _can_be_filled(text: str) -> bool:
    """Whether a text has our variables only, and none with a width: that may be billions."""
    try:
        return all(
            name is None or (name in ("agent", "opens", "customer") and not (width or conversion))
            for _, name, width, conversion in string.Formatter().parse(text)
        )
    except ValueError:
        return False


def _text(value: Any) -> str | None:
    """A name or password that YAML may have read as a number."""
    return None if value is None else str(value)


def _refused(where: str, rule: str, got: object, file: str = "desk.yml") -> SettingsError:
    got = got if isinstance(got, (str, Exception)) else short(got)
    return SettingsError(rule=f"{where}: expected {rule}.", got=str(got), do=f"Correct {file}.")


def find_settings(directory: Path) -> Settings:
    """The settings of the project in this directory (desk.yml, endpoints.yml, the environment)."""
    return read_settings(directory / "desk.yml", directory / "endpoints.yml", os.environ)
