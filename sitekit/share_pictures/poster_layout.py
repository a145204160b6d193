"""Lays out the poster of a card, for phones and for A4: what matters, and below it the code that leads to all of it."""

from sitekit.share_pictures.fonts import clean_drawn_text, cut_text, fit_lines, load_font
from sitekit.share_pictures.layout_parts import EDGE, MUTED, SURFACE, Box, BoxPart, CardLayout
from sitekit.share_pictures.share_cards import PAPER, POSTER, ShareCard
from sitekit.share_pictures.title_and_pay import add_pay, fit_title, list_lines_below_pay

HOW_TO_SCAN = {
    POSTER: ("长按识别二维码", "看全文、报名"),
    PAPER: ("微信扫一扫", "看全文、报名"),
}
NEVER_PAY = ("报名免费，不用先加任何人的微信。", "谁叫你先交钱，都是骗子，打 96110。")
LINE_HEIGHT = 64
FACTS_TOP = 660.0  # where facts begin, if there is room enough below
BOX_HEIGHT, BOX_BOTTOM = 312, 84
ADDRESS_SIZES, ADDRESS_BOTTOM = (28, 24, 20), 36


def lay_out_poster(layout: CardLayout, card: ShareCard, shape: str) -> None:
    """`card` is clean already; `shape` says how the code is scanned: on the phone or from paper."""
    height = layout.height
    left, right = 76, layout.width - 76
    layout.add_head(left, 60, 92, card.seal, card.site)
    title_size, lines = fit_title(card, right - left, (96, 84, 72, 66), 150)
    y = layout.add_lines(left, 174, lines, title_size)
    size = 184 if len(lines) < 3 else 150
    y = add_pay(layout, card, (left, y + 20), right, size)
    box = (left, height - BOX_BOTTOM - BOX_HEIGHT, right, height - BOX_BOTTOM)
    _add_facts(layout, card, list_lines_below_pay(card, right - left, size)[:4], (y + 34, box[1]))
    _add_code_box(layout, card, box, HOW_TO_SCAN[shape])
    _add_address(layout, card, (left, right, height - ADDRESS_BOTTOM))


def _add_facts(
    layout: CardLayout, card: ShareCard, lines: list[str], heights: tuple[float, float]
) -> None:
    """Add the lines, who and the checks between two heights, the lower of which is that of the box with the code."""
    left, right = 76, layout.width - 76
    font = load_font(44)
    top, bottom = heights[0], heights[1] - 62 - LINE_HEIGHT - 36
    rows = _break_facts(lines, right - left, int((bottom - top) // LINE_HEIGHT))
    top = max(top, min(FACTS_TOP, bottom - LINE_HEIGHT * len(rows)))
    for line in rows:
        top += LINE_HEIGHT
        layout.add_text((left, top), line, round(font.size))
    if card.who:
        top += LINE_HEIGHT
        employer_words = cut_text(card.who, load_font(40, is_bold=False), right - left)
        layout.add_text((left, top), employer_words, 40, MUTED, is_bold=False)
    layout.add_checks((left, top + 62), card.checks, 40, right)


def _break_facts(lines: list[str], width: float, most: int) -> list[str]:
    """Return at most `most` lines: what is too wide is broken behind its first fact, then anywhere, else cut."""
    font = load_font(44)
    broken: list[str] = []
    for line in lines:
        is_wide = font.getlength(line) > width
        broken += filter(None, line.split("·", 1)) if is_wide else [line]
    size = (round(font.size),)
    wrapped = [part for line in broken for part in fit_lines(line, width, size, 2)[1]]
    fitting = next((rows for rows in (wrapped, broken) if len(rows) <= most), lines[:most])
    return [cut_text(line, font, width) for line in fitting]


def _add_code_box(
    layout: CardLayout, card: ShareCard, box: Box, how_to_scan: tuple[str, ...]
) -> None:
    """Add the code on white, and beside it what to do with it and never to pay."""
    _left, top, right, _bottom = box
    layout.parts.append(BoxPart(box, 20, fill=SURFACE, outline=EDGE, thickness=2))
    x = layout.add_code(card.address, box) + 24
    room = right - x - 24
    y = top + 84.0
    for line in how_to_scan:
        layout.add_text((x, y), line, 46, room=room)
        y += 60
    y += 8
    for line in NEVER_PAY:
        for part in fit_lines(line, room, (30,), 2)[1]:
            layout.add_text((x, y), part, 30, is_bold=False, room=room)
            y += 42


def _add_address(layout: CardLayout, card: ShareCard, place: tuple[float, float, float]) -> None:
    """Add the address to be typed, and the number at the right end: the code may be out of reach, or torn."""
    left, right, baseline = place
    if card.number:
        start = right - load_font(ADDRESS_SIZES[0], is_bold=False).getlength(card.number)
        layout.add_text((start, baseline), card.number, ADDRESS_SIZES[0], MUTED, is_bold=False)
        right = start - 40
    address = clean_drawn_text(card.address.partition("://")[2])
    fonts = [load_font(size, is_bold=False) for size in ADDRESS_SIZES]
    font = next((font for font in fonts if font.getlength(address) <= right - left), fonts[-1])
    layout.add_text(
        (left, baseline), cut_text(address, font, right - left), round(font.size), MUTED,
        is_bold=False, room=right - left,
    )  # fmt: skip
