"""Who came to a human and who did not, how long it took, and what it did. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Sequence

from handoff_desk.report.course import DURING, Step
from handoff_desk.report.escalations import Trigger
from handoff_desk.report.missed import ASKED, BACK, LEFT, LISTED, MARKED, Missed
from handoff_desk.report.parts import drawn, share_cells, share_columns
from handoff_desk.report.tables import Chart, Column, Kind, Section, Series, Table
from handoff_desk.report.waiting import Hour, Waiting
from handoff_desk.wording import TRIGGERS, duration, number

MISSES = {
    ASKED: "Meminta petugas, tidak ada yang dipanggil",
    LEFT: "Pergi dalam keadaan kesal, tanpa petugas",
    BACK: "Kembali dalam sehari setelah dibantu petugas, kesal atau memanggil lagi",
    MARKED: "Ditandai petugas: seharusnya diteruskan",
}
NONE_MISSED = "Tidak ada yang ditemukan dalam kurun ini."
PHASES = {
    "before": "Sebelum",
    "during": "Menunggu dan bersama petugas",
    "after": "Setelah kembali ke bot",
}


def trigger_section(triggers: Sequence[Trigger]) -> Section:
    """With precision."""
    columns = (
        Column(key="trigger", title="Pemicu", kind=Kind.TEXT),
        Column(key="opened", title="Dibuka"),
        Column(key="right", title="Tepat"),
        Column(key="wrong", title="Keliru"),
        Column(key="unsure", title="Ragu"),
        Column(key="open", title="Belum dinilai"),
        *share_columns("precision", "Ketepatan"),
    )
    judged = [one for one in triggers if one.precision.value is not None]
    series = Series(
        label="Ketepatan, dengan selang 95\u00a0%",
        tone="accent",
        values=tuple(one.precision.value for one in judged),
        low=tuple(one.precision.low for one in judged),
        high=tuple(one.precision.high for one in judged),
    )
    return Section(
        name="pengalihan",
        title="Pengalihan menurut pemicu",
        lead="Mengapa petugas dipanggil, dan seberapa sering itu tepat menurut petugas. Ketepatan "
        "dihitung dari tiket yang dinilai tepat atau keliru; yang ragu tidak dihitung.",
        table=Table(
            columns=columns,
            rows=tuple(
                {
                    "trigger": _trigger(one.name),
                    "opened": one.opened,
                    "right": one.right,
                    "wrong": one.wrong,
                    "unsure": one.unsure,
                    "open": one.open,
                    **share_cells("precision", one.precision),
                }
                for one in triggers
            ),
        ),
        chart=drawn(
            Chart(
                shape="rows",
                unit="share",
                labels=tuple(_trigger(one.name) for one in judged),
                series=(series,),
            )
        ),
    )


def missed_sections(missed: Missed) -> tuple[Section, Section]:
    """How many, and which."""
    return _missed_counts(missed), _missed(missed)


def _missed_counts(missed: Missed) -> Section:
    counts = missed.counts
    return Section(
        name="terlewat",
        title="Yang terlewat",
        lead="Percakapan yang seharusnya sampai ke petugas. “Pergi dalam keadaan kesal”: pesan "
        "terakhirnya terbaca Frustrasi atau Marah. Percakapan yang masih berjalan belum dihitung; "
        "percakapan berakhir bila sunyi lebih dari satu jam atau sesi baru dimulai.",
        table=Table(
            columns=(
                Column(key="kind", title="Apa yang terjadi", kind=Kind.TEXT),
                Column(key="count", title="Percakapan"),
            ),
            rows=tuple({"kind": MISSES[kind], "count": number} for kind, number in counts.items()),
        ),
        nothing=NONE_MISSED,
    )


def _missed(missed: Missed) -> Section:
    listed = missed.listed
    return Section(
        name="daftar-terlewat",
        title="Daftar yang terlewat",
        lead=f"Terbaru di atas; paling banyak {LISTED}.",
        table=Table(
            columns=(
                Column(key="kind", title="Apa yang terjadi", kind=Kind.TEXT),
                Column(key="at", title="Waktu", kind=Kind.TIME),
                Column(key="emotion", title="Emosi", kind=Kind.TEXT),
                Column(key="intent", title="Niat", kind=Kind.TEXT),
                Column(key="event", title="Baris", kind=Kind.TEXT),
            ),
            rows=tuple(
                {
                    "kind": MISSES[one.kind],
                    "at": one.at,
                    "emotion": one.emotion,
                    "intent": one.intent or None,
                    "event": one.event,
                }
                for one in listed
            ),
        ),
        links=tuple(one.sender for one in listed),
        nothing=NONE_MISSED,
    )


def waiting_sections(waiting: Waiting) -> tuple[Section, Section]:
    """All in all, and by hour."""
    return _waits(waiting), _waits_by_hour(waiting.by_hour)


def _waits(waiting: Waiting) -> Section:
    named = {
        "Sampai diambil petugas": waiting.claim,
        "Sampai jawaban pertama": waiting.answer,
        "Lama ditangani": waiting.handling,
    }
    verdict = ""
    if waiting.claim.median is not None:
        verdict = f"Separuh pelanggan diambil dalam {duration(round(waiting.claim.median))}."
    left = [
        text
        for some, text in (
            (waiting.waiting, f"{number(waiting.waiting)} masih menunggu"),
            (waiting.never_claimed, f"{number(waiting.never_claimed)} ditutup tanpa diambil"),
        )
        if some
    ]
    if left:
        verdict = f"{verdict} Tidak ikut dihitung: {', '.join(left)}.".strip()
    return Section(
        name="tunggu",
        title="Waktu tunggu dan jawab",
        lead="Dihitung sejak petugas dipanggil, atau sejak jam layanan berikutnya dibuka. p90: "
        "sembilan dari sepuluh tidak lebih lama dari itu.",
        verdict=verdict,
        table=Table(
            columns=(
                Column(key="measure", title="Ukuran", kind=Kind.TEXT),
                Column(key="count", title="Tiket"),
                Column(key="median", title="Median", kind=Kind.SECONDS),
                Column(key="p90", title="p90", kind=Kind.SECONDS),
            ),
            rows=tuple(
                {"measure": text, "count": one.count, "median": one.median, "p90": one.p90}
                for text, one in named.items()
            ),
        ),
    )


def _waits_by_hour(hours: Sequence[Hour]) -> Section:
    columns = (
        Column(key="hour", title="Jam", kind=Kind.TEXT),
        Column(key="claimed", title="Diambil"),
        Column(key="claim_median", title="Median sampai diambil", kind=Kind.SECONDS),
        Column(key="claim_p90", title="p90 sampai diambil", kind=Kind.SECONDS),
        Column(key="answered", title="Dijawab"),
        Column(key="answer_median", title="Median sampai jawaban", kind=Kind.SECONDS),
        Column(key="answer_p90", title="p90 sampai jawaban", kind=Kind.SECONDS),
    )
    series = (
        Series(
            label="Median sampai diambil",
            tone="accent",
            values=tuple(_minutes(one.claim.median) for one in hours),
        ),
        Series(
            label="p90 sampai diambil",
            tone="frustrasi",
            values=tuple(_minutes(one.claim.p90) for one in hours),
            dots=True,
        ),
    )
    return Section(
        name="tunggu-per-jam",
        title="Waktu tunggu per jam",
        lead="Menurut jam ketika pelanggan mulai menunggu.",
        table=Table(
            columns=columns,
            rows=tuple(
                {
                    "hour": f"{one.hour:02}",
                    "claimed": one.claim.count,
                    "claim_median": one.claim.median,
                    "claim_p90": one.claim.p90,
                    "answered": one.answer.count,
                    "answer_median": one.answer.median,
                    "answer_p90": one.answer.p90,
                }
                for one in hours
            ),
        ),
        chart=drawn(
            Chart(
                shape="bars",
                unit="minutes",
                labels=tuple(f"{one.hour:02}" for one in hours),
                series=series,
            )
        ),
    )


def course_section(steps: Sequence[Step], *, handoffs: int) -> Section:
    """Before, during and after."""
    labels = tuple(_step(one.phase, one.number) for one in steps)
    series = tuple(
        Series(
            label=text,
            tone=tone,
            values=tuple(one.score if one.phase == phase else None for one in steps),
        )
        for (phase, text), tone in zip(PHASES.items(), ("marah", "bingung", "senang"), strict=True)
    )
    return Section(
        name="jalan-emosi",
        title="Emosi sebelum dan sesudah petugas",
        lead=f"Rata-rata p(Frustrasi) + p(Marah) pesan pelanggan di sekitar "
        f"{number(handoffs)} pengalihan. Pesan −1 adalah yang memanggil petugas.",
        table=Table(
            columns=(
                Column(key="phase", title="Tahap", kind=Kind.TEXT),
                Column(key="message", title="Pesan ke-", kind=Kind.TEXT),
                Column(key="messages", title="Pesan"),
                Column(key="score", title="Skor kesal", kind=Kind.SCORE),
            ),
            rows=tuple(
                {
                    "phase": PHASES[one.phase],
                    "message": _step(one.phase, one.number),
                    "messages": one.messages,
                    "score": one.score,
                }
                for one in steps
            ),
        ),
        chart=drawn(Chart(shape="lines", unit="score", labels=labels, series=series)),
    )


def _step(phase: str, number: int) -> str:
    if not number:
        return f"{DURING + 1}+"
    sign = "\u2212" if number < 0 else "+" if phase == "after" else ""
    return f"{sign}{abs(number)}"


def _trigger(name: str) -> str:
    text = TRIGGERS.get(name)
    return f"{text[0].upper()}{text[1:]}" if text else name or "Semua"


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds / 60, 2)
