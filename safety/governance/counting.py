"""Counts every figure of a stretch of time in one query, of one place or of all at once."""

from functools import cache

from django.db import connection

from cities.directory.regions import (
    get_region,
    get_region_ancestors,
    get_region_children,
    heir_of,
    list_retired_regions,
)
from cities.models import Region
from safety.governance.event_queries import NEAR, SOURCES
from safety.governance.figures import FIGURES, PublicFigure, part_of
from safety.governance.tally import Tally

NATION = 0  # the key of the whole country among the codes of places


def of_place(place: Region | None, start, until) -> Tally:
    """Of a place and all below it; of the nation without one."""
    codes = codes_of(place) if place else None
    total = Tally()
    for _code, tally in _rows("within" if place else "nation", start, until, codes):
        total.merge(tally)
    return total


def of_all(start, until) -> dict[int, Tally]:
    """By the code of every place that has a figure, and `NATION`, which is always there."""
    found: dict[int, Tally] = {NATION: Tally()}
    for code, tally in _rows("places", start, until):
        for above in list_codes_around(code):
            found.setdefault(above, Tally()).merge(tally)
    return found


def list_codes_around(code: int | None) -> tuple[int, ...]:
    """Codes of the place, of what encloses it, and of the nation; an old name counts as its heir."""
    region = get_region(code) if code else None
    if region is None:
        return (NATION,)
    chain = get_region_ancestors(heir_of(region))
    return (*(place.adcode for place in chain), NATION)


def codes_of(place: Region) -> list[int]:
    """Of the place, all below it, and the old names of any of these."""
    codes, waiting = set(), [place]
    while waiting:
        region = waiting.pop()
        codes.add(region.adcode)
        waiting += get_region_children(region)
    old = (r for r in list_retired_regions() if heir_of(r).adcode in codes)
    return sorted(codes | {region.adcode for region in old})


def _rows(how, start, until, codes=None):
    """(code of the place, tally of what happened there), several of the same place."""
    values = {"start": start, "until": until, "codes": codes}
    with connection.cursor() as cursor:
        cursor.execute(_query(how), values)
        rows = cursor.fetchall()
    for code, part, place, n, times in rows:
        figure, tally = FIGURES[code], Tally()
        tally.add(code, part_of(figure.by, part or "") if figure.by else "", n)
        for seconds in times or ():
            tally.took(code, seconds)
        yield place, tally


@cache
def _query(how: str) -> str:
    """Of the `nation`, of what lies `within` some places, or told apart by all `places`."""
    return "\nUNION ALL\n".join(_of_source(name, how) for name in SOURCES)


def _of_source(name, how):
    """Each event is read once, and counted in every figure whose condition it meets."""
    figures = ", ".join(_row(f) for f in FIGURES.values() if f.source == name)
    within = how == "within"
    where = "AND s.place = ANY(%(codes)s)" if within else ""
    place = "s.place" if how == "places" else "NULL::integer"
    events = SOURCES[name].replace("{near}", NEAR if within else "")
    return f"""SELECT f.code, f.part, {place}, count(*),
    array_agg(extract(epoch FROM f.took)::float) FILTER (WHERE f.took IS NOT NULL)
FROM ({events}) s
CROSS JOIN LATERAL (VALUES {figures}) f (code, holds, part, took)
WHERE f.holds {where}
GROUP BY 1, 2, 3"""  # noqa: S608 - put together of our own words only


def _row(figure: PublicFigure) -> str:
    part = f"s.{figure.by}::text" if figure.by else "NULL::text"
    took = f"s.{figure.time}::interval" if figure.time else "NULL::interval"
    return f"('{figure.code}', ({figure.holds}), {part}, {took})"
