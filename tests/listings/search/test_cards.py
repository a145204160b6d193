"""The row of a listing: a small photo or a character, pay under the title, what the law demands never cut off."""

import datetime
import re

import pytest
from django.utils import timezone

from listings.models import Listing, ListingCard
from listings.search.cards import format_day_range
from listings.search.search_index import refresh_search_rows
from listings.vocabulary.work_slots import encode_slots
from sitekit.models import Picture

pytestmark = pytest.mark.django_db


def get_card_html(listing):
    return ListingCard.objects.get(listing=listing).html


def make_picture(number):
    return Picture.objects.create(digest=f"{number:032}", width=960, height=720, widths=[480, 960])


def test_a_row_has_the_first_photo_small_and_lazy(publish):
    first, second = make_picture(1), make_picture(2)
    html = get_card_html(publish(photos=[first.pk, second.pk]))
    (tag,) = re.findall(r"<img[^>]*>", html)
    assert f"{first.digest}-192.webp" in tag
    for attribute in ('alt=""', 'width="64"', 'height="64"', 'loading="lazy"'):
        assert attribute in tag
    assert "mono" not in html


@pytest.mark.parametrize("photos", [[], [999_999]])
def test_without_one_a_character_stands_on_the_employers_ground(publish, employer, photos):
    html = get_card_html(publish(photos=photos))
    assert f'class="pic mono m{employer.pk % 4 + 1}" aria-hidden="true">乾<svg' in html
    assert "<img" not in html


def test_of_nobody_known_only_the_kind_of_work_is_shown(publish):
    html = get_card_html(publish(by=None, listing_fields={"source_name": "某报"}))
    assert 'class="pic mono m1 bare" aria-hidden="true"><svg' in html


def test_pay_follows_the_title_and_the_age_the_place(publish):
    listing = publish(
        slots=encode_slots(["6n"]), perks=["meals"], flags=["student_welcome"], venue="net_cafe"
    )
    html = get_card_html(listing)
    order = [
        "商场新品派发员",
        "22<small>",
        "日结",
        "<!--age-->",
        "吉首市",
        "年满 18 周岁",
        "周六",
        "学生可做",
        "包餐",
    ]
    places = [html.index(words) for words in [*order, "招 4 人", "<!--hit-->", "乾州清茗饮品店"]]
    assert places == sorted(places)


def test_photos_of_many_rows_cost_one_query(publish, django_assert_num_queries):
    pictures = [make_picture(number) for number in range(4)]
    for number, picture in enumerate(pictures):
        publish(title=f"活 {number}", photos=[picture.pk])
    ids = list(Listing.objects.values_list("pk", flat=True))
    counted = []
    for some in (ids[:1], ids):
        with django_assert_num_queries(9) as queries:
            refresh_search_rows(some)
        counted.append(len(queries))
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ((0, 3, 5), (0, 3, 5), "3 月 5 日"),
        ((0, 3, 5), (0, 3, 6), "3 月 5–6 日"),
        ((0, 3, 30), (0, 4, 2), "3 月 30 日–4 月 2 日"),
        ((0, 12, 30), (1, 1, 2), "12 月 30 日–{next} 年 1 月 2 日"),
        ((1, 3, 5), (1, 3, 6), "{next} 年 3 月 5–6 日"),
        ((1, 3, 5), (1, 4, 6), "{next} 年 3 月 5 日–4 月 6 日"),
        ((-1, 12, 30), (0, 12, 31), "{last} 年 12 月 30 日–{now} 年 12 月 31 日"),
    ],
)
def test_a_year_is_said_where_it_is_not_the_present_one(start, end, words):
    year = timezone.localdate().year
    first, last = (datetime.date(year + later, *day) for later, *day in (start, end))
    words = words.format(now=year, next=year + 1, last=year - 1)
    assert format_day_range(first, last) == words
