"""Fetch the feeds that are due. Addresses of this machine and its network are refused by the fetcher."""

from collections.abc import Callable
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from accounts.employers.member_notices import MemberMessage, notify_member_or_owners
from listings.feed_imports.feed_reader import parse_job_feed
from listings.feed_imports.feed_run import begin_run, process_run
from listings.imports.record_source import FileUnreadable
from listings.models import JobFeed
from listings.publication.submission import may_submit_listings
from sitekit.fetching.web_fetch import AddressRefused, Fetcher

FETCHED_EVERY = timedelta(hours=6)
MAX_FAILURES = 8  # then it is no longer fetched, until somebody asks for it


def fetch_due_feeds(stopped: Callable[[], bool], fetcher: Fetcher | None = None) -> int:
    """Fetch each feed that is due, once even if several workers do this; return how many."""
    fetcher = fetcher or Fetcher()
    count = 0
    due = JobFeed.objects.filter(next_fetch_at__lte=timezone.now()).order_by("next_fetch_at")
    for feed in due.select_related("employer", "author")[:50]:
        if stopped():
            break
        if _claim_feed(feed):
            fetch_feed(feed, fetcher)
            count += 1
    return count


def _claim_feed(feed: JobFeed) -> bool:
    unclaimed = JobFeed.objects.filter(pk=feed.pk, next_fetch_at=feed.next_fetch_at)
    return bool(unclaimed.update(next_fetch_at=timezone.now() + FETCHED_EVERY))


def fetch_feed(feed: JobFeed, fetcher: Fetcher) -> None:
    """Fetch and process it, or note in words why not."""
    if not may_submit_listings(feed.employer):
        _note_failure(feed, f"单位是「{feed.employer.get_status_display()}」，没有读。")
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
