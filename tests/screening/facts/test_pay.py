"""Pay that cannot be true: the figure against the norm, and against what anybody's work pays."""

from decimal import Decimal

import pytest

from cities.directory.regions import get_region, list_regions
from screening import engine
from screening.context import Context, PayNormRange
from screening.facts import pay as signals
from screening.facts import pay_norms as pay
from screening.facts import tiers
from screening.facts.figures import parse_amount
from screening.models import PayNorm
from screening.reading.folded_text import FoldedText
from screening.screen import screen_text
from tests.daily_tests import mark_each
from tests.linear_time import is_linear

FLYERS = PayNormRange(Decimal(100), Decimal(140), Decimal(180), 40, "三线城市的传单派发")


def find_signals(text, context=engine.NOTHING):
    return list(signals.find_pay_signals(FoldedText(text), context))


def build_pay_context(low, high=None, norm=FLYERS, unit="day"):
    return Context(pay_min=Decimal(low), pay_max=Decimal(high or low), pay_unit=unit, norm=norm)


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("500", 500), ("5,000", 5000), ("1.2万", 12000), ("8k", 8000), ("300-800", 550),
        ("五百", 500), ("三四百", 350), ("一千五", 1500), ("上千", 1000), ("几百", 300), ("过万", 10000),
        ("两三千元", 2500), ("一万二", 12000), ("随便", None),
    ],
)  # fmt: skip
def test_sums_are_read_as_people_write_them(words, amount):
    assert parse_amount(words) == amount


def test_the_reason_names_the_figure_and_the_norm():
    (signal,) = find_signals("传单派发", build_pay_context(500))
    assert signal.reason == "写 500 元/天，三线城市的传单派发多在 100–180 元/天。"
    assert (signal.code, signal.fraud_type) == ("pay.above_norm", "")


def test_the_weight_grows_with_the_ratio_and_stays_below_a_level_of_its_own():
    weights = [find_signals("", build_pay_context(pay))[0].weight for pay in (250, 360, 500, 800)]
    assert weights == sorted(set(weights))
    assert engine.assess_offer("传单派发", build_pay_context(800)).level == "low"
    assert find_signals("", build_pay_context(5000))[0].weight == 45


@pytest.mark.parametrize(("low", "high"), [(100, 180), (150, 250), (20, 30), (180, 180)])
def test_pay_near_the_norm_is_no_finding(low, high):
    assert find_signals("传单派发", build_pay_context(low, high)) == []


def test_without_norm_or_without_pay_nothing_is_said():
    assert find_signals("传单派发", build_pay_context(9000, norm=None)) == []
    assert find_signals("传单派发", Context(norm=FLYERS)) == []


@pytest.mark.parametrize(
    "text",
    [
        "手机操作 日赚 500",
        "有手机就行，日入三百到八百，随时随地",
        "在家做，月入过万，无需经验",
        "动动手指，日入五百",
        "宅家兼职，日赚千元",
        "一单 5-50 元，一部手机，时间自由",
        "轻松简单，一天能赚 500",
        "足不出户，每小时收入 200 元",
        "手机兼职，日赚XXX元",
        "兼职操作，每天稳赚 1500",
    ],
)
def test_a_fortune_for_work_that_needs_nothing_is_found(text):
    (signal,) = find_signals(text)
    assert signal.code.startswith("pay.")
    assert text[signal.start : signal.end] in signal.reason


@pytest.mark.parametrize(
    "text",
    [
        "家教，300 元/课时，时间自由",
        "平面设计，500 元/天，居家办公，无经验勿扰",
        "展会模特，500 元/天，日结，轻松",
        "Java 工程师，月薪 8000-15000，可远程在家工作",
        "会议同传，一天 3000 元，时间灵活",
        "传单派发，120 元/天，日结，无需经验，学生可做",
        "奶茶店员，20 元/小时，轻松简单",
        "骑手，日入 300，时间自由，多劳多得",
        "在家做表格整理，15 元/小时",
        "搬家装卸，350 元/天，当天结，不限学历",
        "信息标注，手机电脑都可以，一条 0.3 元",
        "销售，底薪加提成，月收入过万，无经验可带",
        "工资 5000-8000 元/月，学历不限，包住",
    ],
)
def test_honest_pay_is_no_finding(text):
    assert find_signals(text) == []


def test_with_a_way_to_leave_the_site_it_waits_for_a_person():
    assert engine.assess_offer("手机操作 日赚 500，加微信 abc12345").level != "low"


@pytest.mark.parametrize(
    "piece",
    mark_each(4, ["日赚", "1", "一天5元", "每天能就能", "百千万", "100-", "在家日入五百，"]),
)
def test_a_hostile_text_is_read_in_linear_time(piece):
    assert is_linear(find_signals, piece)


# Tiers.


@pytest.mark.parametrize(
    ("adcode", "tier"),
    [
        (110105, "first"), (440305, "first"), (310000, "first"), (510107, "new_first"),
        (500103, "new_first"), (500235, "county"), (320205, "second"), (330782, "county"),
        (433100, "third"), (433101, "county"), (430602, "third"), (445102, "third"),
        (429004, "county"), (430000, ""), (810000, ""), (710100, ""),
    ],
)  # fmt: skip
def test_a_place_has_the_tier_of_its_city_and_a_county_its_own(adcode, tier):
    assert tiers.get_tier(adcode) == tier


def test_every_city_of_the_list_is_one_of_the_directory(db):
    for cities in tiers.CITIES.values():
        for prefix, name in cities.items():
            assert get_region(int(prefix) * 100).short_name == name


def test_every_place_of_the_directory_has_a_tier_that_has_a_name(db):
    assert {tiers.get_tier(place.adcode) for place in list_regions()} == set(tiers.LABELS)


# The look-up.


def make_pay_norm(category, tier, median, label="", unit="day"):
    return PayNorm.objects.create(
        category=category, tier=tier, unit=unit, label=label, count=20,
        low=median / 2, median=median, high=median * 2,
    )  # fmt: skip


def looked_up(category, tier, unit="day"):
    context = Context(category=category, tier=tier, pay_max=Decimal(500), pay_unit=unit)
    return pay.add_pay_norms([context])[0].norm


def test_the_narrowest_norm_is_taken(db):
    make_pay_norm("", "", 10)
    assert looked_up("flyer", "third").where == "全国的兼职"
    make_pay_norm("", "third", 20)
    assert looked_up("flyer", "third").where == "三线城市的兼职"
    make_pay_norm("flyer", "", 30, "传单派发")
    assert looked_up("flyer", "third").where == "全国的传单派发"
    make_pay_norm("flyer", "third", 40, "传单派发")
    assert looked_up("flyer", "third").where == "三线城市的传单派发"
    assert looked_up("flyer", "first").median == 30
    assert looked_up("tutor", "third").median == 20
    assert looked_up("flyer", "third", "hour") is None


def test_looking_up_takes_one_query_and_none_without_pay(db, django_assert_num_queries):
    make_pay_norm("flyer", "third", 40)
    with django_assert_num_queries(1):
        looked_up("flyer", "third")
    with django_assert_num_queries(0):
        assert pay.add_pay_norms([Context(category="flyer")])[0].norm is None


def test_the_site_screens_with_the_norm(db):
    make_pay_norm("flyer", "third", 140, "传单派发")
    context = Context(
        category="flyer", tier="third", pay_min=Decimal(700), pay_max=Decimal(700), pay_unit="day"
    )
    (signal,) = screen_text("发传单", context).signals
    assert signal.reason == "写 700 元/天，三线城市的传单派发多在 70–280 元/天。"


@pytest.mark.parametrize(
    ("words", "is_too_good"),
    [
        ("每小时赚500元", True),
        ("每天赚500元", True),
        ("每周赚500元", False),
        ("每月赚500元", False),
    ],
)
def test_a_claim_is_measured_by_its_own_stretch_of_time(words, is_too_good):
    assert bool(find_signals(f"手机操作，{words}")) is is_too_good
