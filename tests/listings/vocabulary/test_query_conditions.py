"""Conditions that stand in the words of a search."""

import pytest

from listings.vocabulary.query_conditions import read_conditions


@pytest.mark.parametrize(
    ("text", "rest", "filters"),
    [
        ("22元", "", {"pay_min": ["22"]}),
        ("家教 25元一小时", "家教", {"pay_min": ["25"]}),
        ("时薪30以上 保洁", "保洁", {"pay_min": ["30"]}),
        ("保洁 20元/小时", "保洁", {"pay_min": ["20"]}),
        ("一天160", "", {"pay_min": ["20"]}),
        ("160块", "", {"pay_min": ["20"]}),
        ("月薪3480", "", {"pay_min": ["20"]}),
        ("日结 传单", "传单", {"settlement": ["daily"]}),
        ("今天日结", "", {"settlement": ["daily"], "when": ["today"]}),
        ("今天能做的传单", "传单", {"when": ["today"]}),
        ("今日 传单", "传单", {"when": ["today"]}),
        ("今天刚发的传单", "今天刚发的传单", {}),
        ("半月结", "", {"settlement": ["semi_monthly"]}),
        ("线上 校对", "校对", {"mode": ["online"]}),
        ("线上老师", "线上老师", {}),
        ("周日", "", {"slots": ["7m", "7a", "7e", "7n"]}),
        ("不限学历 传单", "传单", {"fit": ["no_degree"]}),
        ("学历不限", "", {"fit": ["no_degree"]}),
        ("不要健康证的后厨", "后厨", {"fit": ["no_health_certificate"]}),
        ("学生可做 没健康证", "", {"fit": ["student", "no_health_certificate"]}),
        ("本科学历 家教 健康证", "本科学历 家教 健康证", {}),
        ("两小时 5人 2026", "两小时 5人 2026", {}),
        ("日结200以上", "", {"settlement": ["daily"], "pay_min": ["25"]}),
        ("传单 日结 200", "传单", {"settlement": ["daily"], "pay_min": ["25"]}),
        ("月结3480", "", {"settlement": ["monthly"], "pay_min": ["20"]}),
        ("日结 2026", "2026", {"settlement": ["daily"]}),
        ("160以上", "", {"pay_min": ["20"]}),
        ("18以上", "18以上", {}),
        ("晚上7点以后", "", {"slots": [f"{day}e" for day in range(1, 8)]}),
        ("一周1000 保洁", "保洁", {"pay_min": ["25"]}),
        ("1000元一周 保洁", "保洁", {"pay_min": ["25"]}),
        (
            "时薪20 周末",
            "",
            {"slots": [f"{day}{part}" for day in "67" for part in "maen"], "pay_min": ["20"]},
        ),
        ("5元一件 串珠", "5元一件 串珠", {}),
        ("5块钱一件", "5块钱一件", {}),
        ("30元/单 送餐", "30元/单 送餐", {}),
        ("每单 3元", "每单 3元", {}),
        ("一节课80元 家教", "一节课80元 家教", {}),
        ("家教 80元每课时", "家教 80元每课时", {}),
        ("一单200以上", "一单200以上", {}),
        ("￥50一次", "¥50一次", {}),
        ("0元", "0元", {}),
        ("999999元", "999999元", {}),
    ],
)
def test_numbers_units_and_days_are_conditions(text, rest, filters):
    assert read_conditions(text)[:2] == (rest, filters)
