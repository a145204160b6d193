"""A moderator's own day above the queue: what was decided since midnight, and how long a case took."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from safety.case_queues.own_day import WORK_PAUSE, OwnDay, measure_own_day
from safety.models import Decision
from safety.moderation.claims import CLAIM_DURATION
from tests.people import sign_in
from tests.safety.desks import make_moderator_user

QUEUE = "/admin/desk/listings/"


def measure_decision_times(*seconds):
    began = datetime(2026, 11, 30, 9, tzinfo=timezone.get_default_timezone())
    return measure_own_day([began + timedelta(seconds=second) for second in seconds])


def test_a_case_takes_from_the_decision_before_it():
    assert measure_decision_times() == OwnDay(0, None)
    assert measure_decision_times(0) == OwnDay(1, None)
    assert measure_decision_times(0, 4, 12, 112) == OwnDay(4, timedelta(seconds=8))
    assert measure_decision_times(0, 4, 12).median == timedelta(seconds=6)


def test_after_a_pause_a_case_counts_and_has_no_time():
    assert WORK_PAUSE == CLAIM_DURATION
    assert measure_decision_times(0, 8, 5000, 5010) == OwnDay(4, timedelta(seconds=9))
    assert measure_decision_times(0, 601) == OwnDay(2, None)


def test_what_one_press_decides_shares_its_time():
    assert measure_decision_times(0, 30, 30.1, 30.2) == OwnDay(4, timedelta(seconds=10))


@pytest.mark.parametrize(
    ("seconds", "words"), [(8.4, "8 秒"), (60, "1 分 0 秒"), (95, "1 分 35 秒"), (None, "—")]
)
def test_it_is_said_in_seconds_or_minutes(seconds, words):
    median = None if seconds is None else timedelta(seconds=seconds)
    assert OwnDay(3, median).median_words == words


def make_decision_row(user, *, seconds_ago=0, days_ago=0, **fields):
    noon = timezone.localtime().replace(hour=0, minute=0, second=30, microsecond=0)
    at = noon + timedelta(seconds=-seconds_ago, days=-days_ago)
    row = {"kind": "listing", "number": 1, "action": "rejected", "created_at": at} | fields
    return Decision.objects.create(moderator=user, **row)


@pytest.mark.django_db
def test_everybody_sees_their_own_day_and_nobody_else_s(client, mod):
    other = make_moderator_user("second")
    for seconds in (20, 12, 0):
        make_decision_row(mod, seconds_ago=seconds)
    make_decision_row(mod, seconds_ago=2, undone_at=timezone.now())
    make_decision_row(mod, days_ago=1)
    make_decision_row(other, kind="report")
    assert "你今天 3 件，中位 10 秒" in client.get(QUEUE).content.decode()
    sign_in(client, other)
    page = client.get("/admin/desk/reports/").content.decode()
    assert "你今天 1 件，中位 —" in page and "你今天 3 件" not in page
