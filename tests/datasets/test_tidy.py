"""The spelling in which public messages were labelled. All messages here are invented."""

from __future__ import annotations

import pytest

from emotion_component.datasets.tidy import plain, tidy


@pytest.mark.parametrize(
    "written, labelled",
    [
        ("kak , resi saya mana ?", "kak, resi saya mana?"),
        ("sudah diterima , makasih .", "sudah diterima, makasih"),
        (". maaf salah kirim", "maaf salah kirim"),
        ("tunggu dulu ,", "tunggu dulu,"),
        ("warna ( yang biru ) kosong ?", "warna (yang biru) kosong?"),
        ("bingung (", "bingung ("),
        ('katanya : " sudah habis "', 'katanya: " sudah habis "'),
        ("kak xxxuserxxx , xxxuserxxx tolong", "kak @akun, @akun tolong"),
        ("tgl xxxdatexxx jam xxxtimexxx", "tgl 10/9 jam 10.00"),
        ("hub xxxphonexxx atau xxxemailxxx", "hub 081234567890 atau nama@email.com"),
        ("diskon xxxpercentxxx !", "diskon 50%!"),
        ("harga xxxnumberxxx xxxnumberxxx rb , bukan xxxnumberxxx .", "harga 3 rb, bukan 3"),
        ("bonus xxxnumberxxx . xxxnumberxxx hari", "bonus 3. 3 hari"),
        ("resi ab98765432yz", "resi ab12345678yz"),
        ("kode 987654", "kode 987654"),
        ("resi 98765432109876", "resi 12345678901234"),
        ("halo \u2028 kak", "halo kak"),
    ],
)
def test_messages_are_spelled_as_they_were_labelled(written, labelled):
    assert tidy(written) == labelled


def test_plain_mends_spaces_only():
    assert plain(" jelek ,  tidak\nbisa . ") == "jelek , tidak bisa ."
