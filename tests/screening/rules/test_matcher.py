"""When a rule is complete: near enough, in one paragraph, in words that stand there."""

import pytest

from screening.reading.folded_text import FoldedText
from screening.rules.lexicon import Lexicon, WordSearch
from screening.rules.matcher import RuleMatcher
from screening.rules.notation import parse_rule
from tests import linear_time
from tests.daily_tests import mark_each


def find_rule_matches(text, **table):
    rule = parse_rule("x.y", {"weight": 50, "reason": "。"} | table, {})
    return [
        text[start:end] for _rule, start, end in RuleMatcher([rule]).find_matches(FoldedText(text))
    ]


def test_the_parts_stand_close_together_in_one_paragraph():
    table = {"all": ["垫付", "返佣"], "within": 10}
    assert find_rule_matches("先垫付再返佣", **table) == ["垫付再返佣"]
    assert find_rule_matches("返佣之前垫付", **table) == ["返佣之前垫付"]
    assert not find_rule_matches("垫付" + "了" * 10 + "返佣", **table)
    assert not find_rule_matches("垫付\n返佣", **table)
    assert not find_rule_matches("垫付", **table)


@pytest.mark.parametrize(("between", "is_found"), [(6, True), (7, False)])
def test_the_parts_stand_within_so_many_characters(between, is_found):
    text = "垫付" + "了" * between + "返佣"
    assert find_rule_matches(text, all=["垫付", "返佣"], within=10) == ([text] if is_found else [])


def test_a_word_too_far_away_gives_way_to_a_nearer_one():
    table = {"all": ["垫付", "返佣"], "within": 10}
    assert find_rule_matches("垫付" + "了" * 20 + "垫付再返佣", **table) == ["垫付再返佣"]
    assert find_rule_matches("垫付了。" + "好" * 20 + "返佣，先垫付", **table) == [
        "返佣,先垫付".replace(",", "，")
    ]


def test_one_word_is_not_two_parts():
    table = {"all": ["投资顾问", "投资"]}
    assert not find_rule_matches("招投资顾问", **table)
    assert find_rule_matches("投资顾问带您投资", **table)


def test_a_sum_of_money_can_be_a_part():
    table = {"all": ["点赞", "@amount"], "within": 12}
    assert find_rule_matches("点赞一条3.5元", **table)
    assert find_rule_matches("点赞日入几百块", **table)
    assert not find_rule_matches("点赞很多", **table)


def test_some_of_many():
    table = {"all": ["加我"], "any": ["日赚", "在家", "手机"], "at_least": 2, "within": 20}
    assert not find_rule_matches("在家做，加我", **table)
    assert find_rule_matches("在家用手机做，加我", **table)
    assert not find_rule_matches("在家用手机做", **table)
    assert not find_rule_matches("日赚百元，在家用手机做", **table), (
        "three of the many, but not 加我"
    )


def test_in_order():
    table = {"all": ["交钱", "上岗"], "order": True}
    assert find_rule_matches("交钱才能上岗", **table)
    assert not find_rule_matches("上岗以后不交钱", **table)


def test_words_of_honest_work_silence_a_rule():
    table = {"all": ["不发工资"], "not": "志愿 义工"}
    assert find_rule_matches("活动不发工资", **table)
    assert not find_rule_matches("义工不发工资", **table)


def test_what_a_text_denies_is_no_part_of_a_deniable_rule():
    assert find_rule_matches("入职不收押金", all=["押金", "入职"])
    assert not find_rule_matches("入职不收押金", all=["押金", "入职"], deniable=True)


@pytest.mark.parametrize(
    ("word", "accident", "meant"),
    [("传销", "负责宣传销售", "其实是传销"), ("当班", "担当班长", "当班经理")],
)
def test_a_hit_across_two_words_is_an_accident(word, accident, meant):
    assert find_rule_matches(meant, all=[word])
    assert not find_rule_matches(accident, all=[word])


@pytest.mark.parametrize(
    ("word", "larger", "meant"),
    [
        ("十五岁", "三十五岁", "招十五岁的"),
        ("15岁", "115岁", "满 15岁"),
        ("2台手机", "12台手机", "有2台手机"),
    ],
)
def test_a_number_is_no_part_of_a_larger_one(word, larger, meant):
    assert find_rule_matches(meant, all=[word])
    assert not find_rule_matches(larger, all=[word])


def test_a_longer_word_hides_the_word_inside_it():
    words = Lexicon([("万象", 1), ("刷单", 2)], besides=["万象城", "刷单间"])
    assert list(words.hits("万象城里的刷单间")) == []
    assert [meaning for _s, _e, meaning in words.hits("万象招刷单")] == [1, 2]


def test_a_lexicon_that_joins_a_search_later_is_found_as_well():
    search = WordSearch()
    first = Lexicon([("万象", 1)], search=search)
    assert list(first.hits("万象招刷单")) == [(0, 2, 1)]
    second = Lexicon([("刷单", 2), ("万象", 3)], search=search)
    assert list(second.hits("万象招刷单")) == [(0, 2, 3), (3, 5, 2)]
    assert list(first.hits("万象招刷单")) == [(0, 2, 1)]


@pytest.mark.parametrize(
    "piece", mark_each(3, ["垫付返佣", "垫付", "返佣 ", "1,000元", "押金不收"])
)
def test_work_grows_with_the_text_and_no_faster(piece, monkeypatch):
    monkeypatch.setattr(linear_time, "LENGTH", 10_000)
    rules = [
        parse_rule(f"x.{n}", {"weight": 5, "reason": "。", "all": all_, "deniable": True}, {})
        for n, all_ in enumerate((["垫付", "返佣"], ["押金", "@amount"], ["返佣"]))
    ]
    matcher = RuleMatcher(rules)
    assert linear_time.is_linear(lambda text: list(matcher.find_matches(FoldedText(text))), piece)
