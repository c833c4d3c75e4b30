"""What agents read in Chatwoot, in Indonesian. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from handoff_desk.wording import TRIGGERS

EMPTY = "(pesan tanpa teks)"


class Entry(NamedTuple):
    """One message to be written there.

    Attributes:
        name: tells it apart from others of the same event.
        private: a note for agents; else it stands as what the customer wrote.
    """

    name: str
    text: str
    private: bool


def entries(event: str, body: Mapping[str, Any]) -> list[Entry]:
    """What an event writes into the conversation, in order."""
    ticket, data = body["ticket"], body["data"]
    text = str(data.get("text") or "").strip()
    if event == "ticket.opened":
        said = [Entry("customer", text, private=False)] if text else []
        return [*said, Entry("note", _reason(ticket), private=True)]
    if event == "message.customer":
        return [Entry("message", text or EMPTY, private=not _is_open(ticket))]
    if event == "message.bot":
        shown = f"🤖 Asisten virtual: {text or EMPTY}"
        return [Entry("message", shown, private=not _is_open(ticket))]
    if event == "message.agent":
        author = f"{data['author']} (meja petugas)" if data.get("author") else "Meja petugas"
        return [Entry("message", f"{author}: {text or EMPTY}", private=True)]
    note = _NOTES[event].format(agent=_agent(ticket), score=data.get("score"))
    return [Entry("note", note, private=True)]


_NOTES = {
    "ticket.claimed": "{agent} mengambil percakapan ini di meja petugas.",
    "ticket.released": "Percakapan ini kembali ke antrean dan menunggu petugas.",
    "ticket.resolved": "Percakapan ini diselesaikan di meja petugas; bot menjawab lagi.",
    "ticket.expired": "Percakapan ini ditutup karena pelanggan tidak membalas; bot menjawab lagi.",
    "ticket.reopened": "Percakapan ini dibuka kembali di meja petugas.",
    "ticket.rated": "Pelanggan menilai bantuan ini {score} dari 5.",
}


def _reason(ticket: Mapping[str, Any]) -> str:
    trigger = ticket.get("trigger")
    lines = [f"Dialihkan ke petugas. Pemicu: {TRIGGERS.get(str(trigger), trigger)}."]
    reason = ticket.get("reason") or {}
    emotion = reason.get("emotion") or ticket.get("emotion")
    if emotion:
        score = (reason.get("scores") or {}).get(emotion)
        number = f" ({score:.2f})".replace(".", ",") if isinstance(score, (int, float)) else ""
        lines.append(f"Emosi: {emotion}{number}")
    if ticket.get("course"):
        lines.append("Perjalanan emosi: " + " → ".join(ticket["course"]))
    lines.append(f"Tiket {ticket['id']}, kanal {ticket.get('channel') or 'tidak diketahui'}.")
    return "\n".join(lines)


def _agent(ticket: Mapping[str, Any]) -> str:
    return str(ticket.get("assignee") or "Petugas")


def _is_open(ticket: Mapping[str, Any]) -> bool:
    """In a closed conversation a message of the customer would open it again."""
    return ticket.get("state") in ("waiting", "claimed")
