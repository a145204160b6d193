"""Counts every figure of a period in one query, for one place or for all places."""

from collections.abc import Iterator
from datetime import datetime
from functools import cache

from django.db import connection

from cities.directory.regions import (
    NATION_KEY,
    get_current_region,
    get_region,
    get_region_ancestors,
    get_region_children,
    list_retired_regions,
)
from cities.models import Region
from safety.governance.event_queries import NEAR_CONDITION, SOURCES
from safety.governance.figures import FIGURES, PublicFigure, get_part
from safety.governance.tally import FigureTally


def count_place(place: Region | None, start: datetime, until: datetime) -> FigureTally:
    """Count the figures of a place and everything below it; without a place, of the nation."""
    codes = list_place_codes(place) if place else None
    total = FigureTally()
    for _code, tally in _fetch_tallies("within" if place else "nation", start, until, codes):
        total.merge(tally)
    return total


def count_all_places(start: datetime, until: datetime) -> dict[int, FigureTally]:
    """Return tallies by the code of every place with a figure, and of `NATION_KEY` in any case."""
    tallies: dict[int, FigureTally] = {NATION_KEY: FigureTally()}
    for code, tally in _fetch_tallies("places", start, until):
        for above in list_codes_up_to_nation(code):
            tallies.setdefault(above, FigureTally()).merge(tally)
    return tallies


def list_codes_up_to_nation(code: int | None) -> tuple[int, ...]:
    """Return the codes of the place, of what encloses it, and `NATION_KEY`; a retired region counts as the
    one that replaced it."""
    region = get_region(code) if code else None
    if region is None:
        return (NATION_KEY,)
    chain = get_region_ancestors(get_current_region(region))
    return (*(place.adcode for place in chain), NATION_KEY)


def list_place_codes(place: Region) -> list[int]:
    """Return the codes of the place, of all below it, and of the retired regions of any of these."""
    codes, regions = set(), [place]
    while regions:
        region = regions.pop()
        codes.add(region.adcode)
        regions += get_region_children(region)
    retired = (r for r in list_retired_regions() if get_current_region(r).adcode in codes)
    return sorted(codes | {region.adcode for region in retired})


def _fetch_tallies(
    how: str, start: datetime, until: datetime, codes: list[int] | None = None
) -> Iterator[tuple[int | None, FigureTally]]:
    """Yield (code of the place, tally of one figure there); a place comes several times."""
    values = {"start": start, "until": until, "codes": codes}
    with connection.cursor() as cursor:
        cursor.execute(_build_query(how), values)
        rows = cursor.fetchall()
    for code, part, place, n, times in rows:
        figure, tally = FIGURES[code], FigureTally()
        tally.add(code, get_part(figure.by, part or "") if figure.by else "", n)
        for seconds in times or ():
            tally.add_time(code, seconds)
        yield place, tally


@cache
def _build_query(how: str) -> str:
    """Return the SQL. `how` is "nation", "within" to count all of some places together, or "places" for each place."""
    return "\nUNION ALL\n".join(_build_source_query(name, how) for name in SOURCES)


def _build_source_query(name: str, how: str) -> str:
    """Read each event once, and count it in every figure whose condition it meets."""
    figures = ", ".join(_build_value_row(f) for f in FIGURES.values() if f.source == name)
    within = how == "within"
    where = "AND s.place = ANY(%(codes)s)" if within else ""
    place = "s.place" if how == "places" else "NULL::integer"
    events = SOURCES[name].replace("{near}", NEAR_CONDITION if within else "")
    return f"""SELECT f.code, f.part, {place}, count(*),
    array_agg(extract(epoch FROM f.took)::float) FILTER (WHERE f.took IS NOT NULL)
FROM ({events}) s
CROSS JOIN LATERAL (VALUES {figures}) f (code, holds, part, took)
WHERE f.holds {where}
GROUP BY 1, 2, 3"""  # noqa: S608 - built from our own constants only


def _build_value_row(figure: PublicFigure) -> str:
    part = f"s.{figure.by}::text" if figure.by else "NULL::text"
    took = f"s.{figure.time}::interval" if figure.time else "NULL::interval"
    return f"('{figure.code}', ({figure.holds}), {part}, {took})"
