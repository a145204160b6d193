"""What the page, JSON and CSV show of the figures: the same everywhere, and nobody to be known by it."""

import datetime
from dataclasses import dataclass

from safety.governance.figures import FEWEST, FIGURES, PARTS, PublicFigure
from safety.governance.tally import Tally

MEDIAN, MOST = 50, 90


@dataclass(frozen=True)
class PublishedFigure:
    """One figure of one month or of all. A length of time is said in minutes, from FEWEST cases on;
    `parts` are None where they must not be told apart."""

    figure: PublicFigure
    n: int
    parts: dict[str, int] | None = None
    median: int | None = None
    most: int | None = None
    share: int | None = None  # in hundredths

    @property
    def is_few(self) -> bool:
        return bool(self.figure.time) and 0 < self.n < FEWEST


def collect_publishable_figures(tally: Tally) -> dict[str, PublishedFigure]:
    return {code: _shown(figure, tally) for code, figure in FIGURES.items()}


def sum_months(tallies: list[Tally]) -> dict[str, PublishedFigure]:
    """Of several months. Parts that a month leaves unsaid are missing here too: else they could be
    found by subtraction."""
    whole = Tally()
    for tally in tallies:
        whole.merge(tally)
    shown = collect_publishable_figures(whole)
    for code, one in shown.items():
        if not one.figure.few:
            continue
        said: dict[str, int] = {}
        for tally in tallies:
            for part, n in (_parts(one.figure, tally) or {}).items():
                said[part] = said.get(part, 0) + n
        shown[code] = PublishedFigure(one.figure, one.n, said)
    return shown


def first_counted(found: dict[datetime.date, Tally | None]) -> dict[datetime.date, Tally]:
    """The months that were counted at all, newest first."""
    return {month: tally for month, tally in found.items() if tally is not None}


def compute_percentile(times: dict[int, int], percent: int) -> int | None:
    """The shortest time within which so many of a hundred were done."""
    cases, seen = sum(times.values()), 0
    if cases < FEWEST:
        return None
    for minutes in sorted(times):
        seen += times[minutes]
        if seen * 100 >= cases * percent:
            return minutes
    return None


def length_words(minutes: int | None) -> str:
    if minutes is None:
        return "—"
    if minutes < 120:
        return f"{minutes} 分钟"
    hours = minutes / 60
    return f"{hours:.0f} 小时" if hours < 48 else f"{hours / 24:.1f} 天".replace(".0", "")


def _shown(figure, tally):
    n = tally.counts[figure.code]
    times = tally.times.get(figure.code, {})
    share = None
    if figure.within and (whole := tally.counts[figure.within]) >= FEWEST:
        share = round(100 * n / whole)
    return PublishedFigure(
        figure,
        n,
        parts=_parts(figure, tally),
        median=compute_percentile(times, MEDIAN) if figure.time else None,
        most=compute_percentile(times, MOST) if figure.time else None,
        share=share,
    )


def _parts(figure, tally):
    """In the order in which the names of the parts are declared."""
    if not figure.by:
        return None
    found = tally.parts.get(figure.code, {})
    if figure.few and tally.counts[figure.code] < FEWEST:
        return None
    return {part: found[part] for part in PARTS[figure.by] if found.get(part)}
