"""Which written hours are work at night: an hour or more between 22 and 6 o'clock."""

import pytest

from listings.pay_law.clock_times import find_clock_ranges, find_night_range, find_night_words


@pytest.mark.parametrize(
    "words",
    [
        *(
            "22:00–6:00",
            "22：00—次日凌晨6：00",
            "２２：００－６：００",
            "17:00-23:00",
            "18:00-24:00",
        ),
        *(
            "晚上10点到早上6点",
            "晚10点到次日早6点",
            "晚上8点到2点",
            "晚上8点到12点",
            "二十二点到六点",
        ),
        *("凌晨三点到八点", "早4点到10点", "0:00-5:00", "5:00–9:00", "下午6点到晚上11点"),
    ],
)
def test_hours_at_night(words):
    assert find_night_range(f"做{words}，管饭。") == words


@pytest.mark.parametrize(
    "words",
    [
        *("9:00–17:00，中间休息一小时", "17:30-22:30", "下午6点-10点半", "5:30–9:30", "6:00–14:00"),
        *(
            "9:00-13:00、18:00–22:30",
            "9:00-12:00，1:30-6:30",
            "2点到10点",
            "三点到八点",
            "营业时间：10:00-2:00",
            "20:00 开始",
        ),
        *("工资 22-30 一小时", "10月22日到26日", "面试 22:00 前联系"),
    ],
)
def test_hours_of_the_day(words):
    assert find_night_range(words) == ""


@pytest.mark.parametrize(
    ("words", "quote"),
    [
        ("22-6", "22-6"),
        ("晚10-早6", "晚10-早6"),
        ("9-18", ""),
        ("每天4-6小时", ""),
        ("早9-晚6", ""),
    ],
)
def test_a_field_of_hours_needs_no_marks(words, quote):
    assert find_night_range(words, are_plain_hours=True) == quote
    assert find_night_range(words) == ""


@pytest.mark.parametrize(
    ("words", "in_title", "in_text"),
    [
        ("分拣，夜班，管夜宵", "夜班", "夜班"),
        ("通宵搭台", "通宵", "通宵"),
        ("凌晨理货员", "凌晨", ""),
        ("不用上夜班", "", ""),
        ("无夜班、不熬夜", "", ""),
        ("晚班收银", "", ""),
    ],
)
def test_words_for_work_at_night(words, in_title, in_text):
    assert find_night_words(words, is_about_hours=True) == in_title
    assert find_night_words(words, is_about_hours=False) == in_text


def test_hours_over_midnight_end_on_the_next_day():
    clock = next(find_clock_ranges("晚上十点半到次日早上六点"))
    assert (clock.start, clock.end, clock.night_hours) == (22.5, 30, 7.5)
