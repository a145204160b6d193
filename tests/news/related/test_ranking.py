"""The scoring, over facts alone."""

from datetime import UTC, datetime, timedelta
from itertools import count, pairwise

import pytest

from news.analysis.topics import read_topics
from news.models.article import UNDATED
from news.related import ranking
from news.related.matter_families import list_kindred_matters
from news.related.ranking import Matter, rank_item, rank_related
from news.related.ranking_facts import PlaceRelation, RankingFacts
from screening.fraud_types import list_fraud_types
from textkit.text_sketches import estimate_similarity, sketch_text

NOW = datetime(2026, 6, 1, tzinfo=UTC)
DAY = timedelta(days=1)
_number = count(1)
HERE, PROVINCE, NEARBY, NATION = (
    PlaceRelation.HERE,
    PlaceRelation.PROVINCE,
    PlaceRelation.NEARBY,
    PlaceRelation.NATION,
)


def build_ranking_facts(**given):
    pk = next(_number)
    return RankingFacts(
        **{"pk": pk, "title": f"第 {pk} 篇", "fingerprint": str(pk), "published_at": UNDATED}
        | given
    )


PAGE = build_ranking_facts(
    subject="brushing_rebate", kindred=["account_tasks"], is_warning=True, tags={1: 0.5, 2: 0.1}
)
NEWS = build_ranking_facts(tags={1: 0.5, 2: 0.1})
SCHEME = {"subject": "brushing_rebate"}


def rank_facts(*items, limit=17, page=PAGE):
    return [item.facts for item in rank_related(page, items, limit, NOW)]


def test_pay_that_is_claimed_is_alike_to_pay_that_is_kept():
    kept = build_ranking_facts(subject="wage_theft", matters={"wage_theft": 1.0}, is_warning=True)
    claimed = build_ranking_facts(matters={"wage_protection": 1.0})
    mentioned = build_ranking_facts(matters={"wage_protection": 0.3, "job_fair": 0.7})
    for page, item in ((kept, claimed), (claimed, kept)):
        assert rank_item(page, item, NOW).matter is Matter.ALIKE
    assert rank_item(mentioned, kept, NOW) is None
    assert rank_item(kept, mentioned, NOW) is None


def test_each_part_outweighs_all_that_come_after_it():
    nearest = max(place.value for place in PlaceRelation)
    ages = max(worth for _, worth in ranking.AGE_SCORES)
    # What is kindred and other alerts of the city share a level, so that the place goes first there.
    assert 0 < Matter.KINDRED.value - Matter.LOCAL.value <= 1
    matters = [matter.value for matter in Matter if matter is not Matter.LOCAL]
    assert all(a - b > nearest + ranking.GUIDE_SCORE + ages + 1 for a, b in pairwise(matters))
    assert all(a.value - b.value > ages + 1 for a, b in pairwise(PlaceRelation))
    # a guide for the nation goes between the city and its province
    guide = NATION.value + ranking.GUIDE_SCORE
    assert HERE.value - guide > ages + 1 and guide - PROVINCE.value > ages + 1


@pytest.mark.parametrize(
    ("given", "beside_a_warning", "beside_news"),
    [
        ({"scope": HERE}, None, None),
        (SCHEME, Matter.SAME, None),
        ({"subject": "account_tasks"}, Matter.KINDRED, None),
        ({"subject": "typing_scam"}, None, None),
        ({"subject": "typing_scam", "is_warning": True, "scope": HERE}, Matter.LOCAL, Matter.LOCAL),
        ({"subject": "typing_scam", "is_warning": True, "scope": PROVINCE}, None, None),
        ({"is_job_fraud": True, "is_warning": True}, Matter.AT_LARGE, None),
        ({"is_job_fraud": True, "is_guide": True}, Matter.AT_LARGE, None),
        ({"is_job_fraud": True}, None, None),
        ({"tags": {1: 0.5}}, Matter.ALIKE, Matter.ALIKE),
        ({"tags": {2: 0.1}}, None, None),
        ({"tags": {1: 0.5}, "subject": "typing_scam"}, Matter.KINDRED, Matter.ALIKE),
        ({"similarity": 0.2, "terms": 4}, Matter.SAME, Matter.SAME),
        ({"similarity": 0.3, "terms": 3}, Matter.SAME, Matter.SAME),
        ({"similarity": 0.2, "terms": 3}, Matter.ALIKE, Matter.ALIKE),
        ({"similarity": 0.08, "terms": 3}, None, Matter.ALIKE),
        ({"similarity": 0.2, "terms": 2}, None, None),
        ({"similarity": 0.9, "terms": 1}, None, None),
        ({"similarity": 0.2, "terms": 4, "subject": "typing_scam"}, Matter.KINDRED, Matter.SAME),
        ({"is_guide": True}, None, None),
    ],
)
def test_an_item_qualifies_by_its_matter(given, beside_a_warning, beside_news):
    item = build_ranking_facts(**given)
    matters = [
        ranked_item and ranked_item.matter
        for ranked_item in (rank_item(p, item, NOW) for p in (PAGE, NEWS))
    ]
    assert matters == [beside_a_warning, beside_news]


@pytest.mark.parametrize(
    ("given", "matter"),
    [
        ({"matters": {"riders": 1.0}}, Matter.ALIKE),
        ({"matters": {"riders": 1.0}, "terms": 2, "similarity": 0.1}, Matter.SAME),
        ({"matters": {"riders": 0.5, "weather": 0.5}}, Matter.ALIKE),
        ({"matters": {"riders": 0.4, "weather": 0.6}}, Matter.PARTLY),
        ({"matters": {"labour_rights": 1.0}}, Matter.KINDRED),
        ({"matters": {"weather": 1.0}}, None),
        # What the words agree in is worth less where both are about something else.
        ({"matters": {"weather": 1.0}, "terms": 4, "similarity": 0.2}, Matter.KINDRED),
        ({"subject": "wage_theft", "terms": 4, "similarity": 0.2}, Matter.KINDRED),
        ({"terms": 4, "similarity": 0.2}, Matter.SAME),
    ],
)
def test_beside_news_on_a_topic_stands_what_tells_the_topic(given, matter):
    page = build_ranking_facts(matters={"riders": 1.0}, kindred=["labour_rights"])
    ranked_item = rank_item(page, build_ranking_facts(**given), NOW)
    assert (ranked_item and ranked_item.matter) == matter


@pytest.mark.parametrize(
    ("given", "matter"),
    [
        # Three terms in common are worth little where nothing else tells what the item is about.
        ({"terms": 3, "similarity": 0.2}, Matter.KINDRED),
        ({"terms": 3, "similarity": 0.2, "likeness": 0.2}, Matter.ALIKE),
        # A warning about those whom the page is about: nearby only, and not one of two topics.
        ({"subject": "cash_courier", "scope": PROVINCE, "matters": {"riders": 1.0}}, Matter.PARTLY),
        ({"subject": "cash_courier", "scope": NATION, "matters": {"riders": 1.0}}, None),
        ({"subject": "cash_courier", "scope": PROVINCE, "matters": {"riders": 0.7}}, None),
    ],
)
def test_beside_news_on_a_topic_what_is_less_sure_stands_lower(given, matter):
    page = build_ranking_facts(matters={"riders": 1.0})
    ranked_item = rank_item(page, build_ranking_facts(**given), NOW)
    assert (ranked_item and ranked_item.matter) == matter


def test_what_may_tell_the_event_of_the_page_again_waits_behind_its_matter():
    again, other = (
        build_ranking_facts(scope=HERE, may_report_same_event=is_again, published_at=NOW, **SCHEME)
        for is_again in (True, False)
    )
    elsewhere = build_ranking_facts(**SCHEME)
    kindred = build_ranking_facts(subject="account_tasks")
    assert rank_facts(again, elsewhere, kindred, other) == [other, elsewhere, again, kindred]


@pytest.mark.parametrize(
    ("given", "beside_a_scheme", "beside_an_unknown_one"),
    [
        ({"matters": {"brushing_rebate": 0.6}}, Matter.SAME, None),
        # What nearly warns has half the share.
        ({"matters": {"brushing_rebate": 0.5}}, Matter.ALIKE, None),
        ({"matters": {"brushing_rebate": 0.3}}, Matter.ALIKE, None),
        ({"matters": {"brushing_rebate": 0.3}, "subject": "gift_bait"}, Matter.ALIKE, None),
        ({"matters": {"after_fraud": 1.0}}, Matter.AFTERWARDS, Matter.SAME),
        ({"matters": {"after_fraud": 1.0}, "subject": "gift_bait"}, None, None),
    ],
)
def test_beside_a_warning_stand_untyped_tellings_and_what_to_do_then(
    given, beside_a_scheme, beside_an_unknown_one
):
    pages = PAGE, build_ranking_facts(is_warning=True)
    ranked_items = [rank_item(page, build_ranking_facts(**given), NOW) for page in pages]
    matters = [ranked_item and ranked_item.matter for ranked_item in ranked_items]
    assert matters == [beside_a_scheme, beside_an_unknown_one]


def test_no_scheme_is_nothing_that_two_share():
    assert rank_item(build_ranking_facts(), build_ranking_facts(), NOW) is None
    assert rank_item(build_ranking_facts(kindred=[]), build_ranking_facts(), NOW) is None


def test_matter_goes_before_place_and_place_before_age():
    def aged(days, **given):
        return build_ranking_facts(published_at=NOW - days * DAY, **given)

    best = [
        aged(900, scope=HERE, **SCHEME),
        build_ranking_facts(scope=NATION, is_guide=True, **SCHEME),
        build_ranking_facts(scope=PROVINCE, **SCHEME),
        build_ranking_facts(scope=NEARBY, **SCHEME),
        build_ranking_facts(scope=NATION, **SCHEME),
        aged(30, **SCHEME),
        aged(200, **SCHEME),
        aged(900, **SCHEME),
        build_ranking_facts(**SCHEME),
        build_ranking_facts(scope=HERE, tags={1: 0.5}),
        build_ranking_facts(tags={1: 0.5}),
        aged(1, scope=HERE, subject="account_tasks"),
        build_ranking_facts(scope=HERE, is_warning=True, subject="typing_scam"),
        build_ranking_facts(scope=PROVINCE, subject="account_tasks"),
        build_ranking_facts(subject="account_tasks"),
    ]
    assert rank_facts(*reversed(best)) == best


def test_of_equals_the_more_alike_goes_first_then_the_newer_story():
    close = build_ranking_facts(similarity=0.3, terms=4, **SCHEME)
    tagged = build_ranking_facts(tags={1: 0.5}, **SCHEME)
    newer, older = (
        build_ranking_facts(published_at=NOW - age * DAY, **SCHEME) for age in (100, 200)
    )
    undated = build_ranking_facts(**SCHEME)
    assert rank_facts(tagged, close, undated) == [close, tagged, undated]
    assert rank_facts(older, newer) == [newer, older]


def test_what_has_no_date_is_never_new():
    undated = build_ranking_facts(similarity=0.2, terms=3, **SCHEME)
    told_in_spring = build_ranking_facts(published_at=NOW - 90 * DAY, **SCHEME)
    assert rank_facts(undated, told_in_spring) == [told_in_spring, undated]


def test_job_fraud_at_large_only_fills_up_a_short_list():
    at_large = [
        build_ranking_facts(is_warning=True, is_job_fraud=True, scope=NATION) for _ in range(20)
    ]
    same = [build_ranking_facts(**SCHEME) for _ in range(3)]
    assert len(rank_facts(*at_large)) == 8
    assert rank_facts(*at_large, *same)[:3] == same[::-1] and len(rank_facts(*at_large, *same)) == 8
    many = [build_ranking_facts(**SCHEME) for _ in range(8)]
    assert rank_facts(*at_large, *many) == many[::-1]


def test_a_story_told_twice_is_shown_once_and_the_page_itself_never():
    text = "吉首一名学生在群里接到截图领钱的活，头两次到账，第三次要垫两千元，群随即解散。"
    sketch = sketch_text(text)
    again, first = (build_ranking_facts(subject="brushing_rebate", sketch=sketch) for _ in range(2))
    assert rank_facts(first, again) == [first]
    page = build_ranking_facts(subject="brushing_rebate", sketch=sketch)
    assert rank_related(page, [first, again, page], 17, NOW) == []


def test_what_reads_much_the_same_waits_for_what_reads_differently():
    shared = "群里接到截图领钱的活头两次都到账随后改成要垫钱的组合任务少做一单都不结"
    first = sketch_text(shared + "客服说系统卡单只有补齐剩下三单才能一起返还")
    second = sketch_text("一名骑手在站点休息时刷到广告说帮店铺冲销量" + shared)
    assert ranking.MUCH_THE_SAME <= estimate_similarity(first, second) < 0.5
    item, other = (
        build_ranking_facts(subject="brushing_rebate", sketch=sketch) for sketch in (first, second)
    )
    unlike = build_ranking_facts(subject="brushing_rebate", scope=PlaceRelation.ELSEWHERE)
    kindred = build_ranking_facts(subject="account_tasks")
    # It waits behind all of the same matter, and before what is of another.
    assert rank_facts(kindred, unlike, item, other) == [unlike, other, item, kindred]


def test_kindred_schemes_are_known_ones_and_never_the_scheme_itself():
    for scheme in list_fraud_types():
        kindred = list_kindred_matters(scheme)
        assert scheme not in kindred
        assert set(kindred) <= {*list_fraud_types(), *read_topics()}
        assert all(scheme in list_kindred_matters(kin) for kin in kindred)
    assert list_kindred_matters("") == list_kindred_matters("other") == ()


def test_a_common_tag_tells_less():
    rarity = [ranking.weigh_shared_tag(number) for number in (2, 3, 10, 100, 256)]
    assert rarity == sorted(rarity, reverse=True)
    assert ranking.weigh_shared_tag(127) >= ranking.MIN_TAGS > ranking.weigh_shared_tag(128)
    assert 2 * ranking.weigh_shared_tag(256) >= ranking.MIN_TAGS
