"""Fetch the feeds that are due. Addresses of this machine and its network are refused by the fetcher."""

import functools
import time
from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.employers.member_notices import MemberMessage, notify_member_or_owners
from listings.bulk_upload.resumable_runs import ROUND_SECONDS
from listings.feed_imports.feed_reader import parse_job_feed
from listings.feed_imports.feed_run import begin_run, process_run
from listings.imports.record_source import FileUnreadable
from listings.models import JobFeed
from listings.publication.submission import may_submit_listings
from sitekit.fetching.web_fetch import AddressRefused, Fetcher
from sitekit.maintenance.periodic import run_guarded

FETCHED_EVERY = timedelta(hours=6)
MAX_FAILURES = 8  # then it is no longer fetched, until somebody asks for it
_OUR_FAULT = "我们这边出了错，这一次没有读成。"


def fetch_due_feeds(stopped: Callable[[], bool], fetcher: Fetcher | None = None) -> int:
    """Fetch the feeds that are due, each only once even if several workers run; return how many.

    Feeds for which a round has no time are the first of the next round.
    """
    until = time.monotonic() + ROUND_SECONDS
    fetcher = fetcher or Fetcher()
    count = 0
    due = JobFeed.objects.filter(next_fetch_at__lte=timezone.now()).order_by("next_fetch_at")
    for feed in due.select_related("employer", "author")[:50]:
        if stopped():
            break
        if _claim_feed(feed):
            _fetch_feed_guarded(feed, fetcher)
            count += 1
        if time.monotonic() > until:
            break
    return count


def _claim_feed(feed: JobFeed) -> bool:
    unclaimed = JobFeed.objects.filter(pk=feed.pk, next_fetch_at=feed.next_fetch_at)
    return bool(unclaimed.update(next_fetch_at=timezone.now() + FETCHED_EVERY))


def _fetch_feed_guarded(feed: JobFeed, fetcher: Fetcher) -> None:
    """Fetch the feed. If anything goes wrong, store it with the feed, so that the other feeds are still fetched."""
    _, trouble = run_guarded(f"feed {feed.pk}", functools.partial(fetch_feed, feed, fetcher))
    if trouble:
        _note_failure(feed, _OUR_FAULT)


def fetch_feed(feed: JobFeed, fetcher: Fetcher) -> None:
    """Fetch and process it, or note in words why not."""
    if not may_submit_listings(feed.employer):  # no failure of the feed, which goes on afterwards
        words = f"单位是「{feed.employer.get_status_display()}」，没有读。"
        JobFeed.objects.filter(pk=feed.pk).update(problem=words)
        return
    try:
        jobs = parse_job_feed(fetcher.feed(feed.address).body)
    except (AddressRefused, FileUnreadable) as reason:
        _note_failure(feed, str(reason))
        return
    JobFeed.objects.filter(pk=feed.pk).update(failures=0, problem="")
    if run := begin_run(feed, jobs, is_upload=False):
        process_run(run.pk)


def _note_failure(feed: JobFeed, words: str) -> None:
    failures = feed.failures + 1
    changes = {"failures": failures, "problem": words[:200]}
    if failures >= MAX_FAILURES:
        changes["next_fetch_at"] = None
        message = MemberMessage(
            f"job-feed-{feed.pk}-stopped-{timezone.localdate()}",
            f"职位源“{feed.name}”一直读不到，先停了",
            f"连续 {failures} 次没有读到：{words}",
            reverse("listings:job_feed", args=[feed.pk]),
            "去看看",
        )
        notify_member_or_owners(feed.employer, feed.author, message)
    JobFeed.objects.filter(pk=feed.pk).update(**changes)
