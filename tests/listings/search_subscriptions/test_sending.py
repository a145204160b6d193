"""What saved searches send: only what is new, live and fitting, once, in one mail a search."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.inbox import digests
from accounts.models import EmployerEvent, EmployerStatus, Notice
from listings.models import Listing, ListingEvent, ListingSearch, SavedSearch, SavedSearchHit
from listings.publication.employer_status import (
    move_employer_with_listings,
    restore_employer_with_listings,
)
from listings.publication.transitions import move_listing, publish_listing, restore_listing
from listings.search_subscriptions import sending as search_mails
from listings.search_subscriptions.saved_searches import SEARCHES
from sitekit.models import Mail
from tests.clock import advance_clock
from tests.conftest import build_listing_fields
from tests.listings.searches import (
    deliver_due_mails,
    find_mail_link,
    make_saved_search,
    request_search,
    write_due_mails,
)
from tools.demo.factories import make_listing

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock_at_noon")]
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def list_mail_titles(mail):
    return [line for line in mail.text.splitlines() if line.startswith("活")]


def test_a_new_listing_is_told_with_what_one_needs_to_know(monkeypatch, publish, settings):
    row = make_saved_search("settlement=daily")
    advance_clock(monkeypatch, MINUTE)
    listing = publish(title="活：周末传单派发")
    (mail,) = write_due_mails()
    assert mail.to == "reader@example.com"
    assert mail.subject == "湘西兼职：活：周末传单派发 22元/小时"
    assert "「湘西兼职」有 1 条新的。" in mail.text
    assert "22 元/小时 · 日结 · 吉首市" in mail.text
    assert f"{settings.SITE_URL}{listing.get_absolute_url()}\n" in mail.text
    assert "不想再收：" in mail.text and "List-Unsubscribe" in mail.headers
    row.refresh_from_db()
    assert row.looked_at == timezone.now()


def test_no_listing_is_told_twice(monkeypatch, publish):
    make_saved_search()
    advance_clock(monkeypatch, MINUTE)
    first = publish(title="活一")
    assert len(write_due_mails()) == 1
    advance_clock(monkeypatch, MINUTE)
    assert write_due_mails() == []
    move_listing(first.pk, "paused", None)
    move_listing(first.pk, "published", None)
    publish(title="活二")
    advance_clock(monkeypatch, MINUTE)
    assert [list_mail_titles(mail) for mail in write_due_mails()] == [["活二"]]


def test_what_was_there_before_is_no_news(monkeypatch, publish):
    publish(title="活")
    advance_clock(monkeypatch, MINUTE)
    make_saved_search()
    advance_clock(monkeypatch, MINUTE)
    assert write_due_mails() == []


def test_a_listing_that_shows_up_a_little_late_is_told_all_the_same(monkeypatch, publish):
    make_saved_search()
    advance_clock(monkeypatch, HOUR)
    at = timezone.now() - MINUTE
    publish(title="活一")
    write_due_mails()
    publish(title="活二", at=at)
    advance_clock(monkeypatch, MINUTE)
    assert [list_mail_titles(mail) for mail in write_due_mails()] == [["活二"]]


def look_for_news(monkeypatch):
    """Look for news ten minutes later; return the titles that mails have, by mail."""
    advance_clock(monkeypatch, 10 * MINUTE)
    return [list_mail_titles(mail) for mail in write_due_mails()]


def date_events():
    """Give the events that the true clock dated the moment of the test."""
    for model in (ListingEvent, EmployerEvent):
        later = model.objects.filter(created_at__gt=timezone.now())
        later.update(created_at=timezone.now())


def test_what_was_held_when_the_others_were_told_is_told_once_it_is_back(monkeypatch, publish):
    make_saved_search()
    advance_clock(monkeypatch, MINUTE)
    held = publish(title="活一")
    move_listing(held.pk, "held", None, "核查")
    publish(title="活二")
    assert look_for_news(monkeypatch) == [["活二"]]
    advance_clock(monkeypatch, 9 * DAY)
    assert look_for_news(monkeypatch) == []
    restore_listing(held.pk, None, "没有问题")
    assert look_for_news(monkeypatch) == [["活一"]]
    move_listing(held.pk, "held", None, "核查")
    restore_listing(held.pk, None, "没有问题")
    assert look_for_news(monkeypatch) == []


def test_a_repost_is_told_when_it_comes_into_the_lists(monkeypatch):
    at = timezone.now() - 3 * DAY
    source = {"source_name": "某校就业网", "source_id": "7", "company_text": "某餐厅"}
    row = make_listing(status="pending", **build_listing_fields(title="活一"), **source)
    Listing.objects.filter(pk=row.pk).update(published_at=at)
    make_saved_search()
    assert look_for_news(monkeypatch) == []
    listing = publish_listing(row.pk, None)
    assert listing.published_at == at
    assert look_for_news(monkeypatch) == [["活一"]]
    assert look_for_news(monkeypatch) == []


def test_of_an_employer_that_was_frozen_is_told_what_was_not_seen(monkeypatch, publish, employer):
    make_saved_search(email="early@example.com")
    advance_clock(monkeypatch, MINUTE)
    publish(title="活一")
    assert look_for_news(monkeypatch) == [["活一"]]
    move_employer_with_listings(employer.pk, EmployerStatus.FROZEN, None, "核实投诉")
    advance_clock(monkeypatch, MINUTE)
    publish(title="活二")
    date_events()
    make_saved_search(email="late@example.com")
    assert look_for_news(monkeypatch) == []
    restore_employer_with_listings(employer.pk, None, "没有问题")
    advance_clock(monkeypatch, MINUTE)
    told_titles = {mail.to: list_mail_titles(mail) for mail in write_due_mails()}
    assert told_titles == {"early@example.com": ["活二"], "late@example.com": ["活二", "活一"]}
    assert look_for_news(monkeypatch) == []


def test_what_was_seen_when_the_search_began_is_no_news_after_a_pause(monkeypatch, publish):
    seen = publish(title="活一")
    paused = publish(title="活二")
    move_listing(paused.pk, "paused", None)
    date_events()
    advance_clock(monkeypatch, MINUTE)
    make_saved_search()
    advance_clock(monkeypatch, MINUTE)
    move_listing(seen.pk, "paused", None)
    for listing in (seen, paused):
        move_listing(listing.pk, "published", None)
    assert look_for_news(monkeypatch) == [["活二"]]


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
    make_saved_search(query, city) if city else make_saved_search(query, "nowhere")
    advance_clock(monkeypatch, MINUTE)
    publish(title="活")
    assert [list_mail_titles(mail) for mail in write_due_mails()] == ([["活"]] if fits else [])


def test_an_online_listing_is_told_where_online_was_asked_for(monkeypatch, publish):
    make_saved_search("mode=online", "hefei", "a@example.com")
    make_saved_search("", "xiangxi", "b@example.com")
    advance_clock(monkeypatch, MINUTE)
    publish(title="活", mode="online", category="copywriting")
    assert [mail.to for mail in write_due_mails()] == ["a@example.com"]


def test_what_is_not_live_any_more_is_not_told(monkeypatch, publish, employer):
    make_saved_search()
    advance_clock(monkeypatch, MINUTE)
    gone = publish(title="活一")
    move_listing(gone.pk, "held", None, "核查")
    publish(title="活二", valid_through=timezone.localdate())
    advance_clock(monkeypatch, DAY)
    assert write_due_mails() == []
    three = publish(title="活三")
    # The row may be there for a moment still: what decides is whether visitors may see it.
    Listing.objects.filter(pk=three.pk).update(status="paused")
    assert ListingSearch.objects.filter(pk=three.pk).exists()
    advance_clock(monkeypatch, MINUTE)
    assert write_due_mails() == []
    publish(title="活四")
    move_employer_with_listings(employer.pk, EmployerStatus.FROZEN, None, "核实投诉")
    advance_clock(monkeypatch, MINUTE)
    assert write_due_mails() == []


def test_daily_ones_wait_for_eight_in_the_morning(monkeypatch, publish):
    make_saved_search(frequency="daily")
    advance_clock(monkeypatch, MINUTE)
    publish(title="活一")
    publish(title="活二")
    assert write_due_mails() == []
    advance_clock(monkeypatch, 19 * HOUR + 58 * MINUTE)
    assert timezone.localtime().hour == 7
    assert write_due_mails() == []
    advance_clock(monkeypatch, MINUTE)
    assert [list_mail_titles(mail) for mail in write_due_mails()] == [["活二", "活一"]]
    publish(title="活三")
    advance_clock(monkeypatch, HOUR)
    assert write_due_mails() == []
    advance_clock(monkeypatch, 23 * HOUR)
    assert [list_mail_titles(mail) for mail in write_due_mails()] == [["活三"]]


def test_ten_in_a_mail_and_the_rest_is_on_the_page(monkeypatch, publish, settings):
    make_saved_search("settlement=daily")
    advance_clock(monkeypatch, MINUTE)
    for number in range(13):
        publish(title=f"活{number}")
    (mail,) = write_due_mails()
    assert len(list_mail_titles(mail)) == 10
    assert "有 13 条新的" in mail.text and mail.subject.endswith("等 13 条")
    assert f"还有 3 条，在网页上看：{settings.SITE_URL}/xiangxi/jobs/?settlement=daily" in mail.text
    advance_clock(monkeypatch, MINUTE)
    assert write_due_mails() == []


def test_nothing_is_sent_before_the_confirmation_after_the_end_or_after_the_year(
    monkeypatch, publish
):
    request_search("a@example.com", None, "", "全国兼职", "instant")
    ended, lapsed = (
        make_saved_search(email="b@example.com"),
        make_saved_search(email="c@example.com"),
    )
    SEARCHES.end(ended.pk)
    SavedSearch.objects.filter(pk=lapsed.pk).update(lapses_at=timezone.now())
    Mail.objects.all().delete()
    advance_clock(monkeypatch, MINUTE)
    publish()
    assert write_due_mails() == []


def test_the_end_takes_back_what_was_not_sent_yet(monkeypatch, publish, client):
    row = make_saved_search()
    advance_clock(monkeypatch, MINUTE)
    publish(title="活一")
    assert len(write_due_mails()) == 1
    SEARCHES.end(row.pk)
    assert deliver_due_mails() == []


def test_the_link_in_the_mail_ends_it(monkeypatch, publish, client):
    make_saved_search()
    advance_clock(monkeypatch, MINUTE)
    publish(title="活一")
    write_due_mails()
    (message,) = deliver_due_mails()
    assert client.post(find_mail_link(message, "end")).status_code == 200
    publish(title="活二")
    advance_clock(monkeypatch, MINUTE)
    assert write_due_mails() == []


def test_near_the_end_of_the_year_the_mail_says_how_to_go_on(monkeypatch, publish):
    row = make_saved_search()
    SavedSearch.objects.filter(pk=row.pk).update(lapses_at=timezone.now() + 10 * DAY)
    advance_clock(monkeypatch, MINUTE)
    publish(title="活一")
    write_due_mails()
    (message,) = deliver_due_mails()
    assert find_mail_link(message, "renew")


def test_a_title_cannot_write_headers(monkeypatch, publish):
    make_saved_search()
    advance_clock(monkeypatch, MINUTE)
    publish(title="活\nBcc: a@b.cn")
    write_due_mails()
    (message,) = deliver_due_mails()
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
        advance_clock(monkeypatch, MINUTE)
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
    rows = [make_saved_search(city="hefei", email=f"a{n}@example.com") for n in range(5)]
    advance_clock(monkeypatch, MINUTE)
    publish()
    with django_assert_max_num_queries(3, info="due, newest by place, note"):
        assert search_mails.send_new_listing_mails() == 0
    advance_clock(monkeypatch, 2 * HOUR)
    search_mails.send_new_listing_mails()
    rows[0].refresh_from_db()
    assert rows[0].looked_at == timezone.now()


def test_what_one_run_does_not_manage_the_next_one_does(monkeypatch, publish):
    monkeypatch.setattr(search_mails, "MAX_SEARCHES_OF_RUN", 2)
    monkeypatch.setattr(search_mails, "SEARCHES_PER_TRANSACTION", 1)
    for n in range(3):
        make_saved_search(email=f"a{n}@example.com")
    advance_clock(monkeypatch, MINUTE)
    publish()
    assert [len(write_due_mails()), len(write_due_mails()), len(write_due_mails())] == [2, 1, 0]
    advance_clock(monkeypatch, MINUTE)
    publish()
    assert search_mails.send_new_listing_mails(stopped=lambda: True) == 0


@pytest.mark.parametrize(
    ("most", "count_words", "more_words"),
    [(4, "3 条", "2 条"), (3, "3 条以上", "2 条以上"), (2, "2 条以上", "1 条以上")],
)
def test_where_counting_ends_the_words_say_so(
    monkeypatch, publish, django_user_model, most, count_words, more_words
):
    monkeypatch.setattr(search_mails, "MAX_COUNTED", most)
    monkeypatch.setattr(digests, "MAX_COUNTED", most)
    monkeypatch.setattr(search_mails, "MAX_IN_MAIL", 1)
    choices = {"searches": {"inbox": True}}
    member = django_user_model.objects.create(email="reader@example.com", notice_choices=choices)
    row = make_saved_search()
    SavedSearch.objects.filter(pk=row.pk).update(user=member)
    advance_clock(monkeypatch, MINUTE)
    for number in range(3):
        publish(title=f"活{number}")
    (mail,) = write_due_mails()
    assert f"有 {count_words}新的。" in mail.text
    assert f"还有 {more_words}，在网页上看" in mail.text
    assert mail.subject.endswith(f" 等 {count_words}")
    notice = Notice.objects.get(user=member)
    assert notice.title.endswith(f"有 {count_words}新的")
    assert notice.text.endswith(f" 等 {count_words}。")
