"""Paints a laid out poster as SVG: texts stay texts, shown in the reader's own font.

Only attributes, no style and no script, so that it looks the same under any content policy; nothing is fetched.
"""

import unicodedata
from xml.sax.saxutils import escape, quoteattr

from sitekit.share_pictures.card_layout import build_card_layout, clean_card
from sitekit.share_pictures.fonts import FONT_TURN
from sitekit.share_pictures.layout_parts import (
    GROUND,
    INK,
    BoxPart,
    CardLayout,
    CodePart,
    Part,
    RingPart,
    StrokePart,
    TextPart,
)
from sitekit.share_pictures.qr_codes import draw_code_within
from sitekit.share_pictures.share_cards import PAPER, SIZES, ShareCard, describe_card

# As `--font` in static/css/tokens.css.
FONT_FAMILY = (
    'system-ui, -apple-system, "PingFang SC", "HarmonyOS Sans SC", "Microsoft YaHei", '
    '"Noto Sans CJK SC", "Noto Sans SC", sans-serif'
)
# The sheet is a tenth of a millimetre smaller than A4 on each side; the background fills the difference.
A4_SIZE = ("210mm", "297mm")
GROUND_BLEED = 20
# Parts of the size that a character of any font takes at most, in Chinese fonts and in others.
WIDEST_WIDE, WIDEST_NARROW = 1.0, 1.25


def draw_card_svg(card: ShareCard, shape: str) -> bytes:
    """Return the SVG of a poster. Needs a font (`fonts.has_font`), since lines are broken by us.

    Raises TypeError where there is a photo: posters have none.
    """
    with FONT_TURN:
        layout = build_card_layout(card, shape)
        title = describe_card(clean_card(card))
    width, height = A4_SIZE if shape == PAPER else map(str, SIZES[shape])
    return _paint_layout(layout, title, (width, height)).encode()


def _paint_layout(layout: CardLayout, title: str, size: tuple[str, str]) -> str:
    bleed = GROUND_BLEED
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size[0]}" height="{size[1]}"'
        f' viewBox="0 0 {layout.width} {layout.height}" xml:lang="zh-CN" direction="ltr"'
        f' font-family={quoteattr(FONT_FAMILY)} fill="{INK}">'
    )
    ground = (
        f'<rect x="{-bleed}" y="{-bleed}" width="{layout.width + 2 * bleed}"'
        f' height="{layout.height + 2 * bleed}" fill="{GROUND}"/>'
    )
    parts = map(_paint_part, layout.parts)
    return "\n".join([head, f"<title>{escape(title)}</title>", ground, *parts, "</svg>\n"])


def _paint_part(part: Part) -> str:
    match part:
        case TextPart():
            return _paint_text(part)
        case BoxPart():
            return _paint_box(part)
        case StrokePart():
            points = " ".join(
                f"{_format_svg_number(x)},{_format_svg_number(y)}" for x, y in part.points
            )
            return (
                f'<polyline points="{points}" fill="none" stroke="{part.colour}"'
                f' stroke-width="{part.thickness}" stroke-linejoin="round"/>'
            )
        case RingPart():
            x, y = map(_format_svg_number, part.middle)
            radius = _format_svg_number(part.radius - part.thickness / 2)
            return (
                f'<circle cx="{x}" cy="{y}" r="{radius}" fill="none" stroke="{part.colour}"'
                f' stroke-width="{part.thickness}"/>'
            )
        case CodePart():
            return draw_code_within(part.address, part.at, part.side)
    raise TypeError(f"{type(part).__name__} is not painted as SVG.")


def _paint_text(part: TextPart) -> str:
    x, y = map(_format_svg_number, part.at)
    text = part.text.replace("·", " · ")  # no more than a point between words in many fonts
    weight = ' font-weight="700"' if part.is_bold else ""
    anchor = ' text-anchor="middle"' if part.is_centred else ""
    fill = "" if part.colour == INK else f' fill="{part.colour}"'
    squeezed = ""
    if _estimate_widest(text, part.size) > part.room:
        squeezed = f' textLength="{_format_svg_number(part.width)}" lengthAdjust="spacingAndGlyphs"'
    return (
        f'<text x="{x}" y="{y}" font-size="{part.size}"{weight}{anchor}{fill}{squeezed}>'
        f"{escape(text)}</text>"
    )


def _paint_box(part: BoxPart) -> str:
    """The line of an outline lies on the edge: it is moved inwards by half of itself."""
    inset = part.thickness / 2
    left, top, right, bottom = part.box
    outline = f' stroke="{part.outline}" stroke-width="{part.thickness}"' if part.outline else ""
    width, height = right - left - 2 * inset, bottom - top - 2 * inset
    return (
        f'<rect x="{_format_svg_number(left + inset)}" y="{_format_svg_number(top + inset)}"'
        f' width="{_format_svg_number(width)}" height="{_format_svg_number(height)}"'
        f' rx="{_format_svg_number(part.radius - inset)}" fill="{part.fill or "none"}"{outline}/>'
    )


def _estimate_widest(text: str, size: int) -> float:
    """Return how wide the text may become in the font of a reader."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return size * (wide * WIDEST_WIDE + (len(text) - wide) * WIDEST_NARROW)


def _format_svg_number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
