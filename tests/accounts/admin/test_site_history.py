"""The page 历史 names what truly happened to a row: decided, withdrawn, edited by the staff, by whom and why."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.employers.transitions import record_employer_event
from accounts.models import User
from listings.publication.transitions import move_listing
from news.articles.transitions import withdraw_article
from tests.articles import make_article
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = User.objects.create_superuser("boss@example.com", name="老吴")
    sign_in(client, user)
    return user


def read_history(client, row):
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_history"
    return client.get(reverse(name, args=[row.pk]))


def test_a_listing_was_published_and_held(client, boss, publish):
    listing = publish()
    move_listing(listing.pk, "held", boss, "有人举报收押金")
    page = read_history(client, listing).content.decode()
    for words in ("老吴", "已发布 → 风险暂停", "有人举报收押金"):
        assert words in page, words
    assert "没有修改历史" not in page and ">held<" not in page


def test_an_employer_was_edited_with_the_words_before_and_after(client, boss, employer):
    words = {"name": ["旧名奶茶店", "新名奶茶店"]}
    record_employer_event(employer, boss, "edit", "写错了字", employer.status, words)
    page = read_history(client, employer).content.decode()
    assert "编辑" in page and "写错了字" in page
    assert "“旧名奶茶店” → “新名奶茶店”" in page


def test_an_article_was_published_and_withdrawn(client, boss):
    article = make_article()
    withdraw_article(article.pk, "消息不实", boss)
    page = read_history(client, article).content.decode()
    assert "撤回" in page and "消息不实" in page and "已发布 → 已撤回" in page


def test_who_may_not_see_the_row_sees_none_of_it(publish):
    listing = publish()
    stranger = sign_in(Client(), make_person("stranger", is_staff=True))
    assert read_history(stranger, listing).status_code == 403


def test_a_longer_history_takes_no_more_queries(client, boss, publish):
    listing = publish()
    counts = []
    for number in range(4):
        actor = make_person(f"actor{number}")
        listing.events.create(actor=actor, action="edit", after="published", before="published")
        with CaptureQueriesContext(connection) as captured:
            assert f"actor{number}" in read_history(client, listing).content.decode()
        counts.append(len(captured))
    assert counts[1:] == [counts[1]] * 3
