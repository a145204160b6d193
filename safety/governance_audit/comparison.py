"""Compares the published figures with a recount from the events: see `manage.py verify_governance`."""

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from cities.directory.regions import NATION_KEY, get_region
from cities.models import Region
from safety.governance import months
from safety.governance.counting import count_all_places, count_place
from safety.governance.figures import FIGURES, PARTS
from safety.governance.stored_months import digest_month, get_first_derivable_month
from safety.governance.tally import FigureTally
from safety.governance_audit.recount import FigureKey, RecountedFigures, recount_figures
from safety.models import GovernanceMonth
from sitekit.workflow.periods import get_midnight

TOO_OLD = "早于保存期限，处理记录可能已经删除，不能再推算"
NOT_KEPT = "已经过完，还没有汇总"

# By the code of a place: the tally, and the fault of the stored row itself.
type MonthTallies = dict[int, tuple[FigureTally, str]]


@dataclass
class ComparisonResult:
    compared: int = 0  # numbers that were compared
    places: int = 0
    differences: list[str] = field(default_factory=list)  # in sentences
    notes: list[str] = field(default_factory=list)


def compare_published(
    month: datetime.date | None = None, place: Region | None = None
) -> ComparisonResult:
    """Compare one month or every month; one place, or the nation and all places."""
    result, now = ComparisonResult(), timezone.now()
    rows = _collect_published(month, place, now)
    oldest = get_first_derivable_month()
    result.notes = [f"{old:%Y-%m} {TOO_OLD}" for old in sorted(rows) if old < oldest]
    result.notes += [f"{gap:%Y-%m} {NOT_KEPT}" for gap in _list_gaps(month, rows, oldest)]
    rows = {at: tallies for at, tallies in rows.items() if at >= oldest}
    if not rows:
        return result
    until = min(now, months.get_month_span(max(rows))[1])
    derived = recount_figures(get_midnight(min(rows)), until)
    for at in sorted(rows, reverse=True):
        _compare_month(result, at, rows[at], derived, place)
    return result


def _collect_published(
    month: datetime.date | None, place: Region | None, now: datetime.datetime
) -> dict[datetime.date, MonthTallies]:
    """Return the months as stored, or as counted now if a month is not stored yet."""
    stored = GovernanceMonth.objects.order_by()
    stored = stored.filter(month=month) if month else stored
    published: dict[datetime.date, MonthTallies] = {}
    for row in stored.iterator():
        code = row.region_id or NATION_KEY
        is_intact = row.digest == digest_month(row.month, code, row.figures)
        tally = (FigureTally.from_json(row.figures), "" if is_intact else "校验值对不上")
        published.setdefault(row.month, {})[code] = tally
    for at in months.list_published_months()[:2]:
        if at not in published and month in (None, at):
            start, until = months.get_month_span(at)
            counted = count_all_places(start, min(now, until))
            if place is not None:  # counted in the same way as on its page
                counted[place.adcode] = count_place(place, start, min(now, until))
            published[at] = {code: (tally, "") for code, tally in counted.items()}
    return published


def _list_gaps(
    month: datetime.date | None, rows: Mapping[datetime.date, object], oldest: datetime.date
) -> Iterator[datetime.date]:
    """Yield the months without a row between those that have one."""
    if month or not rows:
        return
    at = max(min(rows), oldest)
    while at < max(rows):
        if at not in rows:
            yield at
        at = months.go_back_months(at, -1)


def _compare_month(
    result: ComparisonResult,
    month: datetime.date,
    rows: MonthTallies,
    derived: RecountedFigures,
    place: Region | None,
) -> None:
    derived_codes = {code for at, code in derived.sure if at == month and code > 0}
    codes = {*rows, *derived_codes, NATION_KEY} if place is None else {place.adcode}
    for code in sorted(codes):
        tally, fault = rows.get(code, (FigureTally(), ""))
        region = get_region(code) if code else None
        where = f"{month:%Y-%m} {region.name if region else '全国'}"
        result.places += 1
        if fault:
            result.differences.append(f"{where} {fault} 公布  推算 ")
        numbers = _list_numbers(tally)
        for key in sorted({*numbers, *derived.sure[month, code]}):
            result.compared += 1
            least, most = derived.bounds(month, code, key)
            n = numbers.get(key, 0)
            if not least <= n <= most:
                span = str(least) if least == most else f"{least} 到 {most}"
                result.differences.append(f"{where} {_describe_key(key)} 公布 {n} 推算 {span}")


def _list_numbers(tally: FigureTally) -> dict[FigureKey, int]:
    """Return the numbers that are not zero."""
    numbers: dict[FigureKey, int] = {(code, "n", ""): n for code, n in tally.counts.items()}
    for code, parts in tally.parts.items():
        numbers |= {(code, "part", part): n for part, n in parts.items()}
    for code, times in tally.times.items():
        numbers |= {(code, "time", minutes): n for minutes, n in times.items()}
    return {key: n for key, n in numbers.items() if n}


def _describe_key(key: FigureKey) -> str:
    code, kind, part = key
    figure = FIGURES.get(code)
    label = f"{code}（{figure.label}）" if figure else code
    if kind == "part" and figure:
        return f"{label}：{PARTS.get(figure.by, {}).get(str(part), part)}"
    return f"{label}：{part} 分钟" if kind == "time" else label
