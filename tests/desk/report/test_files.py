"""A report as CSV, JSON and one page: whatever stands in the rows."""

from __future__ import annotations

import csv
import io
import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handoff_desk.domain import Outcome
from handoff_desk.rasa.events import Row
from handoff_desk.report.cells import cell
from handoff_desk.report.contents import sections
from handoff_desk.report.files import as_csv, as_json
from handoff_desk.report.making import Report, count
from handoff_desk.report.missed import MARKED, Miss
from handoff_desk.report.page import alone
from handoff_desk.report.tables import Column, Kind, Section, Table
from tests.desk.report.told import AT, PERIOD, helped, rows, said, sets, utters

NOW = PERIOD.end + 86400
NASTY = "</script><script>alert(1)</script>"


def report(*events: object, sender: str = "budi", **values: object) -> Report:
    known = {"tickets": None, "marked": ()}
    return count(rows(*events, sender=sender), period=PERIOD, now=NOW, **{**known, **values})


def named(made: Report, name: str) -> Section:
    return next(one for one in sections(made) if one.name == name)


@pytest.mark.parametrize(
    "value, kind, text",
    [
        *(("=1+1", Kind.TEXT, "'=1+1"), ("+62", Kind.TEXT, "'+62"), ("-x", Kind.TEXT, "'-x")),
        *(("@x", Kind.TEXT, "'@x"), ("\t=x", Kind.TEXT, "'\t=x"), ("a=b", Kind.TEXT, "a=b")),
        *((-0.25, Kind.CHANGE, "-0.25"), (None, Kind.SHARE, ""), (1 / 3, Kind.SHARE, "0.333333")),
        (0.0, Kind.TIME, "1970-01-01T00:00:00+00:00"),
        ('a,"b"\n', Kind.TEXT, 'a,"b"\n'),
    ],
)
def test_a_cell_of_csv_is_no_formula(value, kind, text):
    table = Table(columns=(Column(key="a", title="A", kind=kind),), rows=({"a": value},))
    found = as_csv(Section(name="x", title="X", lead="", table=table))
    assert list(csv.reader(io.StringIO(found, newline=""))) == [["A"], [text]]


@pytest.mark.parametrize(
    "value, kind, text",
    [
        (None, Kind.SHARE, "–"),
        (0.1234, Kind.SHARE, "12,3\u00a0%"),
        (-0.5, Kind.CHANGE, "\u22120,50"),
        (0.25, Kind.CHANGE, "+0,25"),
        (12345, Kind.COUNT, "12.345"),
        (59.6, Kind.SECONDS, "1 mnt 0 dtk"),
        (4000, Kind.SECONDS, "1 jam 6 mnt"),
        (3 * 86400, Kind.SECONDS, "3 hr 0 jam"),
        (AT, Kind.TIME, "2026-11-02 10.00"),
    ],
)
def test_figures_are_written_as_indonesians_do(value, kind, text):
    assert cell(value, kind, PERIOD) == text


def test_neither_names_nor_words_of_customers_leave_the_desk():
    made = report(said(0, "Marah", text="rahasia sekali"), sender="budi@example.org")
    everything = [json.dumps(as_json(made, sections(made))), alone(made, sections(made))]
    everything += [as_csv(one) for one in sections(made)]
    for text in everything:
        assert "budi@" not in text
        assert "rahasia sekali" not in text
    assert named(made, "daftar-terlewat").links == ("budi@example.org",)


def test_names_from_a_bot_are_no_html():
    events = [one for _ in range(12) for one in (said(0, intent=NASTY), utters(1, NASTY))]
    made = report(*events, said(2, emotion="Marah", intent=NASTY))
    page = alone(made, sections(made))
    assert "<script>alert" not in page
    assert page.count("</script>") == 3
    data = re.search(r'<script type="application/json" id="charts">(.*?)</script>', page, re.S)
    assert data
    assert NASTY in json.loads(data.group(1))["emosi-per-niat"]["labels"]


def test_one_page_needs_nothing_else():
    made = report(said(0))
    page = alone(made, sections(made))
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert "default-src 'none'" in page
    assert "Chart.js v4" in page


def test_without_a_desk_nothing_is_said_of_tickets():
    names = {one.name for one in sections(report(said(0)))}
    more = {one.name for one in sections(report(said(0), tickets=[]))}
    assert more - names == {"pengalihan", "tunggu", "tunggu-per-jam", "uji-kepuasan"}


def test_of_nothing_there_is_a_report_that_says_so():
    made = report(tickets=[])
    page = alone(made, sections(made))
    assert page.count("Belum cukup data") >= 8
    assert "chart-" not in re.sub(r"<(style|script).*?</\1>", "", page, flags=re.S)


def test_that_nobody_was_missed_is_no_lack_of_data():
    made = report(*[said(number, "Senang") for number in range(20)])
    page = alone(made, sections(made))
    assert page.count("Tidak ada yang ditemukan dalam kurun ini.") == 2


def test_a_rating_is_joined_to_what_was_written():
    story = [said(0), said(1, "Marah"), sets(2, "waiting"), said(3, "Senang"), sets(4, "none")]
    made = report(*story, tickets=[helped(opened_event=3, score=5), helped(2, opened_event=99)])
    assert made.satisfaction.ratings == 1
    assert made.satisfaction.rated[5] == 1


def test_a_report_says_whether_it_can_be_believed():
    verdict = named(report(tickets=[]), "uji-kepuasan").verdict
    assert verdict.startswith("Belum cukup data: 0 penilaian")


TEXTS = st.one_of(st.none(), st.text(max_size=8), st.integers(), st.just(NASTY))
DATA = st.recursive(
    TEXTS | st.floats(allow_nan=False),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                "name value text metadata parse_data intent emotion probabilities Marah desk kind "
                "utter_action".split()
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
WHOLE = st.sampled_from(
    [
        *(said(0)[2], said(0, "Marah", "minta_manusia")[2], said(0, None, text="(dihapus)")[2]),
        *(utters(0)[2], sets(0, "waiting")[2], sets(0, "none")[2]),
    ]
)
ROWS = st.lists(
    st.builds(
        Row,
        id=st.integers(1, 60),
        sender=st.sampled_from(["a", "b"]),
        type=st.sampled_from(["user", "bot", "slot", "action", "session_started", "x"]),
        at=st.one_of(
            st.floats(PERIOD.start - 90000, PERIOD.end + 90000), st.sampled_from([0.0, 1e300, -5.0])
        ),
        data=WHOLE | st.dictionaries(st.text(max_size=5), DATA, max_size=3),
    ),
    max_size=40,
)
TIMES = st.sampled_from([0.0, AT - 5, AT, AT + 50, 1e10])
TICKETS = st.lists(
    st.builds(
        helped,
        st.integers(1, 60),
        trigger=st.sampled_from(["marah", "", NASTY]),
        outcome=st.none() | st.sampled_from(Outcome),
        opened_event=st.integers(1, 60),
        claimed_at=TIMES,
        answered_at=TIMES,
        closed_at=TIMES,
        score=st.none() | st.integers(1, 5),
    ),
    max_size=40,
)


@settings(max_examples=25, deadline=None, derandomize=True, database=None)
@given(ROWS, st.none() | TICKETS)
def test_no_row_breaks_a_report(some, tickets):
    marked = [Miss(kind=MARKED, sender=NASTY, event=1, at=AT, emotion=None)]
    made = count(some, tickets, marked, PERIOD, now=NOW)
    found = sections(made)
    json.dumps(as_json(made, found), allow_nan=False)
    assert "<script>alert" not in alone(made, found)
    for one in found:
        as_csv(one)
