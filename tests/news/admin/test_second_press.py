"""The button of a new article, pressed twice without script, adds one article."""

from datetime import timedelta

import pytest
from django.test import Client

from cities.models import Region
from news.models import Article
from tests.articles import make_source
from tests.at_once import at_once
from tests.clock import advance_clock
from tests.news.editing import ADD, build_article_form, get_change_url
from tests.people import make_person, sign_in


@pytest.fixture
def answers(db):
    """All that a form may say."""
    return build_article_form(
        named_places=[Region.objects.get(slug="xiangxi").pk],
        source=make_source("城东日报", "media").pk,
        body="<p>先垫付，后返钱。</p>\r\n<p>都是骗局。</p>",
        summary=" 两句话。 ",
        source_date="2026-05-01",
    )


@pytest.mark.parametrize("button", ["_save", "_continue", "_publish"])
def test_a_second_press_leads_to_what_the_first_added(admin_client, answers, button):
    for _ in range(2):
        page = admin_client.post(ADD, answers | {button: "1"})
    article = Article.objects.get()
    assert page.url == get_change_url(article)
    assert "刚才已经保存了" in admin_client.get(page.url).content.decode()
    assert article.status == ("published" if button == "_publish" else "draft")


@pytest.mark.parametrize("change", [{"title": "另一篇"}, {"named_places": []}, {"title": ""}])
def test_other_answers_are_another_article(admin_client, answers, change):
    admin_client.post(ADD, answers)
    admin_client.post(ADD, answers | change)
    assert Article.objects.count() == (1 if change == {"title": ""} else 2)


def test_the_same_later_or_by_somebody_else_is_another_article(
    admin_client, answers, monkeypatch, client
):
    admin_client.post(ADD, answers)
    sign_in(client, make_person("other", is_staff=True, is_superuser=True))
    client.post(ADD, answers)
    advance_clock(monkeypatch, timedelta(minutes=1))
    admin_client.post(ADD, answers)
    assert Article.objects.count() == 3


def test_two_presses_at_once_add_one(committed):
    browser = sign_in(Client(), make_person("boss", is_staff=True, is_superuser=True))

    def press():
        again = Client()
        again.cookies = browser.cookies
        return again.post(ADD, build_article_form()).status_code

    assert at_once(press, press) == [302, 302]
    assert Article.objects.count() == 1
