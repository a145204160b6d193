"""Long sitemaps: pages are ranges of numbers, and what is written is XML."""

import pytest
from django.core.paginator import EmptyPage, PageNotAnInteger
from django.utils import timezone

from sitekit.models import Mail
from sitekit.web.sitemap_pages import NumberRangePaginator, write_sitemap

pytestmark = pytest.mark.django_db


@pytest.fixture
def paginator():
    rows = [Mail(pk=pk, key=f"mail-{pk}", to="a@example.com") for pk in (1, 2, 25, 40)]
    Mail.objects.bulk_create(rows)
    return NumberRangePaginator(Mail.objects.order_by("-pk").values_list("pk", flat=True), 10)


def test_pages_are_ranges_of_numbers_and_the_newest_is_the_first(paginator):
    assert [list(paginator.page(n).object_list) for n in (1, "2", 4)] == [[40], [25], [2, 1]]


def test_a_range_without_rows_is_no_page(paginator):
    assert paginator.page_range == [1, 2, 4]


@pytest.mark.parametrize(
    ("number", "error"), [(0, EmptyPage), (5, EmptyPage), ("x", PageNotAnInteger)]
)
def test_other_pages_are_refused(paginator, number, error):
    with pytest.raises(error):
        paginator.page(number)


def test_a_late_page_takes_as_many_queries_as_the_first(paginator, django_assert_num_queries):
    for number in (1, 4):
        with django_assert_num_queries(2):
            list(paginator.page(number).object_list)


def test_without_rows_the_first_page_is_empty():
    paginator = NumberRangePaginator(Mail.objects.order_by("-pk").values_list("pk", flat=True), 10)
    assert list(paginator.page(1).object_list) == []
    assert paginator.page_range == []


def test_addresses_are_escaped_and_a_moment_is_told_with_its_offset():
    moment = timezone.datetime(2026, 3, 1, 17, tzinfo=timezone.get_fixed_timezone(0))
    text = write_sitemap(
        [{"location": "http://a/?p=1&q=2", "lastmod": moment}, {"location": "http://b/"}]
    )
    assert (
        "<url><loc>http://a/?p=1&amp;q=2</loc><lastmod>2026-03-02T01:00:00+08:00</lastmod></url>"
        in text
    )
    assert "<url><loc>http://b/</loc></url>" in text
