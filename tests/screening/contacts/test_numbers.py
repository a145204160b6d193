"""Telephone numbers behind words that tell another number: they count only for the number that follows at once."""

import pytest

from screening.contacts.extraction import find_contacts

MOBILE = "15274301234"


@pytest.mark.parametrize(
    "words",
    [
        "面试自带身份证 刘哥{}",
        "带好身份证原件{}",
        "带身份证电话{}",
        "带健康证书 联系{}",
        "持资格证书找王姐{}",
        "编号登记完打电话{}",
        "第二批王姐{}",
        "日薪200v{}",
        "一天180wx{}",
    ],
)
def test_a_number_to_call_is_a_phone_whatever_stands_before(words):
    contacts = find_contacts(words.format(MOBILE))
    assert [contact.value for contact in contacts] in ([f"+86{MOBILE}"], [MOBILE])


@pytest.mark.parametrize(
    "words",
    [
        f"工号{MOBILE}",
        f"快递单号：{MOBILE}",
        f"联系单号{MOBILE}",
        f"第{MOBILE}号令",
        "身份证号433123199003071234",
        "身份证130102199003071234",
        f"型号a3b{MOBILE}",
    ],
)
def test_a_number_of_something_else_is_none(words):
    assert find_contacts(words) == []
