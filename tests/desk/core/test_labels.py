"""Labels of messages and the queue, on SQLite and on PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from handoff_desk.domain import Account, Outcome, Role
from handoff_desk.errors import ConflictError, DeskError, ForbiddenError, NotFoundError
from handoff_desk.labelling.export import final
from handoff_desk.labelling.records import Label, Source
from handoff_desk.labelling.work import Labelling
from handoff_desk.store import audit, labels
from handoff_desk.store.database import Database
from handoff_desk.store.schema import metadata
from tests.desk.core.one_desk import Desk
from tests.desk.core.rasa_tracker import EMOTIONS, RasaTracker, action, bot, user

SURE = {"Senang": 0.01, "Netral": 0.96, "Bingung": 0.01, "Frustrasi": 0.01, "Marah": 0.01}
TORN = {"Senang": 0.01, "Netral": 0.46, "Bingung": 0.03, "Frustrasi": 0.45, "Marah": 0.05}


def read_as(text: str, probabilities: dict[str, float], **more: Any) -> dict[str, Any]:
    """A customer's message as EmotionComponent leaves it."""
    event = user(text, None)
    name = max(probabilities, key=probabilities.__getitem__)
    event["parse_data"]["emotion"] = {
        "name": name,
        "confidence": probabilities[name],
        "probabilities": probabilities,
        "thresholds": {"Frustrasi": 0.615, "Marah": 0.222},
        "model": "ab" * 32,
    }
    return {**event, **more}


@pytest.fixture
def labelling(desk: Desk) -> Labelling:
    return Labelling(
        desk.database, desk.tracker_store, clock=desk.clock, changed=desk.changed.append
    )


@pytest.fixture
def lead(account: Callable[..., Account]) -> Account:
    return account("lina", Role.SUPERVISOR)


def stored(database: Database) -> list[Label]:
    with database.transaction() as connection:
        return labels.all_of(connection)


def logged(database: Database) -> list[tuple[str, dict[str, Any]]]:
    with database.transaction() as connection:
        rows = audit.recent(connection)
    return [(row.action, dict(row.detail)) for row in reversed(rows)]


def test_a_correction_keeps_who_when_and_what_the_model_said(
    labelling: Labelling, desk: Desk, tracker: RasaTracker, sari: Account
) -> None:
    (number,) = tracker.append("budi", read_as("lama amat", TORN))
    desk.clock.forward(60)
    given = labelling.correct(sari, number, "Frustrasi")
    assert (given.label, given.before) == ("Frustrasi", None)
    (label,) = stored(desk.database)
    assert (label.text, label.label, label.emotion_before) == ("lama amat", "Frustrasi", "Netral")
    assert (label.confidence, label.probabilities) == (0.46, TORN)
    assert (label.model_sha256, label.conversation_id) == ("ab" * 32, "budi")
    assert (label.agent, label.account_id, label.name) == ("sari", sari.id, "Sari")
    assert (label.source, label.message_event_id) == (Source.CORRECTION, number)
    assert label.created_at == label.message_at + 60 == desk.clock()
    assert label.corrects


def test_an_agent_has_one_label_a_message_and_the_log_has_them_all(
    labelling: Labelling, desk: Desk, tracker: RasaTracker, sari: Account, tono: Account
) -> None:
    (number,) = tracker.append("budi", read_as("rahasia", TORN))
    labelling.correct(sari, number, "Marah")
    assert labelling.correct(sari, number, "Frustrasi").before == "Marah"
    labelling.correct(sari, number, "Frustrasi")
    labelling.correct(tono, number, "Netral")
    assert [(one.agent, one.label) for one in stored(desk.database)] == [
        ("sari", "Frustrasi"),
        ("tono", "Netral"),
    ]
    assert labelling.remove(sari, number).before == "Frustrasi"
    assert labelling.remove(sari, number).before is None
    assert [one.agent for one in stored(desk.database)] == ["tono"]
    base = {"message": number, "read_as": "Netral"}
    corrected = {**base, "source": "correction"}
    assert logged(desk.database) == [
        ("label.given", {**corrected, "emotion": "Marah"}),
        ("label.given", {**corrected, "emotion": "Frustrasi", "previous": "Marah"}),
        ("label.given", {**corrected, "emotion": "Netral"}),
        ("label.removed", {**base, "previous": "Frustrasi"}),
    ]
    assert "rahasia" not in str(logged(desk.database))


def test_the_log_and_the_pages_know_the_ticket(
    labelling: Labelling, desk: Desk, tracker: RasaTracker, sari: Account
) -> None:
    tracker.escalates("budi")
    desk.read()
    desk.changed.clear()
    labelling.correct(sari, 1, "Frustrasi")
    with desk.database.transaction() as connection:
        assert audit.recent(connection)[0].ticket_id == 1
    assert desk.changed == [1]


@pytest.mark.parametrize(
    "event",
    [
        bot("Halo"),
        action("action_listen"),
        user("/restart", None),
        user("", None),
        user("(dihapus)"),
        {**user("EXTERNAL: siram", None), "metadata": {"is_external": True}},
    ],
    ids=lambda event: str(event.get("text", event["event"])),
)
def test_only_words_of_customers_have_an_emotion(
    labelling: Labelling, tracker: RasaTracker, sari: Account, event: dict[str, Any]
) -> None:
    (number,) = tracker.append("budi", event)
    for deed in (labelling.mark_missed, lambda *one: labelling.correct(*one, "Marah")):
        with pytest.raises(NotFoundError):
            deed(sari, number)
    for nowhere in (0, 99, 2**31, 2**70):
        with pytest.raises(NotFoundError):
            labelling.correct(sari, nowhere, "Marah")
        with pytest.raises(NotFoundError):
            labelling.remove(sari, nowhere)


def test_there_are_five_emotions(labelling: Labelling, tracker: RasaTracker, sari: Account) -> None:
    (number,) = tracker.append("budi", user("halo"))
    with pytest.raises(DeskError, match="Senang, Netral"):
        labelling.correct(sari, number, "Sedih")


def test_two_windows_of_one_agent_leave_one_label(
    labelling: Labelling, desk: Desk, tracker: RasaTracker, sari: Account
) -> None:
    (number,) = tracker.append("budi", user("halo"))
    together = threading.Barrier(5)

    def press(emotion: str) -> None:
        together.wait()
        labelling.correct(sari, number, emotion)

    threads = [threading.Thread(target=press, args=(one,)) for one in EMOTIONS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(stored(desk.database)) == 1


def test_a_missed_escalation_is_marked_once_and_can_be_taken_back(
    labelling: Labelling, desk: Desk, tracker: RasaTracker, sari: Account, tono: Account
) -> None:
    (number,) = tracker.append("budi", read_as("tolong dong", TORN))
    for agent in (sari, tono):
        labelling.mark_missed(agent, number)
    with desk.database.transaction() as connection:
        (missed,) = labels.missed_of(connection, "budi")
    assert (missed.agent, missed.text, missed.probabilities) == ("sari", "tolong dong", TORN)
    for _ in range(2):
        labelling.unmark_missed(tono, number)
    with desk.database.transaction() as connection:
        assert labels.missed_of(connection, "budi") == []
    assert [name for name, _ in logged(desk.database)] == ["missed.marked", "missed.removed"]


def test_the_queue_asks_what_the_model_is_unsure_of(
    labelling: Labelling, tracker: RasaTracker, sari: Account
) -> None:
    tracker.append(
        "budi",
        read_as("jam buka?", SURE),
        read_as("lama amat", TORN),
        read_as("Lama  amat", TORN),
        user("/restart", None),
        user("tidak terbaca", None),
    )
    task, left = labelling.next_task(sari)
    assert task is not None
    assert (task.text.split(), left) == (["Lama", "amat"], 1)
    assert [one.name for one in task.reasons] == ["between"]
    labelling.label_task(sari, task.id, "Frustrasi")
    assert labelling.next_task(sari) == (None, 0)


def test_the_queue_asks_what_two_models_read_differently(
    labelling: Labelling, tracker: RasaTracker, sari: Account
) -> None:
    same, other = read_as("jam buka?", SURE), read_as("lama amat", SURE)
    for event, shadow in ((same, "Netral"), (other, "Frustrasi")):
        event["parse_data"]["emotion"]["shadow"] = {"name": shadow}
    tracker.append("budi", same, other)
    task, left = labelling.next_task(sari)
    assert task is not None
    assert (task.text, [one.name for one in task.reasons], left) == ("lama amat", ["models"], 1)


def test_the_queue_asks_what_is_like_a_correction_and_what_was_judged_wrong(
    labelling: Labelling, desk: Desk, tracker: RasaTracker, sari: Account
) -> None:
    tracker.append("budi", read_as("mana barang saya kak", SURE))
    tracker.append("dedi", read_as("mana barang saya ya kak", SURE), read_as("jam buka?", SURE))
    tracker.append("wati", read_as("sudah tiga kali", SURE))
    tracker.escalates("siti", "ongkirnya berapa sih")
    desk.read()
    desk.work.claim(sari, 1)
    desk.work.resolve(sari, 1, Outcome.WRONG)
    labelling.correct(sari, 1, "Frustrasi")
    labelling.mark_missed(sari, 4)
    found = {}
    while (task := labelling.next_task(sari)[0]) is not None:
        found[task.text] = {one.name for one in task.reasons}
        labelling.skip_task(sari, task.id)
    assert found == {
        "mana barang saya ya kak": {"similar"},
        "ongkirnya berapa sih": {"wrong"},
        "sudah tiga kali": {"missed"},
    }


def test_every_fourth_message_is_for_two_and_comes_first_for_the_second(
    labelling: Labelling, desk: Desk, tracker: RasaTracker, sari: Account, tono: Account
) -> None:
    words = ("biru", "kota", "hujan", "meja", "sapi", "lampu", "roti", "kapal")
    tracker.append("budi", *(read_as(f"{one} {one}", TORN) for one in words))
    asked = answer_all(labelling, sari)
    assert set(asked) == {f"{one} {one}" for one in words}
    assert len(answer_all(labelling, tono)) == 2
    (_, left) = labelling.next_task(sari)
    assert left == 0


def test_a_correction_is_no_blind_label_whatever_the_queue_shows(
    labelling: Labelling, tracker: RasaTracker, desk: Desk, sari: Account
) -> None:
    tracker.append("budi", read_as("lama amat", TORN))
    task, _ = labelling.next_task(sari)
    assert task is not None
    labelling.correct(sari, task.message_event_id, "Marah")
    labelling.label_task(sari, task.id, "Frustrasi")
    with desk.database.transaction() as connection:
        [label] = labels.of_message(connection, task.message_event_id)
    assert (label.label, label.source) == ("Frustrasi", Source.CORRECTION)


def answer_all(labelling: Labelling, agent: Account, label: str = "Netral") -> list[str]:
    found = []
    while (task := labelling.next_task(agent)[0]) is not None:
        found.append(task.text)
        labelling.label_task(agent, task.id, label)
    return found


def test_two_desks_fill_one_queue(
    labelling: Labelling, desk: Desk, tracker: RasaTracker, sari: Account, tono: Account
) -> None:
    tracker.append("budi", *(read_as(f"{one} nomor", TORN) for one in "abcdefghij"))
    threads = [
        threading.Thread(target=labelling.next_task, args=(agent,)) for agent in (sari, tono)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    with desk.database.transaction() as connection:
        assert labels.count_tasks(connection) == 10


def test_agreement_is_of_labels_from_the_queue_and_disputes_of_all(
    labelling: Labelling,
    desk: Desk,
    tracker: RasaTracker,
    sari: Account,
    tono: Account,
    lead: Account,
) -> None:
    numbers = tracker.append("budi", *(read_as(f"{one} saja", TORN) for one in ("biru", "kota")))
    labelling.correct(sari, numbers[0], "Marah")
    labelling.correct(tono, numbers[0], "Netral")
    task, _ = labelling.next_task(sari)
    assert task is not None
    assert task.wanted == 2
    labelling.label_task(sari, task.id, "Marah")
    again, _ = labelling.next_task(tono)
    assert again is not None
    assert again.id == task.id
    labelling.label_task(tono, task.id, "Frustrasi")
    found = labelling.overview(lead)
    assert (found.agreement.messages, found.agreement.same, found.agreement.kappa) == (1, 0, 0.0)
    assert [one.names for one in found.pairs] == [("Sari", "Tono")]
    assert [[one.label for one in given] for given in found.disputed] == [
        ["Marah", "Frustrasi"],
        ["Marah", "Netral"],
    ]
    assert (final(stored(desk.database)).labels, final(stored(desk.database)).open) == ((), 2)

    labelling.settle(lead, task.message_event_id, "Frustrasi")
    after = labelling.overview(lead)
    assert after.agreement == found.agreement
    assert len(after.disputed) == 1
    (counts,) = final(stored(desk.database)).labels
    assert (counts.label, counts.source, counts.agent) == ("Frustrasi", Source.SETTLED, "lina")
    # A label that was changed where others' can be seen is no independent one any more.
    labelling.correct(tono, task.message_event_id, "Marah")
    assert labelling.overview(lead).agreement.messages == 0


def test_who_said_what_is_for_supervisors(
    labelling: Labelling, tracker: RasaTracker, sari: Account, lead: Account
) -> None:
    (number,) = tracker.append("budi", user("halo"))
    for deed in (labelling.overview, lambda by: labelling.settle(by, number, "Marah")):
        with pytest.raises(ForbiddenError):
            deed(sari)
    with pytest.raises(ConflictError, match="labelled"):
        labelling.settle(lead, number, "Marah")


def test_the_tables_that_others_read_have_the_columns_they_know() -> None:
    """`emosi learn` reads `labels` without knowing the desk."""
    known = {"id", "conversation_id", "message_event_id", "text", "label", "emotion_before"}
    known |= {"confidence", "probabilities", "model_sha256", "agent", "source", "created_at"}
    assert known <= set(metadata.tables["labels"].c.keys())
    assert isinstance(metadata.tables["labels"].c.probabilities.type, sa.JSON)


def test_what_is_written_later_is_asked_later(
    labelling: Labelling, desk: Desk, tracker: RasaTracker, sari: Account
) -> None:
    assert labelling.next_task(sari) == (None, 0)
    tracker.append("budi", read_as("lama amat", TORN))
    desk.clock.forward(11)
    assert labelling.next_task(sari)[1] == 1


def test_many_messages_of_one_kind_do_not_push_out_the_others(
    labelling: Labelling, tracker: RasaTracker, sari: Account
) -> None:
    """Of many messages of one kind and a few others, the others are not forgotten."""
    others = ("kok ditagih dua kali", "aplikasinya keluar sendiri", "mana bukunya")
    tracker.append("budi", *(read_as(one, TORN) for one in others))
    tracker.append("budi", *(read_as(f"pesanan {n} belum sampai", TORN) for n in range(97)))
    task, left = labelling.next_task(sari)
    found = set()
    while task is not None and len(found) < left:
        found.add(task.text)
        labelling.skip_task(sari, task.id)
        task = labelling.next_task(sari)[0] if len(found) < left else None
    assert left == 20
    assert set(others) <= found
