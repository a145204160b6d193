"""What a place shows of the news beside its own matter."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news.related.drawn_blocks import draw_local_alerts, draw_nearest_alerts
from news.related.local_alerts import (
    get_danger_and_alerts,
    list_latest_articles,
    list_nearest_alerts,
)
from tests.articles import make_alert, make_article

DAY = timedelta(days=1)


def test_alerts_go_from_the_city_to_the_nation_in_one_query(places, django_assert_num_queries):
    now = timezone.now()
    make_alert("全国", at=now)
    make_alert("全省", places=[places["hunan"]], at=now - DAY)
    make_alert("凤凰", places=[places["fenghuang"]], at=now - 2 * DAY)
    make_alert("长沙", places=[places["changsha"]], at=now)
    with django_assert_num_queries(1):
        alerts = list_nearest_alerts(places["jishou"])
        shown = [(alert.title, alert.scope_label, alert.source_name) for alert in alerts]
    assert shown == [
        ("凤凰", "同城", "本站"),
        ("全省", "同省", "本站"),
        ("全国", "全国", "本站"),
    ]
    assert alerts[0].href == f"/jishou/news/{alerts[0].pk}/"


def test_on_a_home_their_tags_are_grey_and_elsewhere_of_their_level(places):
    make_alert("吉首", places=[places["xiangxi"]], alert_level="warning", at=timezone.now() - DAY)
    assert 'class="chip">同城' in draw_local_alerts(places["xiangxi"]).alerts
    assert 'class="chip a">同城' in draw_nearest_alerts(places["xiangxi"])


def test_alerts_can_be_narrowed_to_fraud_types(places):
    make_alert("刷单", places=[places["xiangxi"]])
    make_alert("打字", places=[places["xiangxi"]], fraud_type="typing_scam")
    assert [alert.title for alert in list_nearest_alerts(places["xiangxi"], ["typing_scam"])] == [
        "打字"
    ]


def test_the_national_page_takes_alerts_of_everywhere(places):
    make_alert("吉首", places=[places["jishou"]])
    make_alert("全国")
    assert {(row.title, row.scope_label) for row in list_nearest_alerts(None)} == {
        ("吉首", "吉首"),
        ("全国", "全国"),
    }


def test_the_latest_are_no_alerts(places):
    make_article("资讯", places=[places["xiangxi"]])
    make_alert("预警", places=[places["xiangxi"]])
    assert [row.title for row in list_latest_articles(places["xiangxi"])] == ["资讯"]


@pytest.mark.parametrize(
    ("level", "age", "until", "stands"),
    [
        ("danger", 1, None, True),
        ("danger", 15, None, False),
        ("danger", 30, 0, True),
        ("danger", 1, -1, False),
        ("warning", 1, None, False),
    ],
)
def test_the_banner_ends_by_itself(places, level, age, until, stands):
    make_alert(
        places=[places["jishou"]],
        alert_level=level,
        at=timezone.now() - age * DAY,
        alert_until=None if until is None else timezone.localdate() + until * DAY,
    )
    assert bool(get_danger_and_alerts(places["xiangxi"])[0]) is stands
    assert get_danger_and_alerts(places["changsha"])[0] is None


def test_the_newest_of_a_place_are_taken_however_old_the_rest(places):
    now = timezone.now()
    for number in (3, 1, 2):
        make_alert(f"{number} 天前", places=[places["jishou"]], at=now - number * DAY)
    make_alert("长沙", places=[places["changsha"]], at=now)
    titles = [alert.title for alert in list_nearest_alerts(places["xiangxi"], limit=2)]
    assert titles == ["1 天前", "2 天前"]


def test_the_banner_is_not_told_twice_and_takes_no_place_from_the_alerts(
    places, django_assert_num_queries
):
    now = timezone.now()
    for number in range(4):
        make_alert(f"{number} 天前", places=[places["jishou"]], at=now - number * DAY)
    make_alert("高危", places=[places["jishou"]], alert_level="danger", at=now - 2 * DAY)
    with django_assert_num_queries(1):
        banner, alerts = get_danger_and_alerts(places["xiangxi"], limit=3)
    assert (banner.title, banner.where) == ("高危", "湘西")
    assert [alert.title for alert in alerts] == ["0 天前", "1 天前", "2 天前"]


def test_the_newest_of_two_dangers_is_the_banner_and_the_other_an_alert(places):
    now = timezone.now()
    make_alert("前天的", places=[places["jishou"]], alert_level="danger", at=now - 2 * DAY)
    make_alert("昨天的", places=[places["jishou"]], alert_level="danger", at=now - DAY)
    banner, alerts = get_danger_and_alerts(places["xiangxi"])
    assert banner.title == "昨天的"
    assert [alert.title for alert in alerts] == ["前天的"]


def test_a_danger_of_another_kind_of_fraud_is_a_banner_all_the_same(places):
    make_alert("高危", places=[places["jishou"]], alert_level="danger")
    banner, alerts = get_danger_and_alerts(places["xiangxi"], ["typing_scam"])
    assert (banner.title, alerts) == ("高危", [])


def test_an_alert_of_the_city_and_its_province_is_told_once(places):
    make_alert("州里和省里", places=[places["jishou"], places["hunan"]])
    shown = [(alert.title, alert.scope_label) for alert in list_nearest_alerts(places["xiangxi"])]
    assert shown == [("州里和省里", "同城")]


@pytest.mark.parametrize("status", ["draft", "withdrawn", "scheduled"])
def test_what_is_not_public_stands_beside_nothing(places, status):
    at = timezone.now() + DAY if status == "scheduled" else None
    for where in ([places["jishou"]], [places["hunan"]], []):
        make_alert(places=where, alert_level="danger", status=status, at=at)
        make_article(places=where, status=status, at=at)
    for region in (places["xiangxi"], places["hunan"], None):
        assert get_danger_and_alerts(region) == (None, [])
        assert list_latest_articles(region) == []


STORY = "<p>{}一名店员在群里接到截图领钱的活，头两次到账，随后按对方说的垫了 2,760 元，客服不再回话，民警已经立案。</p>"


def test_one_story_from_two_sources_stands_there_once(places):
    now = timezone.now()
    make_alert("店员垫付两千多元", STORY.format("吉首"), places=[places["jishou"]], at=now)
    make_alert(
        "垫了两千多，客服不见了",
        STORY.format("日前，吉首"),
        places=[places["jishou"]],
        at=now - DAY,
    )
    make_alert(
        "凤凰有人冒充剧组招人",
        "<p>先收体检费，再换地方。</p>",
        places=[places["fenghuang"]],
        at=now - 2 * DAY,
    )
    shown = [alert.title for alert in list_nearest_alerts(places["xiangxi"], limit=2)]
    assert shown == ["店员垫付两千多元", "凤凰有人冒充剧组招人"]


def test_what_the_banner_tells_is_not_told_beside_it_in_other_words(places):
    make_alert("店员垫付", STORY.format("吉首"), places=[places["jishou"]], alert_level="danger")
    make_alert("垫了两千多", STORY.format("日前，吉首"), places=[places["jishou"]])
    banner, alerts = get_danger_and_alerts(places["xiangxi"])
    assert (banner.title, alerts) == ("店员垫付", [])
