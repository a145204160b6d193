"""From a record's cells to a draft of a repost, or the reason why it can't become one."""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from cities.directory.gazetteer import resolve_place
from listings.imports.cell_parsers import (
    CellUnreadable,
    build_cell_parser,
    clean_line,
    parse_pay,
    shorten_cell,
)
from listings.imports.column_mapping import IMPORT_COLUMN_NAMES, REQUIRED, ColumnMapping
from listings.imports.import_errors import FileUnreadable, RowRefused
from listings.models import CONTENT_FIELDS
from listings.vocabulary.listing_fields import LISTING_FIELDS
from listings.vocabulary.work_slots import ANY_TIME

IMPORT_FIELD_LABELS = {
    name: listing_field.import_label or listing_field.label
    for name, listing_field in LISTING_FIELDS.items()
}


@dataclass
class RepostDraft:
    """A row made ready; `content` by the attribute names of ListingContent."""

    line: int
    source_name: str
    source_id: str
    company_text: str
    source_url: str
    published_at: datetime.datetime  # shown once it is public
    content: dict[str, Any]


# How each field is read, and what an empty cell means. Region and pay need the mapping: `Maker`.
READERS: dict[str, tuple[Callable[[str], Any], Any]] = {
    name: (build_cell_parser(LISTING_FIELDS[name]), LISTING_FIELDS[name].empty_value)
    for name in IMPORT_COLUMN_NAMES
    if name not in ("region", "pay")
}
# The content of a draft beside its place and its pay.
_CONTENT = [
    name
    for name in READERS
    if name in CONTENT_FIELDS and name not in ("pay_min", "pay_max", "pay_unit")
]


class Maker:
    """Makes drafts by one mapping; what the mapping itself says is read, and checked, once."""

    def __init__(self, mapping: ColumnMapping):
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
            except CellUnreadable:
                raise FileUnreadable(f"[{table}] 的 {name} = 「{word[:40]}」不能用。") from None
        if "validity_days" in values:
            days = datetime.timedelta(days=values.pop("validity_days"))
            values["valid_through"] = self.today + days
        return values

    def _region(self, text):
        if text not in self._places:
            self._places[text] = resolve_place(clean_line(text))
        if self._places[text] is None:
            raise CellUnreadable
        return self._places[text]

    def _pay(self, text):
        return parse_pay(text, self._pay_unit)

    def draft(self, line: int, cells: dict[str, str]) -> RepostDraft:
        value = {name: self._value(name, cells) for name in self._readers}
        missing = [IMPORT_FIELD_LABELS[name] for name in REQUIRED if not value[name]]
        if missing:
            raise RowRefused(f"{'、'.join(missing)}是空的")
        self._check(value)
        low, high, unit = self._pay_of(value)
        content = {name: value[name] for name in _CONTENT}
        content |= {"pay_min": low, "pay_max": high, "pay_unit": unit}
        content |= {"region_id": value["region"].adcode, "requirements": "", "slots": ANY_TIME}
        content |= {"latest_pay_days": None}
        return RepostDraft(
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
            raise RowRefused(f"{IMPORT_FIELD_LABELS[name]}里有认不出的字，文件的编码可能有误")
        text = self._translated(name, raw)
        if not text.strip():
            return self.defaults.get(name, self._empty[name])
        try:
            return self._readers[name](text)
        except CellUnreadable:
            if name in self.defaults:
                return self.defaults[name]
            if name == "published_on":
                return None
            shown = shorten_cell(clean_line(raw), 24)
            raise RowRefused(f"{IMPORT_FIELD_LABELS[name]}「{shown}」认不出来") from None

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
        longest = LISTING_FIELDS["duties"].longest
        if len(value["duties"]) > longest:
            raise RowRefused(f"描述太长：{len(value['duties'])} 字，最多 {longest} 字")
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
