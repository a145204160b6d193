"""Days and years that a table of cases names: on which day its test will run is not known yet."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone


@dataclass(frozen=True)
class DayFromToday:
    days: int


def resolve_days(fields: dict[str, Any]) -> dict[str, Any]:
    """Return the fields with dates in place of how far they are."""
    today = timezone.localdate()
    return {
        name: today + datetime.timedelta(value.days) if isinstance(value, DayFromToday) else value
        for name, value in fields.items()
    }


def get_birth_year(age: int) -> str:
    """Return the year of birth of who gets that old this year."""
    return str(timezone.localdate().year - age)
