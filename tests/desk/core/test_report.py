"""A report of real tables, on SQLite and on PostgreSQL, in the desk and by `emosi report`."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from emotion_component.cli import main
from handoff_desk.domain import Account, Outcome
from handoff_desk.labelling.work import Labelling
from handoff_desk.rasa.events import REMOVED
from handoff_desk.rasa.tracker_store import TrackerStore
from handoff_desk.report import reading
from handoff_desk.report.making import Report
from handoff_desk.report.missed import LEFT, MARKED
from handoff_desk.report.period import chosen
from handoff_desk.store import tickets
from handoff_desk.store.schema import metadata
from handoff_desk.studio.reading import read_people
from tests.desk.core.conftest import Urls
from tests.desk.core.one_desk import Clock, Desk
from tests.desk.core.rasa_tracker import NOW, RasaTracker, action, bot, slot, user

DAY = 86400.0
TODAY = datetime.fromtimestamp(NOW, ZoneInfo("Asia/Jakarta")).date()


def told(desk: Desk, tracker: RasaTracker, sari: Account) -> None:
    """Budi gets angry, is helped and is content; Ani gets angry, and leaves."""
    answer = {**bot("Rp10.000"), "metadata": {"utter_action": "utter_harga"}}
    tracker.append("ani", {"event": "session_started"}, user("berapa?"), answer)
    tracker.append("budi", user("halo"), action("action_x"), bot("Halo"))
    tracker.escalates("budi")
    desk.read()
    desk.clock.forward(42)
    desk.work.claim(sari, 1)
    desk.clock.forward(8)
    desk.work.reply(sari, 1, "Saya cek dulu ya, Kak.")
    desk.flush(tracker)
    tracker.says("budi", "terima kasih banyak", "Senang")
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    desk.flush(tracker)
    desk.read()
    (row,) = tracker.append("ani", user("mahal amat!!", "Marah"))
    Labelling(desk.database, desk.tracker_store, clock=desk.clock, changed=print).mark_missed(
        sari, row
    )
    tracker.raw("cici", "user", "{kaputt", NOW)
    tracker.append("didi", user(REMOVED, "Frustrasi"))
    rating = {"ticket_id": 1, "message_event_id": 1, "score": 5, "created_at": NOW}
    with desk.database.transaction() as connection:
        connection.execute(metadata.tables["rating"].insert().values(rating))


def made(desk: Desk, *, days: str = "7", later: float = 2 * DAY) -> Report:
    period = chosen(days=days, first="", last="", today=TODAY, zone=ZoneInfo("Asia/Jakarta"))
    connect = desk.database.transaction
    return reading.make(desk.tracker_store, connect, period, now=NOW + later)


def test_what_a_desk_did_is_counted(desk: Desk, tracker: RasaTracker, sari: Account) -> None:
    told(desk, tracker, sari)
    found = made(desk)
    assert (found.conversations, found.handoffs) == (3, 1)
    assert found.emotions.whole.counts == {
        "Senang": 1,
        "Netral": 2,
        "Bingung": 0,
        "Frustrasi": 1,
        "Marah": 2,
    }
    assert found.triggers is not None
    assert [(one.name, one.right) for one in found.triggers] == [("", 1), ("strong", 1)]
    assert found.waiting is not None
    counts = (found.waiting.claim, found.waiting.answer, found.waiting.handling)
    assert [one.count for one in counts] == [1, 1, 1]
    assert {one.name: one.followed for one in found.answers.ranked} == {
        "utter_harga": 1,
        "action_x": 1,
    }
    assert (found.missed.counts[LEFT], found.missed.counts[MARKED]) == (2, 1)
    assert found.satisfaction.rated[5] == 1


def test_times_of_a_ticket_are_those_of_the_first_claim_and_answer_and_of_all_work(
    desk: Desk, tracker: RasaTracker, sari: Account, tono: Account
) -> None:
    told(desk, tracker, sari)
    desk.work.reopen(tono, 1)
    desk.clock.forward(1000)
    desk.work.reply(tono, 1, "Ada lagi, Kak?")
    desk.work.release(tono, 1)
    desk.clock.forward(300)
    desk.work.claim(sari, 1)
    desk.clock.forward(60)
    desk.work.resolve(sari, 1, Outcome.RIGHT)
    period = chosen(days="7", first="", last="", today=TODAY, zone=ZoneInfo("Asia/Jakarta"))
    (one,) = reading.helped_in(desk.database.transaction, period)
    assert (one.claimed_at - one.opened_at, one.answered_at - one.opened_at) == (42, 50)
    assert (one.score, one.outcome, one.handling) == (5, Outcome.RIGHT, 8 + 1000 + 60)
    assert read_people(desk.database, period.start).handled.times == (one.handling,)


def test_an_outcome_of_a_newer_desk_is_none(
    desk: Desk, tracker: RasaTracker, sari: Account
) -> None:
    told(desk, tracker, sari)
    with desk.database.transaction() as connection:
        tickets.update(connection, 1, outcome="half-right")
    assert read_people(desk.database, 0.0).said.outcomes == {}


def test_pages_are_read_to_their_end(
    desk: Desk, tracker: RasaTracker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 3)
    for number in range(10):
        tracker.append(f"s{number}", user("halo"), action("action_listen"), bot("Halo"))
    assert made(desk).emotions.whole.messages == 10


def test_only_the_period_is_read(
    desk: Desk, tracker: RasaTracker, tracker_store: TrackerStore, clock: Clock
) -> None:
    """By halving: there is no index on the time. Rows without one are passed over."""
    ids = []
    for number in range(40):
        clock.now = NOW + (number - 35) * DAY
        tracker.raw("x", "user", None, None)
        ids += tracker.append(f"s{number}", user("halo"))
    period = chosen(days="7", first="", last="", today=TODAY, zone=ZoneInfo("Asia/Jakarta"))
    seen = [row.id for row in reading.said_in(tracker_store, period) if row.data]
    # Seven days, today among them, and a day on both sides.
    assert seen == ids[28:37]
    assert made(desk).emotions.whole.messages == 7
    assert reading.first_from(tracker_store, 0.0) <= ids[0]
    assert reading.first_from(tracker_store, NOW + 99 * DAY) == ids[-1] + 1


def test_of_empty_tables_there_is_a_report(desk: Desk) -> None:
    found = made(desk)
    assert (found.conversations, found.triggers) == (0, ())


def test_a_tracker_store_that_is_not_there_yet_is_empty(desk: Desk, tmp_path: Path) -> None:
    store = TrackerStore(f"sqlite:///{tmp_path}/none.db")
    period = chosen(days="7", first="", last="", today=TODAY, zone=timezone.utc)
    assert list(reading.said_in(store, period)) == []
    assert not (tmp_path / "none.db").exists()
    store.close()


def test_the_command_writes_page_tables_and_figures(
    urls: Urls, desk: Desk, tracker: RasaTracker, sari: Account, tmp_path: Path
) -> None:
    told(desk, tracker, sari)
    figures, directory = tmp_path / "figures.json", tmp_path / "out"
    arguments = ["report", urls.tracker, "--desk", urls.desk, "--to", TODAY.isoformat()]
    more = ["--days", "7", "--json", str(figures), "--output", str(directory)]
    assert main([*arguments, *more]) == 0
    found = json.loads(figures.read_text("utf-8"))
    tables = {one["name"]: one["rows"] for one in found["tables"]}
    assert (found["conversations"], found["to"]) == (3, TODAY.isoformat())
    assert tables["pengalihan"][0]["right"] == 1
    assert {path.stem for path in directory.glob("*.csv")} == set(tables)
    page = (directory / "laporan.html").read_text("utf-8")
    assert "Pengalihan menurut pemicu" in page
    assert "mahal amat" not in page + figures.read_text("utf-8")
    assert b"\r\n" in (directory / "emosi.csv").read_bytes()
    assert b"\r\r" not in (directory / "emosi.csv").read_bytes()


def test_the_command_does_without_a_desk_and_takes_a_file(clock: Clock, tmp_path: Path) -> None:
    file = tmp_path / "rasa.db"
    tracker = RasaTracker(f"sqlite:///{file}", clock)
    tracker.append("budi", user("halo", "Marah"), slot("handoff", "none"))
    tracker.engine.dispose()
    page = tmp_path / "deep" / "x.html"
    day = TODAY.isoformat()
    arguments = ["report", str(file), "--from", day, "--to", day, "--output", str(page)]
    assert main(arguments) == 0
    assert "Tanpa basis data meja petugas" in page.read_text("utf-8")


@pytest.mark.parametrize(
    "arguments, said",
    [
        (["--json", "x.json", "--days", "0"], "A period is 1 to 366 days"),
        (["--json", "x.json", "--zone", "Mars/Utopia"], "IANA time zone"),
        (["--json", "x.json"], "A tracker store is a database with Rasa's table `events`"),
        ([], "A report is written somewhere"),
    ],
)
def test_the_command_says_what_is_wrong(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", str(tmp_path / "none.db"), *arguments]) == 1
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
