"""The notation of rules: what it reads, and what it refuses by name."""

import pytest

from screening.rules.notation import RuleError, load_rules, parse_rule

PLAIN = {"weight": 50, "reason": "不对。", "all": ["押金 定金", "@work"]}
CONCEPTS = {"work": "上班 入职", "both": "@work 兼职"}


def test_words_and_concepts_make_the_parts():
    rule = parse_rule("x.deposit", PLAIN, CONCEPTS)
    assert rule.parts == (("押金", "定金"), ("上班", "入职"))
    assert (rule.required, rule.at_least, rule.within, rule.stops) == (2, 0, 30, False)
    rule = parse_rule("x.y", {**PLAIN, "all": ["@both"], "not": "@work", "stop": True}, CONCEPTS)
    assert rule.parts == (("上班", "入职", "兼职"),)
    assert (rule.unless, rule.stops) == (("上班", "入职"), True)


def test_any_needs_one_of_its_lists_unless_it_says_more():
    table = {**PLAIN, "any": ["甲乙", "丙丁", "戊己"]}
    assert parse_rule("x.y", table, CONCEPTS).at_least == 1
    assert parse_rule("x.y", {**table, "at_least": 2}, CONCEPTS).needed_part_count == 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weigth": 3}, "unknown weigth"),
        ({"weight": 0}, "weight"),
        ({"weight": "50"}, "weight"),
        ({"all": []}, "needs words"),
        ({"all": ["押"]}, "too short"),
        ({"all": ["@nothing"]}, "no concept"),
        ({"reason": ""}, "reason"),
        ({"any": ["甲乙"], "at_least": 2}, "at_least"),
    ],
)
def test_a_faulty_rule_is_refused_by_its_name(change, words):
    with pytest.raises(RuleError, match=f"x.bad.*{words}"):
        parse_rule("x.bad", PLAIN | change, CONCEPTS)


def test_the_concepts_of_a_file_come_before_those_of_all(tmp_path):
    folder = tmp_path / "kind"
    folder.mkdir()
    (tmp_path / "concepts.toml").write_text('work = "上班"\nplace = "店里"', encoding="utf-8")
    (folder / "rules.toml").write_text(
        '[concepts]\nwork = "干活"\n[rules.a]\nweight = 9\nreason = "。"\nall = ["@work", "@place"]',
        encoding="utf-8",
    )
    (rule,) = load_rules(folder / "rules.toml", "kind")
    assert (rule.code, rule.parts) == ("kind.a", (("干活",), ("店里",)))
