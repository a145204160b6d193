"""Draws a `ShareCard`: always light, pay the largest, as PNG."""

import contextlib
import io
import threading
from dataclasses import replace
from typing import Any

from PIL import Image, ImageDraw, ImageOps

from sitekit.images.picture_files import read_picture_file
from sitekit.share_pictures.fonts import (
    Font,
    clean_drawn_text,
    cut_text,
    fit_lines,
    load_font,
)
from sitekit.share_pictures.qr_codes import draw_code_image
from sitekit.share_pictures.share_cards import PAPER, POSTER, SIZES, SQUARE, ShareCard

GROUND, SURFACE, LINE = "#f7f5ef", "#ffffff", "#c9c4b5"
INK, MUTED, GREEN, PAY = "#1c2320", "#59635d", "#0e5a44", "#b8420a"
ON_PHONE, ON_PAPER = ("长按识别二维码", "看全文、报名"), ("微信扫一扫", "看全文、报名")
NEVER = ("报名免费，不用先加任何人的微信。", "谁叫你先交钱，都是骗子，打 96110。")
# One at a time: drawing takes a tenth of a second of a core, and fonts are not made for several threads.
_TURN = threading.Lock()


def draw_card(card: ShareCard, shape: str) -> bytes:
    """Return the PNG. Needs a font (`fonts.has_font`)."""
    with _TURN:
        sheet = _Sheet(SIZES[shape])
        posters = {POSTER: _draw_poster, PAPER: _draw_paper_poster}
        draw = {SQUARE: _draw_square, **posters}.get(shape, _draw_wide)
        draw(sheet, card)
        return _write_png(sheet.image, colours=256 if sheet.has_photo else 64)


class _Sheet:
    """An image with a pen, and the line that was reached."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.image = Image.new("RGB", size, GROUND)
        self.pen = ImageDraw.Draw(self.image)
        self.has_photo = False

    def write(
        self, at: tuple[float, float], text: str, font: Font, colour: str = INK, **more: Any
    ) -> float:
        """Write on the baseline `at`; return where the text ends."""
        self.pen.text(at, text, colour, font, anchor=more.get("anchor", "ls"))
        return at[0] + font.getlength(text)

    def draw_seal(self, x: int, y: int, size: int, characters: str) -> None:
        self.pen.rounded_rectangle((x, y, x + size, y + size), size * 0.16, fill=GREEN)
        edge = size * 0.06
        self.pen.rounded_rectangle(
            (x + edge, y + edge, x + size - edge, y + size - edge),
            size * 0.12, outline="#86ac9f", width=max(1, size // 50),
        )  # fmt: skip
        middles = (0.5,) if len(characters) == 1 else (0.32, 0.68)
        font = load_font(round(size * (0.56 if len(characters) == 1 else 0.36)))
        for character, middle in zip(characters, middles, strict=False):
            self.pen.text((x + size / 2, y + size * middle), character, "#fff", font, anchor="mm")

    def write_lines(
        self, x: float, y: float, lines: list[str], font: Font, colour: str = INK
    ) -> float:
        """Write lines whose first begins at the height `y`; return where the last one ends."""
        for line in lines:
            y += font.size * 1.22
            self.write((x, y - font.size * 0.2), line, font, colour)
        return y

    def write_checks(
        self, x: float, baseline: float, card: ShareCard, size: int, end: float
    ) -> None:
        """A tick or a ring before each check, as many as there is room for."""
        font = load_font(size, is_bold=True)
        for was_checked, label in card.checks:
            width = size * 1.15 + font.getlength(label)
            if x + width > end:
                return
            middle, colour = baseline - size * 0.36, GREEN if was_checked else MUTED
            if was_checked:
                points = [(0.06, 0), (0.34, 0.28), (0.86, -0.34)]
                self.pen.line(
                    [(x + dx * size, middle + dy * size) for dx, dy in points],
                    colour, max(3, size // 7), joint="curve",
                )  # fmt: skip
            else:
                self.pen.circle(
                    (x + size * 0.46, middle), size * 0.36, outline=colour, width=max(2, size // 12)
                )
            self.write((x + size * 1.1, baseline), label, font, colour)
            x += width + size * 0.9

    def paste_photo(self, name: str, box: tuple[int, int, int, int]) -> None:
        """Fill the box with the photo; a file that is not there leaves paper."""
        with contextlib.suppress(OSError):
            photo = Image.open(io.BytesIO(read_picture_file(name))).convert("RGB")
            size = (box[2] - box[0], box[3] - box[1])
            self.image.paste(ImageOps.fit(photo, size, Image.Resampling.LANCZOS), box[:2])
            self.has_photo = True


def _clean(card: ShareCard) -> ShareCard:
    """Return the card with texts that the font can draw."""
    texts = ("seal", "site", "title", "pay", "pay_unit", "settlement", "who")
    cleaned: dict[str, Any] = {name: clean_drawn_text(getattr(card, name)) for name in texts}
    for name in ("lines", "square_lines"):
        cleaned[name] = tuple(filter(None, map(clean_drawn_text, getattr(card, name))))
    return replace(card, **cleaned)


def _draw_wide(sheet: _Sheet, card: ShareCard) -> None:
    card = _clean(card)
    width, height = sheet.image.size
    left = 68
    if card.photo:
        sheet.paste_photo(card.photo, (width - 400, 0, width, height))
    right = width - 400 - 44 if sheet.has_photo else width - left
    _draw_head(sheet, card, left, 52, 78)
    sizes = (68, 60, 52, 46) if card.pay else (86, 76, 66, 58, 50)
    font, lines = fit_lines(card.title, right - left, sizes, 2 if card.pay else 3)
    y = sheet.write_lines(left, 152, lines, font)
    size = 132 if len(lines) == 1 else 116
    if card.pay:
        _write_pay(sheet, card, (left, y + 14), right, size)
    below = _list_lines(card, right - left, size)
    _write_foot(sheet, card, below, (left, right, height - 56))


def _write_foot(
    sheet: _Sheet, card: ShareCard, lines: list[str], place: tuple[int, int, float]
) -> None:
    """Who and the checks on the last line, and the other lines above it."""
    left, right, baseline = place
    small = load_font(34, is_bold=False)
    if card.who or card.checks:
        checks = sum(34 * 2.05 + load_font(34).getlength(label) for _, label in card.checks)
        who = cut_text(card.who, small, max(right - left - checks - 30, 150))
        end = sheet.write((left, baseline), who, small, MUTED) if who else left - 40
        sheet.write_checks(end + 40, baseline, card, 34, right)
        baseline -= 56
    font = load_font(36)
    for line in reversed(lines[:2]):
        sheet.write((left, baseline), cut_text(line, font, right - left), font)
        baseline -= 56


def _draw_head(sheet: _Sheet, card: ShareCard, x: int, y: int, size: int) -> None:
    sheet.draw_seal(x, y, size, card.seal)
    font = load_font(round(size * 0.42))
    sheet.write((x + size * 1.28, y + size * 0.65), card.site, font)


def _write_pay(
    sheet: _Sheet, card: ShareCard, at: tuple[float, float], right: float, size: int
) -> float:
    """Write pay, its unit and how it is settled on one line from the height `at`; return its end.

    Settlement is left out where pay would become small: `_list_lines` has it then.
    """
    x, y = at
    words, size = _fit_pay(card, right - x, size)
    font, unit = load_font(size), load_font(_size_unit(size))
    baseline = y + size * 0.86
    end = sheet.write((x - size * 0.04, baseline), card.pay, font, PAY)
    sheet.write((end + 12, baseline), words, unit, PAY)
    return baseline + size * 0.2


def _fit_pay(card: ShareCard, width: float, size: int) -> tuple[str, int]:
    """Return the words behind the pay, and its size."""
    whole = "·".join(filter(None, [card.pay_unit, card.settlement]))
    least = round(size * 0.7)
    for words, smallest in ((whole, least), (card.pay_unit, 48)):
        for tried in range(size, smallest - 1, -6):
            unit = load_font(_size_unit(tried)).getlength(words)
            if load_font(tried).getlength(card.pay) + 12 + unit <= width:
                return words, tried
    return card.pay_unit, 48


def _size_unit(size: int) -> int:
    return max(30, round(size * 0.36))


def _list_lines(card: ShareCard, width: float, size: int) -> list[str]:
    """Return the lines below the pay, with the settlement if it does not stand beside the pay."""
    lines = list(card.lines)
    if card.settlement and not _fit_pay(card, width, size)[0].endswith(card.settlement):
        lines[1:2] = ["·".join([card.settlement, *lines[1:2]])]
    return lines


def _draw_square(sheet: _Sheet, card: ShareCard) -> None:
    card = _clean(card)
    left, right = 44, sheet.image.width - 44
    if not card.pay:
        sheet.draw_seal(left, 44, 130, card.seal)
        words = "".join(card.square_lines) or card.title
        font, lines = fit_lines(words, right - left, (150, 112, 96, 80, 68, 58), 3)
        sheet.write_lines(left, 196, lines, font)
        return
    sheet.draw_seal(left, 36, 92, card.seal)
    unit = load_font(60)
    sheet.write((left + 116, 104), cut_text(card.pay_unit, unit, right - left - 116), unit, PAY)
    y = _write_large_pay(sheet, card.pay, left, right)
    for line in card.square_lines[: 1 if y > 436 else 2]:
        y += 68
        font, fitted = fit_lines(line, right - left, (54, 50, 46, 42), 1)
        sheet.write((left, y), fitted[0], font)


def _write_large_pay(sheet: _Sheet, pay: str, left: int, right: int) -> float:
    """Write it as large as there is room, a wide range on two lines: it must be read at a tenth of the size."""
    low, dash, high = pay.partition("–")
    lines = [f"{low}–", high] if dash and len(pay) > 5 else [pay]
    size = 300 if len(lines) == 1 else 186
    while max(load_font(size).getlength(line) for line in lines) > right - left:
        size -= 6
    y = 134.0
    for line in lines:
        y += size * 0.92
        sheet.write((left - size * 0.05, y), line, load_font(size), PAY)
    return y + 24


def _draw_paper_poster(sheet: _Sheet, card: ShareCard) -> None:
    _draw_poster(sheet, card, ON_PAPER)


def _draw_poster(sheet: _Sheet, card: ShareCard, how_to_scan: tuple[str, ...] = ON_PHONE) -> None:
    card = _clean(card)
    width, height = sheet.image.size
    left, right = 76, width - 76
    _draw_head(sheet, card, left, 70, 92)
    font, lines = fit_lines(card.title, right - left, (96, 84, 72, 62), 3)
    y = sheet.write_lines(left, 196, lines, font)
    size = 184 if len(lines) < 3 else 150
    y = _write_pay(sheet, card, (left, y + 20), right, size)
    font = load_font(44)
    top = max(y + 34, 660.0)
    # Who and the checks stand below, above the box with the code.
    room = int((height - 400 - 62 - 64 - 20 - top) // 64)
    for line in _break_facts(_list_lines(card, right - left, size)[:4], font, right - left, room):
        top += 64
        sheet.write((left, top), line, font)
    small = load_font(40, is_bold=False)
    if card.who:
        top += 64
        sheet.write((left, top), cut_text(card.who, small, right - left), small, MUTED)
    sheet.write_checks(left, top + 62, card, 40, right)
    _draw_code_box(sheet, card, (left, height - 400, right, height - 64), how_to_scan)


def _break_facts(lines: list[str], font: Font, width: float, most: int) -> list[str]:
    """Return at most `most` lines: what is too wide is broken behind its first fact, then anywhere, else cut."""
    broken: list[str] = []
    for line in lines:
        is_wide = font.getlength(line) > width
        broken += filter(None, line.split("·", 1)) if is_wide else [line]
    size = (round(font.size),)
    wrapped = [part for line in broken for part in fit_lines(line, width, size, 2)[1]]
    fitting = next((rows for rows in (wrapped, broken) if len(rows) <= most), lines)
    return [cut_text(line, font, width) for line in fitting]


def _draw_code_box(
    sheet: _Sheet, card: ShareCard, box: tuple[int, int, int, int], how_to_scan: tuple[str, ...]
) -> None:
    """The code on white, and beside it what to do with it and never to pay."""
    left, top, right, bottom = box
    sheet.pen.rounded_rectangle(box, 20, fill=SURFACE, outline=LINE, width=2)
    code = draw_code_image(card.address, bottom - top - 12)
    gap = (bottom - top - code.height) // 2
    sheet.image.paste(code, (left + gap, top + gap))
    x = left + gap + code.width + 24
    font, small = load_font(46), load_font(30, is_bold=False)
    y = top + 92.0
    for line in how_to_scan:
        sheet.write((x, y), line, font)
        y += 60
    y += 8
    for line in NEVER:
        for part in fit_lines(line, right - x - 24, (30,), 2)[1]:
            sheet.write((x, y), part, small, INK)
            y += 42


def _write_png(image: Image.Image, colours: int) -> bytes:
    """Few colours make a quarter of the bytes; the best packing would take most of the time."""
    dither = Image.Dither.FLOYDSTEINBERG if colours > 64 else Image.Dither.NONE
    output = io.BytesIO()
    image.quantize(colours, dither=dither).save(output, "PNG", compress_level=6)
    return output.getvalue()
