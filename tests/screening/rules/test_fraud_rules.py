"""The rules of all fraud types: each with a text that it finds and one that it leaves."""

import tomllib

import pytest

from screening import forbidden_work
from screening.fraud_types import FraudType, list_fraud_types
from screening.reading.folded_text import FoldedText
from screening.rules.fraud_rules import find_rule_signals, list_stop_codes, load_fraud_rules

# In the rules of so many kinds, types of fraud and of forbidden work: a further one may bring as many as one of them
# has on average.
MAX_WORDS, KINDS = 3500, 46
EXAMPLES = {
    fraud_type: tomllib.loads((fraud_type.folder / "examples.toml").read_text("utf-8"))
    for fraud_type in list_fraud_types()
}
RULES = {rule.code: rule for rule in load_fraud_rules().rules}


def find_codes(text):
    return {signal.code.removeprefix("rule.") for signal in find_rule_signals(FoldedText(text))}


def test_every_rule_has_an_example_each_way_and_every_example_a_rule():
    codes = {
        f"{fraud_type}.{name}"
        for fraud_type, type_examples in EXAMPLES.items()
        for name in type_examples
    }
    assert codes == set(RULES)
    lacking = [
        f"{fraud_type}.{name}"
        for fraud_type, type_examples in EXAMPLES.items()
        for name, example in type_examples.items()
        if not (example.get("finds") and example.get("leaves"))
    ]
    assert lacking == []


@pytest.mark.parametrize("fraud_type", EXAMPLES)
def test_a_rule_finds_its_examples_and_leaves_what_only_resembles_them(fraud_type):
    faults = []
    for name, example in EXAMPLES[fraud_type].items():
        code = f"{fraud_type}.{name}"
        faults += [f"not found: {t}" for t in example["finds"] if code not in find_codes(t)]
        faults += [f"found: {t}" for t in example["leaves"] if code in find_codes(t)]
    assert faults == []


def test_every_type_but_other_has_rules_with_reasons():
    types = {code.partition(".")[0] for code in RULES}
    assert types == set(list_fraud_types()) - {FraudType.OTHER}
    assert all(rule.reason.endswith("。") for rule in RULES.values())


def test_the_words_are_few_enough_to_be_read():
    rules = [*RULES.values(), *forbidden_work.load_matcher().rules]
    words = sum(len(set(part)) for rule in rules for part in rule.parts)
    # A concept counts once, however many rules name it.
    named = sum(
        set(RULES["upfront_fee.deposit"].parts[1]) <= set(p) for r in rules for p in r.parts
    )
    words -= (named - 1) * len(RULES["upfront_fee.deposit"].parts[1])
    kinds = len(list_fraud_types()) + len(forbidden_work.load_forbidden_work())
    assert words <= MAX_WORDS * max(kinds, KINDS) / KINDS


def test_a_finding_says_where_and_why():
    text = "手机兼 职：先 垫付，完成后返现"
    signal = next(s for s in find_rule_signals(FoldedText(text)) if s.code.endswith(".advance"))
    assert text[signal.start : signal.end] == "垫付，完成后返现"
    assert signal.code == "rule.brushing_rebate.advance"
    assert signal.fraud_type == "brushing_rebate"


@pytest.mark.parametrize(
    ("says", "denies"),
    [
        ("入职交押金三百", "入职不收押金"),
        ("报名费五十元", "免报名费"),
        ("体检费自理", "公司报销体检费"),
        ("试工须交服装费", "不收取任何押金、报名费、服装费"),
        ("收了身份证", "不扣身份证"),
        ("拖欠工资", "从不拖欠工资"),
        ("入职交500押金", "入职0押金"),
        ("应聘交押金", "应聘押金全免"),
        ("招刷单员", "谨防刷单"),
        ("招刷单员", "我们不是刷单"),
        ("非诚请勿打扰，家里放插卡设备", "请勿在家中放置插卡设备"),
        ("放插卡设备，请勿外传", "勿为他人放置插卡设备"),
    ],
)
def test_a_denied_word_is_no_finding(says, denies):
    assert find_codes(says)
    assert not find_codes(denies)


@pytest.mark.parametrize(
    "text", ["保洁员，刷单间卫生间", "门童，收卡片、发号牌", "面包店送现做蛋糕", "万象城招导购"]
)
def test_a_longer_word_hides_the_word_of_a_rule_inside_it(text):
    assert not find_codes(text)


def test_a_report_may_warn_of_what_it_tells():
    folded = FoldedText("谨防刷单")
    assert not list(find_rule_signals(folded))
    assert list(find_rule_signals(folded, in_report=True))


def test_the_stops_are_rules():
    assert list_stop_codes()
    assert {code.removeprefix("rule.") for code in list_stop_codes()} <= set(RULES)
