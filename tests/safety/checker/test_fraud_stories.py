"""Who tells in their own words what happened to them is heard, whatever words these are."""

from dataclasses import replace

import pytest

from safety.checker.fraud_stories import LONGEST_PIECE, cut_pieces, find_fraud_story
from safety.checker.text_check import DOUBTED, TOLD, check_text
from screening.fraud_types import is_fraud_type
from screening.screen import screen_text
from tests import linear_time
from tools.screening_evaluation.story_training import (
    list_ordinary_texts,
    read_stories,
    score_unread_author,
)

UNREAD = "eighth"
READ = ("first", "fifth", "seventh")
STORIES = [
    ("我做了三单都返了，第四单是连单要垫七千六，客服说不做完前面的也取不出来", "brushing_rebate"),
    ("我表弟帮人去柜台取钱，取一万给他一百五，昨天警察来家里了", "cash_courier"),
    ("面试完说我合格了，叫先去他们定的诊所体检，交了四百二，检完就不回消息了", "upfront_fee"),
]
ORDINARY = [
    "店里让我自己去疾控中心办健康证，六十八块，老板说转正给报",
    "这个月工资晚了四天，刚到账，一分不少",
    "公司让去楼下银行开工资卡，卡和密码都是自己拿着",
    "房东押一付一，退房那天押金当场转回来了",
    "蛋糕店招早班裱花学徒，包午饭，月休四天，工资每月十号发到自己卡上。",
]


@pytest.mark.parametrize(("text", "fraud_type"), STORIES)
@pytest.mark.django_db
def test_a_story_of_a_fraud_is_heard(text, fraud_type):
    answer = check_text(text)
    assert answer.verdict.level == TOLD and answer.verdict.fraud_type in (fraud_type, "")
    assert answer.verdict.is_urgent and "<mark" in answer.text
    assert answer.groups[0].reasons[0].name == "和被骗的经过很像"


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_affairs_are_no_story(text):
    assert find_fraud_story(text) is None


SUSPECTED = "第一单返我12块第二单返我38第三单要垫980，做不做"  # by the engine, a little


@pytest.mark.django_db
def test_who_tells_of_what_is_suspected_already_hears_no_less():
    assert screen_text(SUSPECTED).level == "medium"
    verdict = check_text(SUSPECTED).verdict
    assert (verdict.level, verdict.fraud_type) == (TOLD, "brushing_rebate") and verdict.is_urgent


@pytest.mark.django_db
def test_what_is_suspected_stays_so_where_no_story_is_sure(monkeypatch):
    monkeypatch.setattr("safety.checker.fraud_stories.SURE", 99)
    assert check_text(SUSPECTED).verdict.level == "medium"


@pytest.mark.django_db
def test_one_sentence_of_a_long_offer_makes_no_story_of_it(monkeypatch):
    long = "\n".join([SUSPECTED, "详情见面再说。" * 30])
    assessment = replace(screen_text(long), level="medium")
    monkeypatch.setattr("safety.checker.text_check.screen_text", lambda *_asked: assessment)
    assert find_fraud_story(long) and check_text(long).verdict.level == "medium"


@pytest.mark.django_db
def test_what_is_only_possible_is_called_so(monkeypatch):
    text = STORIES[1][0]
    monkeypatch.setattr("safety.checker.fraud_stories.SURE", 99)
    verdict = check_text(text).verdict
    assert (verdict.level, verdict.headline, verdict.fraud_type) == (DOUBTED, "先问清楚", "")


def test_a_story_is_found_in_a_long_text_and_marked_there():
    before = "今天店里盘点，货架从里到外擦了一遍，晚上一起吃的面。" * 30
    text = f"{before}{STORIES[0][0]}。{before}"
    story = find_fraud_story(text)
    assert story and story.is_sure
    assert all(
        len(before) <= signal.start < signal.end <= len(before) + len(STORIES[0][0])
        for signal in story.signals
    )
    assert [signal.weight for signal in story.signals] == [80, 79, 78]


@pytest.mark.parametrize(
    "text", ["", "\n", "。", "好。" * 400, "没有标点" * 200, "短。" + "长" * 500 + "。短"]
)
def test_pieces_cover_the_whole_text(text):
    pieces = cut_pieces(text)
    covered = {place for start, end in pieces for place in range(start, end)}
    assert covered == set(range(len(text)))
    assert all(0 < end - start <= LONGEST_PIECE for start, end in pieces)


def test_a_piece_of_a_long_text_is_a_sentence_or_as_many_as_fit_and_short_sentences_are_one():
    text = "一天八十。管饭！" + "长" * 158 + "。完"
    assert [text[start:end][:6] for start, end in cut_pieces(text)] == [
        "一天八十。管",
        "长" * 6,
        "完",
        "长" * 6,
    ]
    assert cut_pieces("一天八十。管饭！") == [(0, 8)]


@pytest.mark.parametrize("piece", ["他让我转账。", "转", "，", "a1_", "👍", "。\n"])
def test_time_grows_with_the_text_only(piece, monkeypatch):
    monkeypatch.setattr(linear_time, "LENGTH", 2_000)
    assert linear_time.is_linear(find_fraud_story, piece)


def test_the_stories_are_labelled_and_none_is_there_twice():
    stories = read_stories()
    texts = [story.text for story in stories]
    assert len(texts) == len(set(texts)) and all(texts)
    assert {story.kind for story in stories if not is_fraud_type(story.kind)} <= {"none"}
    assert 0.45 < sum(story.is_fraud for story in stories) / len(stories) < 0.55


def test_it_holds_for_an_author_that_it_has_not_read(record_property):
    pytest.importorskip("sklearn")
    stories = [story for story in read_stories() if story.author in (*READ, UNREAD)]
    scores = score_unread_author(UNREAD, stories, list_ordinary_texts()[::4])
    frauds = sorted(score for is_fraud, score in scores if is_fraud)
    others = sorted((score for is_fraud, score in scores if not is_fraud), reverse=True)
    cut = others[len(others) * 5 // 100]
    share = sum(score > cut for score in frauds) / len(frauds)
    record_property("figure", f"stories of an unread author: {share:.0%} heard at 5 % accused")
    assert share > 0.7
