"""The danger banner of the homes, the alerts beside lists, and the one alert that fits a listing."""

from datetime import timedelta

import pytest
from django.utils import timezone

from listings.vocabulary.category_threats import find_threatening_fraud_types, list_category_threats
from tests.answers import get_page_text
from tests.articles import make_alert
from tests.listings.lists import client

__all__ = ["client"]

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def make_danger_alert(title, places, **fields):
    return make_alert(title, places=places, alert_level="danger", **fields)


@pytest.fixture
def pages(publish):
    """The page with the banner: seen on every page it would no longer be seen."""
    publish()
    return ["/xiangxi/"]


def test_a_danger_of_the_city_leads_its_home_once_and_no_other_page(client, publish, place):
    listing = publish()
    make_danger_alert("吉首有人上当", [place("jishou")])
    page = get_page_text(client, "/xiangxi/")
    assert page.count("吉首有人上当") == 1
    assert "<b>湘西近期高发：刷单返利</b>" in page
    for address in ("/xiangxi/jobs/", listing.get_absolute_url()):
        assert 'role="note"' not in get_page_text(client, address)


def test_the_banner_leads_to_the_case_and_to_how_such_frauds_go(client, pages, place):
    alert = make_danger_alert("吉首有人上当", [place("jishou")])
    for address in pages:
        page = get_page_text(client, address)
        assert f'<a href="/xiangxi/news/{alert.pk}/">吉首有人上当</a>' in page
        assert 'href="/xiangxi/alerts/brushing_rebate/">怎么识破 ›</a>' in page


@pytest.mark.parametrize(
    ("slug", "words"), [("jishou", "湘西近期高发"), ("hunan", "吉首近期高发"), ("changsha", None)]
)
def test_the_banner_says_where(client, place, slug, words):
    make_danger_alert("吉首有人上当", [place("jishou")])
    page = get_page_text(client, f"/{slug}/")
    assert ('role="note"' in page) is bool(words)
    assert not words or words in page


@pytest.mark.parametrize("slug", ["hunan", None])
def test_a_danger_of_province_or_nation_is_an_alert_there_not_the_citys_banner(
    client, pages, place, slug
):
    make_danger_alert("到处都有", [place(slug)] if slug else [], fraud_type="upfront_fee")
    for address in pages:
        page = get_page_text(client, address)
        assert "到处都有" in page
        assert 'role="note"' not in page
    assert (
        "<b>湖南近期高发" in get_page_text(client, "/hunan/")
        if slug
        else "<b>全国近期高发" in get_page_text(client, "/")
    )


@pytest.mark.parametrize(
    ("age", "until", "stands"),
    [(13, None, True), (15, None, False), (30, 0, True), (2, -1, False), (300, 5, True)],
)
def test_the_banner_ends(client, pages, place, age, until, stands):
    today = timezone.localdate()
    make_danger_alert(
        "吉首有人上当",
        [place("jishou")],
        at=timezone.now() - age * DAY,
        alert_until=None if until is None else today + until * DAY,
    )
    for address in pages:
        assert ('role="note"' in get_page_text(client, address)) is stands


def test_threats_of_a_list_are_those_of_its_work():
    assert find_threatening_fraud_types([]) == ()
    assert find_threatening_fraud_types(["tutor"]) == list_category_threats("tutor")
    assert find_threatening_fraud_types(
        ["customer_service.customer_service"]
    ) == list_category_threats("customer_service")
    assert set(find_threatening_fraud_types(["labour"])) >= {
        *list_category_threats("general"),
        *list_category_threats("handicraft"),
    }
    assert find_threatening_fraud_types([], "online") == find_threatening_fraud_types(["online"])
    assert find_threatening_fraud_types(["tutor"], "online") == list_category_threats("tutor")


def test_a_list_shows_the_alerts_that_threaten_its_kind_of_work(client, publish, place):
    publish(category="tutor")
    make_alert("套简历", places=[place("jishou")], fraud_type="info_harvest")
    make_alert("模卡费", places=[place("jishou")], fraud_type="model_card")
    page = get_page_text(client, "/xiangxi/jobs/?category=tutor")
    assert "套简历" in page and "模卡费</a>" not in page
    assert "做这类活要当心" in page
    page = get_page_text(client, "/xiangxi/jobs/?category=events")
    assert "模卡费</a>" in page and "套简历" not in page
    page = get_page_text(client, "/xiangxi/jobs/")
    assert "套简历" in page and "模卡费</a>" in page
    assert "湘西反诈预警" in page


def test_the_nearest_alerts_come_first(client, publish, place):
    publish()
    at = timezone.now()
    make_alert("本地的", places=[place("jishou")], at=at - 3 * DAY)
    make_alert("全省的", places=[place("hunan")], at=at - 2 * DAY)
    make_alert("全国的", at=at - DAY)
    make_alert("别处的", places=[place("changsha")], at=at)
    page = get_page_text(client, "/xiangxi/jobs/")
    places = [page.index(title) for title in ("本地的", "全省的", "全国的")]
    assert places == sorted(places)
    assert "别处的" not in page


def test_the_list_of_a_place_in_the_question_shows_that_places_alerts(client, publish, place):
    publish()
    make_danger_alert("长沙有人上当", [place("changsha")])
    make_danger_alert("吉首有人上当", [place("jishou")])
    page = get_page_text(client, "/xiangxi/jobs/?q=长沙")
    assert "长沙有人上当" in page
    assert "吉首有人上当" not in page


def test_the_first_listing_comes_before_the_block_of_alerts(client, publish, place):
    publish(title="先看到的活")
    make_alert("后看到的预警", places=[place("jishou")])
    for address in ("/xiangxi/", "/xiangxi/jobs/"):
        page = get_page_text(client, address)
        assert page.index("先看到的活") < page.index("后看到的预警")


MAX_QUERIES = {
    "/xiangxi/": 6,
    "/xiangxi/jobs/?category=flyer&settlement=daily": 5,
    "/xiangxi/jobs/?q=派发": 6,
    "/jobs/": 5,
}


def test_the_block_costs_one_query(client, publish, place, django_assert_max_num_queries):
    for number in range(12):
        publish(title=f"派发 {number}")
        level = "danger" if number % 2 else "warning"
        make_alert(f"第 {number} 起", places=[place("jishou")], alert_level=level)
    for address, most in MAX_QUERIES.items():
        client.cookies.clear()
        get_page_text(client, address)
        with django_assert_max_num_queries(most, info=address):
            get_page_text(client, address)


def test_a_listing_asks_six_times_at_most(client, publish, place, django_assert_max_num_queries):
    listing = publish()
    for number in range(8):
        publish(title=f"派发 {number}")
        make_danger_alert(f"第 {number} 起", [place("jishou")], fraud_type="upfront_fee")
    address = f"/xiangxi/jobs/{listing.pk}/"
    get_page_text(client, address)
    with django_assert_max_num_queries(7):
        assert "这一类活的骗法" in get_page_text(client, address)


@pytest.mark.parametrize(
    ("slug", "fraud_type", "stands"),
    [
        ("jishou", "card_rental", True),
        ("changsha", "card_rental", True),
        (None, "card_rental", False),
        ("guangzhou", "card_rental", False),
        ("jishou", "upfront_fee", True),
        ("jishou", "model_card", False),
    ],
)
def test_a_listing_ends_with_the_scheme_of_its_kind_of_work_around_here(
    client, publish, place, slug, fraud_type, stands
):
    listing = publish(category="flyer")
    make_danger_alert("有人上当", [place(slug)] if slug else [], fraud_type=fraud_type)
    page = get_page_text(client, listing.get_absolute_url())
    assert ("这一类活的骗法" in page) is stands
    assert ("有人上当" in page) is stands
    assert not stands or page.index("我们查过什么") < page.index("这一类活的骗法")


def test_a_scheme_far_away_does_not_hide_what_happened_around_here(client, publish, place):
    listing = publish(category="flyer")
    make_danger_alert("广州收卡", [place("guangzhou")], fraud_type="card_rental")
    make_danger_alert("吉首押金", [place("jishou")], fraud_type="upfront_fee")
    page = get_page_text(client, listing.get_absolute_url())
    assert "这一类活的骗法" in page and "吉首押金" in page and "广州收卡" not in page
