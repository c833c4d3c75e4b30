"""What is answered when something is refused or breaks: JSON for programs, a page for people."""

from __future__ import annotations

import logging
import re
from typing import Any

from sanic import HTTPResponse, Request, Sanic, json
from sanic.exceptions import SanicException

from handoff_desk import request_ids
from handoff_desk.errors import DeskError
from handoff_desk.security.gate import wants_json
from handoff_desk.web.pages import render
from handoff_desk.web.requests import shown_path

log = logging.getLogger(__name__)

TEXTS = {
    400: ("Permintaan tidak dapat dibaca", "Periksa isian Anda, lalu coba lagi."),
    401: ("Silakan masuk dulu", "Sesi Anda mungkin sudah berakhir."),
    403: ("Tidak diizinkan", "Muat ulang halaman lalu coba lagi, atau tanyakan kepada supervisor."),
    404: ("Tidak ditemukan", "Halaman atau data ini tidak ada, atau sudah dipindahkan."),
    405: ("Tidak dapat dilakukan di sini", "Kembali ke halaman sebelumnya, lalu coba lagi."),
    409: ("Keadaannya sudah berubah", "Muat ulang halaman untuk melihat keadaan terbaru."),
    413: ("Kiriman terlalu besar", "Perkecil isinya, lalu kirim lagi."),
    502: ("Chatbot tidak dapat dihubungi", "Tunggu sebentar, lalu coba lagi."),
}
BROKEN = (
    "Ada yang salah di pihak kami",
    "Kesalahan ini sudah dicatat. Coba lagi sebentar; jika terulang, sampaikan kode di bawah ini "
    "kepada pengelola.",
)


def install(app: Sanic[Any, Any]) -> None:
    """Answer every error of an app."""

    @app.exception(DeskError)
    async def refused(request: Request, error: DeskError) -> HTTPResponse:
        if error.status >= 500:
            log.warning("%s %s: %s", request.method, shown_path(request), error)
        return _answer(
            request,
            error.status,
            code(error),
            told=error.told,
            rule=error.rule,
            got=error.got,
            do=error.do,
        )

    @app.exception(SanicException)
    async def http_error(request: Request, error: SanicException) -> HTTPResponse:
        status = error.status_code or 500
        if status >= 500:
            return broken(request, error)
        response = _answer(
            request,
            status,
            code(error),
            rule="A request must be one that the desk understands.",
            got=f"{request.method} {request.path}",
            do="See the desk's API for what there is.",
        )
        response.headers.update(error.headers)
        return response

    @app.exception(Exception)
    async def unexpected(request: Request, error: Exception) -> HTTPResponse:
        return broken(request, error)


def broken(request: Request, error: Exception) -> HTTPResponse:
    """Log everything, tell nothing but a number to find it by."""
    number = request_ids.current()
    log.error("%s %s failed [%s]", request.method, shown_path(request), number, exc_info=error)
    return _answer(
        request,
        500,
        "internal",
        rule="The desk must be able to answer.",
        got=f"an error that was logged as {number}",
        do="Try again; if it happens again, ask who runs the desk.",
    )


def code(error: Exception) -> str:
    """`last_supervisor` for LastSupervisorError."""
    name = re.sub(r"(Error|Exception)$", "", type(error).__name__)
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() or "error"


def _answer(
    request: Request, status: int, name: str, *, told: str = "", **parts: str
) -> HTTPResponse:
    title, advice = TEXTS.get(status, TEXTS[400] if status < 500 else BROKEN)
    if wants_json(request):
        message = told or f"{title}. {advice}"
        response = json({"error": name, **parts, "message": message}, status=status)
        if status == 401:
            response.headers["www-authenticate"] = "Bearer"
        return response
    return render(request, "error.html", status=status, title=title, advice=told or advice, **parts)
