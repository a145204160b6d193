from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone

from news.articles.transitions import (
    ArticleMoveRefused,
    publish_article,
    return_article_to_draft,
    schedule_article,
    withdraw_article,
)
from news.models import Article
from tests.articles import make_article

SOON = timedelta(hours=1)


def list_event_moves(article):
    return [(event.what, event.before, event.after) for event in article.events.all()]


def let_it_come_due(article):
    Article.objects.filter(pk=article.pk).update(published_at=timezone.now() - timedelta(minutes=1))


def test_every_move_is_booked_with_its_reason():
    article = make_article(status="draft")
    schedule_article(article.pk, timezone.now() + SOON)
    return_article_to_draft(article.pk)
    publish_article(article.pk)
    withdraw_article(article.pk, "日期写错")
    assert list_event_moves(article) == [
        ("schedule", "draft", "scheduled"),
        ("back_to_draft", "scheduled", "draft"),
        ("publish", "draft", "published"),
        ("withdraw", "published", "withdrawn"),
    ]
    assert article.events.last().why == "日期写错"


@pytest.mark.parametrize("status", ["draft", "withdrawn"])
def test_what_is_not_public_can_not_be_withdrawn(status):
    article = make_article(status=status)
    events = list_event_moves(article)
    with pytest.raises(ArticleMoveRefused, match="不能改成「已撤回」"):
        withdraw_article(article.pk, "再撤一次")
    article.refresh_from_db()
    assert (article.status, list_event_moves(article)) == (status, events)


def test_a_published_one_is_neither_scheduled_nor_drafted():
    article = make_article()
    with pytest.raises(ArticleMoveRefused, match="定时发布"):
        schedule_article(article.pk, timezone.now() + SOON)
    with pytest.raises(ArticleMoveRefused, match="草稿"):
        return_article_to_draft(article.pk)


def test_a_scheduled_one_that_came_due_is_withdrawn_like_a_published_one():
    article = make_article(status="scheduled", at=timezone.now() + SOON)
    let_it_come_due(article)
    withdraw_article(article.pk, "不该发")
    assert list_event_moves(article)[1:] == [
        ("due", "scheduled", "published"),
        ("withdraw", "published", "withdrawn"),
    ]


def test_a_scheduled_one_that_came_due_does_not_slip_back_to_draft():
    article = make_article(status="scheduled", at=timezone.now() + SOON)
    let_it_come_due(article)
    with pytest.raises(ArticleMoveRefused):
        return_article_to_draft(article.pk)


@pytest.mark.parametrize("why", ["", "   ", "长" * 201])
def test_a_withdrawal_needs_a_reason_that_fits(why):
    article = make_article()
    with pytest.raises(ArticleMoveRefused, match="原因"):
        withdraw_article(article.pk, why)
    article.refresh_from_db()
    assert article.status == "published"


def test_a_moment_that_passed_is_no_schedule_and_a_later_one_no_publication():
    article = make_article(status="draft")
    with pytest.raises(ArticleMoveRefused, match="晚于现在"):
        schedule_article(article.pk, timezone.now() - SOON)
    with pytest.raises(ArticleMoveRefused, match="最晚定到一年后"):
        schedule_article(article.pk, timezone.now() + timedelta(days=400))
    with pytest.raises(ArticleMoveRefused, match="定时发布"):
        publish_article(article.pk, at=timezone.now() + SOON)


@pytest.mark.parametrize(
    ("fields", "name"),
    [
        ({"status": "published"}, "article_public_has_published_at"),
        ({"kind": "alert", "fraud_type": "pyramid"}, "article_alert_has_type_and_level"),
        ({"kind": "alert", "alert_level": "info"}, "article_alert_has_type_and_level"),
        ({"alert_level": "danger"}, "article_alert_has_type_and_level"),
        ({"status": "withdrawn", "published_at": "2026-01-01T00:00Z"}, "withdrawn_has_reason"),
        ({"body": "<script>x</script>"}, "article_says_something"),
        ({"title": ""}, "article_says_something"),
        ({"status": "hidden"}, "article_status_known"),
    ],
)
def test_the_database_refuses_what_the_model_forbids(fields, name):
    with pytest.raises(IntegrityError, match=name):
        Article.objects.create(**{"title": "标题", "body": "<p>正文</p>"} | fields)
