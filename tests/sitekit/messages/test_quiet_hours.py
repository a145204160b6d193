"""When a message may leave that is ready at night."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sitekit.messages.outbox import deliver_due
from sitekit.messages.quiet_hours import postpone_to_morning
from sitekit.models import TextMessage

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
    assert postpone_to_morning(parse_local_time(ready)) == parse_local_time(leaves)


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
    assert postpone_to_morning(parse_local_time(ready), *hours) == parse_local_time(leaves)


def test_what_is_ready_now_has_no_start_by_day(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: parse_local_time("20 12:00"))
    assert postpone_to_morning() is None
    monkeypatch.setattr(timezone, "now", lambda: parse_local_time("20 23:00"))
    assert postpone_to_morning() == parse_local_time("21 08:00")


def make_text_message(key, **fields):
    values = {"to": "+8613800138000", "kind": "notice", "text": "录用了"}
    return TextMessage.objects.create(key=key, **values | fields)


@pytest.mark.django_db
def test_what_is_late_by_night_waits_for_the_morning(monkeypatch, settings, tmp_path):
    """The worker, or the provider, stood still for a day and is back at three."""
    sender = "sitekit.messages.text_messages.FileSender"
    settings.TEXT_MESSENGER = {"SENDER": sender, "OPTIONS": {"folder": str(tmp_path)}}
    evening, night = parse_local_time("20 19:00"), parse_local_time("21 03:00")
    monkeypatch.setattr(timezone, "now", lambda: evening)
    make_text_message("notice"), make_text_message("digest", kind="digest")
    make_text_message("refused", tries=1, not_before=parse_local_time("21 02:50"))
    make_text_message("later", not_before=parse_local_time("20 20:00"))
    make_text_message("warning", kind="warning"), make_text_message("invitation", is_secret=True)
    make_text_message("asleep by day", not_before=parse_local_time("20 23:00"))
    make_text_message("given up", tries=8)
    monkeypatch.setattr(timezone, "now", lambda: night)
    assert deliver_due() == (3, 0)
    sent = set(TextMessage.objects.exclude(sent_at=None).values_list("key", flat=True))
    assert sent == {"warning", "invitation", "asleep by day"}
    morning = parse_local_time("21 08:00")
    waiting = TextMessage.objects.filter(sent_at=None, not_before=morning)
    assert set(waiting.values_list("key", flat=True)) == {"notice", "digest", "refused", "later"}
    monkeypatch.setattr(timezone, "now", lambda: morning)
    assert deliver_due() == (4, 0)
