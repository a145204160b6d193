"""Whoever sends a form after the login has ended sees what was typed, and the way back."""

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client

from sitekit.refused_posts.ended_login import get_form_address
from sitekit.refused_posts.typed_fields import collect_typed_input
from sitekit.web.pages import page
from tests.answers import read_body

pytestmark = pytest.mark.django_db
LINE = "手脚麻利，做过两年收银"
PROFILE = {"introduction": f"{LINE}\n周末都有空", "name": "李四", "headcount": "3"}
HOME = settings.LOGIN_REDIRECT_URL


def test_what_was_typed_is_shown_with_the_way_back():
    answer = Client().post("/me/profile/?from=me", PROFILE)
    body = read_body(answer)
    assert answer.status_code == 403 and "登录已经失效" in body
    assert f"{LINE}\n周末都有空</textarea>" in body
    assert 'value="李四"' in body and "数字和日期：3" in body
    assert 'href="/accounts/login/?next=/me/profile/%3Ffrom%3Dme"' in body
    assert "no-store" in answer["Cache-Control"]


def test_a_redirect_is_enough_where_nothing_was_typed():
    for data in ({}, {"hide": "0", "next": "/xiangxi/jobs/"}, {"name": " "}, {"sure": "on"}):
        answer = Client().post("/me/profile/", data)
        assert answer.url == "/accounts/login/?next=/me/profile/"


def test_secrets_choices_hidden_fields_and_buttons_are_not_shown(rf):
    data = {
        "csrfmiddlewaretoken": "x" * 64,
        "oldpassword": "A long pass phrase",
        "code": "123456",
        "next": "/me/Profile",
        "token": "0123456789ABCDEF",
        "_save": "保存",
        "initial-start": "2026-12-01 10:00",
        "settlement": "daily",
        "slots": ["6a", "7b"],
        "contact_wechat": "lisi",
        "licence_code": "91430000MA4L16JQ9B",
    }
    typed = collect_typed_input(rf.post("/a-page/", data))
    assert [text.value for text in typed.texts] == ["lisi", "91430000MA4L16JQ9B"]
    assert typed.numbers == [] and typed.has_more


def test_a_script_that_was_typed_is_words():
    body = read_body(Client().post("/me/profile/", {"name": '"><script>alert(1)</script>'}))
    assert "&lt;script&gt;alert(1)" in body and "<script>alert(1)" not in body


@pytest.mark.parametrize(
    ("referer", "way_back"),
    [
        ("http://testserver/me/inbox/?after=3", "/me/inbox/?after=3"),
        ("http://evil.example/me/", HOME),
        ("http://testserver//evil.example/", HOME),
        ("javascript:alert(1)", HOME),
        ("", HOME),
    ],
)
def test_the_way_back_from_a_button_is_the_page_that_it_stood_on(rf, referer, way_back):
    request = rf.post("/a-button/", {"words": LINE}, headers={"Referer": referer})
    assert get_form_address(request, HOME) == way_back


def test_a_page_that_takes_only_posts_is_not_the_way_back(rf):
    request = rf.post("/a-button/", {"words": LINE}, headers={"Referer": "http://testserver/me/"})
    request.user = AnonymousUser()
    answer = page(takes="post", login=True)(lambda _request: HttpResponse())(request)
    assert 'href="/accounts/login/?next=/me/"' in read_body(answer)


def test_what_staff_typed_is_shown_too():
    referer = {"Referer": "http://testserver/admin/desk/reports/7/"}
    data = {"reason": "没有查实", "action": "dismissed"}
    answer = Client().post("/admin/desk/reports/7/decide/", data, headers=referer)
    assert answer.status_code == 403 and "没有查实" in read_body(answer)
    assert 'href="/accounts/login/?next=/admin/desk/reports/7/"' in read_body(answer)
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("address", ["/me/profile/", "/admin/desk/reports/7/decide/"])
def test_words_from_another_site_stand_on_no_page(address):
    answer = Client(enforce_csrf_checks=True).post(address, {"name": LINE})
    assert answer.status_code == 403 and LINE not in read_body(answer)


def test_a_post_that_cannot_be_read_is_a_redirect(rf):
    request = rf.generic("POST", "/a-page/", b"--x", content_type="multipart/form-data; boundary=")
    assert collect_typed_input(request).texts == []
