"""What the operator puts first among related articles or keeps out: for a place, a kind, or one page."""

import datetime

import pytest
from django.contrib import admin
from django.utils import timezone

from cities.directory.regions import reset_region_cache
from cities.models import Region
from news.models import Article, RelatedPin
from news.related.pins import RELATED_PINS, apply_pins
from tests.articles import make_alert, make_article

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator_settings")]
ADDRESS = "/admin/news/relatedpin/"


def make_related_pin(article, **fields):
    row = RelatedPin.objects.create(article=article, **fields)
    RELATED_PINS.forget()
    return row


def read_related(client, address):
    html = client.get(address).content.decode().partition('id="related"')[2]
    return html.partition("</section>")[0]


def test_it_stands_first_or_nowhere_where_it_is_pinned(client, place):
    page = make_alert("刷单返利又有新花样", places=[place("xiangxi")], fraud_type="brushing_rebate")
    like = make_alert(
        "刷单先返小钱再套大钱", places=[place("xiangxi")], fraud_type="brushing_rebate"
    )
    other = make_article("暑期工劳动合同怎么签")
    here, elsewhere = f"/xiangxi/news/{page.pk}/", f"/hefei/news/{page.pk}/"
    assert like.title in read_related(client, here)
    assert other.title not in read_related(client, here)
    make_related_pin(other, place=place("hunan"), kind=page.kind)
    first = read_related(client, here)
    assert first.index(other.title) < first.index(like.title)
    assert "编辑推荐" in first
    assert other.title not in read_related(client, elsewhere)
    assert other.title not in read_related(client, f"/xiangxi/news/{other.pk}/")
    make_related_pin(like, effect="kept_out", page=page)
    assert like.title not in read_related(client, here)
    today = timezone.localdate()
    RelatedPin.objects.update(ends_on=today - datetime.timedelta(1), starts_on="2020-01-01")
    RELATED_PINS.forget()
    assert other.title not in read_related(client, here)
    assert like.title in read_related(client, here)
    make_related_pin(other)
    Article.objects.filter(pk=other.pk).update(status="draft")
    assert other.title not in read_related(client, here)


def test_one_of_a_place_that_was_merged_stands_where_that_belongs_now(client, place):
    page, other = make_alert("刷单返利又有新花样"), make_article("暑期工劳动合同怎么签")
    make_related_pin(other, place=place("xiangxi"))
    address = f"/changsha/news/{page.pk}/"
    assert other.title not in read_related(client, address)
    try:
        Region.objects.filter(slug="xiangxi").update(successor=place("changsha"))
        reset_region_cache()
        assert other.title in read_related(client, address)
    finally:
        reset_region_cache()


def test_staff_pin_with_a_reason(admin_client, django_assert_max_num_queries, place):
    article, page = make_article("押金怎么要回来"), make_article("兼职合同范本")
    today = f"{timezone.localdate()}"
    form = {"article": article.pk, "effect": "first", "page": article.pk, "place": "", "kind": ""}
    form |= {"starts_on": today, "ends_on": "2020-01-01", "edit_reason": "本周专题"}
    refused = admin_client.post(f"{ADDRESS}add/", form).content.decode()
    assert "不能早于“从”" in refused
    assert "不放在自己旁边" in refused
    right = form | {"page": page.pk, "ends_on": ""}
    assert admin_client.post(f"{ADDRESS}add/", right).status_code == 302
    row = RelatedPin.objects.get()
    for _ in range(3):
        make_related_pin(article, place=place("xiangxi"), page=page)
    with django_assert_max_num_queries(10):
        assert "《兼职合同范本》旁边" in admin_client.get(ADDRESS).content.decode()
    assert "本周专题" in admin_client.get(f"{ADDRESS}{row.pk}/change/").content.decode()


def test_the_list_says_of_which_the_article_is_not_public(admin_client):
    article = make_article("押金怎么要回来")
    row = make_related_pin(article)
    pin_admin = admin.site.get_model_admin(RelatedPin)
    assert pin_admin.state(row) == "有效"
    Article.objects.filter(pk=article.pk).update(status="draft")
    assert "文章没有公开，不放" in admin_client.get(ADDRESS).content.decode()
    RelatedPin.objects.update(effect="kept_out")
    assert "文章没有公开" not in admin_client.get(ADDRESS).content.decode()


def test_one_that_is_not_public_takes_no_place_of_the_first_three(
    client, django_assert_num_queries
):
    page = make_alert("刷单返利又有新花样", fraud_type="brushing_rebate")
    pinned = [make_article(f"专题第 {number} 篇") for number in range(5)]
    for article in reversed(pinned):
        make_related_pin(article)
    Article.objects.filter(pk=pinned[1].pk).update(status="draft")
    first = [pinned[number].pk for number in (0, 2, 3)]
    apply_pins(page, None, [], ("id", "title"))  # reads the pins, which are kept
    with django_assert_num_queries(1):
        assert [item.pk for item in apply_pins(page, None, [], ("id", "title"))] == first
    shown = read_related(client, f"/news/{page.pk}/")
    assert shown.count("编辑推荐") == 3
