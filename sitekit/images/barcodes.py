"""What QR and bar codes in an image say.

A scan takes some hundredths of a second; an image drawn to make it slow is scanned piece by piece
until the time is over, and then said to hold more than was read.
"""

import time

import zxingcpp
from PIL import Image

MOST_CODES = 5
LONGEST_TEXT = 300
SECONDS = 3.0
# Of one scan, which nothing can stop: the worst image of this size took a second.
MOST_POINTS = 2_000_000
UNREAD = "（图里像有很多码，没有全部认出）"

_Format = zxingcpp.BarcodeFormat
QR = (_Format.QRCode,)  # takes a sixth of the time of all
ANY = (
    _Format.AllMatrix,
    _Format.PDF417,
    _Format.Code128,
    _Format.Code39,
    _Format.EANUPC,
)


def found_in(image: Image.Image, formats=ANY) -> list[str]:
    """Texts of the codes, each once; upright or turned, small, light on dark.

    `UNREAD` is the last of them where the time did not suffice to look everywhere.
    """
    until = time.monotonic() + SECONDS
    grey = image.convert("L")
    found: dict[str, None] = {}
    for look in (_whole, _strips):
        for piece in look(grey):
            if time.monotonic() > until:
                return [*list(found)[: MOST_CODES - 1], UNREAD]
            found |= dict.fromkeys(_read(piece, formats))
    if not found:
        found |= _in_pieces(grey, formats, until)
    return list(found)[:MOST_CODES]


def _in_pieces(image, formats, until):
    """The first codes that are too small to be read as they are, as far as the time goes."""
    for piece in _enlarged(image):
        if time.monotonic() > until:
            break
        if texts := _read(piece, formats):
            return dict.fromkeys(texts)
    return {}


def _whole(image):
    """For codes as large as the image; one that is large is made smaller."""
    shrink = max(1.0, (image.width * image.height / MOST_POINTS) ** 0.5)
    size = int(image.width / shrink), int(image.height / shrink)
    yield image if shrink == 1 else image.resize(size, Image.Resampling.LANCZOS)


def _strips(image):
    if image.width * image.height > MOST_POINTS:
        yield from _tiles(image, image.width, MOST_POINTS // image.width, 400)


def _enlarged(image):
    """For codes of a point or two a module."""
    side = int(MOST_POINTS**0.5 / 2)
    for tile in _tiles(image, side, side, 150):
        yield tile.resize((tile.width * 2, tile.height * 2), Image.Resampling.BICUBIC)


def _tiles(image, width, height, overlap):
    """Neighbours share so much that a code at the seam is whole in one of them."""
    for top in range(0, max(1, image.height - overlap), height - overlap):
        for left in range(0, max(1, image.width - overlap), width - overlap):
            right, bottom = min(image.width, left + width), min(image.height, top + height)
            yield image.crop((left, top, right, bottom))


def _read(image, formats):
    """A buffer with its shape: as a PIL image it would be copied twice."""
    points = memoryview(image.tobytes()).cast("B", (image.height, image.width))
    codes = zxingcpp.read_barcodes(points, formats=formats, text_mode=zxingcpp.TextMode.Plain)
    return [text for code in codes if (text := _clean(code.text))]


def _clean(text):
    """One line without control characters: a database takes no NUL, a page no others."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_TEXT]
