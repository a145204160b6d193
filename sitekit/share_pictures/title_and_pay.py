"""Pay on a card: the largest text, with its unit, and with the settlement where there is room for it; and the title."""

from sitekit.share_pictures.fonts import fit_lines, load_font
from sitekit.share_pictures.layout_parts import PAY, CardLayout, Place
from sitekit.share_pictures.share_cards import ShareCard

MIN_PAY = 48
UNIT_GAP = 12
TITLE_TO_PAY = 0.8  # what the size of a title may be of that of the pay


def fit_title(
    card: ShareCard, width: float, sizes: tuple[int, ...], pay_size: int = 0, most: int = 2
) -> tuple[int, list[str]]:
    """Return its size, clearly below that of the pay, and its lines: `most`, or one more of the smallest size.

    `pay_size` is what the pay has where it is short.
    """
    if card.pay:
        largest = _fit_pay(card, width, pay_size)[1] * TITLE_TO_PAY
        sizes = tuple(size for size in sizes if size <= largest) or sizes[-1:]
    font, lines = fit_lines(card.title, width, sizes, most)
    if "".join(lines).replace(" ", "") != card.title.replace(" ", ""):
        font, lines = fit_lines(card.title, width, sizes[-1:], most + 1)
    return round(font.size), lines


def add_pay(layout: CardLayout, card: ShareCard, at: Place, right: float, size: int) -> float:
    """Add pay, its unit and how it is settled on one line from the height `at`; return its end.

    Settlement is left out where pay would become small: `list_lines_below_pay` has it then.
    """
    x, y = at
    words, size = _fit_pay(card, right - x, size)
    baseline = y + size * 0.86
    width = load_font(size).getlength(card.pay)
    end = layout.add_text(
        (x - size * 0.04, baseline), card.pay, size, PAY, room=width + UNIT_GAP / 2
    )
    start = end + UNIT_GAP
    layout.add_text((start, baseline), words, _size_unit(size), PAY, room=right - start)
    return baseline + size * 0.2


def list_lines_below_pay(card: ShareCard, width: float, size: int) -> list[str]:
    """Return the lines of the card, with the settlement if it does not stand beside the pay."""
    lines = list(card.lines)
    if card.settlement and not _fit_pay(card, width, size)[0].endswith(card.settlement):
        lines[1:2] = ["·".join([card.settlement, *lines[1:2]])]
    return lines


def _fit_pay(card: ShareCard, width: float, size: int) -> tuple[str, int]:
    """Return the words behind the pay, and its size."""
    unit_and_settlement = "·".join(filter(None, [card.pay_unit, card.settlement]))
    least = round(size * 0.7)
    for words, smallest in ((unit_and_settlement, least), (card.pay_unit, MIN_PAY)):
        for tried in range(size, smallest - 1, -6):
            unit = load_font(_size_unit(tried)).getlength(words)
            if load_font(tried).getlength(card.pay) + UNIT_GAP + unit <= width:
                return words, tried
    return card.pay_unit, MIN_PAY


def _size_unit(size: int) -> int:
    return max(30, round(size * 0.36))
