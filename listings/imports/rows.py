"""From a record's cells to a draft of a repost, or the reason why it can't become one."""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from cities import gazetteer
from listings import categories
from listings.choices import (
    Education,
    JobTerm,
    ListingStatus,
    PayUnit,
    Perk,
    Requirement,
    SettlementCycle,
    WorkMode,
)
from listings.imports import parse
from listings.imports.mapping import REQUIRED, Mapping
from listings.imports.parse import Unreadable
from listings.imports.problems import FileUnreadable, RowRefused
from listings.slots import ANY_TIME

LONGEST_DUTIES = 5000
_URL = URLValidator(schemes=["http", "https"])
LABELS = {
    "title": "标题",
    "category": "类别",
    "region": "地区",
    "address": "工作地点",
    "mode": "工作方式",
    "term": "期限",
    "start_date": "开始日期",
    "end_date": "结束日期",
    "work_hours": "具体时间",
    "hours_per_day": "每天小时数",
    "headcount": "人数",
    "pay": "报酬",
    "pay_min": "最低报酬",
    "pay_max": "最高报酬",
    "pay_unit": "计酬单位",
    "settlement": "结算",
    "duties": "描述",
    "education": "学历",
    "perks": "福利",
    "flags": "条件",
    "valid_through": "有效期",
    "validity_days": "有效天数",
    "company_text": "单位",
    "source_name": "来源",
    "source_id": "来源编号",
    "source_url": "来源链接",
    "status": "状态",
    "published_on": "发布日期",
}
# What boards write besides our own labels and codes.
_SAID_OTHERWISE = {
    "education": {
        "无要求": "none",
        "小学": "none",
        "初中以下": "none",
        "中专": "secondary_vocational",
        "中技": "secondary_vocational",
        "技校": "secondary_vocational",
        "职高": "secondary_vocational",
        "专科": "college",
        "学士": "bachelor",
        "硕士": "master",
        "研究生": "master",
        "博士": "master",
    },
}


@dataclass
class Draft:
    """A row made ready; `content` by the attribute names of ListingContent."""

    line: int
    source_name: str
    source_id: str
    company_text: str
    source_url: str
    published_at: datetime.datetime  # shown once it is public
    content: dict[str, Any]


def _line(length):
    return lambda text: parse.cut(parse.clean_line(text), length)


def _whole(length):
    def read(text):
        text = parse.clean_line(text)
        if len(text) > length:
            raise Unreadable
        return text

    return read


def _choice(choices, otherwise=()):
    codes = {parse.plain(word): code for code, label in choices for word in (code, label)}
    codes |= {parse.plain(word): code for word, code in dict(otherwise).items()}
    # Of 「本科及以上」 the beginning decides; longer words go first.
    starts = sorted(codes, key=len, reverse=True)

    def read(text):
        word = parse.plain(text)
        known = word if word in codes else next((s for s in starts if word.startswith(s)), None)
        if known is None:
            raise Unreadable
        return codes[known]

    return read


def _several(choices):
    one = _choice(choices)

    def read(text):
        words = text.replace(",", "、").replace("，", "、").replace(";", "、").split("、")
        return sorted({one(word) for word in words if word.strip()})

    return read


def _url(text):
    text = text.strip()
    try:
        _URL(text)
    except ValidationError:
        raise Unreadable from None
    return _whole(300)(text)


def _amount(text):
    return parse.decimal(text, "0.01", str(parse.HIGHEST_PAY), "0.01")


_CATEGORY_CHOICES = [(c.code, c.label) for c in categories.CATEGORIES.values()]
_STATUSES = [(s.value, s.label) for s in (ListingStatus.PENDING, ListingStatus.PUBLISHED)]
# How each field is read, and what an empty cell means.
READERS: dict[str, tuple[Callable[[str], Any], Any]] = {
    "title": (_line(60), ""),
    "category": (_choice(_CATEGORY_CHOICES), ""),
    "address": (_line(120), ""),
    "mode": (_choice(WorkMode.choices), WorkMode.ON_SITE.value),
    "term": (_choice(JobTerm.choices), JobTerm.SHORT_TERM.value),
    "start_date": (parse.date, None),
    "end_date": (parse.date, None),
    "work_hours": (_line(40), ""),
    "hours_per_day": (lambda text: parse.decimal(text, "0.5", "24", "0.1"), None),
    "headcount": (parse.people, 1),
    "pay_min": (_amount, None),
    "pay_max": (_amount, None),
    "pay_unit": (_choice(PayUnit.choices), ""),
    "settlement": (_choice(SettlementCycle.choices), ""),
    "duties": (parse.clean_text, ""),
    "education": (
        _choice(Education.choices, _SAID_OTHERWISE["education"]),
        Education.NONE.value,
    ),
    "perks": (_several(Perk.choices), []),
    "flags": (_several(Requirement.choices), []),
    "valid_through": (parse.date, None),
    "validity_days": (lambda text: int(parse.decimal(text, "1", "3650", "1")), None),
    "company_text": (_line(80), ""),
    "source_name": (_whole(60), ""),
    "source_id": (_whole(80), ""),
    "source_url": (_url, ""),
    # Read so that a wrong word is told; it decides nothing: every row waits for `judging`.
    "status": (_choice(_STATUSES), ListingStatus.PENDING.value),
    "published_on": (parse.date, None),
}


class Maker:
    """Makes drafts by one mapping; what the mapping itself says is read, and checked, once."""

    def __init__(self, mapping: Mapping):
        self.mapping = mapping
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        self._places: dict[str, Any] = {}
        # The longest key that a cell begins with decides.
        self._starts = {
            name: sorted(filter(None, words), key=len, reverse=True)
            for name, words in mapping.values.items()
        }
        self._pay_unit = ""
        self._readers = {name: read for name, (read, _) in READERS.items()}
        self._readers |= {"region": self._region, "pay": self._pay}
        self._empty = {name: empty for name, (_, empty) in READERS.items()}
        self._empty |= {"region": None, "pay": None}
        self.defaults = self._given("defaults", mapping.defaults)
        self._pay_unit = self.defaults.get("pay_unit", "")
        self.fixed = self._given("fixed", mapping.fixed)
        self._pay_unit = self.fixed.get("pay_unit", self._pay_unit)

    @property
    def counts_validity(self) -> bool:
        """The last day is counted from the import, so it says nothing about the source."""
        return "validity_days" in self.mapping.fixed

    def _given(self, table, words):
        values = {}
        for name, word in words.items():
            try:
                values[name] = self._readers[name](word)
            except Unreadable:
                raise FileUnreadable(f"[{table}] 的 {name} = 「{word[:40]}」不能用。") from None
        if "validity_days" in values:
            days = datetime.timedelta(days=values.pop("validity_days"))
            values["valid_through"] = self.today + days
        return values

    def _region(self, text):
        if text not in self._places:
            self._places[text] = gazetteer.resolve(parse.clean_line(text))
        if self._places[text] is None:
            raise Unreadable
        return self._places[text]

    def _pay(self, text):
        return parse.pay(text, self._pay_unit)

    def draft(self, line: int, cells: dict[str, str]) -> Draft:
        value = {name: self._value(name, cells) for name in self._readers}
        missing = [LABELS[name] for name in REQUIRED if not value[name]]
        if missing:
            raise RowRefused(f"{'、'.join(missing)}是空的")
        self._check(value)
        low, high, unit = self._pay_of(value)
        content = {
            name: value[name]
            for name in (
                "title category address mode term start_date end_date work_hours hours_per_day"
                " headcount settlement duties education perks flags valid_through"
            ).split()
        }
        content |= {"pay_min": low, "pay_max": high, "pay_unit": unit}
        content |= {"region_id": value["region"].adcode, "requirements": "", "slots": ANY_TIME}
        content |= {"latest_pay_days": None}
        return Draft(
            line=line,
            source_name=value["source_name"],
            source_id=value["source_id"] or _made_id(value),
            company_text=value["company_text"],
            source_url=value["source_url"],
            published_at=self._published_at(value["published_on"]),
            content=content,
        )

    def _value(self, name, cells):
        if name in self.fixed:
            return self.fixed[name]
        raw = self._cell(name, cells)
        if "\ufffd" in raw:
            raise RowRefused(f"{LABELS[name]}里有认不出的字，文件的编码可能有误")
        text = self._translated(name, raw)
        if not text.strip():
            return self.defaults.get(name, self._empty[name])
        try:
            return self._readers[name](text)
        except Unreadable:
            if name in self.defaults:
                return self.defaults[name]
            if name == "published_on":
                return None
            shown = parse.cut(parse.clean_line(raw), 24)
            raise RowRefused(f"{LABELS[name]}「{shown}」认不出来") from None

    def _cell(self, name, cells):
        found = (cells.get(column, "") for column in self.mapping.columns.get(name, ()))
        return next((text for text in found if text.strip()), "")

    def _translated(self, name, raw):
        words = self.mapping.values.get(name)
        if words is None:
            return raw
        text = raw.strip()
        if text in words:
            return words[text]
        return next((words[start] for start in self._starts[name] if text.startswith(start)), raw)

    def _check(self, value):
        if len(value["duties"]) > LONGEST_DUTIES:
            raise RowRefused(f"描述太长：{len(value['duties'])} 字，最多 {LONGEST_DUTIES} 字")
        start, end = value["start_date"], value["end_date"]
        if start and end and end < start:
            raise RowRefused("结束日期早于开始日期")
        if value["valid_through"] and value["valid_through"] < self.today:
            raise RowRefused(f"有效期已过（{value['valid_through']}）")

    def _pay_of(self, value):
        if value["pay"] or value["pay_min"] is None:
            return value["pay"] or (None, None, "")
        low, high = value["pay_min"], value["pay_max"] or value["pay_min"]
        if not value["pay_unit"]:
            raise RowRefused("报酬没有单位")
        if high < low:
            raise RowRefused("最高报酬低于最低报酬")
        return low, high, value["pay_unit"]

    def _published_at(self, day):
        if day is None or day >= self.today:
            return self.now
        return datetime.datetime.combine(day, datetime.time(), timezone.get_current_timezone())


def _made_id(value):
    """A source without numbers: the same title, place, company and text are the same listing."""
    parts = [value["title"], value["company_text"], str(value["region"].adcode), value["duties"]]
    return "text-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
