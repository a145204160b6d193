"""Share pictures as they are drawn and kept: sizes, texts that are hard to set, files that stay few."""

import io
import os
from dataclasses import replace

import pytest
from PIL import Image

from sitekit.images.barcodes import read_barcodes
from sitekit.share_pictures import fonts, kept_drawings
from sitekit.share_pictures.card_layout import build_card_layout
from sitekit.share_pictures.fonts import clean_drawn_text, fit_lines, load_font
from sitekit.share_pictures.kept_drawings import keep_drawing
from sitekit.share_pictures.layout_parts import TextPart
from sitekit.share_pictures.png_painter import draw_card
from sitekit.share_pictures.share_cards import POSTER, SQUARE, WIDE
from sitekit.system_checks import check_chinese_font
from tests.sitekit.share_pictures.cards import ADDRESS, CARD

PAY = (184, 66, 10)


def draw_card_image(card, shape):
    return Image.open(io.BytesIO(draw_card(card, shape))).convert("RGB")


def measure_pay(image):
    """The box of the points that have the colour of pay."""
    mask = Image.new("L", image.size)
    mask.putdata(
        [255 if max(map(abs_difference, p, PAY)) < 24 else 0 for p in image.get_flattened_data()]
    )
    return mask.getbbox()


def abs_difference(a, b):
    return abs(a - b)


def test_each_shape_has_its_size_and_the_poster_a_code_that_can_be_read():
    assert draw_card_image(CARD, WIDE).size == (1200, 630)
    poster = draw_card_image(CARD, POSTER)
    assert poster.size == (1080, 1440)
    assert read_barcodes(poster) == [ADDRESS]


@pytest.mark.parametrize(
    ("pay", "least"), [("22", 17), ("60–80", 10), ("1,200–1,800", 20), ("面议", 17)]
)
def test_pay_on_the_square_is_tall_enough_when_it_is_60_points_wide(pay, least):
    image = draw_card_image(replace(CARD, pay=pay, pay_unit=""), SQUARE)
    assert image.size == (600, 600)
    left, top, right, bottom = measure_pay(image)
    assert (bottom - top) / 10 >= least
    assert left > 20 and right < 580


def test_long_pay_stays_within_the_picture_and_above_the_size_of_the_title():
    card = replace(
        CARD,
        pay="12,000–18,000.5",
        pay_unit="元/月",
        settlement="完工结，最迟 15 天内付清",
        title="招" * 60,
    )
    left, top, right, bottom = measure_pay(draw_card_image(card, WIDE))
    assert left > 60 and right < 1140 and bottom - top > 80


def list_drawn_texts(card, shape):
    """The texts that stand in the picture as they were written, cut or not."""
    layout = build_card_layout(card, shape)
    return [part.text for part in layout.parts if isinstance(part, TextPart)]


STREET = "吉首市 乾州世纪大道商业街一楼门口"


@pytest.mark.parametrize(
    ("when", "street", "title", "drawn_lines"),
    [
        ("周六、周日 下午", STREET, "传单", ["周六、周日 下午", STREET]),
        ("周六、周日 下午", STREET, "招" * 40, ["周六、周日 下午", STREET]),
        ("周末", "吉首市 人民路", "传单", ["周末·吉首市 人民路"]),
        ("周一至周五 上午、下午；周六、周日 全天、夜间", "吉首市 " + "长街" * 20, "招" * 40, None),
    ],
)
def test_a_poster_says_when_and_where_in_whole(when, street, title, drawn_lines):
    card = replace(CARD, title=title, lines=(f"{when} · {street}", "招 6 人 · 学生可做"))
    texts = list_drawn_texts(card, POSTER)
    if drawn_lines:
        assert set(drawn_lines) < set(texts)
    else:  # too much: both are cut, neither is left out
        assert [text for text in texts if text.startswith("周一至周五")]
        assert [text for text in texts if text.startswith("吉首市 长街")]
    assert card.who in texts


def test_a_square_has_the_work_and_when_and_where_below_the_pay():
    card = replace(CARD, square_lines=("周末奶茶新品传单派发", "周六、周日 下午 · 吉首市"))
    texts = list_drawn_texts(card, SQUARE)
    assert texts[-2:] == ["周末奶茶新品传单派发", "周六、周日 下午·吉首市"]


def test_what_the_font_cannot_draw_is_left_out_and_the_rest_stays():
    assert clean_drawn_text("🔥奶茶店👩‍👩‍👧 急招❤️\u202e\n★ 臺灣 · 龘") == "奶茶店 急招 ★ 臺灣·龘"


def test_lines_fit_and_a_long_text_ends_in_dots():
    font, lines = fit_lines("招" * 61, 1000, (68, 52, 46), 2)
    assert (len(lines), font.size) == (2, 46) and lines[1].endswith("…")
    assert all(font.getlength(line) <= 1000 for line in lines)
    _, lines = fit_lines("招聘 abcdefgh", load_font(46).getlength("招聘 abcdef"), (46,), 2)
    assert lines == ["招聘", "abcdefgh"]
    _, lines = fit_lines("x" * 90, 500, (46,), 9)
    assert "".join(lines) == "x" * 90


def test_no_one_card_has_the_version_of_another():
    cards = [
        CARD,
        replace(CARD, pay="23"),
        replace(CARD, photo="ab/c.webp"),
        replace(CARD, checks=()),
    ]
    assert len({card.version for card in cards}) == 4
    assert replace(CARD).version == CARD.version


def test_a_drawing_is_made_once_and_the_least_asked_for_go(settings, tmp_path, monkeypatch):
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(kept_drawings, "MAX_FILES", 8)
    drawings = []

    def keep(name):
        return keep_drawing(name, lambda: drawings.append(name) or name.encode())

    for number in range(8):
        keep(f"{number}.png")
        os.utime(tmp_path / "drawn" / f"{number}.png", (number, number))
    assert keep("0.png") == b"0.png"  # asked for just now
    keep("8.png")
    assert drawings == [f"{number}.png" for number in range(9)]
    left = {path.name for path in (tmp_path / "drawn").iterdir()}
    assert left == {"0.png", *(f"{number}.png" for number in (4, 5, 6, 7, 8))}


def test_where_nothing_can_be_written_it_is_drawn_each_time(settings, tmp_path):
    (tmp_path / "file").write_text("")
    settings.MEDIA_ROOT = tmp_path / "file"
    assert [keep_drawing("a.png", lambda: b"1"), keep_drawing("a.png", lambda: b"2")] == [
        b"1",
        b"2",
    ]


def test_without_a_font_there_is_none(monkeypatch):
    monkeypatch.setattr(fonts, "FONT_FILES", [("/nowhere/bold.ttc", "/nowhere/regular.ttc")])
    fonts.find_font_files.cache_clear()
    try:
        assert not fonts.has_font()
        assert [warning.id for warning in check_chinese_font(None)] == ["sitekit.W010"]
    finally:
        fonts.find_font_files.cache_clear()
