"""Lays out a `ShareCard` in each of its shapes: always light, pay the largest. Painters draw what comes of it."""

from dataclasses import replace
from typing import Any

from sitekit.share_pictures.fonts import clean_drawn_text, cut_text, fit_lines, load_font
from sitekit.share_pictures.layout_parts import MUTED, PAY, CardLayout, measure_check
from sitekit.share_pictures.poster_layout import lay_out_poster
from sitekit.share_pictures.share_cards import SIZES, SQUARE, WITH_CODE, ShareCard
from sitekit.share_pictures.title_and_pay import add_pay, fit_title, list_lines_below_pay


def build_card_layout(card: ShareCard, shape: str) -> CardLayout:
    """Return what stands where. Needs a font (`fonts.has_font`), and `fonts.FONT_TURN`."""
    layout = CardLayout(*SIZES[shape])
    card = clean_card(card)
    if shape in WITH_CODE:
        lay_out_poster(layout, card, shape)
    elif shape == SQUARE:
        _lay_out_square(layout, card)
    else:
        _lay_out_wide(layout, card)
    return layout


def clean_card(card: ShareCard) -> ShareCard:
    """Return the card with texts that the font can draw."""
    texts = ("seal", "site", "title", "pay", "pay_unit", "settlement", "who", "number")
    cleaned: dict[str, Any] = {name: clean_drawn_text(getattr(card, name)) for name in texts}
    for name in ("lines", "square_lines"):
        cleaned[name] = tuple(filter(None, map(clean_drawn_text, getattr(card, name))))
    return replace(card, **cleaned)


def _lay_out_wide(layout: CardLayout, card: ShareCard) -> None:
    width, height = layout.width, layout.height
    left, right = 68, width - 68
    if card.photo and layout.add_photo(card.photo, (width - 400, 0, width, height)):
        right = width - 400 - 44
    layout.add_head(left, 44, 72, card.seal, card.site)
    if not card.pay:
        sizes = (76, 66, 58, 50) if card.who or card.checks else (86, 76, 66, 58, 50)
        title_size, lines = fit_title(card, right - left, sizes, most=3)
        layout.add_lines(left, 140, lines, title_size)
        _add_foot(layout, card, list(card.lines), (left, right, height - 46))
        return
    title_size, lines = fit_title(card, right - left, (68, 60, 52, 46), 116)
    y = layout.add_lines(left, 130, lines, title_size)
    # Three lines of the smallest title are as high as two of the largest: what follows has the same place.
    size = 132 if len(lines) == 1 else 116
    add_pay(layout, card, (left, y + 14), right, size)
    below = list_lines_below_pay(card, right - left, size)
    _add_foot(layout, card, below, (left, right, height - 46))


def _add_foot(
    layout: CardLayout, card: ShareCard, lines: list[str], place: tuple[int, int, float]
) -> None:
    """Add the employer and the checks as the last line, and the other lines above it."""
    left, right, baseline = place
    small = load_font(34, is_bold=False)
    if card.who or card.checks:
        checks = sum(measure_check(label, 34) + 34 * 0.9 for _, label in card.checks)
        room = max(right - left - checks - 30, 150)
        employer_words = cut_text(card.who, small, room)
        end = left - 40.0
        if employer_words:
            end = layout.add_text(
                (left, baseline), employer_words, 34, MUTED, is_bold=False, room=room
            )
        layout.add_checks((end + 40, baseline), card.checks, 34, right)
        baseline -= 52
    font = load_font(36)
    for line in reversed(lines[:2]):
        text = cut_text(line, font, right - left)
        layout.add_text((left, baseline), text, 36, room=right - left)
        baseline -= 52


def _lay_out_square(layout: CardLayout, card: ShareCard) -> None:
    left, right = 44, layout.width - 44
    if not card.pay:
        layout.add_badge(left, 44, 130, card.seal)
        words = "".join(card.square_lines) or card.title
        font, lines = fit_lines(words, right - left, (150, 112, 96, 80, 68, 58), 3)
        layout.add_lines(left, 196, lines, round(font.size))
        return
    layout.add_badge(left, 36, 92, card.seal)
    unit = cut_text(card.pay_unit, load_font(60), right - left - 116)
    layout.add_text((left + 116, 104), unit, 60, PAY)
    y = _add_large_pay(layout, card.pay, left, right)
    for line in card.square_lines[: 1 if y > 436 else 2]:
        y += 68
        font, fitted = fit_lines(line, right - left, (54, 50, 46, 42), 1)
        layout.add_text((left, y), fitted[0], round(font.size))


def _add_large_pay(layout: CardLayout, pay: str, left: int, right: int) -> float:
    """Add it as large as there is room, a wide range on two lines: it must be read at a tenth of the size."""
    low, dash, high = pay.partition("–")
    lines = [f"{low}–", high] if dash and len(pay) > 5 else [pay]
    # Chinese characters are higher than figures of the same size.
    size = 186 if len(lines) == 2 else 300 if pay[0].isdigit() else 210
    while max(load_font(size).getlength(line) for line in lines) > right - left:
        size -= 6
    y = 134.0
    pitch = 1.04 if "," in pay else 0.92  # commas reach below the line
    for line in lines:
        y += size * pitch
        layout.add_text((left - size * 0.05, y), line, size, PAY)
    return y + 20
