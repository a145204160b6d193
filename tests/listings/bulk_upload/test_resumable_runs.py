"""Runs that were interrupted are continued one by one: none stops the others, and the worker has other work."""

import pytest
from django.utils import timezone

from listings.bulk_upload import resumable_runs, upload_run
from listings.bulk_upload.resumable_runs import INTERRUPTED_AFTER, continue_interrupted
from listings.models import BulkUpload, JobFeedRun
from tests.listings.api_client import make_owner
from tests.listings.uploads import (
    build_row,
    build_xlsx,
    list_upload_outcomes,
    post_spreadsheet,
    sign_in_member,
)
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


def test_a_request_ends_after_seconds_and_the_worker_goes_on(client, monkeypatch):
    """Two hundred lines held a thread, which answers nobody else meanwhile, for eight seconds and more."""
    owner = sign_in_member(client, make_employer(checks="LP"), "owner")
    monkeypatch.setattr(upload_run, "CHUNK_ROWS", 1)
    monkeypatch.setattr(upload_run.time, "monotonic", iter(range(1_000)).__next__)  # a second each
    post_spreadsheet(owner, build_xlsx(*(build_row(标题=f"第{n}条") for n in range(9))))
    assert len(list_upload_outcomes()) <= 2
    monkeypatch.undo()
    BulkUpload.objects.update(created_at=timezone.now() - INTERRUPTED_AFTER * 2)
    assert upload_run.continue_interrupted_uploads() == 1
    assert len(list_upload_outcomes()) == 9
