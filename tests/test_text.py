"""Chat normalisation: one table a rule."""

from __future__ import annotations

import pytest

from emotion_component import normalize
from emotion_component.chat_words import ABBREVIATIONS, EMOJI, EMOTICONS

ZWJ, VS16 = "\u200d", "\ufe0f"

CASES = {
    "case": [
        ("KAPAN BUKA", "kapan buka"),
        ("Terima Kasih", "terima kasih"),
    ],
    "chat spelling": [
        ("gak bisa", "tidak bisa"),
        ("sy udh nunggu dr kmrn", "saya sudah tunggu dari kemarin"),
        ("tq min", "terima kasih admin"),
        ("cs-nya lemot bgt", "customer service-nya lambat banget"),
        ("gakpapa", "gakpapa"),  # only whole words
    ],
    "repeated letters": [
        ("lamaaaa", "lama"),
        ("GAAAAK", "tidak"),
        ("maaf", "maaf"),  # two are a spelling
        ("plisss dongggg", "plis dong"),
        ("pesanan 1000 111", "pesanan 1000 111"),  # digits are figures
    ],
    "doubled words": [
        ("tiba2", "tiba-tiba"),
        ("hati²", "hati-hati"),
        ("tiba2nya", "tiba-tibanya"),
        ("temen2", "teman-teman"),
        ("no2", "no2"),  # too short: a number, a room
        ("covid19", "covid19"),
    ],
    "laughter": [
        ("wkwkwkwk", "wkwk"),
        ("hahahaha", "wkwk"),
        ("hehe", "wkwk"),
        ("xixixi", "wkwk"),
        ("awokwok", "wkwk"),
        ("WKWK lucu", "wkwk lucu"),
        ("ha", "ha"),
    ],
    "links, addresses and mentions": [
        ("cek https://contoh.id/a?b=1 ya", "cek tautan ya"),
        ("cek www.contoh.id", "cek tautan"),
        ("kirim ke budi.s+1@contoh.co.id ya", "kirim ke surel ya"),
        ("halo @admin_toko", "halo @pengguna"),
        ("@Budi: siap", "@pengguna: siap"),
        ("@Budi@Ani siap", "@pengguna siap"),
        ("harga @ 5000", "harga @ 5000"),
    ],
    "emoji": [
        ("😡", "(marah)"),
        ("😡😡😡", "(marah)"),
        ("rusak😡lagi", "rusak (marah) lagi"),
        ("😭😡", "(sedih) (marah)"),
        (f"❤{VS16}", "(cinta)"),
        ("👍🏽 👍🏿", "(bagus)"),  # skin tones
        (f"😮{ZWJ}💨", "(lelah)"),
        (f"🤦🏻{ZWJ}♂{VS16}", "(lelah) ♂"),
        ("🚀", "🚀"),  # not in the table: left to the tokenizer
    ],
    "flags and families": [
        ("🇮🇩", "🇮🇩"),
        (f"👨{ZWJ}👩{ZWJ}👧", "👨👩👧"),
        ("🏴\U000e0067\U000e0062\U000e007f", "🏴"),
    ],
    "emoticons": [
        ("makasih :)", "terima kasih (senang)"),
        ("makasih :D", "terima kasih (senang)"),
        ("kok gitu :'(", "kok begitu (sedih)"),
        ("T_T", "(sedih)"),
        ("&gt;:(", "(marah)"),
        (":)) :)", "(senang)) (senang)"),
        ("makasih!^^", "terima kasih! (senang)"),
        ("jam 8:30", "jam 8:30"),
        ("a:b", "a:b"),
    ],
    "punctuation": [
        ("apa!!!!", "apa!!"),  # loud stays louder than plain
        ("apa!", "apa!"),
        ("apa ? ? ?", "apa??"),
        ("tunggu.....", "tunggu.."),
        ("tunggu…", "tunggu.."),
        ("apa?!?!", "apa?!?!"),
        ("halo ,kak", "halo, kak"),
        ("halo,kak.apa kabar", "halo, kak. apa kabar"),
        ("Rp 10.000,50", "rp 10.000,50"),
        ("jam 08.00", "jam 08.00"),
        ("(maaf)ya", "(maaf) ya"),
    ],
    "entities and compatibility forms": [
        ("a &amp; b", "a & b"),
        ("a &amp;amp; b", "a & b"),
        ("5 &lt; 6", "5 < 6"),
        ("ＭＡＲＡＨ", "marah"),
        ("𝓶𝓪𝓻𝓪𝓱", "marah"),
        ("e\u0301", "é"),
    ],
    "control, format and other signs": [
        ("a\x00b", "a b"),
        ("a\tb\r\nc", "a b c"),
        ("a\u200bb", "ab"),
        ("\u202egnirut\u202c", "gnirut"),
        ("\ufeffhalo", "halo"),
        ("a\ud800b", "ab"),
        ("a\ufffdb", "ab"),
        ("a\u00a0 b\u3000c\u2028e", "a b c e"),
    ],
    "other scripts": [
        ("你好", "你好"),
        ("Привет", "привет"),
        ("مرحبا", "مرحبا"),
        ("ꦲꦏ꧀ꦱꦫ", "ꦲꦏ꧀ꦱꦫ"),
    ],
    "nothing to read": [
        ("", ""),
        (" \n\t ", ""),
        ("\u200b\u200d\ufe0f", ""),
        ("\x00\x1b\x7f\x85", ""),
        ("\ud83d", ""),
    ],
}


@pytest.mark.parametrize(
    "text, normal",
    [
        pytest.param(*case, id=f"{rule}-{case[0]!a}")
        for rule, cases in CASES.items()
        for case in cases
    ],
)
def test_normal_form(text, normal):
    assert normalize(text) == normal


@pytest.mark.parametrize("short, full", ABBREVIATIONS.items())
def test_every_short_form_is_spelled_out(short, full):
    assert normalize(f"itu {short} dia") == f"itu {full} dia"


# In every Python: an emoji younger than the interpreter's Unicode tables counts as unassigned.
@pytest.mark.parametrize("emoji, meaning", EMOJI.items())
def test_every_emoji_becomes_its_meaning(emoji, meaning):
    assert normalize(f"itu {emoji}dia") == f"itu {meaning} dia"


@pytest.mark.parametrize("emoticon, meaning", EMOTICONS.items())
def test_every_emoticon_becomes_its_meaning(emoticon, meaning):
    assert normalize(f"itu {emoticon.upper()} dia") == f"itu {meaning} dia"


def test_an_emoji_of_the_future_is_kept():
    assert normalize("halo \U0001faff") == "halo \U0001faff"
