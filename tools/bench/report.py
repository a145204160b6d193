"""One report of all figures, each beside its budget: as Markdown and as JSON."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

MAX_NAMED = 10  # of the budgets that are missed, in the sentence above the tables


@dataclass(frozen=True)
class Figure:
    """A measured value. `budget` is the most that is allowed, or with `is_least` the least; a figure without one is
    only shown."""

    section: str
    name: str
    value: float
    unit: str
    budget: float | None = None
    is_least: bool = False
    note: str = ""

    @property
    def is_met(self) -> bool | None:
        if self.budget is None:
            return None
        return self.value >= self.budget if self.is_least else self.value <= self.budget

    @property
    def used_share(self) -> float:
        """Which share of its budget it uses: above 1 it misses it; 0 without a budget."""
        if self.budget is None or not self.value:
            return 0.0
        if not self.budget:
            return math.inf
        return self.budget / self.value if self.is_least else self.value / self.budget

    @property
    def words(self) -> str:
        """The row of the table."""
        verdict = {None: "", True: "met", False: "**missed**"}[self.is_met]
        cells = (self.name, self.measured, self.allowed, verdict, self.note)
        return f"| {' | '.join(cells)} |"

    @property
    def measured(self) -> str:
        return f"{_format_figure_value(self.value)} {self.unit}".rstrip()

    @property
    def allowed(self) -> str:
        sign = "≥" if self.is_least else "≤"
        return "" if self.budget is None else f"{sign} {_format_figure_value(self.budget)}"


@dataclass
class Report:
    """`notices` say what a reader must know before the figures, such as that the run was a quick one."""

    facts: dict[str, str]
    notices: list[str] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)

    def list_missed(self) -> list[Figure]:
        return [figure for figure in self.figures if figure.is_met is False]

    def format_markdown(self) -> str:
        lines = [
            "# Performance",
            "",
            "Written by `manage.py bench`. [speed.md](speed.md) says how, and why the figures are as they are.",
            "",
            *(f"**{notice}**\n" for notice in self.notices),
            _describe_missed(self.list_missed(), sum(f.is_met is not None for f in self.figures)),
            "",
            *self._list_sections(),
            "",
            "| machine | |",
            "|---|---|",
            *(f"| {name} | {text} |" for name, text in self.facts.items()),
        ]
        for section, figures in self._group_by_section().items():
            lines += [
                "",
                f"## {section}",
                "",
                "| what | figure | budget | result | details |",
                "|---|---|---|---|---|",
            ]
            lines += [figure.words for figure in figures]
        return "\n".join(lines) + "\n"

    def _list_sections(self) -> Iterator[str]:
        """Yield a table with a row for each section, and a link to its figures."""
        yield "| part | budgets met | nearest to its budget, or beyond it |"
        yield "|---|---|---|"
        for section, figures in self._group_by_section().items():
            verdicts = [figure.is_met for figure in figures if figure.is_met is not None]
            tightest = max(figures, key=lambda figure: figure.used_share)
            words = f"{tightest.name}: {tightest.measured} ({tightest.allowed})"
            anchor = re.sub(r"[^\w -]", "", section).lower().replace(" ", "-")
            met = f"{verdicts.count(True)} of {len(verdicts)}"
            yield f"| [{section}](#{anchor}) | {met} | {words if tightest.used_share else ''} |"

    def _group_by_section(self) -> dict[str, list[Figure]]:
        sections: dict[str, list[Figure]] = {}
        for figure in self.figures:
            sections.setdefault(figure.section, []).append(figure)
        return sections

    def build_data(self) -> dict[str, Any]:
        figures = [asdict(figure) | {"is_met": figure.is_met} for figure in self.figures]
        return {"facts": self.facts, "notices": self.notices, "figures": figures}

    def write_files(self, path: Path) -> None:
        """Write the Markdown to `path`, and the JSON beside it."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.format_markdown(), encoding="utf-8")
        text = json.dumps(self.build_data(), ensure_ascii=False, indent=1)
        path.with_suffix(".json").write_text(text + "\n", encoding="utf-8")


def _describe_missed(missed: list[Figure], number: int) -> str:
    if not missed:
        return f"All {number} budgets are met."
    words = [f"{figure.name} ({figure.measured})" for figure in missed]
    if len(missed) > MAX_NAMED:
        words = [*words[:MAX_NAMED], f"{len(missed) - MAX_NAMED} more, see below"]
    return f"{number - len(missed)} of {number} budgets are met. Missed: {'; '.join(words)}."


def _format_figure_value(value: float) -> str:
    if value == round(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) < 1 else f"{value:.1f}"


def get_percentile(ordered: list[float], share: float) -> float:
    """Return what `share` of the sorted values do not exceed; 0 of none."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
