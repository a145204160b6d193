"""A seeker's short profile: typed as people type, checked, kept for the next sign-up."""

import html

import pytest
from django.test import Client

from listings.applications.application_rows import describe_fit
from listings.models import SeekerProfile
from listings.vocabulary.work_slots import encode_slots
from tests.answers import read_body
from tests.days import get_birth_year
from tests.listings.seeking import (
    FORM,
    client,
    make_proved_seeker,
    make_seeker_user,
    sign_in_browser,
    user,
)

__all__ = ["client", "user"]
pytestmark = pytest.mark.django_db
PAGE = "/me/profile/"


def test_it_is_kept_and_filled_in_again(client, user, place):
    assert client.post(PAGE, FORM).url == PAGE
    profile = user.profile
    assert (profile.name, profile.phone, profile.wechat) == (
        "小龙",
        "+8619900000001",
        "xiaolong_01",
    )
    assert profile.region == place("jishou") and profile.birth_year == 2001
    assert profile.slots == encode_slots(["6a", "7a"])
    page_text = read_body(client.get(PAGE))
    assert 'value="19900000001"' in page_text and 'value="2001"' in page_text
    assert page_text.count(" checked") == 2


def test_a_second_time_changes_the_same_one(client, user):
    for name in ("小龙", "小虎"):
        client.post(PAGE, FORM | {"name": name})
    assert SeekerProfile.objects.get().name == "小虎"


def test_a_proved_phone_stands_there_from_the_start():
    assert 'value="19900000001"' in read_body(sign_in_browser(make_proved_seeker()).get(PAGE))


def test_an_unproved_one_does_not():
    user = make_seeker_user("unproved", phone="+8619900000009")
    assert "19900000009" not in read_body(sign_in_browser(user).get(PAGE))


def test_full_width_digits_and_letters_are_understood(client, user):
    typed = {"phone": "１９９０００００００１", "birth_year": "２００１年"}
    assert client.post(PAGE, FORM | typed | {"wechat": "ｗｘ＿ａｂｃｄ"}).status_code == 302
    assert (user.profile.birth_year, user.profile.wechat) == (2001, "wx_abcd")


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("name", "", "写个称呼"),
        ("name", "长" * 21, "20 个字以内"),
        ("name", "a\0b", "id_name_error"),
        ("phone", "123", "11 位数字"),
        ("phone", "", "请填手机号"),
        ("wechat", "微信", "6 到 20 位"),
        ("wechat", "x' OR 1=1", "6 到 20 位"),
        ("birth_year", "", "四位数字"),
        ("birth_year", "abc", "四位数字"),
        ("birth_year", "1700", "这个年份不对"),
        ("birth_year", "99999999999999999999", "这个年份不对"),
        ("birth_year", "٢٠٠١", "四位数字"),
        ("region", "火星", "没有找到「火星」"),
        ("education", "phd", "请在列表里选"),
        ("about", "长" * 301, "300 个字以内"),
        ("slots", ["9z"], "时段请在表里勾"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_kept(client, field, typed, message):
    response = client.post(PAGE, FORM | {field: typed})
    assert response.status_code == 200
    assert message in read_body(response)
    assert (typed if field == "wechat" else "xiaolong_01") in html.unescape(read_body(response))
    assert not SeekerProfile.objects.exists()


def test_who_is_too_young_to_work_is_told_so(client):
    response = client.post(PAGE, FORM | {"birth_year": get_birth_year(15)})
    assert "不满 16 周岁不能打工" in read_body(response)
    assert not SeekerProfile.objects.exists()


def test_what_is_typed_is_shown_as_words_not_as_html(client):
    client.post(PAGE, FORM | {"about": "<script>alert(1)</script>", "name": "<b>龙"})
    page_text = read_body(client.get(PAGE))
    assert "<script>alert" not in page_text and "&lt;script&gt;" in page_text


def test_nobody_but_its_owner_has_a_page_with_it(client):
    client.post(PAGE, FORM)
    assert Client().get(PAGE).status_code == 302
    assert "xiaolong_01" not in read_body(sign_in_browser(make_seeker_user("other")).get(PAGE))


@pytest.mark.parametrize(
    ("needed", "free", "message"),
    [
        ([], [], "时间不限，都合适"),
        ([], ["1m"], "时间不限，都合适"),
        (["6a", "7a"], [], "时间完全匹配"),
        (["6a", "7a"], ["6a", "7a", "1m"], "时间完全匹配"),
        (["6a", "7a", "6m"], ["6a", "1m"], "有空 1/3 个时段"),
        (["6a"], ["7a"], "时段都对不上"),
    ],
)
def test_how_free_hours_fit_the_hours_of_a_listing(needed, free, message):
    assert describe_fit(encode_slots(needed), encode_slots(free))[0] == message
