"""What the noises of words write, and what they leave."""

from __future__ import annotations

import re
from random import Random

import pytest

from emotion_component.augmentation import NOISES


def outcomes(name: str, text: str, label: str = "Netral", rate: float = 1.0) -> set[str]:
    return {NOISES[name](text, label, rate, Random(seed)) for seed in range(150)}


@pytest.mark.parametrize(
    "name, text, possible",
    [
        ("typos", "akun", {"ajun", "aukn", "akkun", "aun"}),  # beside, swapped, doubled, dropped
        ("typos", "PAKET", {"PALET", "PAEKT", "PAKKET", "PKET"}),
        ("vowels", "banget", {"bngt", "bnget", "bangt"}),
        ("vowels", "tidak", {"tdk", "tdak"}),
        ("vowels", "kurir", {"krir", "kurr"}),
        ("vowels", "pelayanannya", {"playanannya", "pelyanannya"}),
        ("elongate", "lama", {"lamaa", "lamaaa", "lamaaaaa"}),
        ("elongate", "banget", {"bangeet", "bangeeet"}),
        ("elongate", "GAK", {"GAAAK"}),
        ("masks", "goblok", {"gobl*k", "g*bl*k", "g0bl0k", "goblk"}),
        ("masks", "bangsat", {"b4ngs4t", "bangs*t", "bngsat"}),
        ("code_mix", "terima kasih", {"thanks", "thank you"}),
        ("code_mix", "Pesanannya", {"Ordernya", "Order-nya"}),
        ("code_mix", "terima kasih banyak kak", {"thanks a lot kak"}),
        ("brands", "pakai BCA", {"pakai BNI", "pakai BRI", "pakai MANDIRI"}),
        ("brands", "pakai gopay", {"pakai ovo", "pakai dana"}),
        ("brands", "di Shopee", {"di Tokopedia", "di Lazada"}),
        ("abbreviate", "tidak", {"gak", "ga", "nggak", "enggak", "kagak", "tdk"}),
        ("abbreviate", "gak", {"ga", "nggak"}),
        ("abbreviate", "sudah", {"udah", "dah", "udh"}),
        ("abbreviate", "banget", {"bgt", "bngt", "bangeet"}),
        ("abbreviate", "saya", {"sy", "aku", "gue", "gw"}),
        ("abbreviate", "terima kasih", {"makasih", "mksh", "trims"}),
        ("abbreviate", "barangnya", {"brgnya"}),
        ("abbreviate", "TIDAK", {"GAK"}),
        ("expand", "gak", {"tidak"}),
        ("expand", "mksh min", {"terima kasih min", "mksh admin"}),
        ("expand", "brgnya", {"barangnya"}),
        ("expand", "trx", {"transaksi"}),
    ],
)
def test_it_can_write(name, text, possible):
    assert possible <= outcomes(name, text, rate=0.5)


@pytest.mark.parametrize(
    "name, text",
    [
        ("typos", "apa ya kak"),  # too short for a slip
        ("typos", "penipu"),
        ("typos", "b4ngsat"),
        ("vowels", "apa"),
        ("vowels", "somasi polsek"),
        ("masks", "pesanan saya belum sampai"),
        ("masks", "penipu"),  # people do not mask it
        ("elongate", "hm"),
        ("code_mix", "dana sudah masuk"),
        ("brands", "uang dana mandiri jago ukuran XL"),
        ("brands", "brilian"),
        ("abbreviate", "bukannya"),
        ("expand", "pesanan saya"),
    ],
)
def test_it_leaves(name, text):
    assert outcomes(name, text) == {text}


@pytest.mark.parametrize("name, text, most", [("vowels", "kurir", 1), ("masks", "bego", 1)])
def test_a_word_stays_readable(name, text, most):
    for noisy in outcomes(name, text):
        assert sum(letter in "aiueo" for letter in text) - most <= sum(
            letter in "aiueo" for letter in noisy
        )


FIXED = [
    "https://toko.id/pesanan?nomor=12345",
    "www.toko.id",
    "budi.pesanan@toko.id",
    "@TokoPesanan",
]
WRITTEN = ["(senang)", "(tepuk tangan)", "tautan", "surel", "@pengguna", "&amp;"]


@pytest.mark.parametrize("name", sorted({*NOISES} - {"casing"}))
@pytest.mark.parametrize("piece", FIXED + WRITTEN)
def test_links_addresses_and_what_normalisation_writes_are_left(name, piece):
    for noisy in outcomes(name, f"pesanan goblok, {piece} Shopee 12345 banget."):
        assert f" {piece} " in noisy


@pytest.mark.parametrize(
    "text, excluded",
    [
        ("Mohon bantuan Bapak, saya sudah bayar", {"gue", "aku", "udah"}),  # formal
        ("gue mau tanya, saya bisa bayar", {"aku", "sy"}),  # a tone is set
        ("saya tanya, saya bisa bayar", {"gue", "aku"}),  # the other `saya` would stay
    ],
)
def test_a_message_keeps_its_tone(text, excluded):
    for noisy in outcomes("abbreviate", text, rate=0.3):
        assert excluded.isdisjoint(noisy.replace(",", "").split())


def test_the_same_word_is_written_the_same_way_in_a_message():
    for noisy in outcomes("abbreviate", "tidak bisa, tidak bisa"):
        first, second = noisy.split(", ")
        assert first.split()[0] == second.split()[0]


def test_two_brands_stay_two_and_one_stays_one():
    for noisy in outcomes("brands", "dari bca ke bni, lewat bca"):
        first, second, again = re.fullmatch("dari (.+) ke (.+), lewat (.+)", noisy).groups()
        assert first == again != second
        assert {first, second}.isdisjoint({"bca", "bni"})


@pytest.mark.parametrize("rate, words", [(0.0, 1), (1.0, 40)])
def test_so_many_words_are_touched(rate, words):
    text = " ".join(["pesanan"] * 40)
    for noisy in outcomes("elongate", text, rate=rate):
        assert sum(word != "pesanan" for word in noisy.split()) == words
