"""How alike texts are by their characters."""

import pytest

from news.analysis.scheme_corpus import read_articles
from news.related.text_likeness import count_shared_pairs, measure_text_likeness

HEAT = (
    "高温停工令下到工地",
    "气温超过三十七度，露天作业一天不超过六小时，最热的三小时停工，工资照发。",
)
ALLOWANCE = (
    "夜查分拨场，津贴不能拿绿豆汤抵",
    "高温津贴是工资，六到九月按出勤发，天热露天作业的人都有一份。",
)
MUSEUM = "老票据展开到周末", "收藏人把粮票、车票和启事摆进展柜，观众在一张旧照片前站了很久。"


def test_a_text_is_all_like_itself_whatever_signs_stand_between():
    title, text = HEAT
    likeness = measure_text_likeness(HEAT, [HEAT, (title, f"「{text}」 — 2026, ok!")])
    assert likeness == pytest.approx([1, 1])


def test_texts_that_share_what_they_are_about_are_more_alike_than_any_two():
    allowance, museum = measure_text_likeness(HEAT, [ALLOWANCE, MUSEUM])
    assert allowance > 0.1 and museum < 0.05


def test_any_two_texts_of_the_corpus_have_nothing_in_common_on_average():
    rows = [(row.title, row.text) for row in read_articles()[::9]]
    likeness = measure_text_likeness(rows[0], rows[1:])
    assert abs(sum(likeness) / len(likeness)) < 0.03


def test_rare_characters_that_the_file_does_not_name_are_no_likeness_but_count():
    rare = "龘靐齉爩" * 3
    with_rare, _ = measure_text_likeness(HEAT, [(HEAT[0], HEAT[1] + rare), MUSEUM])
    assert with_rare < 0.99
    assert measure_text_likeness((rare, ""), [(rare, "")]) == [0]


@pytest.mark.parametrize("empty", [("", ""), ("2026", "abc")])
def test_nothing_is_like_a_text_without_characters(empty):
    assert measure_text_likeness(empty, [HEAT, empty]) == [0, 0]
    assert measure_text_likeness(HEAT, [empty]) == [0]
    assert measure_text_likeness(HEAT, []) == []


def test_pairs_in_both_count_once_and_never_across_other_signs():
    assert count_shared_pairs("三根金条，三根金条", "取三根金条") == 3
    assert count_shared_pairs("桥，下取", "桥下") == 0
