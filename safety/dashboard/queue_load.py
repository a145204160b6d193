"""How many cases wait in each city, for how long, and how many of them for more than a day."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.staff.scope import StaffScope
from cities.directory.form_fields import format_place_words
from cities.directory.regions import get_city, get_region
from cities.models import Region
from safety.case_queues.queue_measures import describe_age
from safety.models import QueueFilter
from safety.moderation.decisions import CASE_TYPES
from safety.moderation.permissions import find_own_employers

LATE_AFTER = timedelta(hours=24)


@dataclass
class QueueLoad:
    """The waiting cases of one queue in one city. `filter_to` is the address that sets the filter."""

    label: str
    filter_to: str
    number: int = 0
    late: int = 0
    oldest_at: datetime | None = None

    @property
    def oldest_age(self) -> str:
        return describe_age(self.oldest_at)

    def add(self, number: int, late: int, oldest_at: datetime | None) -> None:
        self.number += number
        self.late += late
        self.oldest_at = min(filter(None, (self.oldest_at, oldest_at)), default=None)


@dataclass
class CityLoad:
    """The waiting cases of one city; without a city those that lie in none, such as online work."""

    city: Region | None
    queues: list[QueueLoad] = field(default_factory=list)

    @property
    def place_words(self) -> str:
        return format_place_words(self.city)

    @property
    def number(self) -> int:
        return sum(queue.number for queue in self.queues)

    @property
    def late(self) -> int:
        return sum(queue.late for queue in self.queues)

    @property
    def oldest_at(self) -> datetime | None:
        return min((queue.oldest_at for queue in self.queues if queue.oldest_at), default=None)

    @property
    def oldest_age(self) -> str:
        return describe_age(self.oldest_at)


def measure_load(scope: StaffScope, moderator: User) -> list[CityLoad]:
    """Return the cities of `scope` with cases that the queues show this moderator, the city with most late cases
    first. One query for each queue."""
    filters = QueueFilter(moderator=moderator)
    own_employers = find_own_employers(moderator)
    loads: dict[Region | None, CityLoad] = {}
    for position, case_type in enumerate(CASE_TYPES.values()):
        since = case_type.since_field
        is_late = Q(**{f"{since}__lt": timezone.now() - LATE_AFTER})
        rows = (
            case_type.list_cases_in(scope, filters)
            .exclude(case_type.build_own_condition(own_employers))
            .order_by()
            .values(lies_in=case_type.build_region_expression())
            .annotate(n=Count("pk"), late=Count("pk", is_late), oldest_at=Min(since))
            .values_list("lies_in", "n", "late", "oldest_at")
        )
        for code, number, late, oldest_at in rows:
            city = _find_city(code)
            if city not in loads:
                loads[city] = CityLoad(city, _list_empty_queues())
            loads[city].queues[position].add(number, late, oldest_at)
    return sorted(loads.values(), key=lambda load: (-load.late, -load.number, load.place_words))


def sum_load(loads: list[CityLoad]) -> CityLoad:
    """Return the sums of all cities, for each queue."""
    totals = CityLoad(None, _list_empty_queues())
    for load in loads:
        for total, queue in zip(totals.queues, load.queues, strict=True):
            total.add(queue.number, queue.late, queue.oldest_at)
    return totals


def _list_empty_queues() -> list[QueueLoad]:
    return [
        QueueLoad(case_type.queue_label, reverse(f"desk:{case_type.queue_name}_filter"))
        for case_type in CASE_TYPES.values()
    ]


def _find_city(code: int | None) -> Region | None:
    region = get_region(code)
    return (get_city(region) or region) if region else None
