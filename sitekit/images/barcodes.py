"""The texts of the QR and bar codes in an image.

A scan takes some hundredths of a second; an image drawn to make it slow is scanned piece by piece
until the time is over, and the result then ends with `UNREAD`.
"""

import time
from collections.abc import Iterator, Sequence

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


def read_barcodes(image: Image.Image, formats: Sequence[zxingcpp.BarcodeFormat] = ANY) -> list[str]:
    """The texts of the codes, each once; also of turned, small, and light codes on dark.

    `UNREAD` is the last of them where the time was not enough to scan everything.
    """
    until = time.monotonic() + SECONDS
    grey = image.convert("L")
    texts: dict[str, None] = {}
    for piece in _yield_pieces(grey):
        if time.monotonic() > until:
            return [*list(texts)[: MOST_CODES - 1], UNREAD]
        texts |= dict.fromkeys(_read(piece, formats))
    if not texts:
        texts |= dict.fromkeys(_read_small_codes(grey, formats, until))
    return list(texts)[:MOST_CODES]


def _read_small_codes(
    image: Image.Image, formats: Sequence[zxingcpp.BarcodeFormat], until: float
) -> list[str]:
    """The texts in the first enlarged piece that has any; none are looked for after `until`."""
    for piece in _yield_enlarged(image):
        if time.monotonic() > until:
            break
        if texts := _read(piece, formats):
            return texts
    return []


def _yield_pieces(image: Image.Image) -> Iterator[Image.Image]:
    """The whole image, for codes as large as it is, shrunk to `MOST_POINTS`; then strips of it."""
    shrink = max(1.0, (image.width * image.height / MOST_POINTS) ** 0.5)
    size = int(image.width / shrink), int(image.height / shrink)
    yield image if shrink == 1 else image.resize(size, Image.Resampling.LANCZOS)
    if shrink > 1:
        yield from _yield_tiles(image, image.width, MOST_POINTS // image.width, 400)


def _yield_enlarged(image: Image.Image) -> Iterator[Image.Image]:
    """For codes whose modules are one or two points wide."""
    side = int(MOST_POINTS**0.5 / 2)
    for tile in _yield_tiles(image, side, side, 150):
        yield tile.resize((tile.width * 2, tile.height * 2), Image.Resampling.BICUBIC)


def _yield_tiles(
    image: Image.Image, width: int, height: int, overlap: int
) -> Iterator[Image.Image]:
    """Neighbouring tiles overlap, so that a code at an edge is whole in one of them."""
    for top in range(0, max(1, image.height - overlap), height - overlap):
        for left in range(0, max(1, image.width - overlap), width - overlap):
            right, bottom = min(image.width, left + width), min(image.height, top + height)
            yield image.crop((left, top, right, bottom))


def _read(image: Image.Image, formats: Sequence[zxingcpp.BarcodeFormat]) -> list[str]:
    """Read from a buffer with its shape: a PIL image would be copied twice."""
    points = memoryview(image.tobytes()).cast("B", (image.height, image.width))
    codes = zxingcpp.read_barcodes(
        points, formats=zxingcpp.BarcodeFormats(formats), text_mode=zxingcpp.TextMode.Plain
    )
    return [text for code in codes if (text := _clean(code.text))]


def _clean(text: str) -> str:
    """One line without control characters: neither the database nor a page accepts them."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_TEXT]
