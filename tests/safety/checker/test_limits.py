"""查一查: who may ask, and how often."""

import re

import pytest
from django.test import Client

from safety.checker import text_check
from safety.checker import views as check_views
from sitekit.models import Tally
from tests.answers import read_body
from tests.safety.checking import ADDRESS, LONG_ENOUGH, get_headline, picture_of, post_check
from tests.safety.reporting import make_browser

pytestmark = pytest.mark.django_db


def test_without_the_token_of_the_page_nothing_is_read(monkeypatch):
    monkeypatch.setattr(text_check, "screen_text", lambda *_asked: pytest.fail("read"))
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(ADDRESS, {"text": "鲸落暗号", "csrfmiddlewaretoken": "x" * 32})
    assert response.status_code == 403 and "鲸落暗号" not in read_body(response)


def test_with_the_token_it_is(client):
    strict = Client(enforce_csrf_checks=True)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', read_body(strict.get(ADDRESS)))[1]
    answer = strict.post(ADDRESS, {"text": LONG_ENOUGH, "csrfmiddlewaretoken": token})
    assert get_headline(answer) == "看不出来"


def test_a_network_that_asks_without_end_is_asked_to_wait(monkeypatch):
    monkeypatch.setattr(check_views, "CHECKS_AN_HOUR", 2)
    client = make_browser("203.0.113.80")
    answers = [post_check(client, LONG_ENOUGH) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    page = read_body(answers[-1])
    assert "查得太多了" in page and "96110" in page and LONG_ENOUGH in page
    assert post_check(make_browser(), LONG_ENOUGH).status_code == 200


def test_pictures_are_counted_by_themselves(monkeypatch):
    monkeypatch.setattr(check_views, "PICTURES_AN_HOUR", 1)
    client = make_browser("203.0.113.81")
    assert post_check(client, pictures=[picture_of("一")]).status_code == 200
    refused = post_check(client, pictures=[picture_of("一")])
    assert refused.status_code == 429
    assert "查的图太多了" in read_body(refused) and "贴成文字" in read_body(refused)
    assert post_check(client, LONG_ENOUGH).status_code == 200
    with_text = post_check(client, LONG_ENOUGH, pictures=[picture_of("一")])
    assert get_headline(with_text) == "看不出来" and "图先不读了" in read_body(with_text)
    assert not Tally.objects.filter(key__contains="203.0.113").exists()


def test_who_looks_at_an_answer_without_end_is_asked_to_wait(monkeypatch):
    monkeypatch.setattr(check_views, "CHECKS_AN_HOUR", 2)
    client = make_browser("203.0.113.82")
    address = post_check(client, pictures=[picture_of("加微信 abcdef7 细说")]).request["PATH_INFO"]
    assert address.startswith(f"{ADDRESS}reading/")
    answers = [client.get(address) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert "查得太多了" in read_body(answers[1])
    assert client.post(ADDRESS, {"text": LONG_ENOUGH}).status_code == 200


def test_the_answer_is_kept_by_nobody_on_the_way():
    response = post_check(text=LONG_ENOUGH)
    assert "no-store" in response["Cache-Control"] and "private" in response["Cache-Control"]
    assert "Location" not in response
    assert set(response.cookies) <= {"csrftoken"}
