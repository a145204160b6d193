"""Hours are free text, but nonsense is no time."""

import pytest

from listings.employer_desk.posting_forms import PostingForm
from listings.publication.completeness import find_hours_error


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "9:00–12:00",
            "９：００－１８：００，中午休息一小时",
            "早8点半到晚6点",
            "0900-1800",
            "9-12",
        ),
        *("22:00–6:00", "18:00-24:00", "下午2点到6点", "十点到两点", "每天4小时", "8小时两班倒"),
        *(
            "时间可商量",
            "弹性工作",
            "随时",
            "晚高峰",
            "放学后",
            "看店里忙不忙",
            "双休",
            "饭点",
            "12小时制",
        ),
        *("活动开始前半小时到", "周末两天", "每节课45分钟", "按排班", "干完120单下班", "面议"),
    ],
)
def test_hours_as_people_write_them_pass(text):
    assert not find_hours_error(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        *(
            (text, "没有“")
            for text in ("25:00-30:00", "9:75-12:00", "33点到40点", "2460-3000", "24:30")
        ),
        *(
            (text, "看不出是什么时间")
            for text in ("啊啊啊", "abc", "？？", "-", "11111111", "13800138000")
        ),
    ],
)
def test_nonsense_is_asked_back_at_its_field(text, message):
    form = PostingForm({"work_hours": text})
    assert message in form.errors["work_hours"][0]
