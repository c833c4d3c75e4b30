"""The English that Indonesian customers mix in."""

from __future__ import annotations

ENGLISH: dict[str, tuple[str, ...]] = {
    phrase.strip(): tuple(word.strip() for word in words.split(","))
    for phrase, _, words in (
        line.partition(":")
        for line in """
pembayaran: payment
pesanan: order, orderan
pemesanan: order, booking
pengiriman: shipping, delivery
paket: package
penjual: seller
pembeli: buyer
pelanggan: customer
pengguna: user
akun: account
kata sandi: password
nama pengguna: username
pendaftaran: registration
unduh: download
unggah: upload
mengunduh: download
mengunggah: upload
pembaruan: update
aplikasi: app, apps
layar: screen
gambar: picture, pic
foto: photo, pic
berkas: file
dokumen: document
tagihan: bill, invoice
struk: receipt
harga: price
gratis: free
diskon: discount
potongan harga: discount
hadiah: reward, gift
saldo: balance
uang tunai: cash
tunai: cash
pengembalian dana: refund
pengembalian barang: return
pengembalian: refund
penukaran: exchange
pembatalan: cancel
batal: cancel
batalkan: cancel
membatalkan: cancel
dibatalkan: dicancel, di-cancel
diunduh: didownload, di-download
diunggah: diupload, di-upload
diperbarui: diupdate, di-update
dipesan: diorder, di-order
dilacak: ditrack, di-track
diblokir: diblock, di-block
dihapus: didelete, di-delete
disetujui: diapprove, di-approve
dipindai: discan, di-scan
diperiksa: dicek, di-check
dikonfirmasi: diconfirm, di-confirm
diganti: direplace, di-replace
dibagikan: dishare, di-share
lacak: track
pelacakan: tracking
alamat: address
jadwal: schedule
jadwal ulang: reschedule
tenggat: deadline
tenggat waktu: deadline
batas waktu: deadline
tugas: assignment
ujian: exam
kuis: quiz
siswa: student
murid: student
guru: teacher
dosen: lecturer
beasiswa: scholarship
lowongan: vacancy
wawancara: interview
pertemuan: meeting
rapat: meeting
gangguan: error, trouble
masalah: problem, issue
kendala: issue, problem
lambat: slow
gagal: failed
kecewa: disappointed
pelayanan: service
layanan: service
tanggapan: response, respon
balasan: reply, respon
balas: reply
masukan: feedback
saran: suggestion, saran
pengalaman: experience
fitur: feature
pilihan: option
bantuan: help, support
hubungi: contact
tautan pembayaran: payment link
surat elektronik: email
pesan suara: voice note
panggilan: call
daring: online
luring: offline
jaringan: network
peladen: server
besok: tomorrow
hari ini: today
akhir pekan: weekend
minggu depan: next week
bulan depan: next month
minggu lalu: last week
bulan lalu: last month
secepatnya: ASAP, as soon as possible
tolong: please, plis
terima kasih: thanks, thank you
terima kasih banyak: thanks a lot, thank you so much
makasih: thanks, thank you
makasih banyak: thanks a lot, thank you so much
maaf: sorry
selamat pagi: good morning, morning
selamat malam: good evening
keren: cool
bagus: good, nice
terbaik: the best
ramah: friendly
membantu: helpful
""".strip().splitlines()
    )
}
"""Phrases and what stands for each. A complaint keeps its strength; nothing here is an insult."""
