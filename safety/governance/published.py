"""The figures as the page, JSON and CSV publish them: the same everywhere, and nothing that identifies a
person."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace

from safety.governance.figures import FIGURES, MIN_SHOWN_COUNT, PARTS, PublicFigure
from safety.governance.tally import FigureTally

MEDIAN, MOST = 50, 90


@dataclass(frozen=True)
class PublishedFigure:
    """One figure of one month or of all. Lengths of time are in minutes, None below MIN_SHOWN_COUNT cases;
    `parts` are None if they must not be published."""

    figure: PublicFigure
    n: int
    parts: dict[str, int] | None = None
    median: int | None = None
    most: int | None = None  # the time within which MOST percent of the cases were done
    share: int | None = None  # in hundredths

    @property
    def is_few(self) -> bool:
        return bool(self.figure.time) and 0 < self.n < MIN_SHOWN_COUNT


type FiguresByCode = dict[str, PublishedFigure]


def collect_publishable_figures(tally: FigureTally) -> FiguresByCode:
    return {code: _publish_figure(figure, tally) for code, figure in FIGURES.items()}


def sum_months(tallies: Collection[FigureTally]) -> FiguresByCode:
    """Add up several months. Parts that a month does not publish are left out here too, because subtracting the
    other months would reveal them."""
    total = FigureTally()
    for tally in tallies:
        total.merge(tally)
    figures = collect_publishable_figures(total)
    for code, published in figures.items():
        if published.figure.few:
            parts: Counter[str] = Counter()
            for tally in tallies:
                parts.update(_get_parts(published.figure, tally) or {})
            figures[code] = replace(published, parts=dict(parts))
    return figures


def compute_percentile(times: dict[int, int], percent: int) -> int | None:
    """Return the shortest time within which `percent` of the cases were done; None if there are too few."""
    cases, counted = sum(times.values()), 0
    if cases < MIN_SHOWN_COUNT:
        return None
    for minutes in sorted(times):
        counted += times[minutes]
        if counted * 100 >= cases * percent:
            return minutes
    return None


def format_minutes(minutes: int | None) -> str:
    """Return minutes, hours or days in Chinese."""
    if minutes is None:
        return "—"
    if minutes < 120:
        return f"{minutes} 分钟"
    hours = minutes / 60
    return f"{hours:.0f} 小时" if hours < 48 else f"{hours / 24:.1f} 天".replace(".0", "")


def _publish_figure(figure: PublicFigure, tally: FigureTally) -> PublishedFigure:
    n = tally.counts[figure.code]
    times = tally.times.get(figure.code, Counter())
    share = None
    if figure.within and (total := tally.counts[figure.within]) >= MIN_SHOWN_COUNT:
        share = round(100 * n / total)
    return PublishedFigure(
        figure,
        n,
        parts=_get_parts(figure, tally),
        median=compute_percentile(times, MEDIAN) if figure.time else None,
        most=compute_percentile(times, MOST) if figure.time else None,
        share=share,
    )


def _get_parts(figure: PublicFigure, tally: FigureTally) -> dict[str, int] | None:
    """Return the parts in the order of `PARTS`; None if they must not be published."""
    if not figure.by:
        return None
    counts = tally.parts.get(figure.code, Counter())
    if figure.few and tally.counts[figure.code] < MIN_SHOWN_COUNT:
        return None
    return {part: counts[part] for part in PARTS[figure.by] if counts.get(part)}
