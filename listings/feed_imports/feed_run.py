"""Process the jobs of a feed: a few in a transaction, each into its own draft, none twice, errors one by one."""

import logging
import time
from collections import Counter
from typing import Any, NamedTuple

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from accounts.employers.member_notices import MemberMessage, notify_member_or_owners
from cities.directory.regions import require_region
from listings.bulk_upload.form_data import TypedLine, build_form_data
from listings.bulk_upload.resumable_runs import (
    CHUNK_ROWS,
    RUN_SECONDS,
    continue_interrupted,
    lock_run,
)
from listings.bulk_upload.typed_submission import (
    DRAFT,
    PUBLISHED,
    WAITING,
    submit_typed_listing,
)
from listings.choices import ListingStatus
from listings.employer_desk.drafts import (
    change_draft,
    find_listing_draft,
    find_newest_text,
    format_content_as_typed,
)
from listings.employer_desk.posting_forms import PostingForm
from listings.feed_imports.feed_owners import has_acting_author
from listings.feed_imports.feed_reader import FeedJob
from listings.models import JobFeed, JobFeedItem, JobFeedRun, Listing, ListingDraft
from listings.models.program_access import FeedReportLine
from listings.models.revision import TypedValues
from listings.publication import submission as posting
from listings.publication.posting_quota import describe_full_drafts

logger = logging.getLogger(__name__)
REFUSED, UNCHANGED, KEPT, GONE = "refused", "unchanged", "kept", "gone"
FEED_OUTCOME_LABELS = {
    PUBLISHED: "已发布",
    WAITING: "待审核",
    DRAFT: "已存草稿",
    REFUSED: "未导入",
    KEPT: "没有覆盖",
    GONE: "源里没有了",
    UNCHANGED: "没有变化",
}
KEPT_RUNS = 20  # of a feed
WAITS_FOR_QUOTA = ""  # the digest of a job that is tried again with the next reading
AUTHOR_LEFT = "建这个职位源的人已经不在这家单位，请负责人在这一页接手"


class _Result(NamedTuple):
    outcome: str
    words: str
    listing_id: int | None = None


def begin_run(feed: JobFeed, jobs: list[FeedJob], *, is_upload: bool) -> JobFeedRun | None:
    """Return None if the feed was deleted meanwhile."""
    with transaction.atomic():
        if not JobFeed.objects.select_for_update(of=("self",), no_key=True).filter(pk=feed.pk):
            return None
        return feed.runs.create(rows=[list(job) for job in jobs], is_upload=is_upload)


def process_run(number: int, seconds: float = RUN_SECONDS) -> None:
    """Process the remaining jobs of a run for at most `seconds`; then mark the jobs that the feed no longer has.

    If the feed is read again meanwhile, the rest of this run is dropped.
    """
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with transaction.atomic():
            locked = lock_run(JobFeedRun.objects.all(), number, "feed__employer")
            if locked is None:
                return
            run, employer = locked
            if run.finished_at:
                return
            run.feed.employer = employer
            if run.feed.runs.filter(pk__gt=run.pk).exists():
                # The newer reading knows better what the feed says.
                run.rows, run.finished_at = [], timezone.now()
                run.save(update_fields=["rows", "finished_at"])
                return
            _process_chunk(run)


def continue_interrupted_runs() -> int:
    """Continue the runs that were interrupted; return how many there were."""
    return continue_interrupted(JobFeedRun.objects.filter(finished_at=None), process_run)


def _process_chunk(run: JobFeedRun) -> None:
    feed = run.feed
    may_act = has_acting_author(feed)
    for row in run.rows[:CHUNK_ROWS]:
        job = FeedJob(*row)
        try:
            with transaction.atomic():
                result = (
                    _process_job(feed, job) if may_act else _Result(REFUSED, f"{AUTHOR_LEFT}。")
                )
        except Exception as error:  # the other jobs are processed all the same
            logger.error("a job of feed %s failed: %s", feed.pk, type(error).__name__)  # noqa: TRY400
            result = _Result(REFUSED, "出了错，这一条没有存下，请单独填一遍。")
        title = job.cells.get("title", "")[:60]
        run.report.append(list(FeedReportLine(job.number, job.key, title, *result)))
    run.rows = run.rows[CHUNK_ROWS:]
    if not run.rows:
        if may_act:
            _mark_gone(run)
        run.finished_at = timezone.now()
        _notify_author(run)
        _forget_old_runs(feed)
    run.save(update_fields=["rows", "report", "finished_at"])


def _process_job(feed: JobFeed, job: FeedJob) -> _Result:
    if job.problem:
        return _Result(REFUSED, f"{job.problem}。")
    line = build_form_data(job.cells, require_region(feed.employer.region_id))
    feed_item = feed.items.select_related("listing").filter(key=job.key).first()
    if feed_item is None:
        return _create_listing(feed, job, line)
    if feed_item.gone_at:
        feed_item.gone_at = None
        feed_item.save(update_fields=["gone_at"])
    if feed_item.listing is None:
        return _Result(UNCHANGED, "草稿在网站上删掉了，没有再建。")
    feed_item.listing.employer = feed.employer
    if feed_item.digest == line.compute_digest():
        return _Result(UNCHANGED, "", feed_item.listing_id)
    if feed_item.digest == WAITS_FOR_QUOTA and feed_item.data == line.typed:
        return _submit_again(feed, feed_item, feed_item.listing, line)
    return _change_listing(feed, feed_item, feed_item.listing, line)


def _create_listing(feed: JobFeed, job: FeedJob, line: TypedLine) -> _Result:
    employer = feed.employer
    if not posting.may_submit_listings(employer):
        return _Result(REFUSED, f"单位是「{employer.get_status_display()}」，现在不能发布。")
    if words := describe_full_drafts(employer):
        return _Result(REFUSED, words)
    listing = posting.create_listing_with_draft(employer, feed.author, line.typed)
    title = job.cells.get("title", "")[:60]
    feed_item = feed.items.create(
        key=job.key, title=title, listing=listing, data=line.typed, digest=line.compute_digest()
    )
    return _submit_feed_listing(feed, feed_item, listing, line)


def _submit_feed_listing(
    feed: JobFeed, feed_item: JobFeedItem, listing: Listing, line: TypedLine
) -> _Result:
    typed_outcome = submit_typed_listing(
        feed.employer,
        listing,
        feed.author,
        line,
        signed_at=feed.no_fee_signed_at,
    )
    if (
        typed_outcome.outcome == DRAFT and listing.status == ListingStatus.DRAFT
    ):  # so that it is found
        Listing.objects.filter(pk=listing.pk).update(title=feed_item.title)
    if typed_outcome.waits_for_quota:
        JobFeedItem.objects.filter(pk=feed_item.pk).update(digest=WAITS_FOR_QUOTA)
        return _Result(DRAFT, f"{typed_outcome.words}有了名额再读到时，会直接提交。", listing.pk)
    complete = "填全了，等人来提交。" if typed_outcome.outcome == DRAFT else ""
    return _Result(typed_outcome.outcome, typed_outcome.words or complete, listing.pk)


def _submit_again(
    feed: JobFeed, feed_item: JobFeedItem, listing: Listing, line: TypedLine
) -> _Result:
    """Submit a job that waited for the quota, unless a person has taken up its draft since."""
    feed_item.digest = line.compute_digest()
    feed_item.save(update_fields=["digest"])
    draft = ListingDraft.objects.filter(listing=listing, data=feed_item.data).first()
    if draft is None or listing.status != ListingStatus.DRAFT:
        return _Result(UNCHANGED, "", listing.pk)
    return _submit_feed_listing(feed, feed_item, listing, line._replace(typed=draft.data))


def _change_listing(
    feed: JobFeed, feed_item: JobFeedItem, listing: Listing, line: TypedLine
) -> _Result:
    """Write the feed's changes into the draft. Values that a person changed there stay.

    If a person has begun a draft of the listing, that person submits it, because nobody else knows whether it is
    ready.
    """
    if listing.status not in posting.EDITABLE_STATUSES:
        words = f"源里改了，但这一条是「{listing.get_status_display()}」，没有改。"
        return _Result(KEPT, words, listing.pk)
    Listing.objects.select_for_update(of=("self",)).get(pk=listing.pk)  # nobody begins a draft now
    begun, typed = find_listing_draft(listing), line.typed
    by_hand: list[str] = []
    is_of_person = False

    def choose_values(stored: TypedValues) -> TypedValues:
        nonlocal is_of_person
        is_of_person = begun is not None and _is_of_person(begun, feed, feed_item, stored)
        changed = [name for name in typed if typed[name] != feed_item.data.get(name)]
        by_hand.extend(_list_fields_of_person(changed, feed_item.data, typed, stored))
        return {name: typed[name] for name in changed if name not in by_hand}

    draft = change_draft(listing, feed.author, choose_values)
    feed_item.data, feed_item.digest = typed, line.compute_digest()
    feed_item.title = "".join(typed.get("title", []))[:60]
    feed_item.save(update_fields=["data", "digest", "title"])
    if by_hand:
        labels = "、".join(_get_label(name) for name in by_hand)
        return _Result(
            KEPT, f"{labels}有人在网站上改过，没有覆盖；别的改动存成了草稿。", listing.pk
        )
    if is_of_person:
        words = "有人在网站上正改着这一条，源里的改动写进了那份草稿，等人来提交。"
        return _Result(KEPT, words, listing.pk)
    return _submit_feed_listing(feed, feed_item, listing, line._replace(typed=draft.data))


def _list_fields_of_person(
    changed: list[str], former: TypedValues, typed: TypedValues, stored: TypedValues
) -> list[str]:
    """Return those of the changed fields in which the draft says neither what the feed said nor what it says now."""
    before, now, in_draft = map(_clean_values, (former, typed, stored))
    return [name for name in changed if in_draft.get(name) not in (before.get(name), now.get(name))]


def _is_of_person(
    begun: ListingDraft, feed: JobFeed, feed_item: JobFeedItem, stored: TypedValues
) -> bool:
    """Return whether the draft has values that a person wrote.

    A draft of another author than the feed's has, unless its values equal those of the feed: then it was begun by a
    former author of the feed. A draft of the feed's author has, if one of its values stands neither in the feed nor in
    the listing's text.
    """
    is_of_other = begun.author_id != feed.author_id and stored != feed_item.data
    return is_of_other or _has_typed_values(feed_item, stored)


def _has_typed_values(feed_item: JobFeedItem, stored: TypedValues) -> bool:
    """Whether a value of the draft stands neither in the feed nor in the text that the draft was begun from."""
    texts = [feed_item.data]
    if feed_item.listing and feed_item.listing.revisions.exists():
        texts.append(format_content_as_typed(find_newest_text(feed_item.listing).get_content()))
    known_texts = [_clean_values(text) for text in texts]
    draft_values = _clean_values(stored)
    return any(
        draft_values[name] not in [text.get(name) for text in known_texts] for name in draft_values
    )


def _clean_values(typed: TypedValues) -> dict[str, Any]:
    """Return the values as the form reads them; values that it cannot read stay as typed."""
    form = PostingForm(MultiValueDict(typed))
    form.is_valid()
    return dict(typed) | form.cleaned_data


def _get_label(name: str) -> str:
    field = PostingForm.base_fields.get(name)
    return str(field.label) if field else name


def _mark_gone(run: JobFeedRun) -> None:
    """Report the jobs that the feed no longer has. A person decides whether to end their listings.

    If nothing of a feed could be read, no job counts as gone.
    """
    present = {line.key for line in run.report_lines if line.key}
    gone = run.feed.items.filter(gone_at=None).exclude(key__in=present).select_related("listing")
    if not present:
        return
    for feed_item in gone:
        status = feed_item.listing.get_status_display() if feed_item.listing else "已删除"
        words = f"这一条现在是「{status}」；不再招的，请暂停或撤回。"
        line = FeedReportLine(0, feed_item.key, feed_item.title, GONE, words, feed_item.listing_id)
        run.report.append(list(line))
    gone.update(gone_at=timezone.now())


def _notify_author(run: JobFeedRun) -> None:
    """Send one notice for a reading in which something changed."""
    counts = Counter(line.outcome for line in run.report_lines)
    news = [
        f"{FEED_OUTCOME_LABELS[code]} {counts[code]} 条"
        for code in FEED_OUTCOME_LABELS
        if counts[code] and code != UNCHANGED
    ]
    if not news or run.report == _find_former_report(run):
        return
    message = MemberMessage(
        f"job-feed-run-{run.pk}",
        f"职位源“{run.feed.name}”读完了",
        f"{'，'.join(news)}。",
        reverse("listings:job_feed", args=[run.feed_id]),
        "看结果",
    )
    notify_member_or_owners(run.feed.employer, run.feed.author, message, mail=False)


def _find_former_report(run: JobFeedRun) -> list[Any] | None:
    former = run.feed.runs.filter(pk__lt=run.pk).order_by("-pk")
    return former.values_list("report", flat=True).first()


def _forget_old_runs(feed: JobFeed) -> None:
    old = feed.runs.order_by("-pk").values_list("pk", flat=True)[KEPT_RUNS:]
    feed.runs.filter(pk__in=list(old)).delete()
