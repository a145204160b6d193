from decimal import Decimal

import pytest

from listings.models import Listing


@pytest.mark.parametrize(
    ("unit", "low", "hours", "fen"),
    [
        ("hour", "22", None, 2200),
        ("day", "160", None, 2000),
        ("day", "100", "4", 2500),
        ("week", "800", None, 2000),
        ("month", "3480", None, 2000),
        ("piece", "3", None, None),
        ("session", "80", None, None),
    ],
)
def test_pay_is_compared_by_the_hour(unit, low, hours, fen):
    listing = Listing(
        pay_min=Decimal(low), pay_max=Decimal(low), pay_unit=unit,
        hours_per_day=Decimal(hours) if hours else None,
    )  # fmt: skip
    assert listing.hourly_fen == fen


def test_pay_reads_as_people_write_it():
    assert Listing().pay_words == "面议"
    assert Listing(pay_min=Decimal("60.00"), pay_max=Decimal("80.00")).pay_words == "60–80"
    assert Listing(pay_min=Decimal("18.50"), pay_max=Decimal("18.50")).pay_words == "18.5"
    assert Listing(pay_min=Decimal(10000), pay_max=Decimal(15000)).pay_words == "10,000–15,000"
