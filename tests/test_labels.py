"""The five labels and how a checkpoint's own labels are found."""

from __future__ import annotations

import itertools

import pytest

from emotion_component.errors import LabelError
from emotion_component.labels import LABELS, NEEDS_HUMAN, canonical, map_labels


def test_labels_run_from_the_friendliest_to_the_angriest():
    assert LABELS == ("Senang", "Netral", "Bingung", "Frustrasi", "Marah")
    assert NEEDS_HUMAN == ("Frustrasi", "Marah")


@pytest.mark.parametrize(
    "name, label",
    [
        ("Marah", "Marah"),
        ("marah", "Marah"),
        ("MARAH", "Marah"),
        ("  bingung\n", "Bingung"),
        ("", None),
        ("angry", None),
        ("Marah!", None),
        ("LABEL_0", None),
    ],
)
def test_a_label_is_known_in_any_case(name, label):
    assert canonical(name) == label


@pytest.mark.parametrize("order", itertools.permutations(range(5)))
def test_columns_follow_the_names_in_every_order(order):
    id2label = {column: LABELS[i] for column, i in enumerate(order)}
    columns = map_labels(id2label)
    assert [id2label[column] for column in columns] == list(LABELS)


def test_columns_follow_the_names_in_any_case():
    assert map_labels({0: "marah", 1: "FRUSTRASI", 2: "Bingung", 3: "netral", 4: "senang "}) == [
        4,
        3,
        2,
        1,
        0,
    ]


GOOD = dict(enumerate(LABELS))


@pytest.mark.parametrize(
    "id2label, faults",
    [
        ({**GOOD, 5: "Sedih"}, ["unknown: Sedih"]),
        ({i: f"LABEL_{i}" for i in range(5)}, ["unknown: LABEL_0, LABEL_1", "missing: Senang"]),
        ({i: GOOD[i] for i in range(4)}, ["missing: Marah"]),
        ({**GOOD, 0: "Sedih", 1: "Takut"}, ["unknown: Sedih, Takut", "missing: Senang, Netral"]),
        ({**GOOD, 5: "marah"}, ["twice: Marah"]),
        ({}, ["missing: Senang, Netral, Bingung, Frustrasi, Marah"]),
    ],
    ids=["a sixth", "nameless", "four", "two others", "twice", "none"],
)
def test_the_error_names_each_fault(id2label, faults):
    with pytest.raises(LabelError) as caught:
        map_labels(id2label)
    for fault in faults:
        assert fault in caught.value.got
