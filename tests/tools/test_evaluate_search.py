"""The judged searches can be read, and over a few listings the search reaches its goal."""

import pytest
from django.core.management import CommandError, call_command

from cities.directory.regions import get_region_by_slug
from tools.evaluation.judged_searches import (
    JudgedSearch,
    grade_listing,
    judge_searches,
    list_live_listings,
    read_judged_searches,
)
from tools.evaluation.metrics import compute_mean
from tools.management.commands.evaluate_search import GOAL

pytestmark = pytest.mark.django_db
SMALL = {
    "发传单": "cat:flyer",
    "派单": "cat:flyer",
    "送外卖": "cat:food_delivery",
    "管饭": "perk:meals",
    "家叫": "cat:tutor",
    "补课": "cat:tutor",
    "潜水 家教": "cat:tutor",
    "25元": "hourly:25",
    "周结": "settle:weekly",
    "端盘子": "cat:waiter",
    "我想找个能包吃的餐厅工作": "perk:meals",
}


@pytest.fixture
def board(publish):
    publish(title="商场新品券派发", category="flyer")
    publish(title="小区传单入户", category="flyer", settlement="weekly")
    publish(title="午晚高峰骑手", category="food_delivery", mode="mobile")
    publish(title="高二物理家教", category="tutor", pay_min=60, pay_max=80)
    publish(title="晚托看作业", category="homework_care", duties="陪孩子，做过家教的更好。")
    publish(title="农家乐帮工", category="waiter", perks=["meals"], duties="餐厅上菜，收台面。")


def test_the_judged_searches_are_many_of_all_kinds_and_have_known_rules(board):
    searches = list(read_judged_searches())
    assert len(searches) >= 120
    assert len({search.kind for search in searches}) >= 8
    aside = sum(search.is_kept_aside for search in searches)
    assert 0.4 < aside / len(searches) < 0.6
    for search in searches:
        assert {1, 2, 3} >= {grade for grade, _ in search.rules} >= {3}
        for listing in list_live_listings():
            grade_listing(search, listing)


def test_searches_over_a_few_listings_reach_the_goal(board):
    city = get_region_by_slug("xiangxi")
    searches = [JudgedSearch(text, city, "small", ((3, rule),)) for text, rule in SMALL.items()]
    outcomes = judge_searches(searches, list_live_listings())
    assert compute_mean(row.ndcg for row in outcomes) >= GOAL
    assert [row.search.text for row in outcomes if not row.grades] == []


def test_an_offered_correction_is_followed_as_a_reader_would(board):
    outcome = judge_searches(
        [JudgedSearch("家叫", get_region_by_slug("xiangxi"), "sound", ((3, "cat:tutor"),))],
        list_live_listings(),
    )[0]
    assert outcome.followed == "家教"
    assert outcome.grades == [3, 0]  # and what only mentions it, nothing else


def test_the_command_wants_the_medium_demo(board):
    with pytest.raises(CommandError, match="medium"):
        call_command("evaluate_search")
