"""The scoring, over facts alone."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from news.related import ranking
from news.related.ranking import (
    PlaceRelation,
    RankingFacts,
    RelatedReason,
    rank_related,
    score_related,
)
from textkit.text_sketches import estimate_similarity, sketch_text

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
_number = count(1)


def facts(**given):
    pk = next(_number)
    return RankingFacts(
        **{"pk": pk, "title": f"第 {pk} 篇", "fingerprint": str(pk), "published_at": NOW} | given
    )


PAGE = facts(subject="brushing_rebate", tags={1: 0.5, 2: 0.1})


def ranked(*items, limit=17):
    return [found.facts for found in rank_related(PAGE, items, limit, NOW)]


def test_each_weight_outweighs_all_that_come_after_it():
    weights = (
        ranking.HERE,
        ranking.SAME_SUBJECT,
        ranking.SAME_PLACE,
        ranking.TAGS,
        ranking.SIMILAR,
        ranking.FRESH,
    )
    for place, weight in enumerate(weights):
        assert weight > sum(weights[place + 1 :])
    assert ranking.HERE > ranking.PROVINCE > ranking.NATION > sum(weights[1:])


@pytest.mark.parametrize(
    ("given", "qualifies"),
    [
        ({"scope": PlaceRelation.HERE}, False),
        ({"scope": PlaceRelation.HERE, "is_warning": True}, True),
        ({"scope": PlaceRelation.PROVINCE, "is_warning": True}, False),
        ({"scope": PlaceRelation.NATION, "is_warning": True}, False),
        ({"subject": "brushing_rebate"}, True),
        ({"subject": "typing_scam"}, False),
        ({"tags": {1: 0.5}}, True),
        ({"tags": {2: 0.1}}, False),
        ({"similarity": 0.3, "terms": 3}, True),
        ({"similarity": 0.3, "terms": 2}, False),
        ({"similarity": 0.05, "terms": 9}, False),
        ({"is_guide": True}, False),
    ],
)
def test_an_item_qualifies_by_its_matter_only(given, qualifies):
    assert bool(score_related(PAGE, facts(**given), NOW)) is qualifies


def test_no_scheme_is_nothing_that_two_share():
    assert score_related(facts(), facts(), NOW) is None


def test_the_order_is_city_province_nation_scheme_place_tags_text_age():
    scheme = {"subject": "brushing_rebate"}
    best = [
        facts(scope=PlaceRelation.HERE, is_warning=True, **scheme),
        facts(scope=PlaceRelation.HERE, is_warning=True),
        facts(scope=PlaceRelation.PROVINCE, is_warning=True, **scheme),
        facts(scope=PlaceRelation.NATION, is_warning=True, **scheme),
        facts(scope=PlaceRelation.HERE, **scheme),
        facts(is_guide=True, **scheme),
        facts(tags={1: 0.5}, **scheme),
        facts(similarity=0.5, terms=4, **scheme),
        facts(**scheme),
        facts(published_at=NOW - 90 * DAY, **scheme),
        facts(scope=PlaceRelation.HERE, tags={1: 0.5}),
        facts(tags={1: 0.5}),
        facts(similarity=0.5, terms=4),
    ]
    assert ranked(*reversed(best)) == best


def test_an_alert_of_the_nation_on_something_else_is_no_better_than_a_case_of_the_same_scheme():
    near_enough = facts(scope=PlaceRelation.NATION, is_warning=True, similarity=0.5, terms=4)
    same = facts(is_warning=True, subject="brushing_rebate")
    assert ranked(near_enough, same) == [same, near_enough]


def test_the_reason_is_the_heaviest_part():
    why = {
        RelatedReason.WARNING: facts(
            scope=PlaceRelation.HERE, is_warning=True, subject="brushing_rebate"
        ),
        RelatedReason.SUBJECT: facts(is_warning=True, subject="brushing_rebate", tags={1: 0.5}),
        RelatedReason.SIMILAR: facts(similarity=0.4, terms=4),
    }
    for expected, item in why.items():
        assert score_related(PAGE, item, NOW).why is expected


def test_a_story_told_twice_is_shown_once_and_the_page_itself_never():
    text = "吉首一名学生在群里接到截图领钱的活，头两次到账，第三次要垫两千元，群随即解散。"
    sketch = sketch_text(text)
    told = facts(subject="brushing_rebate", sketch=sketch)
    again = facts(subject="brushing_rebate", sketch=sketch, published_at=NOW - DAY)
    assert ranked(told, again) == [told]
    page = facts(subject="brushing_rebate", sketch=sketch)
    assert rank_related(page, [told, again, page], 17, NOW) == []


def test_one_scheme_does_not_fill_the_list_while_others_wait():
    same = [facts(subject="brushing_rebate") for _ in range(20)]
    other = [facts(tags={1: 0.5}) for _ in range(5)]
    shown = ranked(*same, *other)
    assert len(shown) == 17
    assert all(item in shown[: ranking.MOST_OF_ONE_SUBJECT + 5] for item in other)
    assert len(ranked(*same)) == 17


def test_the_alerts_of_the_city_stay_first_however_many_are_of_one_scheme():
    here = [
        facts(subject="brushing_rebate", scope=PlaceRelation.HERE, is_warning=True)
        for _ in range(ranking.MOST_OF_ONE_SUBJECT + 2)
    ]
    other = facts(tags={1: 0.5})
    assert ranked(other, *here)[-1] == other


def test_what_reads_much_the_same_waits_for_what_reads_differently():
    shared = "群里接到截图领钱的活头两次都到账随后改成要垫钱的组合任务少做一单都不结"
    first = sketch_text(shared + "客服说系统卡单只有补齐剩下三单才能一起返还")
    second = sketch_text("一名骑手在站点休息时刷到广告说帮店铺冲销量" + shared)
    assert ranking.MUCH_THE_SAME <= estimate_similarity(first, second) < 0.5
    one, other = (facts(subject="brushing_rebate", sketch=sketch) for sketch in (first, second))
    old = facts(subject="brushing_rebate", published_at=NOW - 300 * DAY)
    assert ranked(one, other, old) == [other, old, one]


def test_a_common_tag_tells_less():
    rarity = [ranking.weigh_shared_tag(number) for number in (2, 3, 10, 100, 256)]
    assert rarity == sorted(rarity, reverse=True)
    assert ranking.weigh_shared_tag(127) >= ranking.LEAST_TAGS > ranking.weigh_shared_tag(128)
    assert 2 * ranking.weigh_shared_tag(256) >= ranking.LEAST_TAGS
