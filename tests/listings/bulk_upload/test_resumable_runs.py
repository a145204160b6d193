"""Runs that were interrupted are continued one by one: none stops the others, and the worker has other work."""

import pytest
from django.utils import timezone

from listings.bulk_upload import resumable_runs
from listings.bulk_upload.resumable_runs import INTERRUPTED_AFTER, continue_interrupted
from listings.models import JobFeedRun
from tests.listings.api_client import make_owner
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbers():
    shop = make_employer()
    feed = shop.job_feeds.create(author=make_owner(shop), name="招聘系统")
    begun_at = timezone.now() - INTERRUPTED_AFTER * 2
    return [feed.runs.create(created_at=begun_at).pk for _ in range(3)]


def test_a_run_that_fails_stops_no_other(numbers):
    processed = []

    def process(number):
        processed.append(number)
        if number == numbers[0]:
            raise ZeroDivisionError

    assert continue_interrupted(JobFeedRun.objects.all(), process) == 3
    assert processed == numbers


def test_a_round_leaves_the_rest_to_the_next(numbers, monkeypatch):
    monkeypatch.setattr(resumable_runs, "ROUND_SECONDS", 0.0)
    processed = []
    assert continue_interrupted(JobFeedRun.objects.all(), processed.append) == 1
    assert processed == numbers[:1]
