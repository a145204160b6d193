"""The moment at which things happen."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone


def advance_clock(monkeypatch, shift):
    now = timezone.now() + shift
    monkeypatch.setattr(timezone, "now", lambda: now)


@pytest.fixture
def clock_at_noon(monkeypatch):
    """It is noon of a day in November, until somebody advances the clock."""
    moment = datetime(2026, 11, 20, 12, tzinfo=ZoneInfo("Asia/Shanghai"))
    monkeypatch.setattr(timezone, "now", lambda: moment)
