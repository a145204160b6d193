"""One story of several sources is one row of a list, and loses no list by it."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from news.analysis.story_leads import choose_story_leads
from news.articles.article_places import set_places
from news.articles.transitions import (
    publish_article,
    record_due_articles,
    schedule_article,
    withdraw_article,
)
from news.models import Article
from tests.articles import make_alert, make_source
from tests.clock import advance_clock

TITLE = "吉首李女士做刷单任务被骗 83645 元"
BODIES = [
    "<p>吉首的李女士在群里做刷单任务，先垫付 500 元，三天里共转出 83645 元，随后被拉黑，她报了警。</p>",
    "<p>为了挣点零花，吉首李女士接了点赞的活。83645 元转走以后，群主消失。警方已经立案侦查。</p>",
]
OTHER = (
    "凤凰张先生买手机付款后没有收到货",
    "<p>凤凰的张先生在二手群里付了 1999 元，卖家把他拉黑。</p>",
)


@pytest.fixture
def tellings(places):
    first = make_alert(
        TITLE, BODIES[0], places=[places["jishou"]], source=make_source("甲报", "media")
    )
    other = make_alert(
        f"{TITLE}，警方提醒",
        BODIES[1],
        places=[places["jishou"]],
        source=make_source("乙报", "media"),
    )
    return first, other


def list_rows(client, address):
    page = client.get(address).text
    return [title for title in (TITLE, f"{TITLE}，警方提醒") if f">{title}</a></h2>" in page]


def reload_lead(article):
    article.refresh_from_db()
    return article.lead


def test_the_first_stands_for_the_other_everywhere(client, tellings):
    first, other = tellings
    assert (reload_lead(first), reload_lead(other)) == (None, first)
    for address in ("/news/", "/alerts/", "/jishou/alerts/", "/xiangxi/alerts/brushing_rebate/"):
        assert list_rows(client, address) == [TITLE], address
    assert "另有 1 家报道" in client.get("/alerts/").text
    feed = client.get("/alerts/feed.json").json()
    assert [item["title"] for item in feed["items"]] == [TITLE]
    assert client.get("/sitemap-news.xml").text.count("<news:title>") == 1


def test_each_page_leads_to_the_other(client, tellings):
    first, other = tellings
    assert f'href="/news/{other.pk}/">乙报：' in client.get(f"/news/{first.pk}/").text
    assert f'href="/jishou/news/{first.pk}/">甲报：' in client.get(f"/jishou/news/{other.pk}/").text


def test_what_the_site_tells_itself_is_named_as_its_own(client, tellings):
    first, other = tellings
    Article.objects.filter(pk=other.pk).update(source=None)
    assert f'href="/news/{other.pk}/">本站：' in client.get(f"/news/{first.pk}/").text
    Article.objects.filter(pk=other.pk).update(import_key="x")
    assert f'href="/news/{other.pk}/">来源未注明：' in client.get(f"/news/{first.pk}/").text


def test_a_story_whose_lead_is_withdrawn_is_still_told(client, tellings):
    first, other = tellings
    withdraw_article(first.pk, "撤回")
    assert reload_lead(other) is None
    assert list_rows(client, "/alerts/") == [f"{TITLE}，警方提醒"]
    assert "另有" not in client.get("/alerts/").text


def test_another_story_is_a_row_of_its_own(tellings):
    other = make_alert(*OTHER, fraud_type="fake_shopping")
    assert reload_lead(other) is None


def test_no_list_loses_a_story(places, tellings):
    """The one that says less of the place gives way; another kind or type is another list."""
    first, other = tellings
    set_places(first, [places["xiangxi"]])
    choose_story_leads(first)
    assert (reload_lead(first), reload_lead(other)) == (other, None)
    Article.objects.filter(pk=first.pk).update(fraud_type="account_tasks")
    first.refresh_from_db()
    choose_story_leads(first)
    assert (reload_lead(first), reload_lead(other)) == (None, None)


def test_an_undated_one_stands_for_none_with_a_date(tellings):
    first, other = tellings
    Article.objects.filter(pk=first.pk).update(import_key="x", source_date=None)
    first.refresh_from_db()
    choose_story_leads(first)
    assert (reload_lead(first), reload_lead(other)) == (other, None)


def test_what_is_printed_again_in_another_season_stands_for_itself(client, places):
    """Offices warn before each school year in the same words: that is a warning of this year."""
    day = timezone.localdate()
    former, fresh = (
        make_alert(
            title, BODIES[0], places=[places["jishou"]], source_date=day - timedelta(days=days)
        )
        for title, days in ((TITLE, 365), (f"{TITLE}，警方提醒", 1))
    )
    assert (reload_lead(former), reload_lead(fresh)) == (None, None)
    assert len(list_rows(client, "/jishou/alerts/")) == 2


def test_what_is_not_due_stands_for_none(tellings, places):
    first, _other = tellings
    late = make_alert(f"{TITLE}了", BODIES[1], places=[places["jishou"]], status="draft")
    set_places(late, [places["jishou"], places["fenghuang"]])
    schedule_article(late.pk, timezone.now() + timedelta(hours=1))
    assert reload_lead(first) is None
    assert reload_lead(late) is None


def test_what_became_due_stands_for_what_was_published_meanwhile(
    client, tellings, places, monkeypatch
):
    first, other = tellings
    late = make_alert(f"{TITLE}了", BODIES[1], places=[places["jishou"]], status="draft")
    set_places(late, [places["jishou"], places["fenghuang"]])
    schedule_article(late.pk, timezone.now() + timedelta(hours=1))
    assert record_due_articles() == 0
    advance_clock(monkeypatch, timedelta(hours=2))
    assert late.title in client.get("/alerts/").text, "no job is needed for that"
    assert record_due_articles() == 1 and record_due_articles() == 0
    assert reload_lead(first) == reload_lead(other) == late
    assert list_rows(client, "/alerts/") == []
    late.refresh_from_db()
    assert late.status == "published" and late.events.latest("pk").who is None


def test_three_tellings_are_one_row(client, tellings, places):
    first, other = tellings
    third = make_alert(
        "李女士刷单 83645 元被骗", BODIES[0] + BODIES[1], places=[places["jishou"]], status="draft"
    )
    set_places(third, [places["jishou"], places["fenghuang"]])
    publish_article(third.pk)
    assert {reload_lead(first), reload_lead(other)} == {third}
    assert reload_lead(third) is None
    assert "另有 2 家报道" in client.get("/alerts/").text


def test_articles_of_before_are_folded_by_the_command(tellings):
    first, other = tellings
    Article.objects.update(lead=None)
    call_command("index_articles", verbosity=0)
    assert (reload_lead(first), reload_lead(other)) == (None, first)


def test_a_list_takes_no_query_more(client, tellings, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        client.get("/alerts/")
