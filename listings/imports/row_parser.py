"""Turn the cells of a record into a draft of a repost, or raise `RowRefused`."""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from typing import Any

from django.utils import timezone

from cities.directory.form_fields import MAX_SUGGESTED_PLACES, format_full_name
from cities.directory.gazetteer import list_places_meant
from cities.models import Region, RegionLevel
from listings.imports.cell_parsers import (
    CellAmbiguous,
    CellUnreadable,
    build_cell_parser,
    clean_line,
    parse_pay,
    shorten_cell,
)
from listings.imports.column_mapping import IMPORT_COLUMN_NAMES, REQUIRED, ColumnMapping
from listings.imports.record_source import FileUnreadable
from listings.models import CONTENT_FIELDS
from listings.models.listing_fields import LISTING_FIELDS, ListingField
from listings.publication.completeness import limit_last_day
from listings.vocabulary.work_slots import ANY_TIME
from sitekit.workflow.periods import get_midnight
from sitekit.workflow.refusals import Refusal

IMPORT_FIELD_LABELS = {
    name: listing_field.import_label or listing_field.label
    for name, listing_field in LISTING_FIELDS.items()
}
MAX_NAMED, NEAREST = 12, 5  # choices in a reason: all of them, or so many
# Unreadable they are as good as not told: no reason to refuse a row.
_LEFT_OPEN = ("published_on", "experience")


class RowRefused(Refusal):
    """A row cannot become a listing; the text says in Chinese why."""


@dataclass
class RepostDraft:
    """A parsed row; `content` by the attribute names of `ListingContent`."""

    line: int
    source_name: str
    source_id: str
    company_text: str
    source_url: str
    published_at: datetime.datetime  # is stored once it is public
    content: dict[str, Any]


# The parser of each field and the value of an empty cell; `DraftBuilder` parses region and pay.
READERS: dict[str, tuple[Callable[[str], Any], Any]] = {
    name: (build_cell_parser(LISTING_FIELDS[name]), LISTING_FIELDS[name].empty_value)
    for name in IMPORT_COLUMN_NAMES
    if name not in ("region", "pay")
}
# The content of a draft without its place and its pay.
_CONTENT = [
    name
    for name in READERS
    if name in CONTENT_FIELDS and name not in ("pay_min", "pay_max", "pay_unit")
]


class DraftBuilder:
    """Builds drafts by a mapping, whose own values are parsed only once."""

    def __init__(self, mapping: ColumnMapping) -> None:
        self.mapping = mapping
        # The last day is counted from the day of the import, not given by the source.
        self.counts_validity = "validity_days" in mapping.fixed
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        # The longest key that a cell begins with is used.
        self._starts = {
            name: sorted(filter(None, words), key=len, reverse=True)
            for name, words in mapping.values.items()
        }
        self._pay_unit = ""
        self._readers = READERS | {
            "region": (_parse_region, None),
            "pay": (lambda text: parse_pay(text, self._pay_unit), None),
        }
        self.defaults = self._parse_mapping_values("defaults", mapping.defaults)
        self._pay_unit = self.defaults.get("pay_unit", "")
        self.fixed = self._parse_mapping_values("fixed", mapping.fixed)
        self._pay_unit = self.fixed.get("pay_unit", self._pay_unit)

    def _parse_mapping_values(self, table: str, words: dict[str, str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, word in words.items():
            try:
                values[name] = self._readers[name][0](word)
            except CellUnreadable:
                raise FileUnreadable(f"[{table}] 的 {name} = 「{word[:40]}」不能用。") from None
        if "validity_days" in values:
            days = datetime.timedelta(days=values.pop("validity_days"))
            values["valid_through"] = self.today + days
        return values

    def build_draft(self, line: int, cells: dict[str, str]) -> RepostDraft:
        values, reasons = self._read_values(cells)
        missing = [
            IMPORT_FIELD_LABELS[name] for name in REQUIRED if name in values and not values[name]
        ]
        if missing:
            reasons.append(f"{'、'.join(missing)}是空的")
        reasons += self._list_contradictions(values)
        if reasons:
            raise RowRefused("；".join(reasons))
        low, high, unit = _get_pay(values)
        content = {name: values[name] for name in _CONTENT}
        content |= {"pay_min": low, "pay_max": high, "pay_unit": unit}
        content |= {"region_id": values["region"].adcode, "requirements": "", "slots": ANY_TIME}
        content |= {"latest_pay_days": None}
        if until := content["valid_through"]:
            content["valid_through"] = limit_last_day(until, content["end_date"])
        return RepostDraft(
            line=line,
            source_name=values["source_name"],
            source_id=values["source_id"] or _build_source_id(values),
            company_text=values["company_text"],
            source_url=values["source_url"],
            published_at=self._get_published_at(values["published_on"]),
            content=content,
        )

    def _read_values(self, cells: dict[str, str]) -> tuple[dict[str, Any], list[str]]:
        """Return the values that can be read, and why the others cannot."""
        values: dict[str, Any] = {}
        reasons: list[str] = []
        for name in self._readers:
            try:
                values[name] = self._read_value(name, cells)
            except RowRefused as refused:
                reasons.append(str(refused))
        return values, reasons

    def _read_value(self, name: str, cells: dict[str, str]) -> Any:
        if name in self.fixed:
            return self.fixed[name]
        texts = (cells.get(column, "") for column in self.mapping.columns.get(name, ()))
        raw = next((text for text in texts if text.strip()), "")
        if "\ufffd" in raw:
            raise RowRefused(f"{IMPORT_FIELD_LABELS[name]}里有认不出的字，文件的编码可能有误")
        text = self._translate_cell(name, raw)
        read, empty = self._readers[name]
        if not text.strip():
            return self.defaults.get(name, empty)
        try:
            return read(text)
        except CellAmbiguous as reason:  # a default would hide what the source says
            quoted = shorten_cell(clean_line(raw), 24)
            raise RowRefused(f"{IMPORT_FIELD_LABELS[name]}「{quoted}」{reason}") from None
        except CellUnreadable:
            if name in self.defaults:
                return self.defaults[name]
            if name in _LEFT_OPEN:
                return LISTING_FIELDS[name].empty_value
            quoted = shorten_cell(clean_line(raw), 24)
            words = f"{IMPORT_FIELD_LABELS[name]}「{quoted}」认不出来"
            raise RowRefused(words + _offer_choices(LISTING_FIELDS[name], quoted)) from None

    def _translate_cell(self, name: str, raw: str) -> str:
        words = self.mapping.values.get(name)
        if words is None:
            return raw
        text = raw.strip()
        if text in words:
            return words[text]
        return next((words[start] for start in self._starts[name] if text.startswith(start)), raw)

    def _list_contradictions(self, values: dict[str, Any]) -> list[str]:
        """Return the contradictions between the values that could be read."""
        reasons = []
        length, longest = len(values.get("duties", "")), LISTING_FIELDS["duties"].longest
        if length > longest:
            reasons.append(f"描述太长：{length} 字，最多 {longest} 字")
        start, end = values.get("start_date"), values.get("end_date")
        if end and end < self.today:
            reasons.append(f"工作已经结束（{end}）")
        if start and end and end < start:
            reasons.append("结束日期早于开始日期")
        last_day = values.get("valid_through")
        if last_day and last_day < self.today:
            reasons.append(f"有效期已过（{last_day}）")
        low, high = values.get("pay_min"), values.get("pay_max")
        if "pay" in values and not values["pay"] and low is not None:
            if "pay_unit" in values and not values["pay_unit"]:
                reasons.append("报酬没有单位")
            if high and high < low:
                reasons.append("最高报酬低于最低报酬")
        return reasons

    def _get_published_at(self, day: datetime.date | None) -> datetime.datetime:
        if day is None or day >= self.today:
            return self.now
        return get_midnight(day)


def _get_pay(values: dict[str, Any]) -> tuple[Decimal | None, Decimal | None, str]:
    if values["pay"] or values["pay_min"] is None:
        return values["pay"] or (None, None, "")
    return values["pay_min"], values["pay_max"] or values["pay_min"], values["pay_unit"]


def _offer_choices(listing_field: ListingField, text: str) -> str:
    """Return what may be written, of many words those most like the text; "" for a field without choices."""
    labels = [label for _code, label in listing_field.choices]
    if not labels:
        return ""
    if len(labels) <= MAX_NAMED:
        return f"，可以写：{'、'.join(labels)}"
    alike = get_close_matches(text, labels, NEAREST, cutoff=0.1)
    return (
        f"，相近的有：{'、'.join(alike)}" if alike else f"，可以写：{labels[0]} 等 {len(labels)} 种"
    )


def _parse_region(text: str) -> Region:
    places = list_places_meant(clean_line(text))
    if not places:
        raise CellUnreadable
    if len(places) > 1 and all(place.level == RegionLevel.DISTRICT for place in places):
        names = "、".join(format_full_name(place) for place in places[:MAX_SUGGESTED_PLACES])
        raise CellAmbiguous(f"不止一处：{names}，请写明城市")
    return places[0]


def _build_source_id(values: dict[str, Any]) -> str:
    """For a source without ids: a hash of title, company, place and duties."""
    region_code = str(values["region"].adcode)
    parts = [values["title"], values["company_text"], region_code, values["duties"]]
    return "text-" + hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
