"""One sentence that makes a trap of an ordinary offer makes it wait, and accuses nobody."""

import pytest

from screening.engine import assess_offer
from screening.explanation import DOUBT
from screening.fraud_types import RiskLevel
from screening.linear_model.features import ModelText
from screening.linear_model.trap_sentences import find_trap_sentences
from screening.reading.folded_text import FoldedText
from tests import linear_time
from tools.screening_evaluation.trap_training import (
    list_corpus_sentences,
    read_trap_pairs,
    score_unread_author,
)

UNREAD = "second"
BEFORE = "沱江边的米粉店招早班，六点到十点，端粉、收碗、擦桌子，一小时16元。"
BEHIND = "做得惯就长做，月休四天，管一餐早饭。离北门走路五分钟。"
TRAPS = [
    "身份证原件放店里保管，不做了再拿回去。",
    "上班头七天算跟岗，不计钱。",
    "注册要发到你手机的验证码，你念给店长。",
]
HONEST = [
    "身份证带来看一眼，当面还给你。",
    "头一天跟着老员工学，钱照算。",
    "登录排班表的验证码你自己填，谁问都别说。",
]


def write_offer(sentence):
    return f"{BEFORE}{sentence}{BEHIND}"


@pytest.mark.parametrize("sentence", TRAPS)
def test_an_offer_with_a_trap_waits_and_the_sentence_is_marked(sentence):
    assessment = assess_offer(write_offer(sentence))
    assert assessment.is_doubtful or assessment.level != RiskLevel.LOW
    marked = [signal for signal in assessment.signals if signal.code == DOUBT]
    start, end = len(BEFORE), len(BEFORE) + len(sentence)
    assert any(start <= signal.start < signal.end <= end for signal in marked)


@pytest.mark.parametrize("sentence", HONEST)
def test_an_offer_with_its_honest_twin_does_not(sentence):
    assessment = assess_offer(write_offer(sentence))
    assert (assessment.level, assessment.is_doubtful) == (RiskLevel.LOW, False)


@pytest.mark.parametrize("sentence", TRAPS)
def test_it_is_the_sentence_that_is_found(sentence):
    text = ModelText(FoldedText(write_offer(sentence)).text)
    (span,) = find_trap_sentences(text)
    assert text.text[slice(*span)].strip(" ") == ModelText(sentence).text.strip(" ")


def test_a_single_sentence_is_left_to_the_model_of_whole_texts():
    assert find_trap_sentences(ModelText("身份证原件放店里保管,不做了再拿回去")) == []
    assert find_trap_sentences(ModelText("")) == []


@pytest.mark.parametrize("piece", ["身份证放店里。", "交", "。", "a1 ", "👍", "先\n"])
def test_time_grows_with_the_text_only(piece):
    assert linear_time.is_linear(lambda text: find_trap_sentences(ModelText(text)), piece)


def test_each_pair_differs_and_no_trap_is_there_twice():
    pairs = read_trap_pairs()
    assert all(pair.honest and pair.traps for pair in pairs)
    traps = [trap for pair in pairs for trap in pair.traps]
    assert len(set(traps)) > 0.99 * len(traps)


def test_it_holds_for_an_author_that_it_has_not_read(record_property):
    pytest.importorskip("sklearn")
    traps, honest = score_unread_author(UNREAD, read_trap_pairs(), list_corpus_sentences()[::8])
    cut = sorted(honest, reverse=True)[len(honest) // 20]
    share = sum(score > cut for score in traps) / len(traps)
    record_property("figure", f"traps of an unread author: {share:.0%} at 5 % of honest sentences")
    assert share > 0.65
