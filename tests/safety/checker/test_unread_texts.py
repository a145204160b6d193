"""查一查: texts of which nothing is said, since they are too short or in another language."""

import pytest

from tests.answers import read_body
from tests.safety.checking import get_headline, post_check

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "text",
    [
        "钱",
        "👍👍👍👍👍👍👍👍👍👍",
        "……？？？！！！——",
        "12",
        "13987654321",
        "https://a.example.com/b",
        "https://pay.example.com/orders/confirm?customer=abcdefghij&token=klmnopqrst",
        "wx_abcdefgh_2024",
    ],
)
def test_of_next_to_nothing_nothing_is_said(text):
    response = post_check(text=text)
    assert get_headline(response) == "字太少，看不出来"
    assert "打开能转发的页面" not in read_body(response)


@pytest.mark.parametrize(
    "text",
    [
        "Work from home! First deposit 20 USDT, get your money back with commission.",
        "Hello dear, part time job, 300 a day, pay first",  # 34 letters
        "pay me first 你好",
        "Работа на дому, сначала внеси залог",
        "ทำงานที่บ้าน จ่ายก่อน",
    ],
)
def test_of_a_text_in_another_language_nothing_is_said_either(text):
    """It is not too short: the site reads Chinese."""
    response = post_check(text=text)
    page = read_body(response)
    assert get_headline(response) == "这里只看得懂中文" and "翻成中文再查一次" in page
    assert "打开能转发的页面" not in page and "自己再看看" not in page
    mixed = post_check(
        text="Mary 说 meeting 改到 Thursday 下午三点 Room 512，记得带 notebook 和 charger。"
    )
    assert get_headline(mixed) == "看不出来"
