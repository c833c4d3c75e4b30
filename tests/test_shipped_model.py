"""The shipped model, in whichever environment: what it makes of any input whatever."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emotion_component import LABELS, EmotionClassifier, normalize
from emotion_component.errors import InputError
from emotion_component.text import NORMALIZATION_VERSION

PLAIN = {
    "terima kasih banyak kak, pelayanannya ramah sekali": "Senang",
    "jam berapa toko buka hari sabtu?": "Netral",
    "maksudnya gimana ya kak, saya bingung caranya": "Bingung",
    "sudah seminggu saya tunggu, pesanan tidak datang juga, kecewa": "Frustrasi",
    "dasar penipu, goblok semua kalian!!!": "Marah",
}


@pytest.mark.parametrize("text, label", PLAIN.items())
def test_plain_messages_are_read_as_anybody_would(shipped, text, label):
    assert shipped.predict([text])[0].label == label


@given(st.text(st.characters(codec=None)))
@settings(max_examples=60, deadline=None)
def test_any_text_has_probabilities_that_sum_to_one(shipped, text):
    (prediction,) = shipped.predict([text])
    assert tuple(prediction.probabilities) == LABELS
    assert sum(prediction.probabilities.values()) == pytest.approx(1, abs=1e-5)
    assert all(0 <= p <= 1 for p in prediction.probabilities.values())
    assert prediction.confidence == max(prediction.probabilities.values())


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t\r", "\x00\x07", "\u200b\u200d", "\ufe0f", "\u3000", "\ud800"],
    ids=ascii,
)
def test_nothing_to_read_is_neutral_by_definition(shipped, text):
    before = shipped.work.forward_passes
    (prediction,) = shipped.predict([text])
    assert (prediction.label, prediction.confidence, prediction.tokens) == ("Netral", 1.0, 0)
    assert not prediction.truncated
    assert not shipped.embed([text]).any()
    assert shipped.work.forward_passes == before


@pytest.mark.parametrize(
    "text, label", [("😡😡🤬", "Marah"), ("🥰🎉", "Senang"), ("🤔", "Bingung")]
)
def test_emoji_alone_are_read(shipped, text, label):
    assert shipped.predict([text])[0].label == label


@pytest.mark.parametrize(
    "text", ["你好吗", "Где мой заказ?", "ꦲꦏ꧀ꦱꦫ", "🇮🇩", "👨\u200d👩\u200d👧", "0123"]
)
def test_other_scripts_and_signs_are_read_without_a_fuss(shipped, text):
    (prediction,) = shipped.predict([text])
    assert prediction.tokens > 2
    assert prediction.confidence < 1


@pytest.mark.parametrize(
    "text",
    ["a" * 10_000, "rusak lagi " * 1_000, "😡" * 10_000, "!" * 10_000, "ﷺ" * 10_000],
    ids=["a", "words", "emoji", "marks", "ligature"],
)
def test_ten_thousand_characters_are_read_in_one_pass(shipped, text):
    before = shipped.work.forward_passes
    (prediction,) = shipped.predict([text])
    assert 2 < prediction.tokens <= shipped.artifact.metadata.max_length
    assert shipped.work.forward_passes == before + 1


def test_of_a_long_message_start_and_end_are_read(shipped):
    calm = "saya pesan satu seragam warna putih ukuran sedang. " * 60
    (prediction,) = shipped.predict([calm + "dasar penipu, goblok semua kalian, bangsat!!!"])
    assert prediction.truncated
    assert prediction.tokens == shipped.artifact.metadata.max_length
    (untouched,) = shipped.predict([calm])
    assert prediction.probabilities["Marah"] > untouched.probabilities["Marah"] + 0.2


@pytest.mark.parametrize("control", ["\x00", "\x1b[31m", "\u202e", "\u200b", "\r\n"])
def test_control_characters_change_nothing_or_little(shipped, control):
    text = "kok lama banget sih"
    spoiled = f"{control}{text}{control}"
    (prediction,) = shipped.predict([spoiled])
    assert prediction == shipped.predict([normalize(spoiled)])[0]
    assert 0 < prediction.confidence < 1


@pytest.mark.parametrize(
    "texts, named",
    [
        ("halo", "str 'halo'"),
        (None, "NoneType None"),
        (7, "int 7"),
        (b"halo", "int 104 at position 0"),
        ((text for text in ["halo"]), "generator"),
        ({"halo"}, "set"),
        ([None], "NoneType None at position 0"),
        (["halo", 7], "int 7 at position 1"),
        (["halo", b"halo"], "bytes b'halo' at position 1"),
        (["halo", ["halo"]], "list ['halo'] at position 1"),
        ([float("nan")], "float nan at position 0"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("method", ["predict", "predict_proba", "embed", "logits"])
def test_what_is_no_list_of_strings_is_refused(shipped, method, texts, named):
    with pytest.raises(InputError) as caught:
        getattr(shipped, method)(texts)
    assert named in caught.value.got


def test_a_very_long_wrong_input_is_not_repeated_in_full(shipped):
    with pytest.raises(InputError) as caught:
        shipped.predict("x" * 10_000)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("texts", [["halo kak"], ("halo kak",), []], ids=["list", "tuple", "none"])
def test_shapes(shipped, texts):
    n, hidden = len(texts), shipped.embed(["halo"]).shape[1]
    assert len(shipped.predict(texts)) == n
    assert shipped.predict_proba(texts).shape == (n, 5)
    assert shipped.logits(texts).shape == (n, 5)
    assert shipped.embed(texts).shape == (n, hidden)
    assert shipped.embed(texts).dtype == shipped.predict_proba(texts).dtype == np.float32


def test_a_batch_equals_its_messages_one_by_one(shipped):
    texts = [*PLAIN, "", "rusak " * 500, "😡", *PLAIN]
    alone = [shipped.predict([text])[0] for text in texts]
    assert shipped.predict(texts) == alone
    singles = np.concatenate([shipped.embed([text]) for text in texts])
    assert (shipped.embed(texts) == singles).all()


def test_one_forward_pass_a_message_and_none_for_an_empty_one(shipped):
    before = shipped.work.forward_passes
    shipped.predict_and_embed(["halo", "", "apa kabar", " "])
    assert shipped.work.forward_passes == before + 2


def test_spelling_makes_no_difference(shipped):
    chat, plain = shipped.predict(
        ["GAK BISAAAA login trs min!!!!", "tidak bisa login terus admin!!"]
    )
    assert chat == plain


def test_the_directory_holds_what_the_design_promises(shipped_model):
    names = {path.name for path in shipped_model.iterdir()}
    assert names >= {"config.json", "tokenizer.json", "model.onnx", "emotion.json", "MODEL_CARD.md"}
    assert sum(path.stat().st_size for path in shipped_model.iterdir()) <= 40_000_000


def test_its_metadata_is_complete(shipped_model, shipped):
    content = json.loads((shipped_model / "emotion.json").read_text("utf-8"))
    assert content["normalization"] == NORMALIZATION_VERSION
    cards = {"MODEL_CARD.md", "emotion.json"}
    assert set(content["files_sha256"]) == {path.name for path in shipped_model.iterdir()} - cards
    assert shipped.artifact.ngrams
    assert set(content["training"]["train"]) >= {"counts", "sha256"}
    assert set(content["calibration"]["data"]) >= {"counts", "sha256"}
    assert shipped.artifact.calibrated
    assert 0.5 < content["temperature"] < 5
    assert all(0.05 < threshold < 0.95 for threshold in shipped.thresholds.values())


def test_by_default_it_is_run_by_onnx(shipped_model):
    assert EmotionClassifier.from_pretrained(shipped_model).artifact.backend == "onnx"
