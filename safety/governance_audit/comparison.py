"""Compares what is published with what the events say: see `manage.py verify_governance`."""

import datetime
from dataclasses import dataclass, field

from django.utils import timezone

from cities.directory.regions import get_region
from cities.models import Region
from safety.governance.counting import NATION, of_all, of_place
from safety.governance.figures import FIGURES, PARTS
from safety.governance.months import (
    get_month_span,
    get_month_start,
    go_back_months,
    list_published_months,
)
from safety.governance.stored_months import derivable_from, digest_month
from safety.governance.tally import Tally
from safety.governance_audit.recount import Derived, derive_month_figures
from safety.models import GovernanceMonth

TOO_OLD = "早于保存期限，处理记录可能已经删除，不能再推算"
NOT_KEPT = "已经过完，还没有汇总"


@dataclass(frozen=True)
class FigureDifference:
    month: datetime.date
    place: str
    what: str
    published: str
    derived: str

    def __str__(self):
        return (
            f"{self.month:%Y-%m} {self.place} {self.what} 公布 {self.published} 推算 {self.derived}"
        )


@dataclass
class ComparisonResult:
    compared: int = 0  # numbers that were compared
    places: int = 0
    differences: list[FigureDifference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def compare_published(
    month: datetime.date | None = None, place: Region | None = None
) -> ComparisonResult:
    """Of every month there is, or of one; of the nation and all places, or of one place."""
    result, now = ComparisonResult(), timezone.now()
    rows = _published(month, place, now)
    oldest = derivable_from()
    result.notes = [f"{old:%Y-%m} {TOO_OLD}" for old in sorted(rows) if old < oldest]
    result.notes += [f"{gap:%Y-%m} {NOT_KEPT}" for gap in _gaps(month, rows, oldest)]
    rows = {at: found for at, found in rows.items() if at >= oldest}
    if not rows:
        return result
    until = min(now, get_month_span(max(rows))[1])
    derived = derive_month_figures(get_month_start(min(rows)), until)
    for at in sorted(rows, reverse=True):
        _compare(result, at, rows[at], derived, place)
    return result


def _published(month, place, now):
    """{month: {code of a place: (tally, what is wrong with the row itself)}}: as written down, and
    as counted now where a month is not written down yet."""
    kept = GovernanceMonth.objects.order_by()
    kept = kept.filter(month=month) if month else kept
    found: dict[datetime.date, dict[int, tuple[Tally, str]]] = {}
    for row in kept.iterator():
        code = row.region_id or NATION
        fits = row.digest == digest_month(row.month, code, row.figures)
        tally = (Tally.from_json(row.figures), "" if fits else "校验值对不上")
        found.setdefault(row.month, {})[code] = tally
    for at in list_published_months()[:2]:
        if at not in found and month in (None, at):
            start, until = get_month_span(at)
            counted = of_all(start, min(now, until))
            if place is not None:  # by the way of its page
                counted[place.adcode] = of_place(place, start, min(now, until))
            found[at] = {code: (tally, "") for code, tally in counted.items()}
    return found


def _gaps(month, rows, oldest):
    """Finished months without a row between those that have one."""
    if month or not rows:
        return
    at = max(min(rows), oldest)
    while at < max(rows):
        if at not in rows:
            yield at
        at = go_back_months(at, -1)


def _compare(result: ComparisonResult, month, rows, derived: Derived, place):
    known = {code for at, code in derived.sure if at == month and code > 0}
    codes = {*rows, *known, NATION} if place is None else {place.adcode}
    for code in sorted(codes):
        tally, wrong = rows.get(code, (Tally(), ""))
        name = _name(code)
        result.places += 1
        if wrong:
            result.differences.append(FigureDifference(month, name, wrong, "", ""))
        said = _numbers(tally)
        for key in sorted({*said, *derived.sure[month, code]}):
            result.compared += 1
            least, most = derived.bounds(month, code, key)
            n = said.get(key, 0)
            if not least <= n <= most:
                span = str(least) if least == most else f"{least} 到 {most}"
                result.differences.append(FigureDifference(month, name, _what(key), str(n), span))


def _numbers(tally):
    """{(figure, kind, key): number}, as `Derived` has them."""
    found = {(code, "n", ""): n for code, n in tally.counts.items()}
    for kind, counters in (("part", tally.parts), ("time", tally.times)):
        for code, counter in counters.items():
            found |= {(code, kind, key): n for key, n in counter.items()}
    return {key: n for key, n in found.items() if n}


def _what(key):
    code, kind, part = key
    figure = FIGURES.get(code)
    label = f"{code}（{figure.label}）" if figure else code
    if kind == "part" and figure:
        return f"{label}：{PARTS.get(figure.by, {}).get(part, part)}"
    return f"{label}：{part} 分钟" if kind == "time" else label


def _name(code):
    region = get_region(code) if code else None
    return region.name if region else "全国"
