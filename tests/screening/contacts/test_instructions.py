"""Contacts that a text tells how to put together or where to read."""

import pytest

from screening.contacts.extraction import find_contact_mentions
from screening.reading.folded_text import FoldedText
from tests import linear_time


def list_found(text):
    folded = FoldedText(text)
    return [
        folded.written[slice(*folded.span(mention.start, mention.end))]
        for mention in find_contact_mentions(folded)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "丘丘十位：前两位31，中间2266，尾巴9075",  # steps
        "想做的看我主页签名第二行，那串就是我V信",  # places
        "公种号“岭头夜班站”，进去有人带",  # a name in quotes behind one that is disguised
        "开会软件输 471 二六零 938，八点听",  # a number behind a description
        "❷❻❼❺❶❽❹❹❸ 鹅那个老软件",  # a number before one
        "底薪2764，提成3918，绩效05，三个数挨着放去小企鹅里查",  # sums that are none
    ],
)
def test_each_kind_of_instruction_is_a_contact(text):
    assert list_found(text)


@pytest.mark.parametrize(
    "text",
    [
        "会用钉钉打卡，先打早班再打晚班，8点和18点各一次",
        "抖音主页装修，后面再加三张图，一张四十",
        "微信收款后面备注门牌号，一天大约三百单",
        "企业微信 2026年11月20日起改名，工号不变",
        "拼音首字母排序，前三位是年份，中间四位是流水号",  # no app
        "谨防加微信、扫码进群，报名不加群",
    ],
)
def test_work_with_apps_and_numbers_is_none(text):
    assert list_found(text) == []


def test_the_place_is_that_of_what_speaks_for_it():
    (found,) = list_found("夜班理货管饭。丘丘十位：前两位31，中间2266，尾巴9075\n本店在人民路")
    assert found.startswith("丘丘") and found.endswith("9075")


def test_of_names_side_by_side_the_surest_is_weighed():
    assert list_found("主页签名第二行，前头补个q，后头莫动，就是我wx")


def test_another_line_says_nothing_of_it():
    assert list_found("用丘丘通知\n前两位31，中间2266，尾巴9075") == []


@pytest.mark.parametrize(
    "piece", ["丘丘前两位31，中间2", "qq", "1 2、3", "那个软件", "我主页签名里"]
)
def test_time_grows_with_the_text_only(piece):
    assert linear_time.is_linear(lambda text: find_contact_mentions(FoldedText(text)), piece)
