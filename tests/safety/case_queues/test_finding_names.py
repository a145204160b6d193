"""A row of a queue names what was found in a few characters, with the numbers of the marks in its text."""

from safety.case_queues.finding_names import list_named_findings, name_finding
from safety.case_queues.text_excerpts import render_excerpt
from screening.facts.contact_evasion import REASONS
from screening.facts.discrimination import KINDS
from screening.forbidden_work import load_forbidden_work
from screening.fraud_types import list_fraud_types

DUTIES = "按要求点赞，加薇信 lulu8866，拉你进群领任务"


def make_signal(code, words, reason=""):
    start = DUTIES.index(words)
    return {
        "code": code,
        "field": "duties",
        "start": start,
        "end": start + len(words),
        "reason": reason or code,
    }


def test_whatever_screening_finds_has_a_name():
    codes = [f"rule.{kind}.any" for kind in list_fraud_types()]
    codes += [f"contact_evasion.{name}" for name in REASONS]
    codes += [f"discrimination.{name}" for name in KINDS]
    codes += [f"forbidden.{code}.any" for code in load_forbidden_work()]
    codes += [
        "model.clause",
        "model.doubt",
        "known_contacts.any",
        "blocklist.refuse.1",
        "pay.above_norm",
        "employer",
    ]
    for code in codes:
        assert 2 <= len(name_finding(code)) <= 16, code
    assert name_finding("unheard.of") == ""


def test_names_stand_with_the_numbers_of_the_text_the_grave_first():
    signals = [
        make_signal("contact_evasion.wechat", "加薇信 lulu8866", "正文里写了微信号。"),
        make_signal(
            "rule.brushing_rebate.group_tasks", "拉你进群领任务", "拉你进群：后面就要垫付。"
        ),
        make_signal("rule.brushing_rebate.app", "点赞", "下载软件做任务。"),
    ]
    reasons = [
        {"code": "contact_evasion.wechat", "words": "正文里写了微信号（“lulu8866”）。"},
        {"code": "category", "words": "「推广任务」这一类都由审核员看过再发布。"},
        {"code": "unheard.of", "words": "别的原因。"},
    ]
    named = [
        (finding.name, finding.numbers, finding.is_danger)
        for finding in list_named_findings(reasons, signals)
    ]
    assert named == [
        ("刷单返利", [2, 3], True),
        ("正文留微信", [1], False),
        ("品类必审", [], False),
        ("别的原因。", [], False),
    ]
    excerpt = render_excerpt({"duties": DUTIES}, signals)
    assert "<sup><b>3</b></sup>点" in excerpt and "<sup><b>1</b></sup>加" in excerpt
    assert "<a " not in excerpt, "no stops of the tab key in a row"


DOUBT_REASON = {"code": "doubt", "words": "有些话系统拿不准，由审核员看过再发布。"}


def test_a_doubt_is_named_once_at_its_words_and_is_no_danger():
    signals = [make_signal("model.doubt", "拉你进群领任务", "系统拿不准这里。")]
    (finding,) = list_named_findings([DOUBT_REASON], signals)
    assert (finding.name, finding.numbers, finding.is_danger) == ("拿不准", [1], False)
    assert "danger" not in render_excerpt({"duties": DUTIES}, signals)


def test_a_doubt_from_before_its_words_were_marked_is_named_as_well():
    (finding,) = list_named_findings([DOUBT_REASON], [])
    assert (finding.name, finding.numbers) == ("拿不准", [])
