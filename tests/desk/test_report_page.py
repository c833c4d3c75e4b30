"""The report in the desk: who may see it, of which period, and how it leaves the desk."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from html import escape
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx
import pytest

from handoff_desk.domain import Role
from handoff_desk.hours import OfficeHours
from handoff_desk.web.reports import KEPT_SECONDS
from tests.desk.conftest import START
from tests.desk.core.rasa_tracker import RasaTracker, user

PATHS = ("/laporan", "/laporan/emosi.csv", "/api/report")


@pytest.fixture
def supervisor(desk) -> httpx.Client:
    desk.add("sari", Role.SUPERVISOR)
    return desk.login("sari")


@pytest.fixture
def tracker(settings):
    tracker = RasaTracker(settings.tracker_store, lambda: START - 60)
    yield tracker
    tracker.engine.dispose()


@pytest.mark.parametrize("path", PATHS)
def test_a_report_is_for_supervisors(desk, path):
    desk.add("tono")
    assert desk.login("tono").get(path).status_code == 403
    assert "Laporan</a>" not in desk.login("tono").get("/").text
    assert desk.client().get(path).status_code in (302, 303, 401)


@pytest.mark.parametrize("path", PATHS)
def test_before_rasa_has_written_anything_there_is_a_report(supervisor, path):
    assert supervisor.get(path).status_code == 200


def test_who_was_missed_can_be_visited(supervisor, tracker):
    sender = "budi & <ani>"
    tracker.append("cici", user("halo"), user("penipu!!", "Marah"))
    # A conversation ends an hour after the last word.
    tracker.clock = lambda: START - 7200
    tracker.append(sender, user("penipu!!", "Marah"))
    page = supervisor.get("/laporan").text
    address = f"/conversations/view?sender={quote(sender)}"
    assert f'<a href="{address}">{escape(sender)}</a>' in page
    assert "cici" not in page
    assert "penipu" not in page
    assert supervisor.get(address).status_code == 200


def test_a_table_is_a_file_of_its_period(supervisor, tracker):
    tracker.append("budi", *[user("halo")] * 12)
    answer = supervisor.get("/laporan/emosi.csv?from=2023-11-14&to=2023-11-15")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    name = 'attachment; filename="emosi-2023-11-14-2023-11-15.csv"'
    assert answer.headers["content-disposition"] == name
    head, first, second = csv.reader(io.StringIO(answer.text))
    assert head[:4] == ["Hari", "Pesan", "Terbaca", "Senang"]
    assert first[:3] == ["2023-11-14", "0", "0"]
    assert second[:5] == ["2023-11-15", "12", "12", "0.0", "1.0"]


def test_a_table_that_is_none_is_not_found(supervisor):
    assert supervisor.get("/laporan/apa.csv").status_code == 404


@pytest.mark.parametrize("query", ["days=0", "from=2023-11-15&to=2023-11-14", "to=kemarin"])
def test_a_period_that_is_none_is_refused_kindly(supervisor, query):
    answer = supervisor.get(f"/laporan?{query}")
    assert answer.status_code == 400
    assert "Pilih 1 sampai 366 hari" in answer.text


def test_a_report_is_kept_for_some_minutes(desk, supervisor, tracker):
    def messages() -> int:
        return supervisor.get("/api/report?days=7").json()["messages"]

    tracker.append("budi", user("halo"))
    assert messages() == 1
    tracker.append("budi", user("halo?"))
    desk.clock.now += KEPT_SECONDS - 1
    assert messages() == 1
    assert supervisor.get("/api/report?days=28").json()["messages"] == 2
    desk.clock.now += 1
    assert messages() == 2


def test_days_begin_where_the_office_is(start, settings):
    hours = OfficeHours(zone=ZoneInfo("America/New_York"))
    desk = start(replace(settings, hours=hours))
    desk.add("sari", Role.SUPERVISOR)
    found = desk.login("sari").get("/api/report?days=1").json()
    # It is the 15th in Jakarta already.
    assert (found["from"], found["to"]) == ("2023-11-14", "2023-11-14")
    assert found["zone"] == "America/New_York"
