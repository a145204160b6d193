"""The words of a city's first page, and the hot cities in the operator's order."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from cities.directory.place_settings import DESCRIPTIONS, HOT_CITIES
from cities.directory.regions import (
    get_region_by_slug,
    get_region_site,
    list_hot_regions,
    list_shipped_hot_regions,
)
from cities.models import HotCityList, PlaceDescription
from jobsite.staff_roles import AUDITOR, EDITOR, OPERATOR
from tests.accounts.staff.test_roles import make_colleague
from tests.edit_marks import read_edit_mark
from tests.people import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("operator_settings")]
HOT = "/admin/cities/hotcitylist/"
WORDS = "吉首的餐饮和凤凰的景区常年招人，周末和国庆最忙。"
WHY = "旺季快到了"


def add_words(client, region="湘西", **fields):
    data = {"region": region, "words": WORDS, "edit_reason": WHY} | fields
    return client.post(reverse("admin:cities_placedescription_add"), data)


def read_description(html):
    return re.search(r'<meta name="description" content="([^"]*)">', html)[1]


def test_a_city_says_what_was_written_and_else_what_is_shipped(client, admin_client):
    shipped = read_description(client.get("/xiangxi/").content.decode())
    assert "湘西兼职信息网" in shipped
    assert "写一句为什么" in add_words(admin_client, edit_reason="").content.decode()
    assert add_words(admin_client, words=f"  {WORDS[:10]}\n {WORDS[10:]} ").status_code == 302
    html = client.get("/xiangxi/").content.decode()
    expected = f"{WORDS[:10]} {WORDS[10:]}"
    assert read_description(html) == expected and f">{expected}</p>" in html
    assert read_description(client.get("/jishou/").content.decode()) != expected
    row = PlaceDescription.objects.get()
    page = reverse("admin:cities_placedescription_change", args=[row.pk])
    cleared = {"words": "", "edit_reason": "淡季", **read_edit_mark(row)}
    assert admin_client.post(page, cleared).status_code == 302
    html = client.get("/xiangxi/").content.decode()
    assert read_description(html) == shipped and WORDS[:10] not in html
    history = admin_client.get(page).content.decode()
    assert WHY in history and "淡季" in history and f"“{expected}” → “空”" in history


def test_what_cannot_stand_is_said_at_the_field_and_kept(admin_client):
    for fields, words in (
        ({"words": "长" * 121}, "121"),
        ({"region": "朝阳区"}, "不止一个"),
        ({"region": ""}, "请写城市或区县的名称"),
        ({"words": "<b>粗</b> 加微信 wxid_88667 拿高薪"}, "看过了还要这样写"),
    ):
        answer = add_words(admin_client, **fields)
        html = answer.content.decode()
        assert answer.status_code == 200 and words in html and WHY in html, fields
    assert not PlaceDescription.objects.exists()
    add_words(admin_client)
    assert "已经有一条" in add_words(admin_client).content.decode()


def test_markup_is_shown_as_text(client):
    PlaceDescription.objects.create(region=get_region_by_slug("xiangxi"), words='"><b>粗</b>')
    DESCRIPTIONS.forget()
    html = client.get("/xiangxi/").content.decode()
    assert "<b>粗</b>" not in html and "&lt;b&gt;粗" in html


def test_an_editor_of_a_place_writes_for_it_only(place):
    client = sign_in(Client(), make_colleague("local", EDITOR, [place("xiangxi")]))
    assert "不在你负责的地区" in add_words(client, "长沙").content.decode()
    assert add_words(client, "吉首").status_code == 302
    far = PlaceDescription.objects.create(region=place("changsha"), words="远")
    page = reverse("admin:cities_placedescription_change", args=[far.pk])
    assert client.get(page).status_code == 404
    assert client.get(HOT).status_code == 403


def post_names(client, names, **fields):
    """As a page sends them that was opened just now."""
    form = getattr(client.get(HOT), "context", None)
    shown = form["form"]["shown"].value() if form else ""
    data = {"names": "\n".join(names), "reason": WHY, "shown": shown}
    return client.post(HOT, data | fields)


def test_hot_cities_are_chosen_ordered_and_set_back(client, admin_client):
    shipped = [region.hot_name for region in list_shipped_hot_regions()]
    assert shipped[0] in admin_client.get(HOT).content.decode()
    names = ["吉首", *shipped[1:3], shipped[0], *shipped[4:]]
    assert "写一句为什么" in post_names(admin_client, names, reason="").content.decode()
    assert list_hot_regions() == list_shipped_hot_regions()
    assert post_names(admin_client, names).status_code == 302
    html = client.get("/cities/").content.decode()
    order = [html.index(f">{name}") for name in names[:4]]
    assert order == sorted(order)
    home = client.get("/").content.decode()
    assert "吉首</a>" in home and home.index("吉首</a>") < home.index(f"{shipped[0]}</a>")
    history = admin_client.get(HOT).content.decode()
    assert WHY in history
    assert f"“{shipped[3]} 第 4” → “空”" in history and "“空” → “吉首 第 1”" in history
    assert f"“{shipped[0]} 第 1” → “{shipped[0]} 第 4”" in history
    assert post_names(admin_client, [], _shipped="1").status_code == 302
    assert list_hot_regions() == list_shipped_hot_regions()
    assert HotCityList.objects.get().places == []


def test_a_list_that_a_colleague_changed_since_the_page_was_opened_is_looked_at_again(admin_client):
    opened_before = admin_client.get(HOT).context["form"]["shown"].value()
    assert post_names(admin_client, ["吉首", "北京"], shown=opened_before).status_code == 302
    for fields in ({}, {"_shipped": "1"}):
        refused = post_names(admin_client, ["上海", "北京"], shown=opened_before, **fields)
        html = refused.content.decode()
        assert "别人刚改过" in html and WHY in html
        assert [region.slug for region in list_hot_regions()] == ["jishou", "beijing"]
    shown = refused.context["form"]["shown"].value()
    assert post_names(admin_client, ["上海", "北京"], shown=shown).status_code == 302


def test_a_page_that_does_not_say_what_it_was_opened_with_is_looked_at_again(admin_client):
    for fields in ({}, {"_shipped": "1"}):
        refused = post_names(admin_client, ["吉首", "北京"], shown="", **fields)
        assert "不知道这一页打开时是什么" in refused.content.decode()
        assert not HotCityList.objects.exists()
    shown = refused.context["form"]["shown"].value()
    assert post_names(admin_client, ["吉首", "北京"], shown=shown).status_code == 302


def test_addresses_do_not_follow_the_list(admin_client):
    fourth = list_shipped_hot_regions()[3]
    sites = {slug: get_region_site(get_region_by_slug(slug)).slug for slug in ("jishou", "keqiao")}
    post_names(admin_client, ["吉首"])
    assert [region.slug for region in list_hot_regions()] == ["jishou"]
    assert {s: get_region_site(get_region_by_slug(s)).slug for s in sites} == sites
    assert Client().get(f"/{fourth.slug}/").status_code == 200


def test_all_faults_of_the_list_are_said_at_once_and_what_was_typed_stays(admin_client):
    answer = post_names(admin_client, ["北京", "没有的地方", "上海", "北京", "朝阳区"])
    html = answer.content.decode()
    for words in ("第 2 行：没有找到", "第 4 行：北京 写了两次", "第 5 行：叫「朝阳区」的不止一个"):
        assert words in html, words
    assert "没有的地方\n" in html and not HotCityList.objects.exists()


def test_who_may_only_look_changes_nothing(django_assert_max_num_queries):
    client = sign_in(Client(), make_colleague("auditor", AUDITOR))
    with django_assert_max_num_queries(12):
        page = client.get(HOT).content.decode()
    assert "北京" in page and "<textarea" not in page
    assert post_names(client, ["北京"]).status_code == 403
    operator = sign_in(Client(), make_colleague("operator", OPERATOR))
    assert post_names(operator, ["北京"]).status_code == 302
    HOT_CITIES.forget()


def test_a_name_that_several_places_have_is_written_so_that_it_is_read_again(admin_client):
    region = get_region_by_slug("chaoyang-beijing")
    HotCityList.objects.create(pk=HotCityList.ONLY, places=[region.adcode])
    HOT_CITIES.forget()
    form = admin_client.get(HOT).context["form"]
    assert post_names(admin_client, [form["names"].value(), "上海"]).status_code == 302
    assert list_hot_regions()[0] == region
    assert "今" not in Client().get("/cities/").content.decode().split("热门城市")[1][:400]
