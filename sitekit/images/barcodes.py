"""The texts of the QR and bar codes in an image.

A scan takes some hundredths of a second; an image drawn to make it slow is scanned piece by piece
until the time is over, and the result then ends with `CODES_UNREAD_MESSAGE`.
"""

import time
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import zxingcpp
from PIL import Image

MAX_CODES = 5
LONGEST_TEXT = 300
BARCODE_TIMEOUT_SECONDS = 3.0
# Points of one scan, which cannot be stopped: the worst image of this size took a second.
MAX_POINTS = 2_000_000
CODES_UNREAD_MESSAGE = "（图里像有很多码，没有全部认出）"

_Format = zxingcpp.BarcodeFormat
QR = (_Format.QRCode,)  # takes a sixth of the time of all
ANY = (
    _Format.AllMatrix,
    _Format.PDF417,
    _Format.Code128,
    _Format.Code39,
    _Format.EANUPC,
)


class Barcode(NamedTuple):
    """A code and where it stands, in pixels of the image: left, top, right, bottom."""

    text: str
    box: tuple[int, int, int, int]


class _Piece(NamedTuple):
    """A part of an image to scan, where it begins, and how much it was enlarged."""

    image: Image.Image
    left: int = 0
    top: int = 0
    scale: float = 1.0


def read_barcodes(image: Image.Image, formats: Sequence[zxingcpp.BarcodeFormat] = ANY) -> list[str]:
    """Return the texts of the codes, each once; rotated, small, and light codes on dark are found too.

    `CODES_UNREAD_MESSAGE` is the last one if the time was not enough to scan everything.
    """
    return [code.text for code in find_barcodes(image, formats)]


def find_barcodes(
    image: Image.Image, formats: Sequence[zxingcpp.BarcodeFormat] = ANY
) -> list[Barcode]:
    """Return the codes with their boxes. The box of `CODES_UNREAD_MESSAGE` is all zeros."""
    until = time.monotonic() + BARCODE_TIMEOUT_SECONDS
    grey = image.convert("L")
    codes: dict[str, Barcode] = {}
    for piece in _yield_pieces(grey):
        if time.monotonic() > until:
            return [
                *list(codes.values())[: MAX_CODES - 1],
                Barcode(CODES_UNREAD_MESSAGE, (0, 0, 0, 0)),
            ]
        for code in _read_piece_barcodes(piece, formats):
            codes.setdefault(code.text, code)
    if not codes:
        codes = {code.text: code for code in _read_small_codes(grey, formats, until)}
    return list(codes.values())[:MAX_CODES]


def _read_small_codes(
    image: Image.Image, formats: Sequence[zxingcpp.BarcodeFormat], until: float
) -> list[Barcode]:
    """Return the codes in the first enlarged piece that has any. The search ends after `until`."""
    for piece in _yield_enlarged(image):
        if time.monotonic() > until:
            break
        if codes := _read_piece_barcodes(piece, formats):
            return codes
    return []


def _yield_pieces(image: Image.Image) -> Iterator[_Piece]:
    """Yield the whole image, for codes as large as it is, shrunk to `MAX_POINTS`; then, if it was shrunk, strips of
    it."""
    shrink = max(1.0, (image.width * image.height / MAX_POINTS) ** 0.5)
    if shrink == 1:
        yield _Piece(image)
        return
    size = int(image.width / shrink), int(image.height / shrink)
    yield _Piece(image.resize(size, Image.Resampling.LANCZOS), scale=1 / shrink)
    yield from _yield_tiles(image, image.width, MAX_POINTS // image.width, 400)


def _yield_enlarged(image: Image.Image) -> Iterator[_Piece]:
    """Yield tiles at twice the size, for codes whose modules are one or two points wide."""
    side = int(MAX_POINTS**0.5 / 2)
    for tile in _yield_tiles(image, side, side, 150):
        size = tile.image.width * 2, tile.image.height * 2
        yield tile._replace(image=tile.image.resize(size, Image.Resampling.BICUBIC), scale=2.0)


def _yield_tiles(image: Image.Image, width: int, height: int, overlap: int) -> Iterator[_Piece]:
    """Yield tiles of the image. Neighbours overlap, so that a code at an edge is whole in one of them."""
    for top in range(0, max(1, image.height - overlap), height - overlap):
        for left in range(0, max(1, image.width - overlap), width - overlap):
            right, bottom = min(image.width, left + width), min(image.height, top + height)
            yield _Piece(image.crop((left, top, right, bottom)), left, top)


def _read_piece_barcodes(piece: _Piece, formats: Sequence[zxingcpp.BarcodeFormat]) -> list[Barcode]:
    """Return the codes of the piece. They are read from a buffer with a shape, as a PIL image would be copied
    twice."""
    image = piece.image
    points = memoryview(image.tobytes()).cast("B", (image.height, image.width))
    codes = zxingcpp.read_barcodes(
        points, formats=zxingcpp.BarcodeFormats(formats), text_mode=zxingcpp.TextMode.Plain
    )
    return [
        Barcode(text, _compute_picture_box(code.position, piece))
        for code in codes
        if (text := _clean_barcode_text(code.text))
    ]


def _compute_picture_box(position: zxingcpp.Position, piece: _Piece) -> tuple[int, int, int, int]:
    corners = (
        position.top_left,
        position.top_right,
        position.bottom_right,
        position.bottom_left,
    )
    across = [piece.left + corner.x / piece.scale for corner in corners]
    down = [piece.top + corner.y / piece.scale for corner in corners]
    return round(min(across)), round(min(down)), round(max(across)), round(max(down))


def _clean_barcode_text(text: str) -> str:
    """Return one line without control characters, which neither the database nor a page accepts."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST_TEXT]
