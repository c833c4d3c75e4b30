from __future__ import annotations

import dataclasses

import pytest

from emotion_component.errors import DataError
from emotion_component.evaluation import CardFacts, attributions, write_model_card
from emotion_component.evaluation.recipe import recipe_table

METADATA = {
    "normalization": "1",
    "temperature": 1.2345678,
    "thresholds": {"Marah": 0.41, "Frustrasi": 0.62},
    "max_length": 128,
    "files_sha256": {"model.onnx": "c" * 64},
    "training": {
        "base": "/home/someone/encoders/e5-small-id",
        "seed": 13,
        "epochs": 3,
        "loss": "cross entropy {smoothed}",
        "rows": {"train": 10, "valid": 2},
        "history": [{"epoch": 1, "valid": 0.5}, {"epoch": 2, "valid": 0.75}],
        "frozen": False,
        "teacher": None,
        "labels": ["Senang", "Marah"],
        "extras": [],
    },
}


@pytest.fixture
def facts():
    return CardFacts(
        name="emotion-id",
        metadata=METADATA,
        sources=["STIF:labelled/train.inf", "LayananPublik:rating1", "LayananPublik:rating5"],
        reproduce=["emosi train data.csv", "emosi export out"],
        labels_by="Labelled by the crew of the test.",
    )


def test_a_new_card_has_front_matter_and_every_part(tmp_path, facts):
    path = tmp_path / "MODEL_CARD.md"
    write_model_card(path, facts, "RESULTS")
    card = path.read_text(encoding="utf-8")
    front, body = card.removeprefix("---\n").split("\n---\n", maxsplit=1)
    assert "language:\n- id\n" in front
    assert "base_model: intfloat/multilingual-e5-small" in front
    assert body.strip().startswith("# emotion-id\n")
    for part in (
        "\n<!-- results:start -->\nRESULTS\n<!-- results:end -->\n",
        "| thresholds / Marah | 0.41 |",
        "- Labelled by the crew of the test.",
        "Not for clinical use",
        "8-bit",
        "```sh\nemosi train data.csv\nemosi export out\n```\n",
        "haryoa/stif-indonesia",
        "CC BY 4.0",
        "academic",
        'from_pretrained("models/emotion-id")',
    ):
        assert part in card
    assert "PRDECT" not in card


def test_an_existing_card_keeps_what_people_wrote(tmp_path, facts):
    path = tmp_path / "MODEL_CARD.md"
    write_model_card(path, facts, "RESULTS")
    path.write_text(path.read_text(encoding="utf-8") + "\nBy hand.\n", encoding="utf-8")
    changed = dataclasses.replace(facts, metadata={**METADATA, "temperature": 2.5})
    write_model_card(path, changed, "OTHER")
    card = path.read_text(encoding="utf-8")
    assert card.endswith("\nBy hand.\n")
    assert "RESULTS" not in card
    assert "| temperature | 2.5 |" in card


def test_a_block_that_was_taken_out_stays_out(tmp_path, facts):
    path = tmp_path / "MODEL_CARD.md"
    path.write_text("# Mine\n<!-- results:start -->\n<!-- results:end -->\n", encoding="utf-8")
    write_model_card(path, facts, "RESULTS")
    assert path.read_text(encoding="utf-8") == (
        "# Mine\n<!-- results:start -->\nRESULTS\n<!-- results:end -->\n"
    )


def test_an_existing_card_without_result_markers_is_an_error(tmp_path, facts):
    path = tmp_path / "MODEL_CARD.md"
    path.write_text("# Mine\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"MODEL_CARD\.md must hold"):
        write_model_card(path, facts, "RESULTS")
    assert path.read_text(encoding="utf-8") == "# Mine\n"


@pytest.mark.parametrize(
    "row",
    [
        "| temperature | 1.23457 |",
        "| max length | 128 |",
        f"| files sha256 / model.onnx | `{'c' * 64}` |",
        "| training / base | e5-small-id |",
        "| training / loss | cross entropy {smoothed} |",
        "| training / rows / train | 10 |",
        "| training / history | epoch 1, valid 0.5; epoch 2, valid 0.75 |",
        "| training / frozen | no |",
        "| training / teacher | none |",
        "| training / labels | Senang; Marah |",
        "| training / extras | none |",
    ],
)
def test_recipe_rows(row):
    assert row in recipe_table(METADATA).splitlines()


def test_the_recipe_tells_no_path_of_a_disk_and_misses_nothing():
    table = recipe_table(METADATA)
    assert "someone" not in table
    assert "not recorded" not in table


def test_the_recipe_says_what_is_not_recorded():
    table = recipe_table({"temperature": 1.0})
    assert "| seed | not recorded |" in table.splitlines()
    assert "| temperature | 1 |" in table.splitlines()


@pytest.mark.parametrize(
    "sources, present, absent",
    [
        (["STIF:a"], ["haryoa/stif-indonesia"], ["Leoudah", "PRDECT"]),
        (["PRDECT:Anger#read"], ["PRDECT-ID"], ["haryoa", "Leoudah"]),
        (["leoudah", "own tickets"], ["Leoudah/", "`own tickets`: see"], ["haryoa"]),
        ([], ["multilingual-e5-small", "MIT"], ["haryoa", "Leoudah", "PRDECT"]),
    ],
)
def test_attributions_name_what_was_used(sources, present, absent):
    text = attributions("intfloat/multilingual-e5-small", sources)
    assert all(part in text for part in present)
    assert not any(part in text for part in absent)


@pytest.mark.parametrize(
    "base, changes, line",
    [
        ("intfloat/multilingual-e5-small", "", "`intfloat/multilingual-e5-small`. MIT."),
        ("intfloat/multilingual-e5-small", "cut", "`intfloat/multilingual-e5-small` (cut). MIT."),
        ("a/b", "", "`a/b`. See its own licence."),
    ],
)
def test_attribution_of_the_base(base, changes, line):
    assert attributions(base, [], base_changes=changes) == f"- Base encoder: {line}"
