"""The figures as JSON and as CSV, as docs/governance.md describes them; their keys never change."""

import csv
import datetime
import io
from collections.abc import Iterator
from typing import Any

from cities.models import Region
from safety.governance.figures import GROUPS, MIN_SHOWN_COUNT, PARTS
from safety.governance.months import get_current_month
from safety.governance.published import (
    FiguresByCode,
    PublishedFigure,
    collect_publishable_figures,
    sum_months,
)
from safety.governance.tally import FigureTally
from textkit.csv_cells import escape_csv_cell

HEADINGS = ("月份", "地区代码", "地区", "代号", "项目", "分项代号", "分项", "数值", "单位")
TOTAL = "合计"


def build_governance_document(
    place: Region | None, tallies: dict[datetime.date, FigureTally], waiting: dict[str, int]
) -> dict[str, Any]:
    return {
        "place": _describe_place(place),
        "fewest": MIN_SHOWN_COUNT,
        "months": [
            {
                "month": f"{month:%Y-%m}",
                "running": month == get_current_month(),
                "figures": _build_figures(collect_publishable_figures(tally)),
            }
            for month, tally in tallies.items()
        ],
        "total": {
            "months": len(tallies),
            "figures": _build_figures(sum_months(tallies.values())),
        },
        "waiting": waiting,
        "definitions": _build_definitions(),
    }


def build_governance_csv(place: Region | None, tallies: dict[datetime.date, FigureTally]) -> str:
    """Return a line for each number, after the byte order mark by which Excel recognises UTF-8."""
    code, name = (place.adcode, place.name) if place else ("", "全国")
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    blocks = {
        f"{month:%Y-%m}": collect_publishable_figures(tally) for month, tally in tallies.items()
    }
    for month, figures in (blocks | {TOTAL: sum_months(tallies.values())}).items():
        for published in figures.values():
            for line in _list_lines(published):
                writer.writerow([escape_csv_cell(cell) for cell in (month, code, name, *line)])
    return out.getvalue()


def _describe_place(place: Region | None) -> dict[str, str | int] | None:
    if place is None:
        return None
    return {"code": place.adcode, "name": place.name, "slug": place.slug}


def _build_figures(figures: FiguresByCode) -> dict[str, dict[str, Any]]:
    return {code: _build_figure(published) for code, published in figures.items()}


def _build_figure(published: PublishedFigure) -> dict[str, Any]:
    entry: dict[str, Any] = {"n": published.n}
    if published.figure.by:
        entry["parts"] = published.parts
    if published.figure.time:
        entry |= {"median_minutes": published.median, "p90_minutes": published.most}
    if published.figure.within:
        entry["percent"] = published.share
    return entry


def _build_definitions() -> dict[str, dict[str, Any]]:
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


def _list_lines(published: PublishedFigure) -> Iterator[tuple[str, str, str, str, int, str]]:
    """Yield (code, label, code of the part, its label, number, unit)."""
    figure = published.figure
    code, label = figure.code, figure.label
    yield code, label, "", "", published.n, "件" if figure.time else "次"
    for part, n in (published.parts or {}).items():
        yield code, label, part, PARTS[figure.by][part], n, "次"
    if figure.time and published.median is not None and published.most is not None:
        yield code, label, "median", "中位数", published.median, "分钟"
        yield code, label, "p90", "九成以内", published.most, "分钟"
    if published.share is not None:
        yield code, label, "percent", "占处理完的", published.share, "%"
