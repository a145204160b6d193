"""A telephone number whose digits stand in several fields or lines waits for a person."""

import pytest

from accounts.public_text.divided_phones import find_divided_phone, find_unread_phone
from listings.models import ListingRevision
from listings.publication import gate
from screening.reading.folded_text import FoldedText
from sitekit.models import Picture
from sitekit.ocr.readings import PictureReading, TextLine
from tests.conftest import build_listing_fields
from tests.linear_time import is_linear

pytestmark = pytest.mark.django_db
ROOMS = f"要打扫的房间：{'、'.join(map(str, range(201, 262)))}。"


def build_content(**fields):
    return ListingRevision(**build_listing_fields(**fields))


def find_pieces(content):
    """Return (field, digits) of each piece."""
    screened = gate.ScreenedText(content)
    pieces = find_divided_phone(FoldedText(screened.whole))
    return tuple((screened.find_field(piece.start), piece.digits) for piece in pieces)


@pytest.mark.parametrize(
    ("fields", "pieces"),
    [
        (
            {"title": "周末导览员 138 0743", "work_hours": "周六周日 1234 找小田"},
            (("title", "1380743"), ("work_hours", "1234")),
        ),
        (
            {"title": "景区检票员7435586", "address": "虹桥路口 一三九〇"},
            (("address", "1390"), ("title", "7435586")),
        ),
        (
            {"requirements": "手脚勤快，幺三七-一二", "contact_name": "王姐 074 355"},
            (("requirements", "13712"), ("contact_name", "074355")),
        ),
        (
            {"title": "景区检票员⑦④③⑤⑤⑧⑥", "address": "虹桥路口 ①③⑨⓪"},
            (("address", "1390"), ("title", "7435586")),
        ),
        (
            {"duties": "讲解，138 0743\n每团十人，1234 找小田"},
            (("duties", "1380743"), ("duties", "1234")),
        ),
        (
            {"title": "周末导览员 400", "duties": "讲解，每团十人。打 1234567"},
            (("title", "400"), ("duties", "1234567")),
        ),
        (
            {"title": "导览员 1380743 18元", "work_hours": "周六周日 1234"},
            (("title", "1380743"), ("work_hours", "1234")),
        ),
        (
            {"title": "周末导览员 一三巴6", "work_hours": "周六周日 流七1溜四三9"},
            (("title", "1386"), ("work_hours", "6716439")),
        ),
        (
            {"duties": ROOMS, "title": "景区检票员7435586", "address": "虹桥路口 1390"},
            (("address", "1390"), ("title", "7435586")),
        ),
        (
            {"duties": "先记 138\n再记 1234\n最后 5678"},
            (("duties", "138"), ("duties", "1234"), ("duties", "5678")),
        ),
        (
            {"contact_name": "138店长", "duties": "柜台 1234", "requirements": "工号 5678"},
            (("contact_name", "138"), ("duties", "1234"), ("requirements", "5678")),
        ),
        (
            {"duties": "门牌 幺三，柜台 81，工号 二三，桌牌 45，编号 拐八九"},
            (
                *(("duties", "13"), ("duties", "81"), ("duties", "23"), ("duties", "45")),
                ("duties", "789"),
            ),
        ),
    ],
)
def test_pieces_of_one_number_wait(employer, fields, pieces):
    content = build_content(**fields)
    assert find_pieces(content) == pieces
    verdict = gate.judge_publication(content, employer)
    reasons = {reason.code: reason for reason in verdict.reasons}
    assert verdict.outcome == "queue" and reasons["divided_phone"].field == pieces[0][0]
    assert "连起来是一个电话号码" in reasons["divided_phone"].words


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "端午包粽子，日薪138元", "work_hours": "8:00-17:30，中午休息"},
        {"title": "仓库分拣 18-25元/小时", "address": "乾州工业园 2017 号仓"},
        {"title": "135平小店招店员", "address": "人民南路1208号", "work_hours": "13:00至21:30"},
        {"title": "2027年1月5日起的活动", "duties": "编号 20270105 的展位，帮忙布置。"},
        {"title": "客房保洁 148 间", "duties": "每月 3500-5000，包住"},
        {"title": "外呼 148", "duties": "3500-5000\n包住"},
        {"title": "男装模特 身高168", "duties": "底薪4300\n熟手4700"},
        {"title": "收银 180-185", "duties": "白班 140\n夜班 1660"},
        {"duties": ROOMS},
        {"title": "十三四个人的婚宴", "work_hours": "一三五晚上六点到九点"},
        # Whole numbers: as any contact in a text.
        {"title": "导览 1380743 1234", "work_hours": "周六"},
        {"duties": "咨询 138 0013 8000", "contact_name": "王 138 0013 8000"},
    ],
)
def test_numbers_of_an_offer_are_no_pieces(fields):
    assert find_pieces(build_content(**fields)) == ()


def store_read_photo(*lines):
    """Return the key of a photo in which these lines were read."""
    placed = (TextLine(text, 10, 40 * n, 300, 40 * n + 30) for n, text in enumerate(lines))
    reading = PictureReading(width=400, height=300, lines=tuple(placed)).describe()
    digest = f"{Picture.objects.count():032x}"
    size = {"width": 400, "height": 300, "widths": [400]}
    return Picture.objects.create(digest=digest, codes=[], reading=reading, **size).pk


@pytest.mark.parametrize(
    ("title", "photos"),
    [
        ("周末导览员", [("张记米粉", "1380743"), ("1234 找小田",)]),
        ("周末导览员 1380743", [("1234 找小田",)]),
        ("周末导览员 1234", [("张记米粉",), ("咨询 138 0743",)]),
    ],
)
def test_a_number_of_which_a_piece_stands_in_a_photo_waits(employer, title, photos):
    content = build_content(title=title, photos=[store_read_photo(*lines) for lines in photos])
    verdict = gate.judge_publication(content, employer)
    assert verdict.outcome == "queue"
    assert "divided_phone" in [reason.code for reason in verdict.reasons]


def test_prices_in_a_photo_are_no_number(employer):
    menu = ("红烧肉 68", "水煮鱼 168", "烤全羊 1288", "清蒸鲈鱼 198", "大盘鸡 158", "毛血旺 88")
    content = build_content(title="传菜员 1380", photos=[store_read_photo(*menu)])
    assert gate.judge_publication(content, employer).outcome == "publish"


@pytest.mark.parametrize("piece", ["一三八 ", "138\n", "0731\n", "000\n1234567\n", "溜八", "12 "])
def test_work_grows_with_the_text_and_no_faster(piece):
    assert is_linear(lambda text: find_divided_phone(FoldedText(f"导览 138\n{text}")), piece)


@pytest.mark.parametrize(
    "quote",
    ["15274301234", "152743 01234", "152 74 30 12 34", "1527.4301.234", "一五二 七四三零一二三四"],
)
@pytest.mark.parametrize("name", ["工号", "来之前记下编号"])
def test_a_whole_number_that_is_called_something_else_waits(name, quote):
    content = build_content(duties=f"在一楼发试饮券，站满四小时。{name}{quote}，到了报这个")
    verdict = gate.judge_publication(content, None)
    reasons = [reason for reason in verdict.reasons if reason.code == "contact_evasion.phone"]
    assert [(reason.field, reason.quote) for reason in reasons] == [("duties", quote)]
    assert verdict.outcome == gate.QUEUE


@pytest.mark.parametrize(
    "words",
    [
        "13.30-17.30 120元",
        "身份证130102199003071234",
        "工号 152743",
        "2026 11 25 18 00",
        "150-180 120 90",
    ],
)
def test_other_long_numbers_are_no_phone(words):
    content = build_content(duties=f"在一楼发试饮券，站满四小时。{words}")
    verdict = gate.judge_publication(content, None)
    assert not [reason for reason in verdict.reasons if reason.code.startswith("contact_evasion")]


def test_looking_for_whole_numbers_takes_linear_time():
    assert is_linear(lambda text: find_unread_phone(FoldedText(text)), "工号15274301234，")
