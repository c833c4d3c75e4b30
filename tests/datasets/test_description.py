"""What is in a table, in figures and words."""

from __future__ import annotations

from emotion_component.datasets.description import as_markdown, describe, telling_words
from emotion_component.table import LabelledTexts, read_table

TABLE = LabelledTexts(
    texts=("makasih kak", "makasih ya", "kapan buka kak", "kok gagal ya", "makasih kak"),
    targets=(0, 0, 1, 2, 0),
    row_sources=("a", "a", "b", "b", "b"),
)


def test_words_that_tell_a_label():
    told = telling_words(TABLE)
    assert next(iter(told["Senang"].items())) == ("makasih", 3)
    assert {"kok", "gagal"} <= set(told["Bingung"])
    assert "kak" not in told["Bingung"]


def test_a_word_that_came_once_tells_less_than_one_that_came_often():
    texts = ("dasar penipu",) * 9 + ("dasar penipu licik", "jam buka", "lokasi toko")
    table = LabelledTexts(texts=texts, targets=(4,) * 10 + (1, 1))
    ranked = list(telling_words(table)["Marah"])
    assert ranked.index("penipu") < ranked.index("licik")


def test_meanings_of_emoji_and_marks_are_words_of_their_own():
    table = LabelledTexts(texts=("penipu!! (marah)", "jam buka?"), targets=(4, 1))
    assert {"!!", "(marah)", "penipu"} == set(telling_words(table)["Marah"])


def test_a_description_counts(bot_messages):
    found = describe(read_table(bot_messages, split="probe"))
    assert found["rows"] == sum(found["labels"].values()) == sum(found["styles"].values())
    assert found["sources"] == {"bot_messages": found["rows"]}
    lengths = list(found["words"].values())
    assert lengths == sorted(lengths)


def test_repetitions_are_counted():
    assert describe(TABLE)["repeated"] == {"rows": 1, "share": 0.2}


def test_a_description_for_people_says_the_same():
    shown = as_markdown(describe(TABLE))
    for line in ("5 rows, 1 of them repeated", "| Senang | 3 | 60.0% |", "| b | 3 | 60.0% |"):
        assert line in shown
    assert "makasih (3)" in shown
    assert "styles" not in shown  # the table has none
