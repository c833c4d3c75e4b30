"""What agents read about labels, in plain Indonesian."""

from __future__ import annotations

from handoff_desk.labelling.agreement import Agreement
from handoff_desk.labelling.records import Given, Reason, Source

SOURCES = {
    Source.CORRECTION: "pembetulan di percakapan",
    Source.QUEUE: "antrean label",
    Source.SETTLED: "diputuskan",
}
MAX_QUOTED = 60


def told(given: Given, text: str) -> str:
    """What was done to a message, in one sentence.

    Args:
        text: the message, as it may be shown.
    """
    if given.label is None:
        return f"Label pesan {quoted(text)} dihapus."
    if given.label == given.message.emotion_before:
        return f"Pesan {quoted(text)} memang {given.label}: bacaan bot dibenarkan."
    if given.message.emotion_before is None:
        return f"Pesan {quoted(text)} diberi label {given.label}."
    return (
        f"Pesan {quoted(text)} dibetulkan dari {given.message.emotion_before} "
        f"menjadi {given.label}."
    )


def told_missed(text: str, *, marked: bool) -> str:
    """What was done to a missed escalation."""
    if marked:
        return f"Dicatat: pesan {quoted(text)} seharusnya diteruskan ke petugas."
    return f"Catatan bahwa pesan {quoted(text)} seharusnya diteruskan dihapus."


def quoted(text: str) -> str:
    """The beginning of a text, in quotes."""
    plain = " ".join(text.split())
    return f"“{plain}”" if len(plain) <= MAX_QUOTED else f"“{plain[:MAX_QUOTED].rstrip()} …”"


def why(reason: Reason) -> str:
    """Why a message is in the queue; says nothing of what the model or others answered."""
    return {
        "between": "bot ragu di antara dua emosi",
        "threshold": "dekat ambang memanggil petugas",
        "models": "dua model membacanya berbeda",
        "similar": "mirip pesan yang pernah dibetulkan",
        "wrong": "petugas dipanggil dan dinilai keliru",
        "missed": "seharusnya diteruskan ke petugas",
    }.get(reason.name, reason.name)


def kappa(agreement: Agreement) -> str:
    """Cohen's kappa with its interval, as Indonesian readers write numbers."""
    if agreement.kappa is None:
        return "belum dapat dihitung"
    text = _number(agreement.kappa)
    if agreement.low is not None and agreement.high is not None:
        text += f" (selang 95 %: {_number(agreement.low)} sampai {_number(agreement.high)})"
    return text


def _number(value: float) -> str:
    return f"{value:.2f}".replace(".", ",").replace("-", "−")
