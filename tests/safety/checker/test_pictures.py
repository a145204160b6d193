"""查一查: pictures with a code, without one, and what is none."""

import re
import zlib
from struct import pack

import pytest

from safety.checker import text_check
from screening.assessment import Assessment
from tests.answers import read_body
from tests.safety.checking import (
    LONG_ENOUGH,
    build_signal,
    build_upload,
    get_headline,
    list_marked_words,
    picture_of,
    plain_picture,
    post_check,
)
from tests.sitekit.ocr.drawn_text import draw_lines, encode_image

pytestmark = pytest.mark.django_db


def test_a_code_in_a_picture_is_read_and_never_a_link():
    page = read_body(post_check(pictures=[picture_of("https://pay.example.com/order?id=7&x=<b>")]))
    assert "二维码里写的是" in page and "扫了会打开这个网址" in page
    shown = page.partition("二维码里写的是")[2].partition("</p>")[0]
    page_text = re.sub(r"<sup>.*?</sup>|<[^>]*>", "", shown)
    assert page_text.strip() == "https://pay.example.com/order?id=7&amp;x=&lt;b&gt;"
    assert 'href="https://pay' not in page


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("wxp://f2f0abcdef", "这是收款码"),
        ("https://qr.alipay.com/fkx000", "这是收款码"),
        ("https://u.wechat.com/abc", "加对方为微信好友"),
        ("https://weixin.qq.com/g/abc", "进对方的微信群"),
    ],
)
def test_what_scanning_would_do_is_said(text, means):
    assert means in read_body(post_check(pictures=[picture_of(text)]))


def test_text_and_code_are_read_together(monkeypatch):
    asked = []
    monkeypatch.setattr(
        text_check, "screen_text", lambda text, _context: asked.append(text) or _found_at(text)
    )
    response = post_check(text="先垫付的话，扫码进群。", pictures=[picture_of("加微信 abcdef7")])
    assert asked == ["先垫付的话，扫码进群。\n加微信 abcdef7"]
    assert list_marked_words(response) == [("fraud", "垫付"), ("contact", "abcdef7")]


def _found_at(text):
    at = text.index("abcdef7")
    signals = (
        build_signal("wording.x", 1, 3, fraud_type="upfront_fee"),
        build_signal("contact_evasion.wechat", at, at + 7, weight=10),
    )
    return Assessment(90, "high", "upfront_fee", signals)


def test_a_picture_without_text_says_so():
    page = read_body(post_check(pictures=[plain_picture()]))
    assert "图里没有读到字" in page and 'class="verdict' not in page
    page = read_body(post_check(text=LONG_ENOUGH, pictures=[plain_picture()]))
    assert "没有读到字" in page and 'class="verdict low"' in page and LONG_ENOUGH in page
    assert '<a href="#id_pictures">换一张</a>' in page and 'id="id_pictures"' in page


def build_decompression_bomb():
    """A picture of 30,000 × 30,000 points in a few kilobytes."""

    def chunk(kind, data):
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0))
    rows = chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    return b"\x89PNG\r\n\x1a\n" + head + rows + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"only words, named .png", "这不是能用的图片"),
        (b"", "这个文件是空的"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\x89PNG\r\n\x1a\n broken", "图片"),
        (build_decompression_bomb(), "像素太多"),
        (b"\xff" * (15 * 1024 * 1024 + 1), "不能超过 15 MB"),
    ],
    ids=["words", "empty", "svg", "broken", "bomb", "heavy"],
)
def test_what_is_no_picture_is_refused_with_the_reason(data, message):
    response = post_check(text=LONG_ENOUGH, pictures=[build_upload(data)])
    page = read_body(response)
    assert response.status_code == 200 and message in page and LONG_ENOUGH in page
    alone = read_body(post_check(pictures=[build_upload(data)]))
    assert message in alone and 'class="verdict' not in alone


def test_of_several_pictures_a_bad_one_does_not_stop_the_others():
    page = read_body(post_check(pictures=[build_upload(b"words"), picture_of("加微信 abcdef7")]))
    assert "这不是能用的图片" in page and 'class="verdict' in page and "abcdef7" in page


def test_more_pictures_than_five_are_refused_at_the_field():
    page = read_body(post_check(text=LONG_ENOUGH, pictures=[plain_picture() for _ in range(6)]))
    assert "一次最多放 5 张图" in page and LONG_ENOUGH in page and 'class="verdict' not in page


def test_a_screenshot_in_another_language_is_not_called_too_short():
    lines = ["Part time job 300 a day", "Work from home, pay first"]
    response = post_check(pictures=[build_upload(encode_image(draw_lines(lines)))])
    assert get_headline(response) == "这里只看得懂中文"
