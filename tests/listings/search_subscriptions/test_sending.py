"""What saved searches send: only what is new, live and fitting, once, in one mail a search."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import EmployerStatus
from listings.models import Listing, ListingSearch, SavedSearch, SavedSearchHit
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.transitions import move_listing
from listings.search_subscriptions import sending as search_mails
from listings.search_subscriptions.saved_searches import SEARCHES
from sitekit.models import Mail
from tests.listings.searches import link, request_search, save, sent, told
from tests.news.subscriptions import at_another_moment

pytestmark = pytest.mark.django_db
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def noon(monkeypatch):
    moment = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr(timezone, "now", lambda: moment)


def later(monkeypatch, shift=MINUTE):
    at_another_moment(monkeypatch, shift)


def titles(mail):
    return [line for line in mail.text.splitlines() if line.startswith("活")]


def test_a_new_listing_is_told_with_what_one_needs_to_know(monkeypatch, publish, settings):
    row = save("settlement=daily")
    later(monkeypatch)
    listing = publish(title="活：周末传单派发")
    (mail,) = told()
    assert mail.to == "reader@example.com"
    assert mail.subject == "湘西兼职：活：周末传单派发 22元/小时"
    assert "「湘西兼职」有 1 条新的。" in mail.text
    assert "22 元/小时 · 日结 · 吉首市" in mail.text
    assert f"{settings.SITE_URL}{listing.get_absolute_url()}\n" in mail.text
    assert "不想再收：" in mail.text and "List-Unsubscribe" in mail.headers
    row.refresh_from_db()
    assert row.looked_at == timezone.now()


def test_no_listing_is_told_twice(monkeypatch, publish):
    save()
    later(monkeypatch)
    first = publish(title="活一")
    assert len(told()) == 1
    later(monkeypatch)
    assert told() == []
    move_listing(first.pk, "paused", None)
    move_listing(first.pk, "published", None)
    publish(title="活二")
    later(monkeypatch)
    assert [titles(mail) for mail in told()] == [["活二"]]


def test_what_was_there_before_is_no_news(monkeypatch, publish):
    publish(title="活")
    later(monkeypatch)
    save()
    later(monkeypatch)
    assert told() == []


def test_a_listing_that_shows_up_a_little_late_is_told_all_the_same(monkeypatch, publish):
    save()
    later(monkeypatch, HOUR)
    at = timezone.now() - MINUTE
    publish(title="活一")
    told()
    publish(title="活二", at=at)
    later(monkeypatch)
    assert [titles(mail) for mail in told()] == [["活二"]]


@pytest.mark.parametrize(
    ("query", "city", "fits"),
    [
        ("", "xiangxi", True),
        ("", "jishou", True),
        ("", "hunan", True),
        ("", None, True),
        ("", "fenghuang", False),
        ("", "hefei", False),
        ("category=flyer&settlement=daily", "xiangxi", True),
        ("category=promotion", "xiangxi", True),
        ("category=tutor", "xiangxi", False),
        ("q=顾客", "xiangxi", True),
        ("q=潜水", "xiangxi", False),
        ("q=吉首 顾客", None, True),
        ("q=合肥 顾客", "xiangxi", False),
        ("q=湘西 顾客", "hefei", True),
        ("pay_min=22", "xiangxi", True),
        ("pay_min=23", "xiangxi", False),
        ("slots=6a", "xiangxi", True),
        ("mode=online", "xiangxi", False),
        ("verified=licence", "xiangxi", True),
        ("verified=site_visit", "xiangxi", False),
    ],
)
def test_only_what_the_list_would_show_is_told(monkeypatch, publish, query, city, fits):
    save(query, city) if city else save(query, "nowhere")
    later(monkeypatch)
    publish(title="活")
    assert [titles(mail) for mail in told()] == ([["活"]] if fits else [])


def test_an_online_listing_is_told_where_online_was_asked_for(monkeypatch, publish):
    save("mode=online", "hefei", "a@example.com")
    save("", "xiangxi", "b@example.com")
    later(monkeypatch)
    publish(title="活", mode="online", category="copywriting")
    assert [mail.to for mail in told()] == ["a@example.com"]


def test_what_is_not_live_any_more_is_not_told(monkeypatch, publish, employer):
    save()
    later(monkeypatch)
    gone = publish(title="活一")
    move_listing(gone.pk, "held", None, "核查")
    publish(title="活二", valid_through=timezone.localdate())
    later(monkeypatch, DAY)
    assert told() == []
    three = publish(title="活三")
    # The row may be there for a moment still: what decides is whether visitors may see it.
    Listing.objects.filter(pk=three.pk).update(status="paused")
    assert ListingSearch.objects.filter(pk=three.pk).exists()
    later(monkeypatch)
    assert told() == []
    publish(title="活四")
    move_employer_with_listings(employer.pk, EmployerStatus.FROZEN, None, "核实投诉")
    later(monkeypatch)
    assert told() == []


def test_daily_ones_wait_for_eight_in_the_morning(monkeypatch, publish):
    save(frequency="daily")
    later(monkeypatch)
    publish(title="活一")
    publish(title="活二")
    assert told() == []
    later(monkeypatch, 19 * HOUR + 58 * MINUTE)
    assert timezone.localtime().hour == 7
    assert told() == []
    later(monkeypatch, MINUTE)
    assert [titles(mail) for mail in told()] == [["活二", "活一"]]
    publish(title="活三")
    later(monkeypatch, HOUR)
    assert told() == []
    later(monkeypatch, 23 * HOUR)
    assert [titles(mail) for mail in told()] == [["活三"]]


def test_ten_in_a_mail_and_the_rest_is_on_the_page(monkeypatch, publish, settings):
    save("settlement=daily")
    later(monkeypatch)
    for number in range(13):
        publish(title=f"活{number}")
    (mail,) = told()
    assert len(titles(mail)) == 10
    assert "有 13 条新的" in mail.text and mail.subject.endswith("等 13 条")
    assert f"还有 3 条，在网页上看：{settings.SITE_URL}/xiangxi/jobs/?settlement=daily" in mail.text
    later(monkeypatch)
    assert told() == []


def test_nothing_is_sent_before_the_confirmation_after_the_end_or_after_the_year(
    monkeypatch, publish
):
    request_search("a@example.com", None, "", "全国兼职", "instant")
    ended, lapsed = save(email="b@example.com"), save(email="c@example.com")
    SEARCHES.end(ended.pk)
    SavedSearch.objects.filter(pk=lapsed.pk).update(lapses_at=timezone.now())
    Mail.objects.all().delete()
    later(monkeypatch)
    publish()
    assert told() == []


def test_the_end_takes_back_what_was_not_sent_yet(monkeypatch, publish, client):
    row = save()
    later(monkeypatch)
    publish(title="活一")
    assert len(told()) == 1
    SEARCHES.end(row.pk)
    assert sent() == []


def test_the_link_in_the_mail_ends_it(monkeypatch, publish, client):
    save()
    later(monkeypatch)
    publish(title="活一")
    told()
    (message,) = sent()
    assert client.post(link(message, "end")).status_code == 200
    publish(title="活二")
    later(monkeypatch)
    assert told() == []


def test_near_the_end_of_the_year_the_mail_says_how_to_go_on(monkeypatch, publish):
    row = save()
    SavedSearch.objects.filter(pk=row.pk).update(lapses_at=timezone.now() + 10 * DAY)
    later(monkeypatch)
    publish(title="活一")
    told()
    (message,) = sent()
    assert link(message, "renew")


def test_a_title_cannot_write_headers(monkeypatch, publish):
    save()
    later(monkeypatch)
    publish(title="活\nBcc: a@b.cn")
    told()
    (message,) = sent()
    assert "\n" not in message.subject and not message.bcc


def test_a_batch_costs_the_same_queries_however_many_searches(monkeypatch, publish):
    def queries(count):
        SavedSearch.objects.all().delete()
        Mail.objects.all().delete()
        SavedSearch.objects.bulk_create(
            SavedSearch(
                email=f"a{n}@example.com",
                region_id=region,
                query="settlement=daily",
                title="湘西兼职",
                frequency="instant",
                confirmed_at=timezone.now(),
                looked_at=timezone.now(),
                lapses_at=timezone.now() + DAY,
            )
            for n in range(count)
        )
        later(monkeypatch)
        publish()
        publish()
        with CaptureQueriesContext(
            connection,
        ) as caught:
            assert search_mails.send_new_listing_mails() == count
        assert SavedSearchHit.objects.count() == 2 * count
        return len(caught)

    region = publish().place.adcode
    assert queries(3) == queries(60)


def test_searches_of_quiet_places_are_not_read(monkeypatch, publish, django_assert_max_num_queries):
    rows = [save(city="hefei", email=f"a{n}@example.com") for n in range(5)]
    later(monkeypatch)
    publish()
    with django_assert_max_num_queries(3, info="due, newest by place, note"):
        assert search_mails.send_new_listing_mails() == 0
    later(monkeypatch, 2 * HOUR)
    search_mails.send_new_listing_mails()
    rows[0].refresh_from_db()
    assert rows[0].looked_at == timezone.now()


def test_what_one_run_does_not_manage_the_next_one_does(monkeypatch, publish):
    monkeypatch.setattr(search_mails, "A_RUN", 2)
    monkeypatch.setattr(search_mails, "BATCH", 1)
    for n in range(3):
        save(email=f"a{n}@example.com")
    later(monkeypatch)
    publish()
    assert [len(told()), len(told()), len(told())] == [2, 1, 0]
    later(monkeypatch)
    publish()
    assert search_mails.send_new_listing_mails(stopped=lambda: True) == 0
