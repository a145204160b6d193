"""How many hours the author states, and the pay for each of them."""

import re
from dataclasses import dataclass
from decimal import Decimal

from listings.choices import HOURS_PER_DAY, PayUnit
from listings.models import ListingContent
from listings.vocabulary.work_slots import decode_slots

WEEKS_PER_MONTH = Decimal(52) / 12
_SPAN = re.compile(
    r"(?<!\d)([01]?\d|2[0-4])[:：点时]([0-5]\d)?分?\s*(?:[-–—~～至]|到)+\s*"
    r"(?:次日|第二天)?([01]?\d|2[0-4])[:：点时]([0-5]\d)?"
)


@dataclass(frozen=True)
class HourlyPay:
    """The lower bound of the pay for an hour, and how it was computed; "" if it is stated so."""

    yuan: Decimal
    reckoning: str = ""


def compute_hourly_pay(content: ListingContent) -> HourlyPay | None:
    """Return None for 面议, and where the hours that the pay is for are not stated.

    Only a day without hours counts as one of eight. How many pieces or orders make an hour is
    nowhere stated.
    """
    if content.pay_min is None:
        return None
    pay = Decimal(content.pay_min)
    if content.pay_unit == PayUnit.HOUR:
        return HourlyPay(pay)
    if content.pay_unit in (PayUnit.DAY, PayUnit.TIME):
        hours = get_daily_hours(content)
        if hours is None and content.pay_unit == PayUnit.DAY:
            return HourlyPay(pay / HOURS_PER_DAY, "没有写每天几小时，按 8 小时算")
        return HourlyPay(pay / hours, f"按 {hours.normalize():f} 小时算") if hours else None
    hours = compute_weekly_hours(content)
    if hours is None or content.pay_unit not in (PayUnit.WEEK, PayUnit.MONTH):
        return None
    weeks = WEEKS_PER_MONTH if content.pay_unit == PayUnit.MONTH else Decimal(1)
    return HourlyPay(pay / (hours * weeks), f"按每周 {hours.normalize():f} 小时算")


def compute_weekly_hours(content: ListingContent) -> Decimal | None:
    """Return the hours of all days that have a slot; None if days or hours are not stated."""
    hours, days = get_daily_hours(content), {code[0] for code in decode_slots(content.slots)}
    return hours * len(days) if hours and days else None


def get_daily_hours(content: ListingContent) -> Decimal | None:
    """Return the hours a day that the text states, else those between its times; None if it has neither."""
    if content.hours_per_day:
        return Decimal(content.hours_per_day)
    return _read_daily_hours(content.work_hours)


def _read_daily_hours(text: str) -> Decimal | None:
    """Return the hours between the times of day, at most eight: a longer span has unwritten breaks."""
    minutes = 0
    for start, start_minute, end, end_minute in _SPAN.findall(text):
        first = int(start) * 60 + int(start_minute or 0)
        minutes += (int(end) * 60 + int(end_minute or 0) - first) % (24 * 60)
    return min(Decimal(minutes) / 60, HOURS_PER_DAY) if minutes else None
