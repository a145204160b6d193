"""Which figure holds for a place on a day."""

import datetime

import pytest

from cities.directory.regions import get_region_by_slug
from listings.pay_law.minimums import find_minimum, format_yuan
from tests.listings.minimums import SINCE, add_minimum

pytestmark = pytest.mark.django_db


def find_minimum_figure(slug, **more):
    minimum = find_minimum(get_region_by_slug(slug), **more)
    return minimum and (minimum.where.slug, minimum.is_lowest_tier, minimum.figure.yuan_per_hour)


def test_a_named_place_holds_for_what_lies_in_it_and_the_lowest_for_the_rest(hunan):
    assert find_minimum_figure("changsha") == ("changsha", False, 22)
    assert find_minimum_figure("liuyang") == ("changsha", False, 22)
    assert find_minimum_figure("jishou") == ("hunan", True, 18)
    assert find_minimum_figure("beijing") is None


def test_the_nearest_name_counts(hunan):
    add_minimum(20, tier=2, places=["liuyang"])
    assert find_minimum_figure("liuyang") == ("liuyang", False, 20)
    assert find_minimum_figure("changsha") == ("changsha", False, 22)


def test_a_province_of_one_tier_needs_no_word_for_it():
    add_minimum("27.7", province="beijing")
    assert find_minimum_figure("beijing")[:2] == ("beijing", False)


def test_a_new_figure_counts_from_its_day_and_the_old_one_stays(hunan):
    raised = datetime.date(2027, 1, 1)
    add_minimum(19, tier=3, in_force_since=raised)
    assert find_minimum_figure("jishou", day=raised - datetime.timedelta(1))[2] == 18
    assert find_minimum_figure("jishou", day=raised)[2] == 19
    assert find_minimum_figure("jishou", day=SINCE - datetime.timedelta(1)) is None


def test_a_tier_that_was_abolished_ends_on_its_last_day(hunan):
    add_minimum(16, tier=4, in_force_until=datetime.date(2026, 6, 30))
    assert find_minimum_figure("jishou", day=datetime.date(2026, 6, 30))[2] == 16
    assert find_minimum_figure("jishou", day=datetime.date(2026, 7, 1))[2] == 18


def test_one_query_for_all_places(hunan, django_assert_num_queries):
    find_minimum_figure("jishou")
    add_minimum(20, tier=2, places=["yueyang", "changde"])
    places = [get_region_by_slug(slug) for slug in ("jishou", "changsha", "yueyang", "beijing")]
    with django_assert_num_queries(1):
        for place in places:
            find_minimum(place)


def test_an_amount_is_never_rounded_up():
    assert [format_yuan(yuan) for yuan in (18, 17.99, 27.7)] == ["18", "17.9", "27.7"]
