"""What agents read about tickets, in plain Indonesian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handoff_desk.domain import Outcome, State, Ticket
from handoff_desk.wording import SATISFACTION, percent

STATES = {
    State.WAITING: "Menunggu",
    State.CLAIMED: "Ditangani",
    State.RESOLVED: "Selesai",
    State.EXPIRED: "Ditutup otomatis",
}
OUTCOMES = {
    Outcome.RIGHT: "Tepat: pelanggan memang perlu petugas",
    Outcome.WRONG: "Keliru: bot bisa menanganinya",
    Outcome.UNSURE: "Ragu",
}

LARGEST = 1e15
"""No score and no threshold comes near it."""


def reason(ticket: Ticket) -> str:
    """Why the conversation was handed over, in one sentence."""
    scores = _numbers(ticket.reason.get("scores"))
    thresholds = _numbers(ticket.reason.get("thresholds"))

    def compared(name: str) -> str:
        if name not in scores or name not in thresholds:
            return ""
        return f" ({percent(scores[name])}, ambang {percent(thresholds[name])})"

    sentences = {
        "wish": "Pelanggan meminta bicara dengan petugas.",
        "marah": f"Satu pesan terbaca Marah{compared('marah')}.",
        "frustrasi": f"Satu pesan terbaca kesal: Frustrasi atau Marah{compared('frustrasi')}.",
        "accumulated": (
            f"Kekesalan menumpuk: {scores.get('weak_turns', 0):.0f} tanda dalam pesan-pesan "
            f"terakhir (batas {thresholds.get('weak_turns', 0):.0f})."
        ),
        "still_confused": "Pelanggan masih bingung setelah ditawari petugas.",
        "rule": "Aturan bot memanggil petugas.",
    }
    return sentences.get(ticket.trigger, f"Pemicu: {ticket.trigger}.")


def trigger_table(ticket: Ticket) -> list[tuple[str, str, str]]:
    """Name, score and threshold of everything that was compared when the handoff was decided."""
    names = {
        "marah": "Marah",
        "frustrasi": "Frustrasi + Marah",
        "bingung": "Bingung",
        "weak_turns": "Tanda kesal dalam jendela",
        "bingung_turns": "Pesan bingung dalam jendela",
    }
    scores = _numbers(ticket.reason.get("scores"))
    thresholds = _numbers(ticket.reason.get("thresholds"))
    return [
        (label, _value(name, scores.get(name)), _value(name, thresholds.get(name)))
        for name, label in names.items()
        if name in scores
    ]


def rating(score: int) -> str:
    """How satisfied a customer said to be, 1 to 5."""
    return f"{score} dari 5, {SATISFACTION[score - 1]}"


def _value(name: str, value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:.0f}" if name.endswith("turns") else percent(value)


def _numbers(value: Any) -> dict[str, float]:
    if not isinstance(value, Mapping):
        return {}
    return {
        str(name): float(one)
        for name, one in value.items()
        if isinstance(one, (int, float)) and not isinstance(one, bool) and abs(one) < LARGEST
    }
