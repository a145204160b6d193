"""The columns of an employer's spreadsheet: headings, what may stand there, an example."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from listings import categories
from listings.choices import (
    Education,
    JobTerm,
    PayUnit,
    Perk,
    Requirement,
    SettlementCycle,
    WorkMode,
)
from listings.imports import mapping
from listings.posting_forms import OPEN_CYCLES

EXAMPLE = "示例："  # how the title of a line begins that is never taken


@dataclass(frozen=True)
class Column:
    """`name` is the field of the posting form; `choices` are the words that may stand there."""

    name: str
    heading: str
    words: str
    example: str = ""
    needed: bool = False
    choices: tuple[str, ...] = ()

    @property
    def headings(self):
        """The heading of the template first, then those that files for the staff have."""
        return [
            self.heading,
            *mapping.FIELDS.get({"place": "region"}.get(self.name, self.name), []),
        ]


def _labels(choices):
    return tuple(str(label) for _, label in choices)


_OPEN = "、".join(cycle.label for cycle in OPEN_CYCLES)
COLUMNS = (
    Column("title", "标题", "一句话说清做什么，60 字以内", f"{EXAMPLE}商场周末派发试饮券", True),
    Column(
        "category", "类别", "从下拉里选一个", "传单派发", True,
        tuple(category.label for category in categories.CATEGORIES.values()),
    ),
    Column("place", "地区", "写到区县；重名的写全，如“吉林长春朝阳区”", "吉首市", True),
    Column("address", "工作地点", "路名、门牌或商场名；线上做的不填", "乾州新区商业街 8 号"),
    Column("mode", "工作方式", "不填就是线下", "线下", False, _labels(WorkMode.choices)),
    Column("term", "期限", "从下拉里选一个", "周末", True, _labels(JobTerm.choices)),
    Column("start_date", "开始日期", "如 2026-03-01；不填就是随时可以开始"),
    Column("end_date", "结束日期", "如 2026-03-31"),
    Column("slots", "时段", "如“周六、周日上午；周一至周五晚上”；不填就是时间不限", "周末全天"),
    Column("work_hours", "具体时间", "40 字以内", "9:00–17:00，中间休息一小时"),
    Column("hours_per_day", "每天小时数", "数字，最多一位小数", "7"),
    Column("headcount", "人数", "整数，至少 1", "4", True),
    Column("pay", "报酬", "如“22–25 元/小时”“150 元/天”；没定的写“面议”", "22–25 元/小时", True),
    Column(
        "pay_unit", "计酬单位", "报酬里写了单位就不填", "", False, _labels(PayUnit.choices)
    ),
    Column("settlement", "结算", "从下拉里选一个", "日结", True, _labels(SettlementCycle.choices)),
    Column("latest_pay_days", "最迟几天内付款", f"数字；{_OPEN}的要写"),
    Column(
        "duties", "做什么", "每天具体干什么；联系方式不写在这里",
        "在商场一楼介绍新口味，把试饮券交到路过的顾客手里。", True,
    ),
    Column(
        "requirements", "要求", "没有就写“没有特别要求”；性别、长相、户籍、年龄上限都不能写",
        "能连续站立四小时，中间休息。", True,
    ),
    Column("education", "学历", "不填就是不限", "不限", False, _labels(Education.choices)),
    Column("flags", "条件", "可以写几个，用顿号隔开", "学生可做", False, _labels(Requirement.choices)),
    Column("perks", "福利", "可以写几个，用顿号隔开", "包餐", False, _labels(Perk.choices)),
    Column("valid_through", "有效到", "如 2026-03-31，最长 90 天", "", True),
    Column("contact_name", "联系人", "20 字以内", "陈店长"),
    Column("contact_phone", "联系电话", "手机或座机；平时不在页面上"),
    Column("contact_wechat", "微信号", "平时不在页面上"),
)  # fmt: skip
BY_NAME = {column.name: column for column in COLUMNS}


def example() -> list[str]:
    """With a date that is good today."""
    until = timezone.localdate() + datetime.timedelta(days=30)
    return [
        until.isoformat() if column.name == "valid_through" else column.example
        for column in COLUMNS
    ]
