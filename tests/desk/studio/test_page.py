"""The page and the API, without a browser; what a browser does is in tests/desk/browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest

from handoff_desk.domain import Role
from handoff_desk.security.auth import digest
from handoff_desk.settings import Settings
from handoff_desk.store import labels, positions, tokens
from handoff_desk.store.schema import label_task
from handoff_desk.studio.reading import read_events, read_people
from tests.desk.conftest import Desk
from tests.desk.core.rasa_tracker import RasaTracker
from tests.desk.studio.weeks import MODEL, OWN, tell

REASON = "Minggu lalu terlalu banyak yang diteruskan tanpa perlu."


@pytest.fixture
def tracker(desk: Desk, settings: Settings) -> Iterator[RasaTracker]:
    tracker = RasaTracker(settings.tracker_store, desk.clock)
    yield tracker
    tracker.engine.dispose()


@pytest.fixture
def lina(desk: Desk, tracker: RasaTracker) -> httpx.Client:
    desk.add("lina", Role.SUPERVISOR)
    return desk.login("lina")


@pytest.fixture
def history(desk: Desk, tracker: RasaTracker, lina: httpx.Client) -> None:
    with desk.database.transaction() as connection:
        positions.write(connection, 10**6)  # the desk has seen it all already
    tell(tracker, desk.database, desk.account("lina"), until=desk.clock())


def api(desk: Desk, username: str) -> httpx.Client:
    holder = desk.account(username).id
    with desk.database.transaction() as connection:
        tokens.add(connection, token_hash=digest(username), label="x", account_id=holder, at=1.0)
    return desk.client(Authorization=f"Bearer {username}")


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the form that saves."""
    form = page[page.index('id="save"') :]
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_agents_neither_see_nor_choose(desk: Desk, history: None) -> None:
    desk.add("sari")
    sari = desk.login("sari")
    assert "/ambang" not in sari.get("/").text
    assert sari.get("/ambang").status_code == 403
    assert sari.post("/ambang", data={"reason": "x"}).status_code == 403
    assert api(desk, "sari").get("/api/thresholds").status_code == 403


def test_nothing_was_read_yet(lina: httpx.Client) -> None:
    page = lina.get("/ambang").text
    assert "Belum ada pesan pelanggan yang dibaca model" in page
    assert 'id="save"' not in page


def test_with_too_few_labels_nothing_is_suggested(
    desk: Desk, tracker: RasaTracker, lina: httpx.Client
) -> None:
    account = desk.account("lina")
    tell(tracker, desk.database, account, until=desk.clock(), conversations=25)
    page = lina.get("/ambang").text
    assert re.search(r"Masih kurang \d+ percakapan yang perlu petugas", page)
    assert 'href="/label/"' in page
    assert 'id="save"' not in page
    assert api(desk, "lina").get("/api/thresholds").json()["stops"] == []


def test_a_dearer_miss_hands_more_people_over(desk: Desk, history: None) -> None:
    found = api(desk, "lina").get("/api/thresholds").json()
    assert (found["model"], found["conversations"]) == (MODEL, 300)
    assert found["own"] == found["used"] == {"frustrasi": 0.615, "marah": 0.222}
    # The replay under the thresholds of then gives what really was.
    assert found["now"]["handed_over"] == found["handed_over"]
    stops = found["stops"]
    people = [one["handed_over"] for one in stops]
    assert people == sorted(people)
    assert people[0] < people[-1]
    missed = [one["missed"]["value"] for one in stops]
    assert missed == sorted(missed, reverse=True)
    for one in stops:
        assert one["missed"]["low"] <= one["missed"]["value"] <= one["missed"]["high"]
        assert one["within"] >= 0.8
        assert one["played"]["low"] - 0.03 <= one["within"] <= one["played"]["high"] + 0.03
        assert one["really"] is not None


def test_without_scripts_the_form_moves_the_price(history: None, lina: httpx.Client) -> None:
    cheap, dear = (fields(lina.get("/ambang", params={"step": step}).text) for step in (0, 13))
    assert (cheap["price"], dear["price"]) == ("1.0", "20.0")
    assert float(dear["frustrasi"]) < float(cheap["frustrasi"])


def test_what_is_saved_is_told_with_reason_and_stands_in_the_audit_log(
    desk: Desk, history: None, lina: httpx.Client
) -> None:
    form = fields(lina.get("/ambang?step=3").text)
    answer = lina.post("/ambang?step=3", data={**form, "reason": REASON})
    assert answer.status_code == 303
    page = lina.get(answer.headers["location"]).text
    assert REASON in page
    assert "belum terpasang" in page
    assert desk.actions()[-1] == "thresholds.chosen"
    assert "Memilih ambang" in lina.get("/audit").text
    (choice,) = api(desk, "lina").get("/api/thresholds").json()["choices"]
    assert choice["model"] == MODEL
    assert (choice["agent"], choice["reason"]) == ("lina", REASON)
    assert f"{choice['frustrasi']}" == form["frustrasi"]
    assert choice["expected"]["handed_over"] > 0


def test_what_is_not_saved(desk: Desk, history: None, lina: httpx.Client) -> None:
    form = {**fields(lina.get("/ambang").text), "reason": REASON}
    changes: list[tuple[dict[str, str], int]] = [
        ({"reason": " "}, 400),
        ({"reason": "x" * 1001}, 400),
        ({"marah": "0"}, 400),
        ({"frustrasi": "1.5"}, 400),
        ({"frustrasi": "nan"}, 400),
        ({"price": "99"}, 400),
        ({"model": "cd" * 32}, 409),
    ]
    for change, status in changes:
        assert lina.post("/ambang", data={**form, **change}).status_code == status, change
    assert lina.get("/audit").text.count("Memilih ambang") == 0


@pytest.mark.parametrize(
    "query, told",
    [
        ("step=14", "Buka Ambang dari menu"),
        ("step=x", "Buka Ambang dari menu"),
        ("days=0", "“Hari terakhir” diisi dengan bilangan bulat dari 1 sampai 365."),
        ("minutes=601", "“Menit per pelanggan” diisi dengan bilangan bulat dari 1 sampai 600."),
        ("share=100", "“Persen pelanggan” diisi dengan bilangan bulat dari 50 sampai 99."),
    ],
)
def test_what_cannot_be_asked_for_and_what_can(lina: httpx.Client, query: str, told: str) -> None:
    answer = lina.get(f"/ambang?{query}")
    assert (answer.status_code, told in answer.text) == (400, True)


def test_settings_that_win_over_the_model_are_told(
    desk: Desk, tracker: RasaTracker, lina: httpx.Client
) -> None:
    account = desk.account("lina")
    tell(tracker, desk.database, account, until=desk.clock(), used={**OWN, "Frustrasi": 0.8})
    page = lina.get("/ambang").text
    assert "mengalahkan ambang model" in page
    assert "Frustrasi + Marah <strong>80,0\u00a0%</strong>" in page
    found = api(desk, "lina").get("/api/thresholds").json()
    assert found["now"]["handed_over"] == found["handed_over"]


def test_a_period_is_read_in_pages(desk: Desk, history: None) -> None:
    store, now = desk.app.ctx.runtime.tracker_store, desk.clock()
    whole = read_events(store, now - 30 * 86400, now)
    part = read_events(store, now - 30 * 86400, now, most=300)
    assert (whole.complete, part.complete) == (True, False)
    assert 0 < len(part.all) <= 300
    assert part.all == whole.all[-len(part.all) :]
    assert whole.since == now - 30 * 86400
    assert part.since == min(one.at for one in part.all) > whole.since


def test_what_was_asked_because_of_what_people_said_stands_for_no_other(
    desk: Desk, history: None
) -> None:
    asked = read_people(desk.database, 0.0).said.asked
    by_evidence, purged = sorted(asked)[:2]
    column = label_task.c.message_event_id
    why = [["between", "Netral", "Frustrasi"], ["similar", "7"]]
    with desk.database.transaction() as connection:
        connection.execute(label_task.update().where(column == by_evidence).values(reasons=why))
        connection.execute(label_task.delete().where(column == purged))
    assert read_people(desk.database, 0.0).said.asked == asked - {by_evidence, purged}


def test_new_labels_count_at_once_and_new_messages_after_five_minutes(
    desk: Desk, tracker: RasaTracker, lina: httpx.Client
) -> None:
    program = api(desk, "lina")
    first = program.get("/api/thresholds").json()
    tell(tracker, desk.database, desk.account("lina"), until=desk.clock(), conversations=25)
    assert program.get("/api/thresholds").json()["conversations"] == first["conversations"] == 0
    desk.clock.now += 301
    found = program.get("/api/thresholds").json()
    assert found["conversations"] == 25
    with desk.database.transaction() as connection:
        message = labels.all_of(connection)[0].message_event_id
    program.put(f"/api/messages/{message}/missed").raise_for_status()
    missed = program.get("/api/thresholds").json()
    assert missed["ranges"] != found["ranges"] or missed["now"] != found["now"]
