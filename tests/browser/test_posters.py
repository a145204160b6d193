"""The SVG of a poster in a browser: within the sheet whatever font there is, its code is read, nothing is asked for."""

import io
from dataclasses import replace

import pytest
from PIL import Image

from sitekit.images.barcodes import read_barcodes
from sitekit.share_pictures.share_cards import PAPER, POSTER, SIZES
from sitekit.share_pictures.svg_painter import FONT_FAMILY, draw_card_svg
from tests.daily_tests import mark_each
from tests.sitekit.share_pictures.cards import ADDRESS, CARD, TITLES

FONTS = [FONT_FAMILY, "monospace", "serif", "Noto Sans CJK SC", "Noto Sans CJK JP"]
# Boxes of texts in points of the sheet, of those in one line only what follows.
FAULTS = """() => {
  const texts = [...document.querySelectorAll("text")].filter((t) => !t.hasAttribute("text-anchor"));
  const boxes = texts.map((t) => t.getBBox());
  const sheet = document.documentElement.viewBox.baseVal;
  const faults = [];
  texts.forEach((text, i) => {
    const box = boxes[i];
    if (box.x < 20 || box.x + box.width > sheet.width - 20) faults.push(`outside: ${text.textContent}`);
    texts.forEach((other, j) => {
      const [right, start] = [box.x + box.width, boxes[j].x];
      if (i !== j && text.getAttribute("y") === other.getAttribute("y") && box.x < start && start < right)
        faults.push(`${text.textContent} reaches ${other.textContent}`);
    });
  });
  return faults; }"""
LONG = {
    "pay": "12,000–18,000.5",
    "pay_unit": "元/月",
    "lines": (
        "WWWW 14:00–18:00 MMMM 12:00–13:00 WWWW · @@@@@@@@@@@@@@@@@@@@@@@@ %%%%%%%%%%",
        "招 4 人",
    ),
    "who": "WORLD WIDE WAREHOUSE & MAMMOTH MARKETING MANAGEMENT COMPANY",
}


@pytest.mark.parametrize("shape", mark_each(2, [POSTER, PAPER]))
def test_no_text_is_wider_than_its_room_in_any_font(open_page, tmp_path, shape):
    page = open_page(*SIZES[shape])
    faults = []
    for name, title in TITLES.items():
        svg = draw_card_svg(replace(CARD, title=title, **LONG), shape).decode()
        for font in FONTS:
            file = tmp_path / f"{name}.svg".replace(" ", "_")
            file.write_text(svg.replace(f"'{FONT_FAMILY}'", f"'{font}'"))
            page.goto(file.as_uri())
            faults += [(name, font, fault) for fault in page.evaluate(FAULTS)]
    assert faults == []


@pytest.mark.parametrize("shape", mark_each(2, [POSTER, PAPER]))
def test_the_code_is_read_from_what_a_browser_shows(open_page, tmp_path, shape):
    (tmp_path / "poster.svg").write_bytes(draw_card_svg(CARD, shape))
    page = open_page(*(SIZES[POSTER] if shape == POSTER else (794, 1123)))
    page.goto((tmp_path / "poster.svg").as_uri())
    image = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    assert read_barcodes(image) == [ADDRESS]
    # Paper to the last row: the sheet is a little narrower than A4.
    assert {
        image.getpixel((x, y)) for x in (0, image.width - 1) for y in (0, image.height - 1)
    } == {(247, 245, 239)}
