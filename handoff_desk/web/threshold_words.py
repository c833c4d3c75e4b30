"""What supervisors read about thresholds, in plain Indonesian."""

from __future__ import annotations

from handoff_desk.store.thresholds import Choice
from handoff_desk.studio.episodes import SAME, InEffect, Thresholds
from handoff_desk.studio.plan import Outlook, Plan, Stop
from handoff_desk.studio.simulation import Simulated
from handoff_desk.studio.strata import Estimate
from handoff_desk.wording import number, percent

FEW = 5
"""Labels in a range of scores below which its share is mostly the model's own word."""
ROWS = (
    ("marah", "Ambang Marah"),
    ("frustrasi", "Ambang Frustrasi + Marah"),
    ("handed_over", "Diteruskan ke petugas"),
    ("right", "Tepat: memang perlu"),
    ("false", "Keliru: bot bisa"),
    ("missed", "Terlewat: perlu, tak diteruskan"),
    ("per_hour", "Pelanggan di jam tersibuk"),
    ("agents", "Petugas di jam tersibuk"),
    ("within", "Cepat dilayani, menurut rumus"),
    ("played", "Cepat dilayani, menurut simulasi"),
    ("really", "Simulasi dengan waktu nyata"),
)
"""Rows of the comparison, in order, and what they are called."""
FIELDS = {
    "days": "Hari terakhir",
    "share": "Persen pelanggan",
    "seconds": "dilayani dalam (detik)",
    "minutes": "Menit per pelanggan",
    "chats": "Percakapan per petugas",
}
"""What may be asked for, as the form calls it."""
NONE = "–"
TO = "\u2060–\u2060"
"""Between two numbers, where no line ends."""


def refused(name: str, low: int, high: int) -> str:
    """What to write into a field of the form; of what only an address holds, where to begin."""
    if name not in FIELDS:
        return "Alamat ini tidak terbaca. Buka Ambang dari menu, lalu pilih lagi."
    return f"“{FIELDS[name]}” diisi dengan bilangan bulat dari {low} sampai {high}."


def cells(found: Outlook) -> dict[str, str]:
    """The comparison's column of these thresholds."""
    effect, busiest, staffing = found.effect, found.busiest, found.staffing
    hour = "" if busiest.hour is None else f", pukul {busiest.hour:02}.00"
    return {
        "marah": percent(found.thresholds.marah, 1),
        "frustrasi": percent(found.thresholds.frustrasi, 1),
        "handed_over": number(effect.handed_over),
        "right": interval(effect.right),
        "false": interval(effect.false),
        "missed": interval(effect.missed),
        "per_hour": f"{number(busiest.per_hour, 1)} per jam{hour}",
        "agents": number(staffing.agents),
        "within": percent(staffing.within),
        "played": played(found.played),
        "really": played(found.really),
    }


def differences(found: Outlook, now: Outlook) -> dict[str, str]:
    """What these thresholds change, for the rows of which that says something."""
    new, old = found.effect, now.effect
    return {
        "marah": "",
        "frustrasi": "",
        "handed_over": signed(new.handed_over - old.handed_over),
        "right": signed(round(new.right.value) - round(old.right.value)),
        "false": signed(round(new.false.value) - round(old.false.value)),
        "missed": signed(round(new.missed.value) - round(old.missed.value)),
        "per_hour": signed(found.busiest.per_hour - now.busiest.per_hour, 1),
        "agents": signed(found.staffing.agents - now.staffing.agents),
        "within": "",
        "played": "",
        "really": "",
    }


def verdict(stop: Stop, now: Outlook) -> str:
    """What a price means, in one sentence."""
    new, old = stop.outlook, now
    more = new.effect.handed_over - old.effect.handed_over
    people = (
        "Sama banyak percakapan yang diteruskan"
        if not more
        else f"{number(abs(more))} percakapan {'lebih banyak' if more > 0 else 'lebih sedikit'} "
        "diteruskan"
    )
    agents = new.staffing.agents - old.staffing.agents
    staff = (
        f"tetap {number(new.staffing.agents)} petugas"
        if not agents
        else f"{number(new.staffing.agents)} petugas, {'bertambah' if agents > 0 else 'berkurang'} "
        f"{number(abs(agents))}"
    )
    return f"{people} dalam kurun ini; di jam tersibuk {staff}."


def doubt(found: Outlook) -> str:
    """Where formula and simulation disagree, and what to make of it; empty where they agree."""
    staffing, really, simulated = found.staffing, found.really, found.played
    if simulated is None:
        return "Beban melebihi yang dapat dilayani; tidak ada simulasi."
    if really is not None and not really.agrees(staffing.within):
        way = "lebih sedikit" if really.within < staffing.within else "lebih banyak"
        return (
            f"Dengan waktu penanganan yang nyata, {way} pelanggan cepat dilayani daripada menurut "
            "rumus: waktu nyata tidak tersebar seperti yang dianggap rumus. Pakailah simulasinya."
        )
    if not simulated.agrees(staffing.within):
        return (
            "Rumus sedikit di luar selang simulasi. Secara kebetulan itu terjadi sekali dalam dua "
            "puluh kali."
        )
    return ""


def suggestion(value: Estimate | None, thresholds: Thresholds, label: str) -> str:
    """Where a threshold would lie, and how sure that is."""
    if value is None:
        kept = thresholds.marah if label == "Marah" else thresholds.frustrasi
        return f"tetap {percent(kept, 1)}: labelnya belum cukup"
    return f"selang 95 %: {number(value.low * 100, 1)}{TO}{percent(value.high, 1)}"


def missing(plan: Plan, label: str) -> str:
    """Which labels are still missing for a threshold; empty if none are."""
    yes, no = plan.missing[label]
    what = ("marah", "tidak marah") if label == "Marah" else ("perlu petugas", "tidak perlu")
    parts = [
        f"{number(count)} percakapan yang {text}"
        for count, text in zip((yes, no), what, strict=True)
        if count
    ]
    return " dan ".join(parts)


def standing(choice: Choice, in_effect: InEffect | None) -> str:
    """Whether a choice is what the model has by now."""
    if in_effect is None or in_effect.own is None:
        return "belum diketahui"
    if choice.model_sha256 != in_effect.model:
        return "untuk model lain"
    own = in_effect.own
    pairs = ((own.marah, choice.marah), (own.frustrasi, choice.frustrasi))
    same = all(abs(one - other) <= SAME for one, other in pairs)
    return "terpasang di model" if same else "belum terpasang"


def expected(choice: Choice) -> str:
    """What was expected of a choice, in one sentence."""
    told, before = choice.expected, choice.expected.get("before") or {}
    try:
        more = signed(told["handed_over"] - before["handed_over"])
        return (
            f"{number(told['handed_over'])} diteruskan dalam {told['days']} hari ({more}), "
            f"{number(told['false']['value'])} keliru, {number(told['missed']['value'])} terlewat, "
            f"{number(told['agents'])} petugas"
        )
    except (KeyError, TypeError):
        return NONE


def played(found: Simulated | None) -> str:
    """`92 % (90–94 %)`; a dash if nothing was played."""
    if found is None:
        return NONE
    return share(Estimate(value=found.within, low=found.low, high=found.high))


def share(found: Estimate) -> str:
    """`92 % (90–94 %)`"""
    low, high = number(found.low * 100), percent(found.high)
    return f"{percent(found.value)} ({low}{TO}{high})"


def interval(found: Estimate) -> str:
    """`12 (9–15)`; without the interval where all of it is known."""
    low, high = number(found.low), number(found.high)
    return number(found.value) if low == high else f"{number(found.value)} ({low}{TO}{high})"


def price(value: float) -> str:
    """`5 : 1`"""
    return f"{number(value, 0 if value == int(value) else 1)} : 1"


def signed(value: float, digits: int = 0) -> str:
    """With its sign; `±0` if nothing is left of it."""
    text = number(abs(value), digits)
    if not float(text.replace(".", "").replace(",", ".")):
        return "±0"
    return f"{'+' if value > 0 else '−'}{text}"
