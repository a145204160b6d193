"""The figures as the page shows them: a sentence, bars, tables."""

import datetime
from collections.abc import Iterator
from typing import Any

from safety.governance.figures import GROUPS, PARTS, FigureGroup, PublicFigure
from safety.governance.published import FiguresByCode, PublishedFigure, format_minutes
from sitekit.images.bar_charts import draw_vertical_bars

LEADS = (
    ("submitted", "收到", "条兼职"),
    ("refused_auto", "自动拦下", "条"),
    ("refused_person", "人工退回", "条"),
    ("removed_fraud", "涉诈下架", "条"),
    ("warned", "已提醒", "位联系过的求职者"),
)
# The bar charts of parts: (group, title, figures whose parts are added up).
DRAWN = (
    ("listings", "为什么没让发", ("refused_auto", "refused_person")),
    ("removals", "涉诈下架的，是哪些骗局", ("removed_fraud",)),
    ("reports", "人们为什么举报", ("reports",)),
)
MAX_BARS = 8
MIN_TOP = 10  # the least height of the scale, so that a month with three does not look like many


def build_figure_sentence(figures: FiguresByCode | None) -> list[tuple[str, int, str]]:
    """Return (words, number, unit) of the main figures; empty if all are zero."""
    if figures is None or not any(figures[code].n for code, _, _ in LEADS):
        return []
    return [(words, figures[code].n, unit) for code, words, unit in LEADS]


def build_figure_sections(
    figures_by_month: dict[datetime.date, FiguresByCode], total: FiguresByCode
) -> list[dict[str, Any]]:
    """Return a section for each group; `lines` are (month or None for the total, cells)."""
    return [
        {
            "code": group.code,
            "title": group.title,
            "heads": group.figures,
            "lines": [
                *((month, _build_cells(group, row)) for month, row in figures_by_month.items()),
                (None, _build_cells(group, total)),
            ],
            "charts": [
                chart for row in DRAWN if row[0] == group.code for chart in _build_chart(row, total)
            ],
            "columns": _draw_columns(figures_by_month) if group.code == "listings" else None,
            "is_empty": not any(total[figure.code].n for figure in group.figures),
        }
        for group in GROUPS
    ]


def _build_cells(
    group: FigureGroup, figures: FiguresByCode
) -> list[tuple[PublicFigure, str | int, str]]:
    """Return (figure, main text, small text beside it)."""
    return [(figure, *_format_cell(figures[figure.code])) for figure in group.figures]


def _format_cell(published: PublishedFigure) -> tuple[str | int, str]:
    if published.figure.time:
        if published.median is None:
            return "—", f"{published.n} 件，太少" if published.is_few else ""
        return format_minutes(published.median), f"九成 {format_minutes(published.most)}"
    return published.n, f"{published.share}%" if published.share is not None else ""


def _build_chart(
    row: tuple[str, str, tuple[str, ...]], total: FiguresByCode
) -> Iterator[dict[str, Any]]:
    """Yield a chart if there is anything to draw; a bar is name, number, hundredths of the longest."""
    code, title, figures = row
    counts: dict[str, int] = {}
    for figure in figures:
        for part, n in (total[figure].parts or {}).items():
            counts[part] = counts.get(part, 0) + n
    names = PARTS[total[figures[0]].figure.by]
    ordered = sorted(counts.items(), key=lambda part_count: (-part_count[1], part_count[0]))
    rows = [(names[part], n) for part, n in ordered[:MAX_BARS]]
    if others := sum(n for _part, n in ordered[MAX_BARS:]):
        rows.append(("其余几类", others))
    unsaid = sum(total[figure].n for figure in figures) - sum(counts.values())
    if rows or unsaid:
        longest = max((n for _label, n in rows), default=1)
        bars = [(label, n, round(100 * n / longest)) for label, n in rows]
        yield {"code": f"{code}-parts", "title": title, "rows": bars, "unsaid": unsaid}


def _draw_columns(figures_by_month: dict[datetime.date, FiguresByCode]) -> dict | None:
    """Draw what was refused month by month, oldest first; None if nothing was."""
    refused = ("refused_auto", "refused_person")
    rows = [
        (f"{month.month}月", sum(figures[code].n for code in refused))
        for month, figures in reversed(figures_by_month.items())
    ]
    if not any(n for _, n in rows):
        return None
    months = {"first": min(figures_by_month), "last": max(figures_by_month)}
    return draw_vertical_bars(rows, MIN_TOP) | {"rows": rows} | months
