"""What an hour is paid, by what the author states."""

from decimal import Decimal

import pytest

from listings.models import Listing
from listings.pay_law.hours import compute_hourly_pay, compute_weekly_hours
from listings.vocabulary.work_slots import encode_slots

WEEKEND = encode_slots(["6m", "6a", "7a"])


@pytest.mark.parametrize(
    ("pay", "unit", "stated", "hourly"),
    [
        ("20", "hour", {}, "20"),
        ("120", "day", {"hours_per_day": 6}, "20"),
        ("30", "day", {"hours_per_day": 6}, "5"),
        ("160", "day", {}, "20"),
        ("60", "day", {"work_hours": "9:00–12:00"}, "20"),
        ("100", "day", {"work_hours": "18:00-22:00，中间休息"}, "25"),
        ("100", "day", {"work_hours": "9:00-11:00、14:00-17:00"}, "20"),
        ("80", "day", {"work_hours": "22:00到次日2:00"}, "20"),
        ("160", "day", {"work_hours": "9:00-18:00"}, "20"),  # an hour for lunch
        ("80", "time", {"hours_per_day": 4}, "20"),
        ("160", "week", {"hours_per_day": 4, "slots": WEEKEND}, "20"),
        ("520", "month", {"hours_per_day": 3, "slots": WEEKEND}, "20"),
    ],
)
def test_the_hours_stated_decide(pay, unit, stated, hourly):
    listing = Listing(pay_min=Decimal(pay), pay_max=Decimal(pay), pay_unit=unit, **stated)
    assert compute_hourly_pay(listing).yuan == Decimal(hourly)


@pytest.mark.parametrize(
    ("unit", "stated"),
    [
        ("month", {}),
        ("month", {"hours_per_day": 4}),
        ("week", {"slots": WEEKEND}),
        ("time", {}),
        ("order", {"hours_per_day": 4}),
        ("piece", {"hours_per_day": 4}),
        ("session", {"hours_per_day": 4}),
    ],
)
def test_what_is_not_stated_is_not_judged(unit, stated):
    assert compute_hourly_pay(Listing(pay_min=1, pay_max=1, pay_unit=unit, **stated)) is None


def test_pay_to_be_agreed_is_not_judged():
    assert compute_hourly_pay(Listing(pay_min=None, hours_per_day=8)) is None


def test_the_lower_bound_counts():
    assert compute_hourly_pay(Listing(pay_min=5, pay_max=30, pay_unit="hour")).yuan == 5


def test_hours_of_a_week_are_those_of_the_days_with_a_slot():
    assert compute_weekly_hours(Listing(hours_per_day=4, slots=WEEKEND)) == 8
    assert compute_weekly_hours(Listing(hours_per_day=4)) is None
