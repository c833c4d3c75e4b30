"""The audit log, for supervisors."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import sqlalchemy as sa
from sanic import Blueprint, HTTPResponse, Request

from handoff_desk.store import accounts, audit
from handoff_desk.web.label_words import SOURCES
from handoff_desk.web.pages import render
from handoff_desk.web.threads import transact
from handoff_desk.web.views.people import ROLES, for_supervisors

blueprint = Blueprint("audit")

PAGE = 50

ACTIONS = {
    "login": "Masuk",
    "login.failed": "Gagal masuk",
    "logout": "Keluar",
    "account.added": "Membuat akun",
    "account.changed": "Mengubah akun",
    "account.password": "Mengganti kata sandi",
    "account.deactivated": "Menonaktifkan akun",
    "account.activated": "Mengaktifkan akun",
    "account.available": "Mengubah kesiapan",
    "token.added": "Membuat token API",
    "token.revoked": "Mencabut token API",
    "canned.saved": "Menyimpan balasan siap pakai",
    "canned.removed": "Menghapus balasan siap pakai",
    "delivery.retried": "Mengulang kiriman",
    "data.purged": "Menghapus data pelanggan",
    "data.anonymised": "Menganonimkan data pelanggan",
    "ticket.opened": "Tiket dibuka",
    "ticket.claimed": "Mengambil tiket",
    "ticket.assigned": "Tiket dibagikan",
    "ticket.replied": "Membalas pelanggan",
    "ticket.noted": "Menulis catatan",
    "ticket.released": "Melepas tiket",
    "ticket.transferred": "Mengalihkan tiket",
    "ticket.resolved": "Menyelesaikan tiket",
    "ticket.expired": "Tiket ditutup otomatis",
    "ticket.waiting_told": "Memberi kabar pelanggan yang menunggu",
    "ticket.agent_reminded": "Mengingatkan petugas",
    "ticket.reopened": "Membuka tiket kembali",
    "ticket.judged": "Menilai pengalihan",
    "ticket.rated": "Pelanggan memberi penilaian",
    "label.given": "Memberi label pesan",
    "label.removed": "Menghapus label pesan",
    "label.settled": "Memutuskan label pesan",
    "missed.marked": "Menandai yang seharusnya diteruskan",
    "missed.removed": "Menghapus tanda seharusnya diteruskan",
    "thresholds.chosen": "Memilih ambang",
}
"""What each action is called; others are shown by their code."""

DETAILS = {
    "address": "alamat",
    "available": "siap menerima",
    "by": "menurut",
    "emotion": "emosi",
    "frustrasi": "ambang Frustrasi + Marah",
    "external_conversation": "tautan ke helpdesk lain",
    "label": "kegunaan",
    "label_task": "antrean label",
    "labels": "label",
    "marah": "ambang Marah",
    "max_tickets": "batas tiket",
    "message": "pesan",
    "miss_price": "harga yang terlewat",
    "missed_escalation": "yang seharusnya diteruskan",
    "model": "model",
    "name": "nama",
    "note": "catatan",
    "older_than": "lebih lama dari",
    "outbox": "pesan petugas",
    "previous": "sebelumnya",
    "read_as": "dibaca bot",
    "role": "peran",
    "score": "nilai",
    "source": "asal",
    "ticket": "tiket",
    "title": "judul",
    "username": "akun",
    "webhook_delivery": "kabar ke sistem lain",
}
VALUES: dict[Any, str] = {
    True: "ya",
    False: "tidak",
    "customer": "pelanggan",
    **{source.value: text for source, text in SOURCES.items()},
    **{role.value: text for role, text in ROLES.items()},
}
"""What is said of them, as far as it has a name."""


@blueprint.get("/audit")
@for_supervisors
async def page(request: Request) -> HTTPResponse:
    chosen: dict[str, Any] = {
        "person": _number(request, "person"),
        "action": (request.args.get("action") or "")[:40] or None,
        "ticket": _number(request, "ticket"),
    }

    def read(connection: sa.Connection) -> dict[str, Any]:
        return {
            "entries": audit.recent(
                connection,
                account_id=chosen["person"],
                action=chosen["action"],
                ticket_id=chosen["ticket"],
                before=_number(request, "before"),
                limit=PAGE + 1,
            ),
            "actions": audit.actions(connection),
            "people": accounts.everyone(connection),
        }

    found = await transact(request.app.ctx.database, read)
    entries = found["entries"]
    filters = {name: value for name, value in chosen.items() if value is not None}
    older = ""
    if len(entries) > PAGE:
        older = "/audit?" + urlencode({**filters, "before": entries[PAGE - 1].id})
    return render(
        request,
        "audit.html",
        entries=entries[:PAGE],
        older=older,
        newest="/audit?" + urlencode(filters) if request.args.get("before") else "",
        chosen=chosen,
        actions=found["actions"],
        people=found["people"],
        names=ACTIONS,
        details=DETAILS,
        values=VALUES,
    )


def _number(request: Request, name: str) -> int | None:
    text = request.args.get(name) or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
