"""Similar listings, by the ranking of the news over the facts of a listing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from listings.detail.similar_listings import SIMILAR_SHOWN, find_similar_listings
from listings.models import Listing
from listings.search.cards import extract_card_title


def list_similar_titles(listing):
    shown = Listing.objects.select_related("employer").get(pk=listing.pk)
    return [extract_card_title(row.html) for row in find_similar_listings(shown)]


@pytest.fixture
def flyers(publish):
    return publish(title="商场门口派发传单", category="flyer")


def test_the_same_work_comes_first_then_what_reads_alike_then_the_newest(publish, flyers):
    now = timezone.now()
    hour = timedelta(hours=1)
    publish(title="小区地推拉新", category="street_promo", at=now)
    publish(title="校门口发优惠券", category="flyer", at=now)
    publish(title="商场门口派发气球", category="flyer", at=now - 9 * hour)
    assert list_similar_titles(flyers) == ["商场门口派发气球", "校门口发优惠券", "小区地推拉新"]


def test_the_same_work_posted_again_is_shown_once(publish, flyers):
    first = publish(title="展会派发传单", category="flyer")
    publish(by=first.employer, title="展会派发传单", category="flyer")
    publish(by=first.employer, title="展会布置", category="flyer")
    assert sorted(list_similar_titles(flyers)) == ["展会布置", "展会派发传单"]


def test_work_of_another_kind_is_not_similar(publish, flyers):
    publish(title="商场门口派发传单的餐馆招服务员", category="waiter")
    assert list_similar_titles(flyers) == []


def test_five_are_chosen_in_one_query(publish, flyers, django_assert_num_queries):
    for number in range(SIMILAR_SHOWN + 2):
        publish(title=f"第 {number} 处派发传单", category="flyer")
    listing = Listing.objects.select_related("employer").get(pk=flyers.pk)
    with django_assert_num_queries(1):
        assert len(find_similar_listings(listing)) == SIMILAR_SHOWN
