"""Training sold as a job (招转培): recognised in titles of many trades; honest training left alone."""

import tomllib
from pathlib import Path

import pytest

from screening import engine, stops
from screening.fraud_types import FraudType
from screening.reading import Reading
from screening.signals import training
from tests.linear_time import is_linear

TITLES = tomllib.loads((Path(__file__).parent / "training_titles.toml").read_text(encoding="utf-8"))
SOLD = [title for part in ("first", "second", "third") for title in TITLES[part]]


def found(text):
    return list(training.find(Reading(text), engine.NOTHING))


def code(text):
    return "".join(signal.code for signal in found(text))


def test_there_are_enough_titles_and_no_two_are_the_same():
    assert len(SOLD) >= 200
    assert len(TITLES["honest"]) >= 100
    assert len(TITLES["missed"]) <= len(SOLD) / 10
    everything = [title for part in TITLES.values() for title in part]
    assert len(set(everything)) == len(everything)


@pytest.mark.parametrize("title", SOLD)
def test_a_title_that_sells_training_is_recognised(title):
    (signal,) = found(title)
    assert signal.fraud_type == FraudType.TRAINING_LOAN
    assert signal.weight >= 40
    assert 0 <= signal.start < signal.end <= len(title)


@pytest.mark.parametrize("title", TITLES["honest"])
def test_honest_training_is_no_finding(title):
    assert found(title) == []


@pytest.mark.parametrize(
    "text",
    [
        "招聘会计学徒（考证包就业）",
        "零基础学 UI，学完包就业，月薪过万",
        "程序员培养\n前四个月在合作机构学习，学费可分期，学完推荐就业，不需要经验。",
        "招剪辑师\n无经验先进实训营，实训费毕业后还，签就业协议。",
    ],
)
def test_a_certain_sale_stops_the_publication(text):
    assert code(text) == "training.sold"
    assert code(text) in stops.CODES
    assert engine.assess(text).level == "high"


def test_a_doubtful_one_waits_for_a_person():
    assert code("美甲培训") == "training.doubtful"
    assert code("美甲培训") not in stops.CODES
    assert engine.assess("美甲培训").level == "medium"


@pytest.mark.parametrize(
    ("sells", "teaches"),
    [
        ("瑜伽教练培训班，零基础", "瑜伽教练，教零基础学员"),
        (
            "招生：零基础学调酒，推荐就业",
            "招生老师\n向学员介绍零基础课程和推荐就业的安排，带他们试听。",
        ),
        ("先交学费 1800，学完上岗", "不收学费，师傅带着做"),
        ("叉车证考证，拿证即上岗", "叉车工，公司出钱考证"),
        ("主播培训生", "销售管理培训生"),
    ],
)
def test_who_teaches_or_pays_for_it_gives_work(sells, teaches):
    assert found(sells)
    assert found(teaches) == []


def test_what_the_firm_does_for_its_people_further_down_is_no_sale():
    text = (
        "门店导购\n接待顾客、整理货架。公司提供带薪培训和技能培训，新人由师傅带，零基础也可以。"
        "应届毕业生优先，五险一金，晋升看业绩。"
    )
    assert found(text) == []


def test_words_far_apart_do_not_count_together():
    near = "美工\n签就业协议，课程报名中"
    far = f"美工\n签就业协议。{'每天整理商品图片，按时上下班。' * 8}课程报名中"
    assert code(near) == "training.sold"
    assert code(far) != "training.sold"


def test_the_reason_quotes_the_words_as_written_and_the_span_holds_them():
    text = "招 UI 学徒，包 就 业，考证"
    (signal,) = found(text)
    assert "“包 就 业”" in signal.reason
    assert text[signal.start : signal.end].startswith("学徒")
    assert text[signal.start : signal.end].endswith("考证")


@pytest.mark.parametrize(
    "piece", ["零基础学", "先交学费，", "包就业", "学完就能", "考证班", "报名"]
)
def test_a_hostile_text_is_read_in_linear_time(piece):
    """A long text that is nothing but its words."""
    assert is_linear(found, piece)
