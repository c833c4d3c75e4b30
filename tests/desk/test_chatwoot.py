"""Tickets in Chatwoot and answers from there, against a double of its API."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
import sqlalchemy as sa
from sanic import Sanic
from sanic.response import text

from handoff_desk.domain import State, Ticket
from handoff_desk.helpdesks import webhooks
from handoff_desk.helpdesks.chatwoot import Reply, Resolved, parse_event
from handoff_desk.settings import Chatwoot, Settings
from handoff_desk.store import deliveries, external, tickets
from handoff_desk.store.database import Database
from handoff_desk.store.deliveries import CHATWOOT, Delivery
from handoff_desk.store.schema import outbox
from handoff_desk.web.views.chatwoot import blueprint
from handoff_desk.work import Work
from tests.desk.chatwoot_double import ACCOUNT, INBOX, TOKEN, ChatwootDouble
from tests.desk.local_server import serving

NOW = 1_800_000_000.0
SECRET = "tak-tertebak"
_numbers = itertools.count(1)
_keys = itertools.count(1)


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


def settings_for(url: str, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "url": url,
        "account": ACCOUNT,
        "inbox": INBOX,
        "token": TOKEN,
        "webhook_secret": SECRET,
        **changes,
    }
    return Settings(tracker_store="sqlite://", chatwoot=Chatwoot(**values))


def ticket_in(database: Database, sender: str = "628111") -> Ticket:
    with database.transaction() as connection:
        ticket_id = tickets.insert(
            connection,
            {
                "sender": sender,
                "channel": "whatsapp",
                "state": State.WAITING.value,
                "urgency": 2,
                "trigger": "marah",
                "reason": {"trigger": "marah", "emotion": "Marah", "scores": {"Marah": 0.93}},
                "opened_at": NOW,
                "opened_event": 7,
                "last_event": 7,
                "last_text": "Barang saya mana?!",
                "emotion": "Marah",
                "course": ["Netral", "Frustrasi", "Marah"],
            },
        )
        assert ticket_id is not None
        return tickets.get(connection, ticket_id)


def enqueue(
    database: Database, settings: Settings, ticket: Ticket, event: str, **data: Any
) -> None:
    with database.transaction() as connection:
        deliveries.enqueue(
            connection,
            settings,
            event=event,
            ticket=ticket,
            data=data,
            key=f"audit-{next(_keys)}",
            at=NOW,
        )


def rows(database: Database) -> list[Delivery]:
    with database.transaction() as connection:
        return deliveries.recent(connection)[::-1]


async def deliver(database: Database, settings: Settings, *, now: float = NOW) -> None:
    """Everything that is due, until nothing more is."""
    async with httpx.AsyncClient(verify=False) as client:
        while await webhooks.deliver_due(
            database,
            client,
            settings,
            target=CHATWOOT,
            name="desk-1",
            clock=lambda: now,
            jitter=lambda: 0.0,
        ):
            pass


def test_a_ticket_becomes_a_conversation_with_its_reason(database):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database)
        async with serving(double.app) as url:
            settings = settings_for(url + "/")
            enqueue(database, settings, ticket, "ticket.opened", text="Barang saya mana?!")
            await deliver(database, settings)
        ((number, conversation),) = double.conversations.items()
        assert [one["identifier"] for one in double.contacts.values()] == ["628111"]
        assert conversation.status == "open"
        assert conversation.custom_attributes == {"desk_ticket": ticket.id}
        assert double.said(number) == [
            ("incoming", "Barang saya mana?!"),
            (
                "note",
                "Dialihkan ke petugas. Pemicu: satu pesan Marah.\n"
                "Emosi: Marah (0,93)\n"
                "Perjalanan emosi: Netral → Frustrasi → Marah\n"
                f"Tiket {ticket.id}, kanal whatsapp.",
            ),
        ]
        with database.transaction() as connection:
            known = external.conversation_of(connection, target=CHATWOOT, ticket_id=ticket.id)
        assert known == str(number)
        assert [row.state for row in rows(database)] == ["done"]

    run(work())


def test_a_conversation_from_beginning_to_end(database):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database)
        claimed = replace(ticket, state=State.CLAIMED, assignee=1, assignee_name="Sari")
        async with serving(double.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket, "ticket.opened")
            enqueue(database, settings, ticket, "message.customer", text="Halo?")
            enqueue(database, settings, ticket, "message.bot", text="Mohon tunggu, Kak.")
            enqueue(database, settings, claimed, "ticket.claimed", by="Sari")
            enqueue(database, settings, claimed, "message.agent", text="Saya Sari.", author="Sari")
            enqueue(database, settings, claimed, "message.agent", text="Halo Kak.", author="")
            enqueue(database, settings, claimed, "message.customer", text="")
            enqueue(database, settings, ticket, "ticket.released")
            resolved = replace(claimed, state=State.RESOLVED)
            enqueue(database, settings, resolved, "ticket.resolved")
            enqueue(database, settings, resolved, "message.bot", text="Terima kasih.")
            await deliver(database, settings)
            ((number, conversation),) = double.conversations.items()
            assert double.said(number)[1:] == [
                ("incoming", "Halo?"),
                ("incoming", "🤖 Asisten virtual: Mohon tunggu, Kak."),
                ("note", "Sari mengambil percakapan ini di meja petugas."),
                ("note", "Sari (meja petugas): Saya Sari."),
                ("note", "Meja petugas: Halo Kak."),
                ("incoming", "(pesan tanpa teks)"),
                ("note", "Percakapan ini kembali ke antrean dan menunggu petugas."),
                ("note", "Percakapan ini diselesaikan di meja petugas; bot menjawab lagi."),
                # Not incoming: that would open the conversation again.
                ("note", "🤖 Asisten virtual: Terima kasih."),
            ]
            assert conversation.status == "resolved"
            enqueue(database, settings, claimed, "ticket.reopened")
            await deliver(database, settings)
            assert conversation.status == "open"
            expired = replace(claimed, state=State.EXPIRED)
            enqueue(database, settings, expired, "ticket.expired")
            await deliver(database, settings)
            assert conversation.status == "resolved"
        assert {row.state for row in rows(database)} == {"done"}

    run(work())


@pytest.mark.parametrize(
    "lost", ["create_contact", "create_conversation", "create_message", "toggle_status"]
)
def test_a_lost_answer_leaves_nothing_twice(database, lost):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database)
        double.lose = {lost}
        async with serving(double.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket, "ticket.opened", text="Halo")
            enqueue(database, settings, ticket, "ticket.resolved")
            await deliver(database, settings)
            assert "pending" in [row.state for row in rows(database)]
            await deliver(database, settings, now=NOW + 1)
            await deliver(database, settings, now=NOW + 2)
        assert [row.state for row in rows(database)] == ["done", "done"]
        assert len(double.contacts) == len(double.conversations) == 1
        ((number, conversation),) = double.conversations.items()
        assert [kind for kind, _ in double.said(number)] == ["incoming", "note", "note"]
        assert conversation.status == "resolved"

    run(work())


def test_a_desk_that_was_killed_before_it_could_note_down_success(database):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database)
        async with serving(double.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket, "ticket.opened", text="Halo")
            await deliver(database, settings)
            with database.transaction() as connection:  # as if it had not been committed
                connection.execute(sa.text("DELETE FROM external_conversation"))
                connection.execute(
                    sa.text("UPDATE webhook_delivery SET state = 'pending', leased_until = :until"),
                    {"until": NOW + 60},
                )
            await deliver(database, settings, now=NOW + 61)
        assert [row.state for row in rows(database)] == ["done"]
        assert len(double.contacts) == len(double.conversations) == 1
        (number,) = double.conversations
        assert len(double.said(number)) == 2
        assert "list_messages" in double.calls

    run(work())


def test_a_message_far_up_is_found_again(database):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database)
        async with serving(double.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket, "ticket.opened")
            await deliver(database, settings)
            (number,) = double.conversations
            for index in range(50):
                await double.agent_writes(number, f"catatan {index}", private=True)
            with database.transaction() as connection:
                connection.execute(sa.text("UPDATE webhook_delivery SET state = 'pending'"))
            await deliver(database, settings)
        assert len(double.said(number)) == 51

    run(work())


@pytest.mark.parametrize("locked", [False, True])
def test_the_next_ticket_of_a_customer(database, locked):
    async def work() -> None:
        double, first = ChatwootDouble(), ticket_in(database)
        double.locked = locked
        async with serving(double.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, first, "ticket.opened")
            with database.transaction() as connection:
                tickets.update(connection, first.id, state="resolved")
            second = ticket_in(database)
            enqueue(database, settings, second, "ticket.opened")
            await deliver(database, settings)
        assert len(double.contacts) == 1
        assert len(double.conversations) == (1 if locked else 2)
        with database.transaction() as connection:
            last = external.conversation_of(connection, target=CHATWOOT, ticket_id=second.id)
            assert external.ticket_of(connection, target=CHATWOOT, external_id=last) == second.id

    run(work())


def test_the_contact_is_found_among_those_that_differ_in_case_only(database):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database, sender="sari")
        for number, name in enumerate(["SARI"] * 20 + ["sari", "Sari"], start=1):
            double.contacts[number] = {"id": number, "name": name, "identifier": name}
        async with serving(double.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket, "ticket.opened")
            await deliver(database, settings)
        assert [one.contact for one in double.conversations.values()] == [21]

    run(work())


@pytest.mark.parametrize(
    "changes, state, error",
    [
        ({"token": "lama"}, "pending", "HTTP 401"),  # mended in Chatwoot, all arrives after all
        ({"inbox": 6}, "dead", "HTTP 404"),
        ({"account": 4}, "dead", "HTTP 404"),
    ],
)
def test_settings_that_chatwoot_refuses(database, changes, state, error):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database)
        async with serving(double.app) as url:
            settings = settings_for(url, **changes)
            enqueue(database, settings, ticket, "ticket.opened")
            await deliver(database, settings)
        (row,) = rows(database)
        assert row.state == state
        assert error in row.error

    run(work())


def test_a_conversation_that_was_deleted_there(database):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database)
        async with serving(double.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket, "ticket.opened")
            await deliver(database, settings)
            double.conversations.clear()
            enqueue(database, settings, ticket, "message.customer", text="Halo?")
            await deliver(database, settings)
        assert [row.state for row in rows(database)] == ["done", "dead"]

    run(work())


def test_an_address_that_is_no_chatwoot(database):
    async def work() -> None:
        app: Sanic[Any, Any] = Sanic(f"other-{next(_numbers)}", configure_logging=False)

        @app.route("/<path:path>", methods=["GET", "POST"])
        async def page(request: Any, path: str) -> Any:
            return text("<html>")

        async with serving(app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket_in(database), "ticket.opened")
            await deliver(database, settings)
        (row,) = rows(database)
        assert row.state == "pending"
        assert "is it Chatwoot?" in row.error

    run(work())


def test_a_ticket_that_chatwoot_never_heard_of_is_not_resolved_there(database):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database)
        async with serving(double.app) as url:
            settings = settings_for(url)
            enqueue(database, settings, ticket, "ticket.resolved")
            await deliver(database, settings)
        assert double.calls == []
        assert [row.state for row in rows(database)] == ["done"]

    run(work())


MESSAGE = {
    "event": "message_created",
    "id": 812,
    "content": " Baik, kami cek dulu ya. ",
    "message_type": "outgoing",
    "private": False,
    "source_id": None,
    "sender": {"id": 2, "name": "Budi", "type": "user"},
    "inbox": {"id": 5},
    "conversation": {"id": 77, "inbox_id": 5, "custom_attributes": {"desk_ticket": 12}},
}
REPLY = Reply(
    inbox=5,
    conversation=77,
    ticket_id=12,
    key="chatwoot-message-812",
    author="Budi",
    text="Baik, kami cek dulu ya.",
)
STATUS = {
    "event": "conversation_status_changed",
    "id": 77,
    "inbox_id": 5,
    "status": "resolved",
    "custom_attributes": {"desk_ticket": "12"},
    "updated_at": 1_800_000_001.25,
    "timestamp": 1_800_000_001,
}
RESOLVED = Resolved(
    inbox=5, conversation=77, ticket_id=12, key="chatwoot-resolved-77-1800000001.25"
)


@pytest.mark.parametrize(
    "payload, expected",
    [
        (MESSAGE, REPLY),
        ({**MESSAGE, "message_type": 1}, REPLY),
        (
            {**MESSAGE, "sender": {"name": "Budi S.", "available_name": "Budi", "type": "user"}},
            REPLY,
        ),
        (
            {**MESSAGE, "content": None, "attachments": [{"data_url": "https://c/1.png"}]},
            replace(REPLY, text="https://c/1.png"),
        ),
        (
            {**MESSAGE, "conversation": {"id": 77, "inbox_id": 5}, "inbox": None},
            replace(REPLY, ticket_id=None),
        ),
        ({**MESSAGE, "private": True}, None),
        ({**MESSAGE, "private": None}, None),
        ({**MESSAGE, "message_type": "incoming"}, None),
        ({**MESSAGE, "message_type": "template"}, None),
        ({**MESSAGE, "event": "message_updated"}, None),
        ({**MESSAGE, "sender": {"type": "agent_bot"}}, None),
        ({**MESSAGE, "sender": None}, None),
        ({**MESSAGE, "source_id": "desk:audit-1:note"}, None),
        ({**MESSAGE, "content": "  "}, None),
        ({**MESSAGE, "id": True}, None),
        ({**MESSAGE, "conversation": 77}, None),
        ({**MESSAGE, "id": 10**30}, None),
        ({**MESSAGE, "id": -1}, None),
        ({**MESSAGE, "content": "a\x00b\ud800"}, replace(REPLY, text="ab?")),
        ({**MESSAGE, "attachments": [{"data_url": {"a": 1}}]}, REPLY),
        (
            {**MESSAGE, "sender": {"name": {"a": 1}, "type": "user"}},
            replace(REPLY, author="Petugas"),
        ),
        (
            {**MESSAGE, "sender": {"name": "\x00Budi\udfff", "type": "user"}},
            replace(REPLY, author="Budi?"),
        ),
        (
            {
                **MESSAGE,
                "conversation": {
                    "id": 77,
                    "inbox_id": 5,
                    "custom_attributes": {"desk_ticket": 2**31},
                },
            },
            replace(REPLY, ticket_id=None),
        ),
        (
            {**STATUS, "updated_at": {"a": 1}},
            replace(RESOLVED, key="chatwoot-resolved-77-1800000001"),
        ),
        (STATUS, RESOLVED),
        (
            {**STATUS, "updated_at": None},
            replace(RESOLVED, key="chatwoot-resolved-77-1800000001"),
        ),
        ({**STATUS, "status": "open"}, None),
        ({**STATUS, "id": None}, None),
        ({"event": "conversation_created", "id": 77}, None),
        ([], None),
        ("message_created", None),
    ],
)
def test_what_chatwoot_tells(payload, expected):
    assert parse_event(payload) == expected


@asynccontextmanager
async def desk_with(database: Database, settings: Settings) -> AsyncIterator[str]:
    """The callback address of a desk, secret included."""
    app: Sanic[Any, Any] = Sanic(f"desk-cw-{next(_numbers)}", configure_logging=False)
    app.ctx.settings, app.ctx.database = settings, database
    app.ctx.runtime = SimpleNamespace(work=Work(database, settings, clock=lambda: NOW + 5))
    app.blueprint(blueprint)
    async with serving(app) as url:
        yield f"{url}/hooks/chatwoot/{SECRET}"


def said_to_customer(database: Database) -> list[tuple[str, str]]:
    with database.transaction() as connection:
        query = sa.select(outbox.c.author, outbox.c.text).where(outbox.c.kind == "reply")
        return [tuple(row) for row in connection.execute(query.order_by(outbox.c.id))]


def state_of(database: Database, ticket: Ticket) -> State:
    with database.transaction() as connection:
        return tickets.get(connection, ticket.id).state


def test_an_agent_answers_and_resolves_in_chatwoot(database):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database)
        async with serving(double.app) as url:
            settings = settings_for(url)
            async with desk_with(database, settings) as double.webhook:
                enqueue(database, settings, ticket, "ticket.opened", text="Halo")
                await deliver(database, settings)
                assert said_to_customer(database) == [], "our own messages come back to nobody"
                (number,) = double.conversations
                await double.agent_writes(number, "pelanggan lama", private=True)
                await double.agent_writes(number, "Halo Kak, saya Budi.")
                assert state_of(database, ticket) is State.CLAIMED
                await double.change_status(number, "resolved")
                assert state_of(database, ticket) is State.RESOLVED
                await double.agent_writes(number, "Satu lagi, Kak.")
                assert double.callbacks[-1].status_code == 409, "Chatwoot shows it as failed"
                await deliver(database, settings)
        assert said_to_customer(database) == [("Budi", "Halo Kak, saya Budi.")]
        assert {row.event for row in rows(database)} == {"ticket.opened"}, "nothing is echoed"

    run(work())


def test_resolving_in_the_desk_comes_back_and_changes_nothing(database):
    async def work() -> None:
        double, ticket = ChatwootDouble(), ticket_in(database)
        async with serving(double.app) as url:
            settings = settings_for(url)
            async with desk_with(database, settings) as double.webhook:
                enqueue(database, settings, ticket, "ticket.opened")
                await deliver(database, settings)
                with database.transaction() as connection:
                    tickets.update(connection, ticket.id, state="expired")
                enqueue(database, settings, ticket, "ticket.expired")
                await deliver(database, settings)
        assert state_of(database, ticket) is State.EXPIRED
        assert {one.status_code for one in double.callbacks} == {200}

    run(work())


def test_the_same_event_twice_is_one_answer(database):
    async def work() -> None:
        ticket = ticket_in(database)
        payload = _about(ticket)
        async with desk_with(database, settings_for("http://127.0.0.1:9")) as address:
            for _ in range(2):
                assert await _post(address, json=payload) == 200
        assert len(said_to_customer(database)) == 1

    run(work())


def test_what_the_callback_refuses(database):
    async def work() -> None:
        ticket = ticket_in(database)
        payload, settings = _about(ticket), settings_for("http://127.0.0.1:9")
        stranger = {**payload, "conversation": {"id": 78, "inbox_id": INBOX}}
        nobodys = _about(replace(ticket, id=4711))
        async with desk_with(database, settings) as address:
            assert await _post(address[:-1], json=payload) == 404
            assert await _post(f"{address}é", json=payload) == 404
            assert await _post(address, content=b"{") == 400
            assert await _post(address, content=b"[" * 100_000) == 400
            assert await _post(address, content=b"\xff") == 400
            assert await _post(address, json=stranger) == 404
            assert await _post(address, json=nobodys) == 404
            assert await _post(address, json={**payload, "inbox": {"id": 6}}) == 200
            assert await _post(address, json={**STATUS, "custom_attributes": {}}) == 200
        for off in (replace(settings, chatwoot=None), settings_for("http://x", webhook_secret="")):
            async with desk_with(database, off) as address:
                assert await _post(address, json=payload) == 404
        assert said_to_customer(database) == []
        assert state_of(database, ticket) is State.WAITING

    run(work())


def test_keys_tell_where_a_reply_was_written():
    assert deliveries.origin_of(REPLY.key) == CHATWOOT
    assert deliveries.origin_of("reply-1") is None
    assert deliveries.origin_of(None) is None


def _about(ticket: Ticket) -> dict[str, Any]:
    """An answer in a conversation that only says itself whose it is."""
    conversation = {"id": 77, "inbox_id": INBOX, "custom_attributes": {"desk_ticket": ticket.id}}
    return {**MESSAGE, "conversation": conversation}


async def _post(address: str, **changes: Any) -> int:
    async with httpx.AsyncClient(verify=False) as client:
        return (await client.post(address, **changes)).status_code
