"""Spellings of the same word in chat: those that `text.normalize` undoes, and more."""

from __future__ import annotations

from collections.abc import Mapping

from emotion_component.chat_words import ABBREVIATIONS

_MORE: dict[str, str] = {
    # clipped
    "jadi": "jd jdi",
    "dulu": "dlu dl",
    "baru": "bru",
    "sebelum": "sblm sblum",
    "setelah": "stlh stelah",
    "sebentar": "sbntr bntr bentar",
    "kembali": "kmbali kmbli",
    "balik": "blik",
    "ribu": "rb",
    "juta": "jt",
    "rekening": "rek rekning",
    "transaksi": "trx trnsaksi",
    "transfer": "tf trf",
    "verifikasi": "verif",
    "konfirmasi": "konfirm",
    "informasi": "info",
    "pengiriman": "pngiriman",
    "pembayaran": "pmbayaran pembyaran",
    "pesanan": "psanan psnan pesenan",
    "paket": "pkt pket",
    "akun": "akunt",
    "alamat": "almt alamt",
    "kartu": "krtu",
    "telepon": "telp tlp telpon",
    "internet": "inet",
    "jaringan": "jringan jrngn",
    "sinyal": "snyal",
    "tagihan": "tghn tgihan",
    "saldo": "sldo",
    "pelayanan": "plyanan",
    "petugas": "ptgas",
    "kalian": "klian kln",
    "kami": "kmi",
    "kita": "kta",
    "anak": "ank",
    "bapak": "bpk",
    "mbak": "mba mbk",
    "kakak": "kk",
    "orang tua": "ortu",
    "kelas": "kls",
    "bahasa": "bhs",
    "matematika": "mtk",
    "jadwal": "jdwl jdwal",
    "daftar": "dftr dftar",
    "masalah": "mslh maslah",
    "proses": "prses",
    "coba": "cb cba",
    "langsung": "lgsg lgsung",
    "selalu": "sllu slalu",
    "sering": "srng",
    "pernah": "prnah prnh",
    "punya": "pny pnya",
    "terima": "trima",
    "diterima": "ditrima dtrima",
    "dikirim": "dikrim dkirim",
    "tanya": "tny tnya",
    "selamat": "slmt slamat",
    "terlalu": "trlalu",
    "maksud": "mksd",
    "maksudnya": "mksdnya maksdnya",
    "gambar": "gmbar gbr",
    "besar": "bsr gede",
    "kecil": "kcil",
    "mahal": "mhal",
    # as it is said
    "banget": "bangeet bngtt",
    "alasan": "alesan alsan",
    "kecewa": "kcewa",
    "kesal": "kesel kzl",
    "capek": "cape cpek",
    "malas": "males",
    "senang": "seneng sneng",
    "mantap": "mantep mantab mantul",
    "alhamdulillah": "alhamdulilah",
    "semoga": "smoga moga",
    "selesai": "slesai kelar",
    "seharusnya": "harusnya hrsnya",
    "uang": "duit",
    "mengirim": "ngirim",
    "mengurus": "ngurus",
    "mengisi": "ngisi",
    "mengambil": "ngambil",
    "mengerti": "ngerti",
    "mencoba": "nyoba",
    "mencari": "nyari",
    "menghubungi": "ngehubungin",
    "membuka": "ngebuka",
    "membayar": "ngebayar",
    "membantu": "ngebantu",
    "memesan": "mesen",
    "melihat": "ngeliat",
    "memberi": "ngasih",
    "bertanya": "nanya",
    "berbicara": "ngomong",
    "dikerjakan": "dikerjain",
    "kerjakan": "kerjain",
    "diperbaiki": "dibenerin",
    "perbaiki": "benerin",
    "tanyakan": "tanyain",
    "kirimkan": "kirimin",
    # English as it sounds
    "download": "donlot dwnload",
    "upload": "aplod uplod",
    "update": "apdet",
    "online": "onlen",
    "video": "vidio",
    "foto": "poto",
    "whatsapp": "wa wasap",
}

# Right to read, but they do not fit wherever the full word stands, or nobody writes them.
_ONLY_READ = frozenset(
    "doang soalnya ama nyampe nunggu nungguin tiap lola skul andah ane kaka no y d g".split()
)


def _by_word(*tables: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for short, full in table.items():
            if short not in _ONLY_READ:
                found[full] = (*found.get(full, ()), short)
    return found


MORE_ABBREVIATIONS: dict[str, str] = {
    short: full for full, shorts in _MORE.items() for short in shorts.split()
}
"""Short forms that normalisation leaves: in some messages they mean something else."""

FULL_FORMS: Mapping[str, str] = ABBREVIATIONS | MORE_ABBREVIATIONS
"""The full word, or words, of each short form."""

SHORT_FORMS: Mapping[str, tuple[str, ...]] = _by_word(ABBREVIATIONS, MORE_ABBREVIATIONS)
"""The short forms of each full word, or words."""

PRONOUNS: tuple[frozenset[str], ...] = (
    frozenset("sy sya".split()),
    frozenset("aku ak aq kmu".split()),
    frozenset("gue gw gua gwe lo lu elo elu loe".split()),
)
"""Short forms of `saya` and `kamu`, by how close one feels. A message keeps to one of the three."""

POLITE = frozenset("anda bapak ibu mohon yth hormat selaku sehubungan demikian".split())
"""Words of a formal message, in which words are clipped (`yg`, `sdh`) but there is no slang."""
