"""Contacts found by their look: how many of those hidden, how many honest words by mistake."""

import tomllib
from pathlib import Path

import pytest

from screening.contacts.extraction import find_contact_mentions
from screening.reading.folded_text import FoldedText
from tests import linear_time
from tests.daily_tests import mark_each

GROUPS = tomllib.loads((Path(__file__).parent / "spellings.toml").read_text(encoding="utf-8"))[
    "group"
]
KINDS = ("wechat", "qq", "phone")  # spelled before a colon; a value without one is a link's


def list_spellings(held_out):
    return [
        (text, value)
        for group in GROUPS
        if group.get("held_out", False) is held_out
        for text, value in group.get("spellings", ())
    ]


def list_look_alikes(held_out):
    return [
        text
        for group in GROUPS
        if group.get("held_out", False) is held_out
        for text in group.get("look_alikes", ())
    ]


def list_mentions(text):
    return find_contact_mentions(FoldedText(text))


def is_known_by(text, value):
    kind, colon, plain = value.partition(":")
    expected = (kind, plain) if colon and kind in KINDS else ("link", value)
    return any((mention.kind, mention.value) == expected for mention in list_mentions(text))


def count_share(texts):
    return sum(bool(list_mentions(text)) for text in texts) / len(texts)


def test_the_set_is_large_half_of_it_held_out_and_nothing_in_it_twice():
    spellings = {held_out: list_spellings(held_out) for held_out in (False, True)}
    look_alikes = {held_out: list_look_alikes(held_out) for held_out in (False, True)}
    for half in (spellings, look_alikes):
        assert len(half[True]) >= len(half[False])
    texts = [text for half in spellings.values() for text, _value in half]
    honest = [text for half in look_alikes.values() for text in half]
    assert len(set(texts)) == len(texts) >= 150
    assert len(set(honest)) == len(honest) >= 200


@pytest.mark.parametrize(("held_out", "least"), [(False, 0.99), (True, 0.93)])
def test_a_hidden_contact_is_found(held_out, least):
    assert count_share([text for text, _value in list_spellings(held_out)]) >= least


@pytest.mark.parametrize("held_out", [False, True])
def test_what_only_looks_like_one_is_left_alone(held_out):
    assert count_share(list_look_alikes(held_out)) <= 0.01


@pytest.mark.parametrize(("held_out", "least"), [(False, 0.99), (True, 0.9)])
def test_a_hidden_contact_is_known_by_the_value_of_the_plain_one(held_out, least):
    valued = [(text, value) for text, value in list_spellings(held_out) if value]
    assert sum(is_known_by(text, value) for text, value in valued) / len(valued) >= least


@pytest.mark.parametrize(
    ("text", "name", "words"),
    [
        ("想来的纸飞机搜 linlin77", "app", "纸飞机搜 linlin77"),
        ("溦信 lin0321ok 通过就发地址", "wechat", "溦信 lin0321ok"),
        ("筘筘 558219076", "qq", "筘筘 558219076"),
        ("备注来意 hz88kf", "app", "hz88kf"),
        ("日结 230 包吃，l i n _ 0 3 2 1", "app", "l i n _ 0 3 2 1"),
        ("a️⃣ 找 an🐶jie🐶0321 拿地址", "app", "an🐶jie🐶0321"),
        ("138🌸00🌸13🌸80🌸00 打来", "phone", "138🌸00🌸13🌸80🌸00"),
        ("有意电联 138xxxx6610", "phone", "138xxxx6610"),
        ("anjie_0321 是我的 TG", "app", "anjie_0321 是我的 TG"),
    ],
)
def test_the_words_of_a_contact_are_those_that_give_it_away(text, name, words):
    folded = FoldedText(text)
    (mention,) = find_contact_mentions(folded)
    start, end = folded.span(mention.start, mention.end)
    assert (mention.name, text[start:end]) == (name, words)


@pytest.mark.parametrize(
    ("without", "with_evidence"),
    [
        ("今天到 wj2026kk 那里", "今天加 wj2026kk 那里"),  # a verb of asking
        ("看 30417755 那份", "看陌陌 30417755 那份"),  # the name of an app
        ("贴着 rk3588mm 那台", "账号 rk3588mm 那台"),  # 账号
        ("检查 ABC88 那箱", "检查 ABC88，陌陌号 ABC88"),  # capitals speak against it
        ("有 xyzp66 88 那排", "有 xyzp66 那排，去掉空格找 xyzp66"),
    ],
)
def test_evidence_adds_up(without, with_evidence):
    assert not list_mentions(without)
    assert list_mentions(with_evidence)


@pytest.mark.parametrize(
    "text",
    [
        "型号 wangge66 的机器", "会用 wangge66 画图", "订单 wangge66 打包", "按 wangge66 标准验货",
        "打开 wangge66.pdf 看", "在 path/wangge66 里", "找 office2088 咨询", "加 iphone1588 保护壳",
        "陌陌主播保底 20000 元", "抖音 iphone15 直播间",
    ],
)  # fmt: skip
def test_what_speaks_against_it_outweighs_its_look(text):
    assert list_mentions("看 wangge66 那边")
    assert not list_mentions(text)


@pytest.mark.parametrize(
    "text",
    [
        "去抖音搜我的名字", "快手搜“强子说兼职”", "上探探找我", "小红书@阿强招工", "公众号：鑫鑫招工", "加陌陌聊",
        "名字全拼加0321", "加钉钉群",
    ],
)  # fmt: skip
def test_where_to_look_somebody_up_is_a_call_without_a_value(text):
    (mention,) = list_mentions(text)
    assert not mention.value


@pytest.mark.parametrize(
    "text",
    [
        "抖音搜索推广",
        "负责小红书号的日常运营",
        "关注公众号可查排班",
        "加入抖音公司",
        "加快手上进度",
        "维护微博账号",
    ],
)
def test_an_app_as_work_is_no_call(text):
    assert not list_mentions(text)


HOSTILE = [
    "a1", "a_", "a.", "a1 ", "l i n 0 ", "aa加", "aa下划线", "a😀1", "一a", "巴a", "溜", "138加", "yi san ",
    "+1", "1 ", "a汉1去掉汉字", "陌陌a1b2c3", "微", "t.e.l.e.", "绿色的", "红红", "加a1b2c3", "拼音加",
    "wangge66,", "www", "a丶com", "a在163", "1x", "a(汉)8",
    "微信<号码>", "telegarm ", "6七", "a点b", "一三八,", "陌陌搜", "1一", "ab加1", "138，", "a汉1", "名字加1",
]  # fmt: skip


@pytest.mark.parametrize("piece", mark_each(6, HOSTILE))
def test_a_hostile_text_is_read_in_linear_time(piece, monkeypatch):
    monkeypatch.setattr(linear_time, "LENGTH", 6_000)
    assert linear_time.is_linear(list_mentions, piece)


@pytest.mark.full
@pytest.mark.parametrize("piece", ["加a1b2c3", "微", "一a", "1 ", "a丶com"])
def test_twenty_kilobytes_are_read_in_linear_time(piece, monkeypatch):
    monkeypatch.setattr(linear_time, "LENGTH", 10_000)
    assert linear_time.is_linear(list_mentions, piece)
