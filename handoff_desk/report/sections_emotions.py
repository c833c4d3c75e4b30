"""What customers feel, and after which answers of the bot. Pure: no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from handoff_desk.labelling.records import EMOTIONS
from handoff_desk.report.answers import Answer, Answers
from handoff_desk.report.emotions import Emotions, Slice
from handoff_desk.report.parts import drawn, share_cells, share_columns
from handoff_desk.report.tables import Chart, Column, Kind, Section, Series, Table
from handoff_desk.wording import day, number, percent

CHARTED = 12
"""Answers that are drawn; the table has all."""


def emotion_sections(emotions: Emotions) -> tuple[Section, ...]:
    """Over time, by hour, and by intent."""
    unit = "minggu" if emotions.weekly else "hari"
    return (
        _slices(
            "emosi",
            f"Emosi per {unit}",
            f"Emosi pesan pelanggan per {unit}, sebagai bagian dari pesan yang terbaca. "
            "Netral baru tampak setelah namanya diketuk: ia jauh di atas yang lain.",
            "Mulai" if emotions.weekly else "Hari",
            emotions.over_time,
            shape="lines",
            labels=[_day(one.name) for one in emotions.over_time],
        ),
        _slices(
            "emosi-per-jam",
            "Emosi per jam",
            "Pada jam berapa pelanggan menulis, dan dengan emosi apa.",
            "Jam",
            emotions.by_hour,
            shape="stacked",
            labels=[one.name for one in emotions.by_hour],
        ),
        _slices(
            "emosi-per-niat",
            "Emosi per niat",
            "Niat (intent) yang paling sering, dan emosi pesannya. Skor kesal adalah rata-rata "
            "p(Frustrasi) + p(Marah).",
            "Niat",
            emotions.by_intent,
            shape="stacked-rows",
            labels=[one.name for one in emotions.by_intent],
        ),
    )


def _slices(
    name: str,
    title: str,
    lead: str,
    first: str,
    slices: Sequence[Slice],
    *,
    shape: str,
    labels: Sequence[str],
) -> Section:
    columns = (
        Column(key="name", title=first, kind=Kind.TEXT),
        Column(key="messages", title="Pesan"),
        Column(key="read", title="Terbaca"),
        *(Column(key=one.lower(), title=one, kind=Kind.SHARE) for one in EMOTIONS),
        Column(key="score", title="Skor kesal", kind=Kind.SCORE),
    )
    rows = tuple(
        {
            "name": one.name,
            "messages": one.messages,
            "read": one.read,
            **{emotion.lower(): one.share(emotion) for emotion in EMOTIONS},
            "score": one.score,
        }
        for one in slices
    )
    series = tuple(
        Series(
            label=one,
            tone=one.lower(),
            values=tuple(part.share(one) for part in slices),
            hidden=shape == "lines" and one == "Netral",
        )
        for one in EMOTIONS
    )
    return Section(
        name=name,
        title=title,
        lead=lead,
        table=Table(columns=columns, rows=rows),
        chart=drawn(Chart(shape=shape, unit="share", labels=tuple(labels), series=series)),
    )


def answer_section(found: Answers) -> Section:
    """The worst first."""
    base = found.base.turned
    columns = (
        Column(key="answer", title="Jawaban bot", kind=Kind.TEXT),
        Column(key="followed", title="Diikuti pesan"),
        Column(key="change", title="Perubahan skor", kind=Kind.CHANGE),
        Column(key="calm", title="Tadinya tenang"),
        Column(key="turned_count", title="Menjadi kesal"),
        *share_columns("turned", "Bagian menjadi kesal"),
    )
    shown = [one for one in found.ranked if one.turned.value is not None][:CHARTED]
    series = Series(
        label="Menjadi kesal, dengan selang 95\u00a0%",
        tone="marah",
        values=tuple(one.turned.value for one in shown),
        low=tuple(one.turned.low for one in shown),
        high=tuple(one.turned.high for one in shown),
    )
    worse = [one.name for one in shown if base.value is not None and _low(one) > base.value]
    verdict = ""
    if base.value is not None:
        verdict = (
            f"Setelah jawaban apa pun: {percent(base.value, 1)} dari {number(base.of)} pesan. "
            + (
                f"Lebih sering, dengan seluruh selangnya di atas itu: {', '.join(worse)}."
                if worse
                else "Tidak ada jawaban yang jelas lebih buruk daripada itu."
            )
        )
    return Section(
        name="jawaban-bot",
        title="Jawaban bot yang membuat kesal",
        lead="Pesan pelanggan sebelum dan sesudah setiap jawaban bot. “Menjadi kesal”: sebelumnya "
        "tenang, sesudahnya terbaca Frustrasi atau Marah, atau memanggil petugas. Urut menurut "
        "batas bawah selang 95\u00a0%, agar satu kejadian tidak memimpin daftar.",
        verdict=verdict,
        table=Table(
            columns=columns,
            rows=tuple(
                {
                    "answer": one.name or "Semua jawaban",
                    "followed": one.followed,
                    "change": one.change,
                    "calm": one.turned.of,
                    "turned_count": one.turned.count,
                    **share_cells("turned", one.turned),
                }
                for one in (*found.ranked, *([found.base] if found.ranked else []))
            ),
        ),
        chart=drawn(
            Chart(
                shape="rows",
                unit="share",
                labels=tuple(one.name for one in shown),
                series=(series,),
                line=base.value,
                line_label="semua jawaban",
            )
        ),
    )


def _day(name: str) -> str:
    return day(date.fromisoformat(name))


def _low(answer: Answer) -> float:
    return answer.turned.low or 0.0
