"""What is masked in a text, and what is not."""

from __future__ import annotations

import json
import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from handoff_desk.masking import mask, mask_all


@pytest.mark.parametrize(
    "text, masked",
    [
        ("telepon 081234567890 ya", "telepon [telepon •••890] ya"),
        ("WA:0812-3456-7890!", "WA:[telepon •••890]!"),
        ("(0812) 3456 7890", "[telepon •••890]"),
        ("0812.345.678", "[telepon •••678]"),
        ("+62 812-3456-7890", "[telepon •••890]"),
        ("+62(0)21 555 1234", "[telepon •••234]"),
        ("6281234567890", "[telepon •••890]"),
        ("0062 812 3456 7890", "[telepon •••890]"),
        ("wa.me/6281234567890", "wa.me/[telepon •••890]"),
        ("no081234567890", "no[telepon •••890]"),
        ("０８１２３４５６７８９０", "[telepon •••890]"),
        ("08123\u200b4567\u200b890", "[telepon •••890]"),
        ("081234567890 081398765432", "[telepon •••890] [telepon •••432]"),
        ("081234567890\n4111111111111111", "[telepon •••890]\n[kartu •••1111]"),
        ("081234567890 4111 1111 1111 1111", "[telepon •••890] [kartu •••1111]"),
        ("081234567890 5 pcs", "[telepon •••890] 5 pcs"),
        ("12 0812 3456 7890", "12 [telepon •••890]"),
        ("4111 1111 1111 1111", "[kartu •••1111]"),
        ("12345678 4111 1111 1111 1111", "[NIK •••1111] [kartu •••1111]"),
        ("4111-1111-1111-1111", "[kartu •••1111]"),
        ("3782 822463 10005", "[kartu •••0005]"),
        ("6011000990139424", "[kartu •••9424]"),
        ("NIK saya 3174052501900001", "NIK saya [NIK •••0001]"),
        ("3174 0525 0190 0001", "[NIK •••0001]"),
        ("317405 250190 0001", "[NIK •••0001]"),
        ("budi.s+toko@contoh.co.id", "[surel]"),
        ("Budi_1@Contoh.ID, ya", "[surel], ya"),
    ],
)
def test_what_identifies_a_person(text, masked):
    assert mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "pesanan SHB-12345 belum sampai",
        "tanggal 12-10-2026 pukul 14.05",
        "harga Rp 1.250.000, ongkir 20.000",
        "2 x 150000, 3 x 200000, 10 x 50000",
        "resi JP1234567890123",
        "kelas 7 8 9",
        "62 orang",
        "0812",
        "08123456789012345",
        "21 555 1234",
        "@budi_santoso",
        "halo @ semua",
        "0000000000000",
        "IP 192.168.100.200",
    ],
)
def test_what_does_not(text):
    assert mask(text) == text


def luhn(digits: str) -> str:
    """The digits, with the check digit behind them."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 - place % 2)
        total += value - 9 * (value > 9)
    return digits + str(-total % 10)


def grouped(digits: str, sizes: tuple[int, ...], between: str) -> str:
    """The digits in groups; the last size is that of all the rest."""
    parts, start = [], 0
    for size in sizes:
        parts.append(digits[start : start + size])
        start += size
    return between.join([part for part in (*parts, digits[start:]) if part])


def digits(fewest: int, most: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=fewest, max_size=most)


separators = st.sampled_from(("", " ", "-", ".", "\u00a0"))
letters = st.text(st.sampled_from(string.ascii_letters + " \n,!?:😡é"), max_size=30)
phones = st.builds(
    lambda prefix, rest, sizes, between: grouped(f"{prefix}8{rest}", sizes, between),
    st.sampled_from(("0", "62", "+62", "0062")),
    digits(8, 10),
    st.sampled_from(((), (4, 4), (4, 3), (5, 4))),
    separators,
)
cards = st.builds(
    lambda start, rest, between: grouped(luhn(start + rest), (4, 4, 4), between),
    st.sampled_from("3456"),
    digits(14, 14),
    separators,
)
niks = st.builds(
    lambda start, rest, sizes, between: grouped(start + rest, sizes, between),
    st.sampled_from("1367"),
    digits(15, 15),
    st.sampled_from(((), (4, 4, 4), (6, 6))),
    separators,
)
emails = st.builds(
    "{}@{}.{}".format,
    st.text(string.ascii_lowercase + string.digits + "._+-", min_size=1, max_size=30),
    st.text(string.ascii_lowercase + string.digits, min_size=1, max_size=20),
    st.sampled_from(("com", "co.id", "ac.id")),
)
secrets = phones | cards | niks | emails


@given(letters, secrets, letters)
def test_no_secret_is_left_in_any_text(before, secret, after):
    masked = mask(f"{before} {secret} {after}")
    plain = [one for one in secret if one.isdigit()]
    assert secret not in masked
    assert "".join(plain) not in "".join(one for one in masked if one.isdigit()) or not plain
    if "@" in secret:
        assert "@" not in masked
    else:
        assert sum(one.isdigit() for one in masked) <= 4


@given(letters, secrets, letters)
def test_what_stands_around_a_secret_stays(before, secret, after):
    assume("@" not in before + after)
    masked = mask(f"{before}\n{secret}\n{after}")
    assert masked.startswith(f"{before}\n[")
    assert masked.endswith(f"]\n{after}")


@given(st.text(st.sampled_from("0123456789 -.()+@abc62081\n•[]"), max_size=80) | st.text())
def test_masked_once_more_it_stays_as_it_is(text):
    once = mask(text)
    assert mask(once) == once


@given(st.text(st.characters(exclude_characters="@", exclude_categories=("Nd", "Cs"))))
def test_a_text_without_digits_and_addresses_stays(text):
    assert mask(text) == text


def test_a_value_of_json_is_masked_wherever_it_holds_text():
    value = {
        "buttons": [{"title": "081234567890", "payload": '/x{"hp": "081234567890"}'}],
        "number": 6281234567890,
        "081234567890": ["a@b.co", None, True, 1.5, 7],
    }
    assert mask_all(value) == {
        "buttons": [{"title": "[telepon •••890]", "payload": '/x{"hp": "[telepon •••890]"}'}],
        "number": "[telepon •••890]",
        "081234567890": ["[surel]", None, True, 1.5, 7],
    }
    assert json.dumps(mask_all(value))
