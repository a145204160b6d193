import datetime
import re

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cities.directory.regions import get_region_by_slug
from listings.search.search_index import refresh_employer, refresh_search_rows
from listings.vocabulary.work_slots import encode_slots
from tests.answers import read_body
from tests.daily_tests import count_examples
from tests.listings.lists import client, list_titles

__all__ = ["client"]

pytestmark = pytest.mark.django_db


def test_newest_stands_first(client, publish):
    now = timezone.now()
    publish(title="昨天的活", at=now - datetime.timedelta(days=1))
    publish(title="刚发的活", at=now)
    assert list_titles(client.get("/xiangxi/jobs/")) == ["刚发的活", "昨天的活"]


def test_a_city_shows_its_own_and_its_districts_listings(client, publish, place):
    publish(title="凤凰的活", region_id=place("fenghuang").adcode)
    publish(title="合肥的活", region_id=place("hefei").adcode)
    assert list_titles(client.get("/xiangxi/jobs/")) == ["凤凰的活"]
    assert list_titles(client.get("/fenghuang/jobs/")) == ["凤凰的活"]
    assert list_titles(client.get("/jishou/jobs/")) == []
    assert list_titles(client.get("/hunan/jobs/")) == ["凤凰的活"]
    assert sorted(list_titles(client.get("/jobs/"))) == ["凤凰的活", "合肥的活"]


def test_online_work_shows_in_every_city_when_asked_for(client, publish):
    publish(title="字幕校对", mode="online", category="copywriting")
    assert list_titles(client.get("/xiangxi/jobs/")) == []
    assert list_titles(client.get("/hefei/jobs/?mode=online")) == ["字幕校对"]
    assert '线上<small class="n">1</small>' in client.get("/hefei/jobs/").content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("category=catering", ["端盘子"]),
        ("category=waiter", ["端盘子"]),
        ("category=catering&category=flyer", ["端盘子", "派发"]),
        ("settlement=monthly", ["端盘子"]),
        ("term=weekend", ["派发"]),
        ("slots=6a", ["派发"]),
        ("slots=1m", ["端盘子"]),
        ("pay_min=20", ["派发"]),
        ("pay_min=19.5", ["派发"]),
        ("pay_min=18", ["端盘子", "派发"]),
        ("mode=mobile", ["端盘子"]),
        ("verified=licence", ["端盘子", "派发"]),
        ("verified=site_visit", []),
        ("category=catering&settlement=daily", []),
    ],
)
def test_filters_narrow_the_list(client, publish, query, expected):
    now = timezone.now()
    publish(title="派发", slots=encode_slots(["6a", "7a"]), at=now - datetime.timedelta(hours=1))
    publish(
        title="端盘子", category="waiter", settlement="monthly", term="long_term", mode="mobile",
        slots=encode_slots(["1m"]), pay_min=145, pay_max=145, pay_unit="day", at=now,
    )  # fmt: skip
    assert list_titles(client.get(f"/xiangxi/jobs/?{query}")) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fit=student", ["司机", "分拣"]),
        ("fit=no_experience", ["分拣"]),
        ("fit=no_degree", ["分拣", "没写的"]),
        ("fit=no_health_certificate", ["司机", "没写的"]),
        ("perks=meals", ["司机", "分拣"]),
        ("perks=meals&perks=lodging", ["分拣"]),
        ("fit=student&perks=insurance", []),
        ("q=不限经验 分拣", ["分拣"]),
        ("q=学生可做 分拣", ["分拣"]),
    ],
)
def test_what_is_promised_is_a_filter(client, publish, query, expected):
    now = timezone.now()
    publish(title="没写的", at=now - datetime.timedelta(hours=2))
    publish(
        title="分拣", category="sorter", experience="none", perks=["meals", "lodging"],
        flags=["student_welcome", "health_certificate"], at=now - datetime.timedelta(hours=1),
    )  # fmt: skip
    publish(
        title="司机", category="driver", experience="required", education="college", at=now,
        perks=["commission", "meals"], flags=["student_welcome"],
    )  # fmt: skip
    assert list_titles(client.get(f"/xiangxi/jobs/?{query}")) == expected


def test_a_repost_does_not_promise_what_nobody_asked_for(client, publish):
    publish(by=None, listing_fields={"source_name": "某报招聘版"})
    assert list_titles(client.get("/xiangxi/jobs/?fit=no_health_certificate")) == []


def test_work_of_today_has_begun_has_not_ended_and_fits_the_weekday(client, publish, today):
    day, weekday = datetime.timedelta(days=1), today.isoweekday()
    other = weekday % 7 + 1
    publish(title="随时")
    publish(title="今天的时段", slots=encode_slots([f"{weekday}e"]), start_date=today - day)
    publish(title="只有今天", start_date=today, end_date=today)
    publish(title="别的日子", slots=encode_slots([f"{other}e"]))
    publish(title="明天开始", start_date=today + day)
    publish(title="昨天做完了", start_date=today - day, end_date=today - day)
    shown = list_titles(client.get("/xiangxi/jobs/?when=today"))
    assert sorted(shown) == ["今天的时段", "只有今天", "随时"]


@pytest.mark.parametrize(
    ("query", "heading"),
    [
        ("settlement=daily&term=weekend", "湘西周末日结兼职"),
        ("slots=6a&pay_min=20&settlement=daily", "湘西周六下午能做、时薪 20 元起的日结兼职"),
        ("pay_min=20.128999", "湘西时薪 20.12 元起的兼职"),
        ("when=today&perks=meals&category=tutor", "湘西今天可做、包餐的家教兼职"),
        ("verified=licence&fit=student", "湘西学生可做、执照已核的兼职"),
        ("mode=online&settlement=weekly", "全国周结线上兼职"),
        ("settlement=daily&settlement=weekly&settlement=monthly", "湘西日结、周结等兼职"),
    ],
)
def test_the_heading_says_all_that_was_asked(client, query, heading):
    assert f"<h1>{heading}</h1>" in client.get(f"/xiangxi/jobs/?{query}").content.decode()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("pay_min=-5", "最低时薪不能是负数"),
        ("pay_min=abc", "最低时薪要填数字"),
        ("pay_min=1e30", "最低时薪太大了"),
        ("pay_min=NaN", "最低时薪要填数字"),
        ("sort=nearest", "没有这种排序"),
        ("perks=gold", "福利」条件不认识"),
        ("when=yesterday", "哪天」条件不认识"),
    ],
)
def test_a_value_that_is_none_is_told_in_our_own_words(client, publish, query, words):
    publish()
    html = client.get(f"/xiangxi/jobs/?{query}").content.decode()
    assert words in html
    assert len(re.findall("<h3>", html)) == 1


def test_online_work_says_where_its_employer_sits(client, publish):
    publish(mode="online", category="copywriting")
    assert "线上 · 单位在湘西" in client.get("/hefei/jobs/?mode=online").content.decode()


def test_district_filter_narrows_and_counts(client, publish, place):
    publish(title="凤凰的活", region_id=place("fenghuang").adcode)
    publish(title="吉首的活")
    code = place("fenghuang").adcode
    response = client.get(f"/xiangxi/jobs/?district={code}")
    assert list_titles(response) == ["凤凰的活"]
    # its own filter does not hide the other district's count
    assert re.search(r"吉首<small class=\"n\">1</small>", response.content.decode())


def test_the_nation_narrows_to_a_province(client, publish, place):
    publish(title="湖南的活")
    publish(title="安徽的活", region_id=place("hefei").adcode)
    html = client.get("/jobs/").content.decode()
    assert re.search(r"湖南<small class=\"n\">1</small>", html)
    assert list_titles(client.get(f"/jobs/?district={place('hunan').adcode}")) == ["湖南的活"]


def test_counts_respect_the_other_filters(client, publish):
    publish(title="日结的", settlement="daily", category="flyer")
    publish(title="月结的", settlement="monthly", category="waiter")
    html = client.get("/xiangxi/jobs/?category=promotion").content.decode()
    assert re.search(r"日结<small class=\"n\">1</small>", html)
    assert not re.search(r"月结<small", html)


def test_chips_take_one_filter_away(client, publish):
    publish()
    html = client.get("/xiangxi/jobs/?settlement=daily&slots=6a&q=派发").content.decode()
    assert "湘西周六下午能做的日结“派发”兼职</h1>" in html
    assert 'href="/xiangxi/jobs/?q=%E6%B4%BE%E5%8F%91&amp;slots=6a" aria-label="去掉 日结"' in html


def test_a_wrong_pay_is_told_at_the_field_and_kept(client, publish):
    publish(title="还在")
    response = client.get("/xiangxi/jobs/?pay_min=abc")
    html = response.content.decode()
    assert 'value="abc"' in html
    assert "最低时薪要填数字" in html
    assert list_titles(response) == ["还在"]


def test_an_unknown_choice_is_told_and_the_rest_still_works(client, publish):
    publish(title="还在")
    response = client.get("/xiangxi/jobs/?settlement=never&term=weekend")
    assert "「结算」条件不认识" in response.content.decode()
    assert list_titles(response) == ["还在"]


@pytest.mark.parametrize("after", ["abc", "1-2-3", "99999999999999999999-1", "-", "20200101-x"])
def test_a_broken_cursor_goes_back_to_the_first_page(client, publish, after):
    publish(title="还在")
    for sort in ("newest", "pay", "start"):
        response = client.get("/xiangxi/jobs/", {"after": after, "sort": sort})
        assert response.status_code == 200
        assert list_titles(response) in (["还在"], [])


def test_an_empty_list_offers_what_does_find_something(client, publish):
    publish(title="周末家教", category="tutor", settlement="weekly")
    html = client.get("/xiangxi/jobs/?q=家教&settlement=daily").content.decode()
    assert "没有找到符合条件的兼职" in html
    assert "去掉所有筛选" in html
    html = client.get("/hefei/jobs/?q=家教").content.decode()
    assert "看全国" in html
    html = client.get("/xiangxi/jobs/?q=潜水").content.decode()
    assert "湘西全部" in html


def test_wider_offers_keep_odd_characters_in_the_question(client, publish):
    publish(title="数学&家教", category="tutor", settlement="weekly")
    html = client.get("/xiangxi/jobs/", {"q": "家教&数学", "settlement": "daily"}).content.decode()
    assert 'href="/xiangxi/jobs/?q=%E5%AE%B6%E6%95%99%26%E6%95%B0%E5%AD%A6"' in html


def test_an_empty_city_says_what_to_do(client):
    html = client.get("/hefei/jobs/").content.decode()
    assert "合肥还没有兼职" in html


def test_it_is_listed_on_its_last_day_and_on_the_last_day_before_the_recheck(
    client, publish, employer, today
):
    publish(title="今天截止", valid_through=today)
    employer.recheck_due = today
    employer.save()
    refresh_employer(employer)
    assert list_titles(client.get("/xiangxi/jobs/")) == ["今天截止"]


def test_what_is_not_live_is_not_listed(client, publish, employer, today):
    gone = publish(title="过期")
    type(gone).objects.filter(pk=gone.pk).update(valid_through=today - datetime.timedelta(days=1))
    refresh_search_rows([gone.pk])
    assert list_titles(client.get("/xiangxi/jobs/")) == []
    publish(title="还在")
    employer.recheck_due = today - datetime.timedelta(days=1)
    employer.save()
    refresh_employer(employer)
    assert list_titles(client.get("/xiangxi/jobs/")) == []


def test_unverified_employers_have_nothing_in_the_index(publish, employer):
    from listings.models import ListingSearch
    from listings.search import search_index

    publish()
    employer.status = "frozen"
    employer.save()
    search_index.refresh_employer(employer)
    assert not ListingSearch.objects.exists()


@pytest.mark.parametrize(
    ("fields", "is_said"), [({}, False), ({"venue": "bar"}, True), ({"slots": 1 << 3}, True)]
)
def test_a_row_names_the_age_only_where_it_is_eighteen(client, publish, fields, is_said):
    publish(**fields)
    html = client.get("/xiangxi/jobs/").content.decode()
    assert ("年满 18 周岁" in html) is is_said
    assert "年满 16" not in html


@pytest.mark.parametrize("rows", [2, 20])
def test_the_list_asks_the_database_no_more_for_more_rows(
    client, publish, rows, django_assert_max_num_queries
):
    for number in range(rows):
        publish(title=f"派发 {number}")
    client.get("/xiangxi/jobs/")
    # operator, walk (+ token index when short), texts to cite, counts, the model that judges the words for the title
    with django_assert_max_num_queries(6):
        client.get("/xiangxi/jobs/?q=派发&settlement=daily")


ALL_SITES = ["/jobs/", "/xiangxi/jobs/", "/hunan/jobs/", "/beijing/jobs/", "/jishou/jobs/"]
TEXT = st.text(max_size=40) | st.sampled_from(
    ["' OR 1=1 --", "<script>", "\0", "家教", "٣٤", "２２", "😀", "\u202eabc", "'", "\\", "&|!:*"]
)
NAMES = st.sampled_from(
    "q category district settlement pay_min slots term mode verified sort after page x".split()
)


@settings(
    max_examples=count_examples(80),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(site=st.sampled_from(ALL_SITES), query=st.lists(st.tuples(NAMES, TEXT), max_size=6))
def test_any_query_string_gives_a_page(client, site, query):
    from urllib.parse import urlencode

    response = client.get(f"{site}?{urlencode(query)}")
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


def test_a_huge_query_gives_a_page(client):
    response = client.get("/xiangxi/jobs/", {"q": "派" * 3000})
    assert response.status_code == 200
    assert "派" * 61 not in response.content.decode().split("<h1>")[1]


def test_unknown_places_are_not_found(client):
    assert get_region_by_slug("atlantis") is None
    assert client.get("/atlantis/jobs/").status_code == 404


def test_posting_to_a_list_is_not_allowed(client):
    assert client.post("/xiangxi/jobs/").status_code == 405


def test_a_list_can_ask_that_all_slots_fit(client, publish):
    publish(title="周六下午", slots=encode_slots(["6a"]))
    publish(title="连着两天端茶", slots=encode_slots(["6a", "7a"]))
    publish(title="时间不限", slots=0)
    publish(title="周一早上", slots=encode_slots(["1m"]))

    def read(query):
        html = client.get(f"/xiangxi/jobs/?{query}").content.decode()
        titles = {
            re.sub("<.*?>", "", title) for title in re.findall(r"<h3>(.*?)</h3>", html, re.DOTALL)
        }
        return html, titles & {"周六下午", "连着两天端茶", "时间不限", "周一早上"}

    assert read("slots=6a")[1] == {"周六下午", "连着两天端茶", "时间不限"}
    html, titles = read("slots=6a&whole=1")
    assert titles == {"周六下午", "时间不限"} and '<span class="n">2</span> 条' in html
    assert "湘西只要周六下午能做的兼职" in html
    assert 'href="/xiangxi/jobs/?slots=6a" aria-label="去掉 全部时段都合适"' in html
    assert 'href="/xiangxi/jobs/" aria-label="去掉 周六下午有空"' in html
    assert read("slots=6a&slots=7a&whole=1")[1] == {"周六下午", "连着两天端茶", "时间不限"}
    html, titles = read("whole=1")
    assert len(titles) == 4 and "先在“我有空”里勾几个时段" in html
    html, titles = read("slots=2m&whole=1&category=flyer&q=连着两天端茶")
    assert "有些时段合适也行" not in html, "none of its slots fits"
    html, titles = read("slots=7a&whole=1&q=连着两天端茶")
    assert titles == set() and re.search(r'href="[^"]*slots=7a"[^>]*>\s*有些时段合适也行', html), (
        html
    )


def test_a_shared_card_of_a_search_has_no_bait_in_the_name_of_the_site(client):
    bait = "加微信lulu88990领红包"
    page = read_body(client.get("/xiangxi/jobs/", {"q": bait}))
    head, _, rest = page.partition("</head>")
    assert bait not in head and 'og:title" content="湘西兼职 - ' in head
    assert f'value="{bait}"' in rest, "the field holds what was typed"
    assert f"“{bait}”" not in rest and ">你输入的词 <" in rest
    left_out = read_body(client.get("/xiangxi/jobs/", {"q": f"家教 不要{bait}"}))
    assert bait not in left_out.partition("</head>")[0]
    harmless = read_body(client.get("/xiangxi/jobs/", {"q": "摄影助理"}))
    assert "<title>湘西“摄影助理”兼职 - " in harmless
