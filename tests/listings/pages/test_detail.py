import datetime

import pytest

from accounts.models import Employer
from cities.directory.regions import get_region_site, list_regions
from listings.models import Listing
from listings.publication.transitions import move_listing
from listings.vocabulary.work_slots import encode_slots
from tests.conftest import build_listing_fields

pytestmark = pytest.mark.django_db


def test_a_listing_says_everything_a_seeker_asks(client, publish):
    listing = publish(perks=["meals"], flags=["student_welcome"], work_hours="14:00–18:00")
    html = client.get(listing.get_absolute_url()).content.decode()
    for words in (
        "商场新品派发员", "22", "元/小时", "日结", "招 4 人", "14:00–18:00", "乾州新区商业街",
        "地图", "能连续站立四小时", "包餐", "学生可做", "营业执照与名称一致", "未实地看过",
        "对方要你先交钱",
    ):  # fmt: skip
        assert words in html, words


@pytest.mark.parametrize(
    ("fields", "age", "venue"),
    [
        ({}, 16, ""),
        ({"venue": "net_cafe"}, 18, "网吧·电竞馆"),
        ({"slots": encode_slots(["6n"])}, 18, ""),
    ],
)
def test_the_age_that_the_law_demands_is_a_plain_fact(client, publish, fields, age, venue):
    html = client.get(publish(**fields).get_absolute_url()).content.decode()
    assert f"<dt>年龄</dt><dd>年满 {age} 周岁</dd>" in html
    assert ("<dt>场所</dt>" in html) is bool(venue) and venue in html


def test_its_address_is_under_the_city_that_has_a_site(client, publish, place):
    listing = publish()
    assert listing.get_absolute_url() == f"/xiangxi/jobs/{listing.pk}/"
    for other in (
        f"/jishou/jobs/{listing.pk}/",
        f"/hefei/jobs/{listing.pk}/",
        f"/jobs/{listing.pk}/",
    ):
        response = client.get(other)
        assert (response.status_code, response["Location"]) == (301, listing.get_absolute_url())
    in_kunshan = publish(region_id=place("kunshan").adcode)
    assert in_kunshan.get_absolute_url().startswith("/kunshan/")
    in_pudong = publish(region_id=place("pudongxinqu").adcode)
    assert in_pudong.get_absolute_url().startswith("/shanghai/")


def test_an_online_listing_lives_under_no_city(client, publish):
    listing = publish(mode="online", category="copywriting")
    assert listing.get_absolute_url() == f"/jobs/{listing.pk}/"
    assert client.get(f"/xiangxi/jobs/{listing.pk}/").status_code == 301
    assert client.get(f"/jobs/{listing.pk}/").status_code == 200


def test_the_place_that_is_counted_from_goes_along_to_its_address(client, publish):
    listing = publish()
    response = client.get(f"/jishou/jobs/{listing.pk}/", {"near": "凤凰"})
    assert response["Location"] == f"{listing.get_absolute_url()}?near=%E5%87%A4%E5%87%B0"


@pytest.mark.parametrize("rest", ["", "poster/"])
def test_a_browser_asks_again_for_an_address_that_a_listing_left(client, publish, rest):
    """It may come back, as work on line becomes work on the spot again: of two remembered answers each would lead to
    the other."""
    listing = publish(mode="online", category="copywriting")
    response = client.get(f"/xiangxi/jobs/{listing.pk}/{rest}")
    assert (response.status_code, response["Cache-Control"]) == (301, "no-cache")


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        ("filled", 200, "已经招满"),
        ("paused", 200, "暂停了"),
        ("held", 200, "正在核查"),
        ("withdrawn", 410, "自己撤回"),
        ("removed", 410, "不符合发布规则"),
        ("removed_fraud", 410, "刷单返利"),
    ],
)
def test_each_status_answers_its_own_way(client, publish, status, code, words):
    listing = publish()
    fraud = {"fraud_type": "brushing_rebate"} if status == "removed_fraud" else {}
    move_listing(listing.pk, status, None, "核实过", **fraud)
    response = client.get(listing.get_absolute_url())
    html = response.content.decode()
    assert response.status_code == code
    assert words in html
    assert "noindex" in html
    if status == "held" or code == 410:
        assert "商场新品派发员" not in html
        assert "试饮券" not in html


@pytest.mark.parametrize("status", ["draft", "pending", "rejected"])
def test_what_was_never_approved_is_not_found(client, employer, status):
    listing = Listing.objects.create(employer=employer, status=status, **build_listing_fields())
    assert client.get(f"/xiangxi/jobs/{listing.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("frozen", "正在核查"),
        ("banned", "发布它的单位已列入黑名单"),
        ("rejected", "发布它的单位资料没有通过核对"),
        ("lapsed", "正在复核"),
    ],
)
def test_the_employers_state_shows_at_once(client, publish, employer, status, words):
    listing = publish()
    Employer.objects.filter(pk=employer.pk).update(status=status)
    assert words in client.get(listing.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("status", "words"),
    [("banned", "已列入黑名单"), ("rejected", "正在核查"), ("frozen", "正在核查")],
)
def test_of_a_held_one_a_ban_alone_says_more(client, publish, employer, status, words):
    listing = publish()
    Listing.objects.filter(pk=listing.pk).update(status="held")
    Employer.objects.filter(pk=employer.pk).update(status=status)
    assert words in client.get(listing.get_absolute_url()).content.decode()


def test_an_overdue_recheck_acts_by_the_clock(client, publish, employer, today):
    listing = publish()
    Employer.objects.filter(pk=employer.pk).update(recheck_due=today - datetime.timedelta(1))
    assert "正在复核" in client.get(listing.get_absolute_url()).content.decode()
    assert not Listing.objects.live().exists()


def test_on_its_last_day_it_is_live_and_has_no_banner(client, publish, employer, today):
    listing = publish(valid_through=today)
    Employer.objects.filter(pk=employer.pk).update(recheck_due=today)
    html = client.get(listing.get_absolute_url()).content.decode()
    assert "已经过了有效期" not in html
    assert "正在复核" not in html
    assert Listing.objects.live().get() == listing


def test_an_expired_one_has_a_banner_and_similar_ones(client, publish, today):
    publish(title="还在招的派发员")
    listing = publish()
    Listing.objects.filter(pk=listing.pk).update(valid_through=today - datetime.timedelta(1))
    html = client.get(listing.get_absolute_url()).content.decode()
    assert "已经过了有效期" in html
    assert "还在招的派发员" in html


def test_similar_ones_are_of_the_same_kind_and_never_itself(client, publish):
    listing = publish(title="这一条派发")
    publish(title="另一条派发")
    publish(title="端盘子", category="waiter")
    html = client.get(listing.get_absolute_url()).content.decode()
    similar = html.split("相似的活")[1]
    assert "另一条派发" in similar
    assert "这一条派发" not in similar
    assert "端盘子" not in similar


def test_a_repost_claims_no_check_and_names_its_source(client, publish):
    listing = publish(
        by=None, listing_fields={"source_name": "某市招聘板", "company_text": "清水镇面馆"}
    )
    html = client.get(listing.get_absolute_url()).content.decode()
    assert "某市招聘板" in html
    assert "清水镇面馆" in html
    assert "没有核对过发布者" in html
    assert "✓" not in html
    assert 'class="ok"' not in html


def test_words_of_people_are_escaped(client, publish):
    listing = publish(duties="<script>alert(1)</script>", title="<i>斜</i>")
    html = client.get(listing.get_absolute_url()).content.decode()
    assert "<script>alert" not in html
    assert "<i>斜</i>" not in html


@pytest.mark.parametrize("others", [1, 8])
def test_queries_of_a_listing_stay_the_same(client, publish, others, django_assert_max_num_queries):
    listing = publish()
    for number in range(others):
        publish(title=f"派发 {number}")
    # listing with employer, checks, operator, similar, an alert, where else it appeared, what became of
    # sign-ups; and, once a minute, the hourly minimums
    with django_assert_max_num_queries(8):
        client.get(listing.get_absolute_url())
    with django_assert_max_num_queries(7):
        client.get(listing.get_absolute_url())


def test_unknown_numbers_are_not_found(client):
    assert client.get("/xiangxi/jobs/999999/").status_code == 404
    assert client.get("/xiangxi/jobs/99999999999999999999999/").status_code == 404


def test_every_region_has_an_address_for_its_listings():
    for region in list_regions():
        assert get_region_site(region) is not None
