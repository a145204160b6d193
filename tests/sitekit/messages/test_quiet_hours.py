"""When a message may leave that is ready at night."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sitekit.messages.quiet_hours import wait_for_morning

pytestmark = pytest.mark.usefixtures("quiet_hours")


def parse_local_time(text):
    return datetime.strptime(f"2026-11-{text}", "%Y-%m-%d %H:%M").replace(
        tzinfo=ZoneInfo("Asia/Shanghai")
    )


@pytest.mark.parametrize(
    ("ready", "leaves"),
    [
        ("20 21:59", "20 21:59"),
        ("20 22:00", "21 08:00"),
        ("20 23:30", "21 08:00"),
        ("21 00:00", "21 08:00"),
        ("21 07:59", "21 08:00"),
        ("21 08:00", "21 08:00"),
    ],
)
def test_from_ten_to_eight_it_waits(ready, leaves):
    assert wait_for_morning(parse_local_time(ready)) == parse_local_time(leaves)


@pytest.mark.parametrize(
    ("hours", "ready", "leaves"),
    [
        ((0, 6), "20 23:30", "20 23:30"),
        ((0, 6), "21 05:00", "21 06:00"),
        ((12, 14), "20 12:30", "20 14:00"),
        ((9, 9), "20 09:30", "20 09:30"),
    ],
    ids=["before", "after midnight", "at noon", "none"],
)
def test_the_hours_can_be_others(hours, ready, leaves):
    assert wait_for_morning(parse_local_time(ready), *hours) == parse_local_time(leaves)


def test_what_is_ready_now_has_no_start_by_day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: parse_local_time("20 12:00"))
    assert wait_for_morning() is None
    monkeypatch.setattr(timezone, "now", lambda: parse_local_time("20 23:00"))
    assert wait_for_morning() == parse_local_time("21 08:00")
