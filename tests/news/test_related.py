from datetime import timedelta

import pytest
from django.utils import timezone

from news.models import Article
from news.related import LIMIT, POOL, alerts_for, danger_banner, latest, related
from tests.articles import make_alert, make_article

DAY = timedelta(days=1)


def page_of(article):
    return Article.objects.with_tags().with_places().get(pk=article.pk)


def found(article, city):
    return [(item.title, item.reason) for item in related(page_of(article), city)]


def test_the_alerts_of_the_city_come_first_each_with_its_reason(places):
    article = make_article("网警上线", tags=["网警"], fraud_type="brushing_rebate", kind="guide")
    make_article("网警答疑", tags=["网警"])
    make_alert("别省刷单", places=[places["hebei"]])
    make_alert("全国刷单")
    make_alert("湖南刷单", places=[places["hunan"]])
    make_alert("吉首打字", places=[places["jishou"]], fraud_type="typing_scam")
    assert found(article, places["xiangxi"]) == [
        ("吉首打字", "同城 · 预警"),
        ("湖南刷单", "同省 · 预警"),
        ("全国刷单", "全国 · 预警"),
        ("别省刷单", "同类骗局"),
        ("网警答疑", "相似内容"),
    ]


def test_the_city_is_that_of_the_address(places):
    article = make_article("网警上线", places=[places["xiangxi"]])
    make_alert("长沙刷单", places=[places["changsha"]])
    assert found(article, places["changsha"]) == [("长沙刷单", "同城 · 预警")]
    assert found(article, places["xiangxi"]) == []


def test_a_common_city_alone_never_qualifies(places):
    article = make_article("网警上线", places=[places["xiangxi"]])
    make_article("湘西招商", places=[places["xiangxi"]])
    assert found(article, places["xiangxi"]) == []


@pytest.mark.parametrize("status", ["draft", "withdrawn", "scheduled"])
def test_what_is_not_public_is_never_related(places, status):
    article = make_article("网警上线", tags=["网警"])
    at = timezone.now() + DAY if status == "scheduled" else None
    make_article("网警答疑", tags=["网警"], status=status, at=at)
    make_alert("吉首刷单", places=[places["jishou"]], status=status, at=at)
    assert found(article, places["xiangxi"]) == []


def test_it_is_never_related_to_itself_and_doubles_are_folded(places):
    alert = make_alert("甲报：刷单", "<p>同一件事。</p>", places=[places["xiangxi"]])
    make_alert("乙报：刷单", "<p>同一件事</p>", places=[places["xiangxi"]])
    make_alert("丙报：打字", "<p>另一件事。</p>", places=[places["xiangxi"]])
    make_alert("丁报：打字", "<p>另一件事！</p>", places=[places["xiangxi"]])
    assert len(found(alert, places["xiangxi"])) == 1


def test_there_are_at_most_17(places):
    article = make_article("网警上线")
    for number in range(20):
        make_alert(f"第 {number} 起", places=[places["xiangxi"]])
    assert len(found(article, places["xiangxi"])) == 17


def test_related_takes_two_queries_however_many(places, django_assert_num_queries):
    article = page_of(make_article("网警上线", tags=["网警"], fraud_type="pyramid"))
    for number in range(5):
        make_alert(f"第 {number} 起", places=[places["xiangxi"]], tags=["网警"])
    with django_assert_num_queries(2):
        related(article, places["xiangxi"])


def test_alerts_go_from_the_city_to_the_nation_in_one_query(places, django_assert_num_queries):
    now = timezone.now()
    make_alert("全国", at=now)
    make_alert("全省", places=[places["hunan"]], at=now - DAY)
    make_alert("凤凰", places=[places["fenghuang"]], at=now - 2 * DAY)
    make_alert("长沙", places=[places["changsha"]], at=now)
    with django_assert_num_queries(1):
        alerts = alerts_for(places["jishou"])
        shown = [(alert.title, alert.scope_label, alert.source_name) for alert in alerts]
    assert shown == [
        ("凤凰", "同城", "本站"),
        ("全省", "同省", "本站"),
        ("全国", "全国", "本站"),
    ]
    assert alerts[0].href == f"/jishou/news/{alerts[0].pk}/"


def test_alerts_can_be_narrowed_to_fraud_types(places):
    make_alert("刷单", places=[places["xiangxi"]])
    make_alert("打字", places=[places["xiangxi"]], fraud_type="typing_scam")
    assert [alert.title for alert in alerts_for(places["xiangxi"], ["typing_scam"])] == ["打字"]


def test_the_national_page_takes_alerts_of_everywhere(places):
    make_alert("吉首", places=[places["jishou"]])
    make_alert("全国")
    assert {(row.title, row.scope_label) for row in alerts_for(None)} == {
        ("吉首", "吉首"),
        ("全国", "全国"),
    }


def test_the_latest_are_no_alerts(places):
    make_article("资讯", places=[places["xiangxi"]])
    make_alert("预警", places=[places["xiangxi"]])
    assert [row.title for row in latest(places["xiangxi"])] == ["资讯"]


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
    assert bool(danger_banner(places["xiangxi"])) is stands
    assert danger_banner(places["changsha"]) is None


def test_of_many_with_a_shared_tag_those_that_share_more_are_taken(places):
    article = make_article("网警上线", tags=["网警", "刷单"])
    make_article("两个都有", tags=["网警", "刷单"], at=timezone.now() - 30 * DAY)
    for number in range(POOL + 1):
        make_article(f"第 {number} 篇", tags=["网警"])
    titles = [title for title, _ in found(article, None)]
    assert titles[0] == "两个都有"
    assert len(titles) == LIMIT


def test_the_newest_of_a_place_are_taken_however_old_the_rest(places):
    now = timezone.now()
    for number in (3, 1, 2):
        make_alert(f"{number} 天前", places=[places["jishou"]], at=now - number * DAY)
    make_alert("长沙", places=[places["changsha"]], at=now)
    titles = [alert.title for alert in alerts_for(places["xiangxi"], limit=2)]
    assert titles == ["1 天前", "2 天前"]
