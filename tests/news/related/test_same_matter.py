"""How likely two articles are about one matter."""

from datetime import UTC, datetime

import pytest

from news.related.ranking import Matter, rank_item
from news.related.ranking_facts import RankingFacts
from news.related.same_matter import estimate_same_matter, is_subject_doubtful

NOW = datetime(2026, 6, 1, tzinfo=UTC)
SURE = {"subject": "wage_theft", "matters": {"wage_theft": 0.9}}
GUESSED = {"subject": "wage_theft", "matters": {"wage_theft": 0.35, "overseas_job": 0.2}}
DECIDED = {"subject": "wage_theft", "matters": {"overseas_job": 0.4}}


def build_ranking_facts(pk=1, **given):
    return RankingFacts(pk=pk, published_at=NOW, **given)


def test_each_sign_speaks_for_or_against():
    page = build_ranking_facts(**SURE)
    alike = build_ranking_facts(**SURE, likeness=0.2)
    other = build_ranking_facts(subject="pyramid", matters={"pyramid": 0.9})
    chances = [
        estimate_same_matter(page, item)
        for item in (alike, build_ranking_facts(**SURE), build_ranking_facts(), other)
    ]
    assert chances == sorted(chances, reverse=True) and chances[1] > 0.7 and chances[3] < 0.05


def test_topics_tell_news_apart_and_not_warnings():
    heat, riders = {"summer_heat": 1.0}, {"riders": 1.0}
    page = build_ranking_facts(matters=heat)
    assert estimate_same_matter(page, build_ranking_facts(matters=heat)) > 0.7
    assert estimate_same_matter(page, build_ranking_facts(matters=riders)) < 0.02
    warns = SURE["matters"]
    warnings = [
        build_ranking_facts(subject="wage_theft", matters=warns | topics)
        for topics in (heat, riders)
    ]
    assert estimate_same_matter(warnings[0], warnings[1]) > 0.6


@pytest.mark.parametrize(
    ("given", "is_doubtful"),
    [
        (SURE, False),
        (GUESSED, True),
        (DECIDED, False),
        ({"subject": "wage_theft"}, False),
        ({}, False),
    ],
)
def test_a_type_is_doubtful_if_the_words_tell_it_without_being_sure(given, is_doubtful):
    assert is_subject_doubtful(build_ranking_facts(**given)) is is_doubtful


def test_beside_a_doubtful_type_texts_that_are_alike_come_before_the_same_type():
    page, cases = build_ranking_facts(**GUESSED), build_ranking_facts(2, **SURE)
    alike = build_ranking_facts(3, matters={"overseas_job": 0.5, "wage_theft": 0.3}, likeness=0.3)
    assert rank_item(page, cases, NOW).matter is Matter.PARTLY
    assert rank_item(page, alike, NOW).matter is Matter.SAME


def test_what_has_a_doubtful_type_comes_after_those_of_which_it_is_sure():
    page = build_ranking_facts(**SURE)
    assert rank_item(page, build_ranking_facts(2, **SURE), NOW).matter is Matter.SAME
    assert rank_item(page, build_ranking_facts(2, **DECIDED), NOW).matter is Matter.SAME
    assert rank_item(page, build_ranking_facts(2, **GUESSED), NOW).matter is Matter.PARTLY


def test_news_without_topic_or_term_in_common_is_found_by_its_characters():
    page = build_ranking_facts()
    assert rank_item(page, build_ranking_facts(2, likeness=0.05), NOW) is None
    assert rank_item(page, build_ranking_facts(2, likeness=0.2), NOW).matter is Matter.PARTLY
    assert rank_item(page, build_ranking_facts(2, likeness=0.4), NOW).matter is Matter.ALIKE
