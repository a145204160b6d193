"""The hourly minimum of a place on a day: the table is small and kept in each process until it changes."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q
from django.utils import timezone

from cities.directory.regions import get_province, get_region_ancestors
from cities.models import Region
from listings.models import HourlyMinimum
from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.store import forget_value, keep_value

_KEY = "hourly minimums"


@dataclass(frozen=True)
class TierFigure:
    """A row of `HourlyMinimum` with the codes of the places that it names."""

    province_id: int
    tier: int
    yuan_per_hour: Decimal
    since: datetime.date | None
    until: datetime.date | None
    source_name: str
    is_confirmed: bool
    place_ids: frozenset[int]

    def is_in_force(self, day: datetime.date) -> bool:
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )


@dataclass(frozen=True)
class PlaceMinimum:
    """`where` is the named place, or the province where no tier names the place."""

    where: Region
    is_lowest_tier: bool
    figure: TierFigure

    @property
    def label(self) -> str:
        """湘西最低小时工资 18 元（2025-09-01 起，湖南省人社厅）"""
        tier = "最低一档的" if self.is_lowest_tier else ""
        yuan = format_yuan(self.figure.yuan_per_hour)
        source = f"{self.figure.since:%Y-%m-%d} 起，{self.figure.source_name}"
        return f"{self.where.short_name}{tier}最低小时工资 {yuan} 元（{source}）"


def find_minimum(
    place: Region, *, day: datetime.date | None = None, confirmed_only: bool = False
) -> PlaceMinimum | None:
    """Return the figure in force on the day, by default today. One query, unless the figures are cached."""
    day = day or timezone.localdate()
    province = get_province(place)
    figures = [
        figure
        for figure in _list_figures()
        if figure.province_id == province.adcode and figure.is_in_force(day)
    ]
    if confirmed_only:
        figures = [figure for figure in figures if figure.is_confirmed]
    return _choose_tier(place, province, _keep_newest(figures))


def reset_minimum_cache() -> None:
    """Clear the cache of this process at once, before the signal of the change arrives."""
    forget_value(_KEY)


def format_yuan(amount: Decimal) -> str:
    """Return it rounded down to jiao, so that what is below a minimum never reads as equal to it."""
    return f"{int(amount * 10) / 10:g}"


def _list_figures() -> list[TierFigure]:
    return keep_value(_KEY, [Dependency("site")], _read_figures)


def _read_figures() -> list[TierFigure]:
    is_named = Q(places__isnull=False)
    rows = HourlyMinimum.objects.annotate(codes=ArrayAgg("places", filter=is_named, default=[]))
    return [
        TierFigure(
            province_id=row.province_id,
            tier=row.tier,
            yuan_per_hour=row.yuan_per_hour,
            since=row.in_force_since,
            until=row.in_force_until,
            source_name=row.source_name,
            is_confirmed=row.is_confirmed,
            place_ids=frozenset(row.codes),
        )
        for row in rows
    ]


def _keep_newest(figures: Iterable[TierFigure]) -> list[TierFigure]:
    """Return the newest figure of each tier; one without a date is older than any other."""
    by_date = sorted(figures, key=lambda figure: figure.since or datetime.date.min)
    return list({figure.tier: figure for figure in by_date}.values())


def _choose_tier(place: Region, province: Region, figures: list[TierFigure]) -> PlaceMinimum | None:
    """Return the tier that names the place or what it lies in, the nearest first; else the lowest."""
    for enclosing in get_region_ancestors(place):
        for figure in figures:
            if enclosing.adcode in figure.place_ids:
                return PlaceMinimum(enclosing, False, figure)
    if not figures:
        return None
    lowest = min(figures, key=lambda figure: figure.yuan_per_hour)
    return PlaceMinimum(province, len(figures) > 1, lowest)
