"""The poster as SVG: the same words and places as the picture, nothing but text and shapes."""

import io
import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from PIL import Image

from sitekit.share_pictures import layout_parts
from sitekit.share_pictures.card_layout import build_card_layout
from sitekit.share_pictures.layout_parts import CodePart, TextPart
from sitekit.share_pictures.share_cards import PAPER, POSTER, SIZES, WIDE
from sitekit.share_pictures.svg_painter import FONT_FAMILY, draw_card_svg
from tests.sitekit.share_pictures.cards import CARD, TITLES

SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {"svg", "title", "rect", "text", "polyline", "circle", "path"}
ATTRIBUTES = {
    "width", "height", "viewBox", "{http://www.w3.org/XML/1998/namespace}lang", "direction", "font-family", "fill",
    "x", "y", "rx", "cx", "cy", "r", "d", "points", "stroke", "stroke-width", "stroke-linejoin", "shape-rendering",
    "font-size", "font-weight", "text-anchor", "textLength", "lengthAdjust",
}  # fmt: skip


def read_svg(card, shape):
    return ElementTree.fromstring(draw_card_svg(card, shape))


@pytest.mark.parametrize("shape", [POSTER, PAPER])
@pytest.mark.parametrize("title", TITLES)
def test_the_svg_has_the_texts_of_the_picture_where_they_stand_and_nothing_else(shape, title):
    card = replace(CARD, title=TITLES[title], who='<a href="https://x.example">"店" & 铺</a>')
    root = read_svg(card, shape)
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == SHAPES
    assert {name for element in root.iter() for name in element.attrib} <= ATTRIBUTES
    parts = [p for p in build_card_layout(card, shape).parts if isinstance(p, TextPart)]
    written = [
        (text.text, float(text.get("x")), float(text.get("y"))) for text in root.iter(f"{SVG}text")
    ]
    assert written == [
        (p.text.replace("·", " · "), round(p.at[0], 2), round(p.at[1], 2)) for p in parts
    ]
    assert root.get("viewBox") == "0 0 {} {}".format(*SIZES[shape])


def test_a_poster_for_paper_is_as_large_as_a4_and_one_for_phones_has_points():
    paper, phone = read_svg(CARD, PAPER), read_svg(CARD, POSTER)
    assert (paper.get("width"), paper.get("height")) == ("210mm", "297mm")
    assert (phone.get("width"), phone.get("height")) == ("1080", "1440")


def test_the_code_stands_where_the_picture_has_it():
    part = next(p for p in build_card_layout(CARD, PAPER).parts if isinstance(p, CodePart))
    (code,) = read_svg(CARD, PAPER).findall(f"{SVG}svg")
    place = [int(code.get(name)) for name in ("x", "y", "width", "height")]
    assert place == [*part.at, part.side, part.side]


def test_the_fonts_are_those_of_the_site(settings):
    tokens = (settings.BASE_DIR / "static/css/tokens.css").read_text()
    assert re.search(r"--font: ([^;]+);", tokens)[1] == FONT_FAMILY


def test_a_text_is_squeezed_only_where_another_font_could_be_too_wide():
    texts = {text.text: text for text in read_svg(CARD, POSTER).iter(f"{SVG}text")}
    assert texts["22"].get("textLength")  # its unit follows
    assert not texts["周末卖场导购"].get("textLength") and not texts["执照"].get("textLength")


def test_a_picture_with_a_photo_is_not_painted_as_svg(monkeypatch):
    file = io.BytesIO()
    Image.new("RGB", (80, 60)).save(file, "PNG")
    monkeypatch.setattr(layout_parts, "read_picture_file", lambda _name: file.getvalue())
    card = replace(CARD, photo="ab/c.webp")
    assert draw_card_svg(card, POSTER) == draw_card_svg(CARD, POSTER)
    with pytest.raises(TypeError, match="PhotoPart"):
        draw_card_svg(card, WIDE)
