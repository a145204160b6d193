"""Read hourly_minimums.csv into the table, at any time: rows that the staff edited are left alone.

A line is a tier of a province. Its places are names in the province; 长沙市/区 are the urban districts
of a city without its counties. The lowest tier names none: it holds for all other places.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

from cities.directory.regions import (
    get_province,
    get_region_children,
    list_regions_by_name,
    require_region,
)
from cities.models import Region
from listings.models import HourlyMinimum
from listings.pay_law.minimums import reset_minimum_cache
from sitekit.workflow.advisory_lock import MINIMUMS_LOCK, hold_lock_until_commit

CSV = Path(__file__).parent.parent / "data" / "hourly_minimums.csv"
_DISTRICTS = "/区"
_OTHER_FIELDS = {"id", "province", "file_key", "is_edited"}
_PLAIN_FIELDS = [
    field for field in HourlyMinimum._meta.concrete_fields if field.name not in _OTHER_FIELDS
]


def load_minimums_csv(path: Path = CSV) -> tuple[int, int]:
    """Insert and update in one transaction; return how many were added and changed."""
    with transaction.atomic():
        hold_lock_until_commit(MINIMUMS_LOCK)
        present = {row.file_key: row for row in HourlyMinimum.objects.exclude(file_key=None)}
        added = changed = 0
        for key, values, places in read_minimums_csv(path):
            row = present.get(key)
            if _has_row_of_staff(row, values):
                continue
            if row is None:
                row = HourlyMinimum.objects.create(file_key=key, **values)
                row.places.set(places)
                added += 1
            elif not row.is_edited and _is_minimum_changed(row, values, places):
                for name, value in values.items():
                    setattr(row, name, value)
                row.save()
                row.places.set(places)
                changed += 1
    reset_minimum_cache()
    return added, changed


def _has_row_of_staff(row: HourlyMinimum | None, values: dict[str, Any]) -> bool:
    """Whether the staff already wrote another row for the same tier and day; the database does not accept a second
    one."""
    if values["in_force_since"] is None:
        return False
    same_day = HourlyMinimum.objects.filter(
        province=values["province"], tier=values["tier"], in_force_since=values["in_force_since"]
    )
    return (same_day.exclude(pk=row.pk) if row else same_day).exists()


def read_minimums_csv(path: Path = CSV) -> Iterator[tuple[str, dict[str, Any], list[Region]]]:
    """Yield key, values and places of each line. Raise `ValueError` for a place that is not there."""
    with path.open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream):
            province = require_region(int(line["province"]))
            values: dict[str, Any] = {"province": province}
            for field in _PLAIN_FIELDS:
                name = field.name
                values[name] = field.to_python(line[name] or (None if field.null else ""))
            places = [
                place for name in line["places"].split() for place in _find_places(name, province)
            ]
            yield line["file_key"], values, places


def _find_places(name: str, province: Region) -> list[Region]:
    city_name = name.removesuffix(_DISTRICTS)
    named = [place for place in list_regions_by_name(city_name) if get_province(place) == province]
    places = [place for place in named if place.name == city_name] or named
    if len(places) != 1:
        raise ValueError(f"{name}: {len(places)} places in {province}")
    if city_name == name:
        return places
    return [place for place in get_region_children(places[0]) if place.name.endswith("区")]


def _is_minimum_changed(row: HourlyMinimum, values: dict[str, Any], places: list[Region]) -> bool:
    if any(getattr(row, name) != value for name, value in values.items()):
        return True
    return {place.pk for place in row.places.all()} != {place.pk for place in places}
