"""Pictures in which nothing was read are named beside the verdict, which says nothing of them."""

import pytest

from safety.checker.unread_pictures import (
    NOTHING_READ,
    describe_unread_pictures,
    explain_nothing_read,
)
from sitekit.ocr.readings import PictureReading, TextLine
from tests.answers import read_body
from tests.safety.checking import LONG_ENOUGH, build_upload, picture_of, plain_picture, post_check

READ = PictureReading(lines=(TextLine("招人", 0, 0, 9, 9),))
ONLY_A_CODE = PictureReading(codes=("wxp://x",))
EMPTY, BROKEN = PictureReading(width=9), PictureReading(error="图片已损坏。")


def test_what_was_not_read_is_counted_with_each_reason_once():
    assert describe_unread_pictures([]) == describe_unread_pictures([READ, ONLY_A_CODE]) == ""
    words = describe_unread_pictures([READ, BROKEN, ONLY_A_CODE, BROKEN])
    assert words == "有 2 张图没有读到字，结果没算上：图片已损坏。"
    assert "有 1 张图" in describe_unread_pictures([EMPTY]) and "太暗" in describe_unread_pictures(
        [EMPTY]
    )
    assert describe_unread_pictures([EMPTY, BROKEN]).endswith(
        "图片已损坏。可能太暗、太小或拍歪了，请换一张原图。"
    )


def test_where_nothing_at_all_was_read_the_reasons_are_the_answer():
    assert explain_nothing_read([BROKEN, EMPTY]) == "图片已损坏。"
    assert explain_nothing_read([EMPTY]) == NOTHING_READ


@pytest.mark.django_db
def test_the_page_says_at_its_top_that_a_picture_is_not_in_the_verdict():
    page = read_body(post_check(text=LONG_ENOUGH, pictures=[plain_picture()]))
    verdict, _mark, rest = page.partition("有 1 张图没有读到字，结果没算上：")
    assert 'class="verdict low"' in verdict and "你发来的截图" in rest
    pictures = [build_upload(b"words"), picture_of("加微信 abcdef7")]
    assert "有 1 张图没有读到字，结果没算上：这不是能用的图片" in read_body(
        post_check(pictures=pictures)
    )
    assert "张图没有读到字" not in read_body(post_check(pictures=pictures[1:]))
