"""Which alert stands before a contact."""

from datetime import timedelta

import pytest
from django.utils import timezone

from cities.directory.regions import get_region_by_slug
from news.related.fitting_alert import find_fitting_alert
from tests.articles import make_alert, make_article

DAY = timedelta(days=1)
PARTICULAR, ALWAYS = ("handicraft_deposit", "agency_fee"), ("upfront_fee", "wage_theft")


def find_alert_label(region):
    alert = find_fitting_alert(region, PARTICULAR, ALWAYS)
    return alert and (alert.title, alert.scope_label)


def test_the_nearest_place_wins_among_what_threatens_this_work(places, django_assert_num_queries):
    nearer_each_time = (
        ("石家庄", [places["hebei"]], "外地"),
        ("全国", [], "全国"),
        ("铜仁", [get_region_by_slug("tongren")], "邻近"),
        ("长沙", [places["changsha"]], "同省"),
        ("凤凰", [places["fenghuang"]], "同城"),
    )
    for title, where, label in nearer_each_time:
        make_alert(title, places=where, fraud_type="agency_fee")
        assert find_alert_label(places["xiangxi"]) == (title, label)
    with django_assert_num_queries(1):
        find_fitting_alert(places["xiangxi"], PARTICULAR, ALWAYS)


def test_what_threatens_any_work_comes_last_however_near(places):
    make_alert("吉首欠薪", places=[places["jishou"]], fraud_type="wage_theft")
    assert find_alert_label(places["xiangxi"]) == ("吉首欠薪", "同城")
    make_alert("别省手工", places=[places["hebei"]], fraud_type="handicraft_deposit")
    assert find_alert_label(places["xiangxi"]) == ("别省手工", "外地")


def test_at_the_same_place_the_scheme_named_first_counts_then_the_story_date(places):
    today = timezone.localdate()
    jishou = {"places": [places["jishou"]]}
    make_alert("中介", fraud_type="agency_fee", **jishou)
    make_alert("新的", fraud_type="handicraft_deposit", source_date=today - 9 * DAY, **jishou)
    make_alert("旧的", fraud_type="handicraft_deposit", source_date=today - 90 * DAY, **jishou)
    make_alert("没日期", fraud_type="handicraft_deposit", import_key="a", **jishou)
    assert find_alert_label(places["xiangxi"])[0] == "新的"


def test_other_schemes_and_what_is_no_alert_never_stand_there(places):
    make_alert("杀猪盘", places=[places["jishou"]], fraud_type="romance")
    make_article("手工资讯", places=[places["jishou"]], fraud_type="handicraft_deposit")
    assert find_alert_label(places["xiangxi"]) is None


@pytest.mark.parametrize("status", ["draft", "withdrawn", "scheduled"])
def test_what_is_not_public_never_stands_there(places, status):
    at = timezone.now() + DAY if status == "scheduled" else None
    make_alert(places=[places["jishou"]], fraud_type="agency_fee", status=status, at=at)
    assert find_alert_label(places["xiangxi"]) is None


def test_on_the_national_pages_that_of_the_nation_goes_first(places):
    make_alert("全国", fraud_type="agency_fee", at=timezone.now() - 9 * DAY)
    make_alert("石家庄", places=[places["hebei"]], fraud_type="agency_fee")
    assert find_alert_label(None) == ("全国", "全国")


def test_on_the_pages_of_a_province_all_in_it_is_near(places):
    make_alert("全国", fraud_type="agency_fee")
    make_alert("长沙", places=[places["changsha"]], fraud_type="agency_fee")
    assert find_alert_label(places["hunan"]) == ("长沙", "同省")
