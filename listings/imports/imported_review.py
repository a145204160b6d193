"""The worker judges imported texts like all others: they are published, refused, or left to a
moderator, as all of a source are that is not trusted. The status that the file names is ignored.
"""

import logging
from collections import Counter
from collections.abc import Callable

from django.db import transaction
from django.db.models import QuerySet

from accounts.public_text.judgement import PublicationReason
from listings.choices import ListingStatus, RevisionStatus
from listings.copies.fingerprints import store_fingerprints
from listings.models import ListingRevision, RevisionAssessment
from listings.publication import gate
from listings.publication.gate import PublicationVerdict
from listings.publication.submission import apply_verdict, lock_listing_with_employer
from listings.publication.transitions import IN_PUBLIC
from sitekit.telemetry.error_places import locate_error

logger = logging.getLogger(__name__)
BATCH = 100
NO_LAST_DAY = PublicationReason("validity", "没有有效期。", "补上有效期才能发布。")
BROKEN = PublicationReason("error", "自动检查出了错，由审核员看。")
LEFT_TO_MODERATOR = PublicationVerdict(gate.QUEUE, (BROKEN,), (), 0, "low", "")


def judge_imported(stopped: Callable[[], bool] = lambda: False) -> int:
    """Judge all imported texts; return how many. If the check fails, a moderator decides."""
    outcomes: Counter[str | None] = Counter()
    last = 0
    while not stopped():
        batch = dict(_list_unjudged().filter(pk__gt=last).values_list("pk", "listing_id")[:BATCH])
        if not batch:
            break
        store_fingerprints(batch.values())  # so that copies in the same file are found
        for last in batch:
            if stopped():
                break
            outcomes[_judge_safely(last)] += 1
    return outcomes.total() - outcomes[None]


def _list_unjudged() -> QuerySet[ListingRevision]:
    waiting = ListingRevision.objects.filter(status=RevisionStatus.WAITING, author=None)
    return waiting.filter(listing__employer=None, assessment=None).order_by("pk")


def _judge_safely(revision_id: int) -> str | None:
    try:
        with transaction.atomic():
            return _judge_revision(revision_id)
    except Exception as error:  # the other texts must not wait for this one
        logger.error("imported text %s: %s", revision_id, locate_error(error))  # noqa: TRY400
    with transaction.atomic():
        return _judge_revision(revision_id, LEFT_TO_MODERATOR)


def _judge_revision(revision_id: int, verdict: PublicationVerdict | None = None) -> str | None:
    """Return the outcome, or None if a moderator or a newer import came first."""
    listing_id = ListingRevision.objects.values_list("listing_id", flat=True).get(pk=revision_id)
    listing = lock_listing_with_employer(listing_id)
    revision = _list_unjudged().filter(pk=revision_id).first()
    if revision is None or listing.status not in IN_PUBLIC | {ListingStatus.PENDING}:
        return None
    verdict = verdict or gate.judge_publication(revision, None, listing=listing)
    if verdict.outcome != gate.REFUSE and revision.valid_through is None:
        verdict = verdict.add_reason(NO_LAST_DAY)
    RevisionAssessment.objects.create(revision=revision, **verdict.build_assessment_fields())
    apply_verdict(listing, verdict)
    return verdict.outcome
