"""What the rows of `ArticleRegion` repeat of their article: the feeds of a place are read by it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cities.directory.regions import reset_region_cache
from cities.directory.regions_csv import places_retired
from cities.models import Region
from news.articles.article_places import list_also_shown, set_places
from news.articles.transitions import (
    publish_article,
    return_article_to_draft,
    schedule_article,
    withdraw_article,
)
from news.models import Article
from news.periodic_tasks import JOBS
from news.related.local_alerts import list_latest_articles, list_nearest_alerts
from tests.articles import make_alert, make_article
from tests.news.editing import press_button
from tools.demo.bulk_rows import create_articles_in_bulk

HOUR = timedelta(hours=1)


@pytest.fixture
def retire_place():
    """Merges a place into another one."""

    def merge(place, successor):
        Region.objects.filter(pk=place.pk).update(successor=successor)
        places_retired.send(Region)

    yield merge
    reset_region_cache()


def run_job(name):
    (job,) = (job for job in JOBS if job.name == name)
    return job.do()


def list_copied_fields(article):
    rows = article.places.values_list("kind", "fraud_type", "published_at").distinct()
    return list(rows)


def test_the_rows_of_all_places_follow_every_move(places):
    article = make_article(places=[places["jishou"]], status="draft")
    assert article.places.count() > 1
    assert list_copied_fields(article) == [("news", "", None)]
    later = timezone.now() + HOUR
    schedule_article(article.pk, later)
    assert list_copied_fields(article) == [("news", "", later)]
    return_article_to_draft(article.pk)
    assert list_copied_fields(article) == [("news", "", None)]
    published = publish_article(article.pk).published_at
    assert list_copied_fields(article) == [("news", "", published)]
    withdraw_article(article.pk, "日期写错")
    assert list_copied_fields(article) == [("news", "", None)]


def test_the_rows_follow_an_edit_and_the_feeds_with_them(admin_client, places):
    article = make_article("收押金", places=[places["jishou"]])
    moment = article.published_at
    answer = press_button(
        admin_client,
        article,
        "_save",
        kind="alert",
        body="<p>先交押金的都不要做。</p>",
        named_places=[places["fenghuang"].pk],
        fraud_type="upfront_fee",
        alert_level="warning",
    )
    assert answer.redirect_chain
    assert list_copied_fields(article) == [("alert", "upfront_fee", moment)]
    assert [row.title for row in list_nearest_alerts(places["xiangxi"], ["upfront_fee"])] == [
        "收押金"
    ]
    assert list_latest_articles(places["xiangxi"]) == []


def test_saving_only_the_title_repeats_nothing_that_was_not_saved(places):
    article = make_article(places=[places["jishou"]])
    article.kind = "guide"
    article.save(update_fields=["title"])
    assert {kind for kind, _, _ in list_copied_fields(article)} == {"news"}


def test_an_article_is_national_while_it_has_no_place(places):
    article = make_article("全国", status="draft")
    assert Article.objects.get(pk=article.pk).national
    set_places(article, [places["jishou"]])
    assert not Article.objects.get(pk=article.pk).national
    set_places(article, [])
    assert Article.objects.get(pk=article.pk).national


@pytest.mark.parametrize("address", ["/xiangxi/news/", "/xiangxi/alerts/", "/xiangxi/"])
def test_a_scheduled_one_is_in_the_feeds_of_its_place_from_its_moment_on(
    client, places, monkeypatch, address
):
    now = timezone.now()
    make_alert("刚到点", places=[places["jishou"]], status="scheduled", at=now + HOUR)
    assert "刚到点" not in client.get(address).content.decode()
    monkeypatch.setattr(timezone, "now", lambda: now + 2 * HOUR)
    assert "刚到点" in client.get(address).content.decode()


def test_what_is_written_in_bulk_repeats_the_same(places):
    moment = timezone.now() - HOUR
    jishou = {places["jishou"].pk: True, places["hunan"].pk: False}
    local = Article(title="吉首", body="<p>甲</p>", kind="guide", fraud_type="pyramid")
    national = Article(title="全国", body="<p>乙</p>")
    local.published_at = national.published_at = moment
    create_articles_in_bulk(
        [
            (local, jishou, []),
            (national, {}, []),
        ]
    )
    local, national = Article.objects.order_by("pk")
    assert list_copied_fields(local) == [("guide", "pyramid", moment)]
    assert (local.national, national.national) == (False, True)
    assert [row.title for row in list_latest_articles(places["hunan"])] == ["吉首", "全国"]


def test_articles_of_a_place_that_was_merged_into_another_one_are_found_there(
    client, places, retire_place
):
    about = make_article("吉首的新鲜事", places=[places["jishou"]])
    moment = timezone.now() - HOUR
    Article.objects.filter(pk=about.pk).update(updated_at=moment)
    shown = make_article("长沙的新鲜事", places=[places["changsha"]])
    set_places(shown, [places["changsha"]], [places["jishou"]])
    assert run_job("补写资讯的地区") == 0
    retire_place(places["jishou"], places["beijing"])
    assert run_job("补写资讯的地区") == 2
    names = {row.region.slug for row in about.places.select_related("region")}
    assert names == {"beijing"}
    page = client.get("/beijing/news/").content.decode()
    assert about.title in page and shown.title in page
    assert about.title not in client.get("/xiangxi/news/").content.decode()
    assert [place.slug for place in list_also_shown(shown)] == ["beijing"]
    about.refresh_from_db()
    assert about.updated_at == moment, "nothing is news for readers"
