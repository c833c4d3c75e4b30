"""Satisfaction that is predicted from emotions, and whether it can be trusted. Pure: no I/O."""

from __future__ import annotations

from handoff_desk.report.parts import drawn
from handoff_desk.report.rated import FIT_FROM, Bounded, Satisfaction
from handoff_desk.report.statistics import ENOUGH
from handoff_desk.report.tables import Chart, Column, Kind, Section, Series, Table
from handoff_desk.wording import number


def stars_section(found: Satisfaction) -> Section:
    """What is predicted, beside what customers said."""
    names = tuple(f"{one} ★" for one in found.stars)
    said = tuple(_part(one, found.conversations) for one in found.stars.values())
    rated = tuple(_part(one, found.ratings) for one in found.rated.values())
    weights = found.weights
    how = (
        f"Bobotnya dipelajari dari {number(found.ratings)} penilaian"
        if found.fitted
        else f"Bobotnya ditetapkan, belum dipelajari (perlu {FIT_FROM} penilaian)"
    )
    numbers = (number(one, 1) for one in (weights.start, weights.peak, weights.end))
    start, peak, end = (one.replace("-", "\u2212") for one in numbers)
    mean = ""
    if found.mean is not None:
        mean = f"Perkiraan rata-rata {number(found.mean, 1)} dari 5. "
    return Section(
        name="kepuasan",
        title="Perkiraan kepuasan",
        lead="Diperkirakan dari emosi saja: puncak kekesalan dan pesan terakhir setiap percakapan "
        f"(peak-end rule, Fredrickson & Kahneman 1993). {how}: awal {start}, puncak {peak}, "
        f"akhir {end}.",
        verdict=f"{mean}{number(found.ratings)} penilaian pelanggan dapat dibandingkan dengan "
        "perkiraan ini.",
        table=Table(
            columns=(
                Column(key="stars", title="Nilai", kind=Kind.TEXT),
                Column(key="predicted", title="Perkiraan"),
                Column(key="predicted_share", title="Bagian perkiraan", kind=Kind.SHARE),
                Column(key="rated", title="Penilaian pelanggan"),
                Column(key="rated_share", title="Bagian penilaian", kind=Kind.SHARE),
            ),
            rows=tuple(
                {
                    "stars": str(star),
                    "predicted": found.stars[star],
                    "predicted_share": said[number],
                    "rated": found.rated[star],
                    "rated_share": rated[number],
                }
                for number, star in enumerate(found.stars)
            ),
        ),
        chart=drawn(
            Chart(
                shape="bars",
                unit="share",
                labels=names,
                series=(
                    Series(label="Perkiraan, semua percakapan", tone="accent", values=said),
                    Series(label="Penilaian pelanggan", tone="frustrasi", values=rated),
                ),
            )
        ),
    )


def check_section(found: Satisfaction) -> Section:
    """Prediction against the customers' own ratings."""
    verdicts = {
        None: f"Belum cukup data: {found.ratings} penilaian, perlu {ENOUGH}.",
        True: "Perkiraan ini lebih baik daripada menebak rata-rata.",
        False: "Perkiraan ini belum terbukti lebih baik daripada menebak rata-rata. Jangan "
        "dipakai untuk menilai percakapan satu per satu.",
    }
    measures: dict[str, Bounded | float | None] = {
        "Korelasi peringkat (Spearman)": found.spearman,
        "Selisih perkiraan (bintang, rata-rata)": found.error,
        "Selisih tebakan rata-rata (bintang)": found.guess,
        "Keunggulan atas tebakan (bintang)": found.gain,
    }
    return Section(
        name="uji-kepuasan",
        title="Apakah perkiraan itu benar?",
        lead="Dibandingkan dengan penilaian pelanggan sendiri; bobot yang dipelajari selalu diuji "
        "pada penilaian yang tidak ikut dipelajari. Selang 95\u00a0% dengan bootstrap.",
        verdict=verdicts[found.is_better],
        table=Table(
            columns=(
                Column(key="measure", title="Ukuran", kind=Kind.TEXT),
                Column(key="ratings", title="Penilaian"),
                Column(key="value", title="Nilai", kind=Kind.SCORE),
                Column(key="low", title="Batas bawah", kind=Kind.SCORE),
                Column(key="high", title="Batas atas", kind=Kind.SCORE),
            ),
            rows=tuple(
                {
                    "measure": measure,
                    "ratings": found.ratings,
                    "value": one.value if isinstance(one, Bounded) else one,
                    "low": one.low if isinstance(one, Bounded) else None,
                    "high": one.high if isinstance(one, Bounded) else None,
                }
                for measure, one in measures.items()
            ),
        ),
    )


def _part(count: int, of: int) -> float | None:
    return count / of if of >= ENOUGH else None
