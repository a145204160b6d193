"""Hourly minimums as the staff would have confirmed them."""

import datetime

from cities.directory.regions import get_region_by_slug
from listings.models import HourlyMinimum
from listings.pay_law.minimums import reset_minimum_cache

SINCE = datetime.date(2025, 9, 1)


def add_minimum(yuan, *, tier=1, province="hunan", places=(), **fields):
    """A figure whose source somebody has read."""
    defaults = {
        "province": get_region_by_slug(province),
        "tier": tier,
        "yuan_per_hour": yuan,
        "in_force_since": SINCE,
        "source_name": "湖南省人社厅",
        "source_url": "https://rst.hunan.gov.cn/notice.html",
        "read_on": datetime.date(2025, 9, 2),
        "is_confirmed": True,
    }
    row = HourlyMinimum.objects.create(**defaults | fields)
    row.places.set([get_region_by_slug(slug) for slug in places])
    reset_minimum_cache()
    return row
