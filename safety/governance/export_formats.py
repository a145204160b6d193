"""The figures as JSON and as CSV; docs/governance.md describes both, and their keys stay."""

import csv
import io

from safety.governance.figures import FEWEST, FIGURES, GROUPS, PARTS, WAITING
from safety.governance.months import this_month
from safety.governance.published import collect_publishable_figures, first_counted, sum_months

HEADINGS = ("月份", "地区代码", "地区", "代号", "项目", "分项代号", "分项", "数值", "单位")
TOTAL = "合计"
# A spreadsheet takes a cell that begins so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def build_governance_document(place, found, waiting) -> dict:
    counted = first_counted(found)
    return {
        "place": _place(place),
        "fewest": FEWEST,
        "months": [
            {
                "month": f"{month:%Y-%m}",
                "running": month == this_month(),
                "figures": _figures(collect_publishable_figures(tally)),
            }
            for month, tally in counted.items()
        ],
        "total": {
            "months": len(counted),
            "figures": _figures(sum_months(list(counted.values()))),
        },
        "waiting": waiting,
        "definitions": _definitions(),
    }


def build_governance_csv(place, found) -> str:
    """A line for each number, with a mark at the beginning by which Excel knows UTF-8."""
    counted = first_counted(found)
    whole = sum_months(list(counted.values()))
    code, name = (place.adcode, place.name) if place else ("", "全国")
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    blocks = [
        (f"{month:%Y-%m}", collect_publishable_figures(tally)) for month, tally in counted.items()
    ]
    for month, shown in [*blocks, (TOTAL, whole)]:
        for one in shown.values():
            for line in _lines(one):
                writer.writerow([escape_csv_cell(cell) for cell in (month, code, name, *line)])
    return out.getvalue()


def escape_csv_cell(cell) -> str:
    """A cell that no spreadsheet reckons with."""
    text = str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


def waiting_rows(waiting):
    return [(label, waiting[code]) for code, label in WAITING.items()]


def _place(place):
    if place is None:
        return None
    return {"code": place.adcode, "name": place.name, "slug": place.slug}


def _figures(shown):
    return {code: _figure(one) for code, one in shown.items()}


def _figure(one):
    said: dict = {"n": one.n}
    if one.figure.by:
        said["parts"] = one.parts
    if one.figure.time:
        said |= {"median_minutes": one.median, "p90_minutes": one.most}
    if one.figure.within:
        said["percent"] = one.share
    return said


def _definitions():
    return {
        figure.code: {
            "group": group.code,
            "label": figure.label,
            "means": figure.means,
            **({"parts": PARTS[figure.by]} if figure.by else {}),
        }
        for group in GROUPS
        for figure in group.figures
    }


def _lines(one):
    """(code, label, code of the part, its label, number, unit)"""
    code, label = one.figure.code, FIGURES[one.figure.code].label
    yield code, label, "", "", one.n, "件" if one.figure.time else "次"
    for part, n in (one.parts or {}).items():
        yield code, label, part, PARTS[one.figure.by][part], n, "次"
    if one.figure.time and one.median is not None:
        yield code, label, "median", "中位数", one.median, "分钟"
        yield code, label, "p90", "九成以内", one.most, "分钟"
    if one.share is not None:
        yield code, label, "percent", "占处理完的", one.share, "%"
