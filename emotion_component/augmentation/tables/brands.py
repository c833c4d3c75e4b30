"""Names of companies and applications, by kind."""

from __future__ import annotations

BRANDS: tuple[tuple[str, ...], ...] = tuple(
    tuple(name.strip() for name in line.split(","))
    for line in """
BCA, BNI, BRI, BSI, BTN, CIMB Niaga, Danamon, OCBC, SeaBank, Mandiri, Permata
BRImo, myBCA, Livin, BNI Mobile, BSI Mobile, OCTO Mobile
GoPay, OVO, LinkAja, ShopeePay, iSaku, DANA, DOKU
Kredivo, Akulaku, Indodana, SPayLater, Home Credit
JNE, J&T, JNT, SiCepat, AnterAja, Pos Indonesia, TIKI, Lion Parcel, Ninja Xpress, SPX, ID Express
Telkomsel, Indosat, Smartfren, by.U, IM3, XL Axiata, Simpati
IndiHome, Biznet, First Media, MyRepublic, Iconnet, MNC Play
Tokopedia, Tokped, Shopee, Lazada, Bukalapak, Blibli, Zalora, TikTok Shop
Gojek, Grab, Maxim, inDrive
GoFood, GrabFood, ShopeeFood
Traveloka, Tiket.com, Agoda, Pegipegi, Booking.com
Ruangguru, Zenius, Quipper, Google Classroom, Moodle, Edlink, Edmodo
Netflix, Vidio, Viu, Disney Hotstar, Spotify, Joox
WhatsApp, Telegram, Instagram, IG, Facebook, FB, TikTok, Twitter
Google Meet, Microsoft Teams, Zoom Meeting, Webex
Halodoc, Alodokter, Mobile JKN, SatuSehat
Mobile Legends, Free Fire, PUBG, Genshin
""".strip().splitlines()
)
"""Names that stand for each other, as their owners write them."""

WORDS_TOO = frozenset({"DANA", "Mandiri", "Maxim", "Permata", "Simpati"})
"""Never taken for a brand when read: people write them as words. Size XL is not among the names."""
