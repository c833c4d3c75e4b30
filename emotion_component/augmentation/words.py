"""Tables of words for the noises. Written for this project."""

from __future__ import annotations

from emotion_component.chat_words import ABBREVIATIONS
from emotion_component.labels import LABELS


def _pairs(table: str) -> dict[str, tuple[str, ...]]:
    rows = (line.partition(":") for line in table.strip().splitlines())
    return {word.strip(): tuple(o.strip() for o in others.split(",")) for word, _, others in rows}


def _reversed(table: dict[str, str]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for short, whole in table.items():
        if " " not in whole and "(" not in whole:
            found[whole] = (*found.get(whole, ()), short)
    return found


SHORT_FORMS: dict[str, tuple[str, ...]] = _reversed(ABBREVIATIONS)
"""What a whole word is written as in chat: the inverse of what `text.normalize` undoes."""

ENGLISH = _pairs("""
pembayaran: payment
bayar: pay, bayar
pesanan: order, orderan
pesan: order
pengiriman: shipping, delivery
kirim: send
barang: item
paket: package
penjual: seller
pembeli: buyer
pelanggan: customer
pengguna: user
akun: account
sandi: password
kata sandi: password
masuk: login
keluar: logout
daftar: register, sign up
unduh: download
unggah: upload
perbarui: update
pembaruan: update
aplikasi: app, apps
tautan: link
layar: screen
gambar: picture, image
foto: photo
berkas: file
tagihan: bill, invoice
struk: receipt
harga: price
murah: cheap
mahal: expensive
gratis: free
diskon: discount
potongan: discount
hadiah: reward
saldo: balance
kartu: card
uang: money, cash
tunai: cash
pengembalian: return
pengembalian dana: refund
tukar: exchange
batal: cancel
batalkan: cancel
dibatalkan: dicancel
lacak: track
status: status
alamat: address
nomor: number
jadwal: schedule
tugas: assignment
ujian: exam, test
nilai: score
kelas: class
kuliah: lecture
dosen: lecturer
guru: teacher
siswa: student
sekolah: school
beasiswa: scholarship
pendaftaran: registration
wawancara: interview
lowongan: vacancy
gangguan: error, trouble
masalah: problem, issue
kendala: issue
rusak: broken
lambat: slow
cepat: fast
bagus: good, nice
baik: good
buruk: bad
jelek: bad
terbaik: the best
mantap: great
terima kasih: thanks, thank you, tengkyu
makasih: thanks, thank you, thx
maaf: sorry
tolong: please, plis
bantu: help
bantuan: help, support
layanan: service
pelayanan: service
tanggapan: response, respon
balasan: reply
balas: reply
hubungi: contact
telepon: call
surel: email
pesan suara: voice note
besok: tomorrow
hari ini: today
kemarin: yesterday
sekarang: now
jam: hour
menit: menit, minutes
minggu: week
bulan: month
tahun: year
benar: right, correct
salah: wrong
bingung: confused
kecewa: disappointed
serius: seriously
semua: all
lagi: again
selalu: always
""")
"""Indonesian words and the English that customers mix in."""

BRANDS: tuple[tuple[str, ...], ...] = tuple(
    tuple(name.strip() for name in line.split(","))
    for line in """
bca, bni, bri, mandiri, cimb, danamon, permata, bsi, btn, jago, seabank, ocbc
gopay, ovo, dana, linkaja, shopeepay, isaku
jne, jnt, sicepat, anteraja, pos indonesia, ninja, tiki, lion parcel, wahana
telkomsel, indosat, xl, axis, tri, smartfren, by.u, im3
tokopedia, shopee, lazada, bukalapak, blibli, zalora, tiktok shop
gojek, grab, maxim, indrive
indihome, biznet, first media, myrepublic, iconnet
traveloka, tiket.com, agoda, pegipegi
ruangguru, zenius, quipper, google classroom, moodle, edlink
netflix, vidio, viu, disney hotstar, spotify, joox
""".strip().splitlines()
)
"""Names that stand for each other; of these, `dana` and `tri` are also common words."""

AMBIGUOUS_BRANDS = frozenset(
    {"dana", "tri", "mandiri", "jago", "permata", "ninja", "axis", "maxim"}
)
"""Never taken for a brand when read, as they are words too."""

EMOJI = {
    "Senang": ("😊", "🙏", "😍", "👍", "🥰", "😁", "❤️", "🎉", ":)", "^^"),
    "Netral": ("🙏", "🙂", "👍"),
    "Bingung": ("🤔", "😕", "🧐", "😅", "🙏"),
    "Frustrasi": ("😞", "😩", "😔", "😫", "🙄", "😭", ":("),
    "Marah": ("😡", "🤬", "😠", "👎", "💢"),
}
"""Emoji that a customer of each mood adds; none that says another mood."""

assert tuple(EMOJI) == LABELS

NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok",
    "o": "ipl", "p": "o", "a": "qsz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb",
    "h": "gjyn", "j": "hkum", "k": "jli", "l": "ko", "z": "ax", "x": "zsc", "c": "xdv", "v": "cfb",
    "b": "vgn", "n": "bhm", "m": "nj",
}  # fmt: skip
"""Keys beside each other on a QWERTY keyboard."""
