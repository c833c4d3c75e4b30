"""Pages and API of labels, without a browser; what a browser does is in tests/desk/browser."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from handoff_desk.domain import Role
from handoff_desk.security.auth import digest
from handoff_desk.settings import Settings
from handoff_desk.store import labels, tokens
from tests.desk.conftest import Desk
from tests.desk.core.rasa_tracker import RasaTracker, action, bot
from tests.desk.core.test_labels import SURE, TORN, read_as
from tests.desk.test_cli import desk as command

STRANGE = "+62 812/ä&x=1"
PHONE = "0812-3456-7890"


@pytest.fixture
def tracker(desk: Desk, settings: Settings) -> Iterator[RasaTracker]:
    """Two conversations that never came to a human; the first message has the number 1."""
    tracker = RasaTracker(settings.tracker_store, desk.clock)
    tracker.append("budi", read_as("lama amat", TORN), action("utter_x"), bot("Baik, Kak"))
    tracker.append(STRANGE, read_as("jam buka?", SURE))
    yield tracker
    tracker.engine.dispose()


@pytest.fixture
def sari(desk: Desk, tracker: RasaTracker) -> httpx.Client:
    desk.add("sari")
    return desk.login("sari")


@pytest.fixture
def lina(desk: Desk, tracker: RasaTracker) -> httpx.Client:
    desk.add("lina", Role.SUPERVISOR)
    return desk.login("lina")


def api(desk: Desk, username: str) -> httpx.Client:
    holder = desk.account(username).id
    with desk.database.transaction() as connection:
        tokens.add(connection, token_hash=digest(username), label="x", account_id=holder, at=1.0)
    return desk.client(Authorization=f"Bearer {username}")


def given(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.database.transaction() as connection:
        found = labels.all_of(connection)
    return [(one.agent, one.label, one.source.value) for one in found]


def test_a_conversation_that_never_had_a_ticket_is_found_and_shown(sari: httpx.Client) -> None:
    page = sari.get("/conversations/").text
    assert "budi" in page
    assert "lama amat" in page
    assert "jam buka?" not in sari.get("/conversations/", params={"q": "lama"}).text
    assert "jam buka?" in sari.get("/conversations/", params={"q": STRANGE}).text
    shown = sari.get("/conversations/view", params={"sender": STRANGE}).text
    assert "jam buka?" in shown
    assert "Seharusnya diteruskan ke kami" in shown
    assert sari.get("/conversations/view", params={"sender": "nobody\x00"}).status_code == 404


def test_a_correction_by_form_is_seen_by_all_and_leads_back(
    desk: Desk, sari: httpx.Client, lina: httpx.Client
) -> None:
    here = "/conversations/view?sender=budi"
    answer = sari.post("/messages/1/label", data={"label": "Frustrasi", "next": here})
    assert (answer.status_code, answer.headers["location"]) == (303, here)
    for client in (sari, lina):
        assert "Dibetulkan: Frustrasi · Sari" in client.get(here).text
    elsewhere = sari.post("/messages/1/missed", data={"next": "//evil.example"})
    assert elsewhere.headers["location"] == "/"
    assert "Seharusnya diteruskan · Sari" in lina.get(here).text
    sari.post("/messages/1/missed/remove", data={"next": here})
    sari.post("/messages/1/label/remove", data={"next": here})
    page = lina.get(here).text
    assert "Dibetulkan" not in page
    assert "Seharusnya diteruskan ·" not in page


def test_what_was_done_is_told_in_indonesian(sari: httpx.Client) -> None:
    sari.headers["Accept"] = "application/json"
    told = [
        sari.post(f"/messages/1/{path}", data=data).json()["told"]
        for path, data in (
            ("label", {"label": "Marah"}),
            ("label", {"label": "Netral"}),
            ("label/remove", {}),
            ("missed", {}),
            ("missed/remove", {}),
        )
    ]
    assert told == [
        "Pesan “lama amat” dibetulkan dari Netral menjadi Marah.",
        "Pesan “lama amat” memang Netral: bacaan bot dibenarkan.",
        "Label pesan “lama amat” dihapus.",
        "Dicatat: pesan “lama amat” seharusnya diteruskan ke petugas.",
        "Catatan bahwa pesan “lama amat” seharusnya diteruskan dihapus.",
    ]


def test_without_the_token_of_the_session_nothing_is_labelled(
    desk: Desk, sari: httpx.Client
) -> None:
    del sari.headers["X-CSRF-Token"]
    for path in ("messages/1/label", "messages/1/missed", "label/1/label", "label/1/skip"):
        assert sari.post(f"/{path}", data={"label": "Marah"}).status_code == 403
    assert given(desk) == []


def test_the_queue_shows_neither_the_model_nor_a_colleague(
    desk: Desk, sari: httpx.Client, lina: httpx.Client
) -> None:
    page = sari.get("/label/").text
    assert "lama amat" in page
    assert "46" not in page.partition("<main")[2]
    answer = sari.post("/label/1/label", data={"label": "Marah"})
    assert answer.headers["location"] == "/label/?done=1"
    done = sari.get("/label/?done=1").text
    assert "“lama amat” diberi label Marah" in done
    for path in ("/label/?done=1", "/conversations/view?sender=budi"):
        seen = lina.get(path).text
        assert "Sari" not in seen
        assert "diberi label" not in seen
    assert "Marah · Sari" in sari.get("/conversations/view?sender=budi").text
    lina.post("/label/1/label", data={"label": "Frustrasi"})
    assert given(desk) == [("sari", "Marah", "queue"), ("lina", "Frustrasi", "queue")]


def test_disagreement_is_settled_by_a_supervisor(
    desk: Desk, sari: httpx.Client, lina: httpx.Client
) -> None:
    for client, label in ((sari, "Marah"), (lina, "Frustrasi")):
        client.get("/label/")
        client.post("/label/1/label", data={"label": label})
    page = lina.get("/label/agreement").text
    assert "Kappa Cohen: 0,00" in page
    assert "1 pesan dilabeli dua petugas" in page
    assert "lama amat" in page
    assert sari.get("/label/agreement").status_code == 403
    assert sari.post("/messages/1/settle", data={"label": "Netral"}).status_code == 403
    lina.post("/messages/1/settle", data={"label": "Frustrasi"})
    assert "Tidak ada pesan dengan label yang berbeda" in lina.get("/label/agreement").text
    assert given(desk)[-1] == ("lina", "Frustrasi", "settled")


def test_the_api_does_the_same_with_the_same_rights(
    desk: Desk, sari: httpx.Client, lina: httpx.Client
) -> None:
    agent, lead = api(desk, "sari"), api(desk, "lina")
    put = agent.put("/api/messages/1/label", json={"label": "Marah"})
    assert (put.status_code, put.json()["emotion_before"]) == (200, "Netral")
    assert agent.delete("/api/messages/1/label").json()["before"] == "Marah"
    assert agent.put("/api/messages/1/missed").json()["missed"] is True
    assert agent.delete("/api/messages/1/missed").json()["missed"] is False
    task = agent.get("/api/label-tasks/next").json()["task"]
    assert set(task) == {"id", "message", "text", "at", "reasons", "wanted"}
    agent.put(f"/api/label-tasks/{task['id']}/label", json={"label": "Marah"})
    lead.post(f"/api/label-tasks/{task['id']}/skip")
    assert lead.get("/api/label-tasks/next").json() == {"task": None, "left": 0}
    for path in ("labels", "labels/final", "labels/agreement"):
        assert agent.get(f"/api/{path}").status_code == 403
        assert lead.get(f"/api/{path}").status_code == 200
    refused = agent.put("/api/messages/1/settled-label", json={"label": "Marah"})
    assert refused.status_code == 403
    lead.put("/api/messages/1/settled-label", json={"label": "Frustrasi"})
    (row,) = lead.get("/api/labels/final").json()["labels"]
    assert (row["label"], row["source"], row["agent"]) == ("Frustrasi", "settled", "lina")
    page = lead.get("/api/labels").json()
    assert [one["label"] for one in page["labels"]] == ["Marah", "Frustrasi"]
    assert lead.get("/api/labels", params={"after": page["next"]}).json()["labels"] == []


def test_numbers_of_customers_are_masked_here_too(
    start: Callable[..., Desk], settings: Settings
) -> None:
    desk = start(settings, mask_personal_data=True)
    tracker = RasaTracker(settings.tracker_store, desk.clock)
    tracker.append("budi", read_as("halo", SURE), read_as(f"hubungi {PHONE}", TORN))
    desk.add("sari")
    desk.add("lina", Role.SUPERVISOR)
    sari, lina = desk.login("sari"), desk.login("lina")
    pages = [sari.get("/label/").text, sari.get("/conversations/").text]
    for client, label in ((sari, "Marah"), (lina, "Netral")):
        client.get("/label/")
        client.post("/label/1/label", data={"label": label})
    lead = api(desk, "lina")
    pages += [sari.get(f"/label/?done={2}").text, lina.get("/label/agreement").text]
    pages += [sari.get("/conversations/view?sender=budi").text]
    pages += [lead.get(f"/api/{path}").text for path in ("labels", "labels/agreement")]
    pages += [lead.put("/api/messages/2/settled-label", json={"label": "Marah"}).text]
    pages += [lead.get("/api/labels/final").text, lina.get("/audit").text]
    assert [page for page in pages if PHONE in page] == []
    assert sum("telepon" in page for page in pages) >= 8
    tracker.engine.dispose()


@pytest.mark.parametrize("name", ["label.csv", "label.jsonl"])
def test_labels_are_exported_for_training(
    desk: Desk,
    sari: httpx.Client,
    lina: httpx.Client,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "endpoints.yml").write_text("tracker_store: {type: SQL, db: rasa.db}\n")
    sari.post("/messages/1/label", data={"label": "Marah"})
    lina.post("/messages/1/label", data={"label": "Netral"})
    sari.post("/messages/4/label", data={"label": "Senang"})
    done = command("labels", "export", name)
    assert done.stdout == f"1 labels in {name}.\n"
    assert "1 messages are left out" in done.stderr
    lina.post("/messages/1/settle", data={"label": "Frustrasi"})
    command("labels", "export", name)
    rows = _rows(tmp_path / name)
    assert [(row["text"], row["label"]) for row in rows] == [
        ("lama amat", "Frustrasi"),
        ("jam buka?", "Senang"),
    ]
    assert rows[0]["agent"] == "lina"
    assert json.loads(rows[0]["probabilities"])["Netral"] == TORN["Netral"]
    assert (tmp_path / name).stat().st_mode & 0o777 == 0o600
    assert command("labels", "export", name, "--all").stdout == f"4 labels in {name}.\n"
    assert command("labels", "export", "label.xlsx").returncode == 2


def test_emosi_reads_what_was_exported(
    desk: Desk, sari: httpx.Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from emotion_component.table import read_table

    monkeypatch.chdir(tmp_path)
    (tmp_path / "endpoints.yml").write_text("tracker_store: {type: SQL, db: rasa.db}\n")
    sari.post("/messages/1/label", data={"label": "Marah"})
    for name in ("label.csv", "label.jsonl"):
        command("labels", "export", name)
        found = read_table(tmp_path / name)
        assert (found.originals, found.counts["Marah"]) == (("lama amat",), 1)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            return list(csv.DictReader(file))
        rows = [json.loads(line) for line in file]
    return [{**row, "probabilities": json.dumps(row["probabilities"])} for row in rows]
