"""Where things stand on a card: nothing touches, nothing leaves the sheet, pay is the largest."""

import io
from dataclasses import replace
from itertools import combinations

import pytest
from PIL import Image

from sitekit.share_pictures import layout_parts
from sitekit.share_pictures.card_layout import build_card_layout
from sitekit.share_pictures.fonts import fit_lines, load_font
from sitekit.share_pictures.layout_parts import PAY, BoxPart, PhotoPart, TextPart
from sitekit.share_pictures.share_cards import PAPER, POSTER, SQUARE, WIDE
from tests.daily_tests import mark_each
from tests.sitekit.share_pictures.cards import CARD, TITLES

GAP = 6  # points of paper between what is written
PAYS = {"short": ("22", "元/小时", "日结"), "range": ("120–180", "元/天", "日结"), "none": ("", "", "")} | {
    "long": ("12,000–18,000.5", "元/月", "完工结，最迟 15 天内付清"), "talk": ("面议", "", ""),
}  # fmt: skip


@pytest.fixture
def photo(monkeypatch):
    file = io.BytesIO()
    Image.new("RGB", (80, 60), "#4a7aa5").save(file, "PNG")
    monkeypatch.setattr(layout_parts, "read_picture_file", lambda _name: file.getvalue())
    return "photo.png"


def measure_ink(part):
    """The box that the ink of a text takes."""
    anchor = "ms" if part.is_centred else "ls"
    left, top, right, bottom = load_font(part.size, is_bold=part.is_bold).getbbox(
        part.text, anchor=anchor
    )
    x, y = part.at
    return x + left, y + top, x + right, y + bottom


def list_texts(layout):
    return [part for part in layout.parts if isinstance(part, TextPart) and not part.is_centred]


def list_touching(layout):
    boxes = [(part.text, measure_ink(part)) for part in list_texts(layout)]
    boxes += [("photo", part.box) for part in layout.parts if isinstance(part, PhotoPart)]
    # The box with the code is the last; what lies within it does not count.
    code_boxes = [part.box for part in layout.parts if isinstance(part, BoxPart)][2:]
    touching = []
    for (name, a), (other, b) in combinations(boxes, 2):
        if a[0] < b[2] and b[0] < a[2] and a[1] < b[3] + GAP and b[1] < a[3] + GAP:
            touching.append((name, other))
    for box in code_boxes:
        touching += [
            (name, "code") for name, a in boxes if a[1] < box[1] < a[3] or a[1] < box[3] < a[3]
        ]
    return touching


@pytest.mark.parametrize("shape", [WIDE, SQUARE, POSTER, PAPER])
@pytest.mark.parametrize("title", mark_each(4, TITLES))
def test_nothing_touches_or_leaves_the_sheet(shape, title, photo):
    for pay, unit, settlement in PAYS.values():
        if shape in {POSTER, PAPER} and not pay:
            continue
        for picture in ("", photo):
            card = replace(
                CARD, title=TITLES[title], pay=pay, pay_unit=unit, settlement=settlement,
                photo=picture, square_lines=(TITLES[title], "周六、周日 下午 · 吉首市"),
                lines=(
                    "周六、周日 14:00–18:00 · 吉首市 乾州世纪大道商业街一楼门口",
                    "招 12 人 · 学生可做 · 包餐 · 包住",
                ),
            )  # fmt: skip
            layout = build_card_layout(card, shape)
            assert list_touching(layout) == []
            for part in list_texts(layout):
                left, top, right, bottom = measure_ink(part)
                assert left >= 24 and right <= layout.width - 24, part.text
                assert top >= 24 and bottom <= layout.height - 24, part.text


@pytest.mark.parametrize("shape", [WIDE, POSTER, PAPER])
@pytest.mark.parametrize("title", mark_each(2, TITLES))
def test_pay_is_larger_than_the_title(shape, title, photo):
    for pay, unit, settlement in [PAYS[name] for name in ("short", "range", "long")]:
        card = replace(
            CARD, title=TITLES[title], pay=pay, pay_unit=unit, settlement=settlement, photo=photo
        )
        texts = list_texts(build_card_layout(card, shape))
        pay_size = next(part.size for part in texts if part.colour == PAY)
        others = [part.size for part in texts if part.colour != PAY]
        assert max(others) < pay_size * 0.85


def test_a_title_of_sixty_characters_is_whole_where_there_is_room():
    texts = [part.text for part in list_texts(build_card_layout(CARD_OF_SIXTY, WIDE))]
    assert "".join(texts[1:4]) == CARD_OF_SIXTY.title


CARD_OF_SIXTY = replace(CARD, title="招" * 60)


def test_a_long_title_of_a_guide_beside_a_photo_has_four_lines(photo):
    card = replace(CARD, title="刷单返利怎么认" * 7, pay="", who="", checks=(), photo=photo)
    texts = [part.text for part in list_texts(build_card_layout(card, WIDE))]
    assert "".join(texts[1:5]) == card.title


def test_facts_of_a_poster_that_are_long_stand_in_whole_where_there_is_room():
    card = replace(
        CARD, pay="12,000–18,000.5", pay_unit="元/月", settlement="完工结，最迟 15 天内付清",
        lines=("周六、周日 14:00–18:00 · 吉首市 乾州世纪大道商业街一楼", "招 6 人 · 学生可做 · 包餐"),
    )  # fmt: skip
    texts = [part.text for part in list_texts(build_card_layout(card, POSTER))]
    assert "吉首市 乾州世纪大道商业街一楼" in texts and "招 6 人·学生可做·包餐" in texts


def test_a_poster_says_its_number_and_its_address_without_the_scheme():
    texts = [part.text for part in list_texts(build_card_layout(CARD, POSTER))]
    assert {"jobs.example/xiangxi/jobs/12/", "编号 12"} <= set(texts)
    card = replace(CARD, address=f"https://{'very-long-name.' * 9}example/xiangxi/jobs/12/")
    layout = build_card_layout(card, POSTER)
    assert list_touching(layout) == []


@pytest.mark.parametrize("mark", ["，", "]]>", "！！！", "）。"])
def test_marks_that_may_not_begin_a_line_take_a_character_along_and_stay_within(mark):
    width = load_font(46).getlength("招" * 6)
    font, lines = fit_lines("招" * 6 + mark + "聘", width, (46,), 9)
    assert all(font.getlength(line) <= width for line in lines)
    assert lines[1].startswith("招" + mark)


def test_a_cut_line_keeps_its_blanks():
    _, lines = fit_lines("ab cd ef gh ij kl", load_font(46).getlength("ab cd ef"), (46,), 1)
    assert lines == ["ab cd…"]
