"""Addresses whose dot or @ is written otherwise."""

import pytest

from screening.contacts.addresses import find_addresses
from screening.contacts.extraction import find_contacts


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("打开 example丶com", "link", "example.com"),
        ("打开 example·com", "link", "example.com"),
        ("网址 example-点-com", "link", "example.com"),
        ("域名example后缀com", "link", "example.com"),
        ("e x a m p l e . c o m", "link", "example.com"),
        ("wwwexamplecom中间加点", "link", "example.com"),
        ("频道 t点me/wangge66", "link", "t.me/wangge66"),
        ("hr_zhang在163点com", "mail", "hr_zhang@163.com"),
        ("hr_zhang at 163 dot com", "mail", "hr_zhang@163.com"),
        ("hr_zhang[@]163[.]com", "mail", "hr_zhang@163.com"),
        ("hr_zhang 的 163 邮箱", "mail", "hr_zhang@163.com"),
        ("QQ邮箱 607182930", "mail", "607182930@qq.com"),
        ("网易邮箱 hr_zhang2020", "mail", "hr_zhang2020@163.com"),
    ],
)
def test_an_address_is_known_by_its_plain_form(text, kind, value):
    assert [(contact.kind, contact.value) for contact in find_contacts(text)] == [(kind, value)]


@pytest.mark.parametrize(
    "text",
    [
        "会用 asp . net", "懂 java、net 和 com 组件", "公司在163大厦", "QQ邮箱管理员", "163邮箱运营经验",
        "用 www 浏览器",
        "每天 9 点 com 口调试",
    ],
)  # fmt: skip
def test_words_of_an_address_are_none(text):
    assert not list(find_addresses(text))
