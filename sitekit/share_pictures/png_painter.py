"""Paints a laid out card as PNG."""

import io

from PIL import Image, ImageDraw, ImageOps

from sitekit.share_pictures.card_layout import build_card_layout
from sitekit.share_pictures.fonts import FONT_TURN, load_font
from sitekit.share_pictures.layout_parts import (
    GROUND,
    BoxPart,
    CardLayout,
    CodePart,
    Part,
    PhotoPart,
    RingPart,
    StrokePart,
    TextPart,
)
from sitekit.share_pictures.qr_codes import draw_code_image
from sitekit.share_pictures.share_cards import ShareCard


def draw_card(card: ShareCard, shape: str) -> bytes:
    """Return the PNG. Needs a font (`fonts.has_font`)."""
    with FONT_TURN:
        layout = build_card_layout(card, shape)
        has_photo = any(isinstance(part, PhotoPart) for part in layout.parts)
        return _write_png(_paint_layout(layout), colours=256 if has_photo else 64)


def _paint_layout(layout: CardLayout) -> Image.Image:
    image = Image.new("RGB", (layout.width, layout.height), GROUND)
    pen = ImageDraw.Draw(image)
    for part in layout.parts:
        _paint_part(image, pen, part)
    return image


def _paint_part(image: Image.Image, pen: ImageDraw.ImageDraw, part: Part) -> None:
    match part:
        case TextPart():
            font = load_font(part.size, is_bold=part.is_bold)
            anchor = "ms" if part.is_centred else "ls"
            pen.text(part.at, part.text, part.colour, font, anchor=anchor)
        case BoxPart():
            fill, outline = part.fill or None, part.outline or None
            pen.rounded_rectangle(part.box, part.radius, fill, outline, part.thickness)
        case StrokePart():
            pen.line(list(part.points), part.colour, part.thickness, joint="curve")
        case RingPart():
            pen.circle(part.middle, part.radius, outline=part.colour, width=part.thickness)
        case PhotoPart():
            left, top, right, bottom = part.box
            size = (right - left, bottom - top)
            image.paste(ImageOps.fit(part.photo, size, Image.Resampling.LANCZOS), (left, top))
        case CodePart():
            image.paste(draw_code_image(part.address, part.side), part.at)


def _write_png(image: Image.Image, colours: int) -> bytes:
    """Few colours make a quarter of the bytes; the best packing would take most of the time."""
    dither = Image.Dither.FLOYDSTEINBERG if colours > 64 else Image.Dither.NONE
    output = io.BytesIO()
    image.quantize(colours, dither=dither).save(output, "PNG", compress_level=6)
    return output.getvalue()
