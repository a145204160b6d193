"""Contacts hidden in a text: what is found, where, and by which value it is known again."""

import sys
import tomllib
from pathlib import Path

import pytest

from screening.contacts.extraction import find_contacts, parse_contact_field
from screening.facts.contact_evasion import find_contact_signals
from screening.facts.discrimination import find_discrimination_signals
from screening.reading.folded_text import FoldedText
from tests.daily_tests import mark_each

SPELLINGS = tomllib.loads((Path(__file__).parent / "evasions.toml").read_text(encoding="utf-8"))


def list_findings(text):
    return [
        (signal.code.removeprefix("contact_evasion."), text[signal.start : signal.end])
        for signal in find_contact_signals(FoldedText(text))
    ]


@pytest.mark.parametrize(("kind", "text", "words", "value"), SPELLINGS["evasion"])
def test_a_contact_is_found_however_it_is_spelled(kind, text, words, value):
    assert list_findings(text) == [(kind, words)]
    known = [(contact.value, text[contact.start : contact.end]) for contact in find_contacts(text)]
    assert known == ([(value, words)] if value else [])


@pytest.mark.parametrize("text", SPELLINGS["honest"])
def test_what_only_looks_like_a_contact_is_none(text):
    assert list_findings(text) == []


def test_there_are_many_spellings_and_none_twice():
    assert len({text for _kind, text, *_rest in SPELLINGS["evasion"]}) >= 120
    assert len(set(SPELLINGS["honest"])) >= 40


@pytest.mark.parametrize(
    ("kind", "written", "known"),
    [
        ("phone", "138 0013 8000", ("phone", "+8613800138000")),
        ("phone", "+86-13800138000", ("phone", "+8613800138000")),
        ("phone", "0743-5550101", ("phone", "+867435550101")),
        ("wechat", " Chen_Jie88 ", ("wechat", "chen_jie88")),
        ("wechat", "13800138000", ("phone", "+8613800138000")),
        ("wechat", "123456789", ("qq", "123456789")),
        ("qq", "１２３４５６７８９", ("qq", "123456789")),
        ("mail", "HR@Example.com", ("mail", "hr@example.com")),
        ("link", "HTTPS://www.Example.com/Job/?a=1", ("link", "example.com/job")),
    ],
)
def test_a_field_and_a_text_know_a_contact_by_one_value(kind, written, known):
    contact = parse_contact_field(kind, written)
    assert (contact.kind, contact.value) == known


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("phone", ""),
        ("phone", "见面谈"),
        ("phone", "123"),
        ("wechat", "同上"),
        ("qq", "12"),
        ("mail", "无"),
    ],
)
def test_what_is_no_contact_in_its_field_is_none(kind, written):
    assert parse_contact_field(kind, written) is None


def test_several_contacts_stand_in_reading_order():
    text = "微信chenjie88，电话13800138000，邮箱 hr@example.com，QQ 123456789，见 example.com/job"
    assert [contact.kind for contact in find_contacts(text)] == [
        "wechat",
        "phone",
        "mail",
        "qq",
        "link",
    ]


def test_a_number_inside_an_address_is_no_phone():
    assert list_findings("见 https://example.com/13800138000") == [
        ("link", "https://example.com/13800138000")
    ]
    assert list_findings("投 13800138000@example.com") == [("mail", "13800138000@example.com")]


def test_a_number_backwards_needs_the_word_for_it():
    assert list_findings("编码 00083100831") == []
    assert list_findings("编码 00083100831，倒过来就是我")


HOSTILE = [
    "1", "1 ", "1-3", "-", "一", "一 ", "❤", "a\u0301", "\u0301", "jia wei xin ", "刷*", "加/", "+v",
    "v信", "@", "a@", ".com", "a.", "点com", "微信", "微信a", "加微信 ", "qq1", "qq 1 ", "13800138000 ",
    "0743-", "倒着看0", "亻言", "💰", "(", "电话1", "t.me/", "https://", "<手机号>", "<号码>", "加我",
    "加", "进群", "扫", "，", " ", "十八", "18-35岁", "男", "1.女，", "年龄18", "不限", "不看",
]  # fmt: skip


@pytest.mark.parametrize("piece", mark_each(4, HOSTILE))
def test_work_grows_with_the_text_and_no_faster(piece):
    """Counted in lines run, so that no clock decides."""

    def read_signals(text):
        folded = FoldedText(text)
        list(find_contact_signals(folded))
        list(find_discrimination_signals(folded))

    def count_work(size):
        text = (piece * size)[:size]
        read_signals(
            text
        )  # what is read and compiled once is not counted, also of the piece that its end cuts
        return _count_lines_run(lambda: read_signals(text))

    assert count_work(8_000) <= 2.3 * count_work(4_000) + 200


def _count_lines_run(call):
    lines = 0

    def count(frame, event, argument):
        nonlocal lines
        lines += event == "line"
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        call()
    finally:
        sys.settrace(before)
    return lines
