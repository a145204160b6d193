"""Names of messengers in a text, however they are spelled or described."""

import re

import pytest

from screening.contacts import app_names
from screening.contacts.app_names import SOUND, SURE, WEAK, find_app_names


@pytest.mark.parametrize(
    ("text", "prefix"),
    [
        ("纸飞机", "t.me/"), ("telegram", "t.me/"), ("t.e.l.e.g.r.a.m", "t.me/"), ("te1egram", "t.me/"),
        ("蓝底白飞机的那个软件", "t.me/"), ("钉钉", "dingtalk/"), ("小红书", "chat/"), ("红色的书", "chat/"),
        ("whats app", "chat/"), ("黑色音符的软件", "chat/"), ("🦇", "chat/"),
    ],
)  # fmt: skip
def test_a_name_says_whose_contact_follows(text, prefix):
    (app,) = find_app_names(text)
    assert (app.start, app.end, app.prefix, app.weight) == (0, len(text), prefix, SURE)


@pytest.mark.parametrize("text", ["斗音", "dou音", "抖yin", "抖y", "d音", "douyin", "豆茵"])
def test_a_name_is_known_by_its_sound(text):
    (app,) = find_app_names(text)
    assert app.weight in {SOUND, SURE} and app.prefix == "chat/" and app.end == len(text)


@pytest.mark.parametrize(
    ("text", "name"), [("溦信", "wechat"), ("筘筘", "qq"), ("企额", "qq"), ("vx", "wechat")]
)
def test_wechat_and_qq_have_names_of_their_own(text, name):
    assert [app.name for app in find_app_names(text)] == [name]


def test_short_names_say_little():
    assert [app.weight for app in find_app_names("ks")] == [WEAK]


@pytest.mark.parametrize("text", ["baseline", "tgif", "skyscraper", "qqq"])
def test_a_name_is_not_found_inside_a_word(text):
    assert not list(find_app_names(text))


def test_patterns_of_names_have_no_groups_of_their_own():
    """The number of a group tells which app is meant."""
    for table in (app_names._BY_LOOK, app_names._BY_SOUND):
        for spelled in table._spelled.values():
            assert all(re.compile(pattern).groups == 0 for _head, pattern in spelled)
