"""The figures as the page tells them: a sentence, bars, tables."""

from dataclasses import dataclass, field

from safety.governance.figures import GROUPS, PARTS, PublicFigure
from safety.governance.published import PublishedFigure, length_words
from sitekit.images.bar_charts import draw_vertical_bars

LEADS = (
    ("submitted", "收到", "条兼职"),
    ("refused_auto", "自动拦下", "条"),
    ("refused_person", "人工退回", "条"),
    ("removed_fraud", "涉诈下架", "条"),
    ("warned", "提醒过", "人"),
)
# Which parts are drawn: (group, title, figures whose parts are put together, of how many rows).
DRAWN = (
    ("listings", "为什么没让发", ("refused_auto", "refused_person")),
    ("removals", "涉诈下架的，是哪些骗局", ("removed_fraud",)),
    ("reports", "人们为什么举报", ("reports",)),
)
MOST_BARS = 8


@dataclass(frozen=True)
class Chart:
    code: str
    title: str
    rows: list[tuple[str, int, int]]  # name, number, hundredths of the longest bar
    unsaid: int = 0


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    heads: tuple[PublicFigure, ...]
    lines: list[tuple]  # (month or None for the total, [cells])
    charts: list[Chart] = field(default_factory=list)
    columns: dict | None = None
    is_empty: bool = False


def build_figure_sentence(shown: dict[str, PublishedFigure] | None) -> list[tuple[str, int, str]]:
    """[(what, how many, of what)]; empty where there is nothing to tell."""
    if shown is None or not any(shown[code].n for code, _, _ in LEADS):
        return []
    return [(words, shown[code].n, unit) for code, words, unit in LEADS]


def build_figure_sections(shown, total) -> list[Section]:
    return [
        Section(
            code=group.code,
            title=group.title,
            heads=group.figures,
            lines=[
                *((month, _cells(group, one)) for month, one in shown.items()),
                (None, _cells(group, total)),
            ],
            charts=[chart for row in DRAWN if row[0] == group.code for chart in _chart(row, total)],
            columns=_columns(shown) if group.code == "listings" else None,
            is_empty=not any(total[figure.code].n for figure in group.figures),
        )
        for group in GROUPS
    ]


def _cells(group, shown):
    """[(figure, words, small words beside)]"""
    return [(figure, *_words(shown[figure.code])) for figure in group.figures]


def _words(one):
    if one.figure.time:
        if one.median is None:
            return ("—", f"{one.n} 件，太少" if one.is_few else "")
        return length_words(one.median), f"九成 {length_words(one.most)}"
    return one.n, f"{one.share}%" if one.share is not None else ""


def _chart(row, total):
    code, title, figures = row
    found: dict[str, int] = {}
    for figure in figures:
        for part, n in (total[figure].parts or {}).items():
            found[part] = found.get(part, 0) + n
    names = PARTS[total[figures[0]].figure.by]
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    rows = [(names[part], n) for part, n in ordered[:MOST_BARS]]
    if rest := sum(n for _part, n in ordered[MOST_BARS:]):
        rows.append(("其余几类", rest))
    unsaid = sum(total[figure].n for figure in figures) - sum(found.values())
    if rows or unsaid:
        longest = max((n for _label, n in rows), default=1)
        bars = [(label, n, round(100 * n / longest)) for label, n in rows]
        yield Chart(f"{code}-parts", title, bars, unsaid)


def _columns(shown):
    """What was not let through, month by month, the oldest first."""
    stopped = ("refused_auto", "refused_person")
    rows = [
        (str(month.month), sum(one[code].n for code in stopped))
        for month, one in reversed(shown.items())
    ]
    return draw_vertical_bars(rows) | {"rows": rows} if any(n for _, n in rows) else None
