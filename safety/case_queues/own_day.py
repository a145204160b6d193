"""How many cases a moderator decided today, and how long a case took. Only the moderator sees these figures."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery

from accounts.models import User
from safety.models import Decision

# After so long without an action the claim on the case has ended too, so it was a pause and not work on the case.
WORK_PAUSE = timedelta(minutes=10)
# Decisions closer together than this were made by one press of a button.
ONE_PRESS = timedelta(seconds=1)


class OwnDay(NamedTuple):
    number: int
    median: timedelta | None

    @property
    def median_words(self) -> str:
        """The median in seconds, or in minutes and seconds; a dash if there is none yet."""
        if self.median is None:
            return "—"
        minutes, seconds = divmod(round(self.median.total_seconds()), 60)
        return f"{minutes} 分 {seconds} 秒" if minutes else f"{seconds} 秒"


def select_decision_times(moderator: User, since: datetime) -> ArraySubquery:
    """Return the times of the moderator's decisions that were not undone, as a column of another query."""
    decisions = Decision.objects.filter(moderator=moderator, created_at__gte=since, undone_at=None)
    return ArraySubquery(decisions.order_by("created_at").values("created_at"))


def measure_own_day(times: Iterable[datetime]) -> OwnDay:
    """Return the number of decisions and the median time of a decision; `times` are in ascending order.

    A decision took the time since the one before it. Decisions made by one press share their time. The first of the
    day, and one after a pause, are counted but have no time.
    """
    presses: list[list[datetime]] = []
    for at in times:
        if presses and at - presses[-1][-1] < ONE_PRESS:
            presses[-1].append(at)
        else:
            presses.append([at])
    lengths: list[float] = []  # seconds
    for before, press in pairwise(presses):
        length = press[0] - before[-1]
        if length <= WORK_PAUSE:
            lengths += [length.total_seconds() / len(press)] * len(press)
    usual = timedelta(seconds=median(lengths)) if lengths else None
    return OwnDay(sum(map(len, presses)), usual)
