"""Judge imported texts in the worker as all other texts: they are published, refused, or left to a moderator.

All texts of an untrusted source are left to a moderator. The status that the file names is ignored. A batch is one
transaction with a fixed number of queries; each text is judged after the decisions about the texts before it. A
text that makes the batch fail is judged alone.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress

from django.db import transaction
from django.db.models import QuerySet

from accounts.public_text.judgement import PublicationReason
from listings.choices import IN_PUBLIC, ListingStatus, RevisionStatus
from listings.copies.fingerprints import store_fingerprints
from listings.models import Listing, ListingRevision, RevisionAssessment
from listings.publication import gate
from listings.publication.bulk_transitions import VerdictBatch
from listings.publication.gate import PublicationJudge, PublicationVerdict, TextToJudge
from sitekit.telemetry.error_places import locate_error

logger = logging.getLogger(__name__)
LISTINGS_PER_REVIEW = 100
NO_LAST_DAY = PublicationReason("validity", "没有有效期。", "补上有效期才能发布。")
BROKEN = PublicationReason("error", "自动检查出了错，由审核员看。")
LEFT_TO_MODERATOR = PublicationVerdict(gate.QUEUE, (BROKEN,), (), 0, "low", "")


def judge_imported(stopped: Callable[[], bool] = lambda: False) -> int:
    """Judge all imported texts; return how many. If the check fails, a moderator decides."""
    judged, last = 0, 0
    while not stopped():
        batch = list(
            _list_unjudged().filter(pk__gt=last).values_list("pk", flat=True)[:LISTINGS_PER_REVIEW]
        )
        if not batch:
            break
        judged += _judge_safely(batch)
        last = batch[-1]
    return judged


def _list_unjudged() -> QuerySet[ListingRevision]:
    waiting = ListingRevision.objects.filter(status=RevisionStatus.WAITING, author=None)
    return waiting.filter(listing__employer=None, assessment=None).order_by("pk")


def _judge_safely(revision_ids: Sequence[int]) -> int:
    """Judge them in one transaction. If one breaks it, each half is judged by itself: the other texts
    must not wait for this one."""
    try:
        with transaction.atomic():
            return _judge_batch(revision_ids)
    except Exception as error:
        if len(revision_ids) == 1:
            logger.error("imported text %s: %s", revision_ids[0], locate_error(error))  # noqa: TRY400
            with transaction.atomic():
                return _judge_batch(revision_ids, is_left_to_moderator=True)
    _store_fingerprints_of(revision_ids)
    middle = len(revision_ids) // 2
    return _judge_safely(revision_ids[:middle]) + _judge_safely(revision_ids[middle:])


def _store_fingerprints_of(revision_ids: Sequence[int]) -> None:
    """Store the fingerprints, so that the first half finds its copies in the second, as in one batch."""
    texts = ListingRevision.objects.filter(pk__in=revision_ids)
    with suppress(Exception):  # what breaks it breaks the text's own check too, which is told
        store_fingerprints(texts.values_list("listing_id", flat=True))


def _judge_batch(revision_ids: Sequence[int], *, is_left_to_moderator: bool = False) -> int:
    """Return how many were judged: of the others a moderator or a newer import came first."""
    texts = _lock_texts(revision_ids)
    if not texts:
        return 0
    store_fingerprints([text.listing_id for text in texts])  # so that copies in a file are found
    verdicts = VerdictBatch()
    if is_left_to_moderator:
        judge = None
    else:
        judge = PublicationJudge([TextToJudge(text, None, text.listing) for text in texts])
    assessments: list[RevisionAssessment] = []
    for number, text in enumerate(texts):
        verdict = judge.judge_text(number) if judge else LEFT_TO_MODERATOR
        if verdict.outcome != gate.REFUSE and text.valid_through is None:
            verdict = verdict.add_reason(NO_LAST_DAY)
        assessments.append(RevisionAssessment(revision=text, **verdict.build_assessment_fields()))
        if verdicts.apply_verdict(text.listing, text, verdict) and judge:
            judge.note_decision(text.listing)
    RevisionAssessment.objects.bulk_create(assessments)
    verdicts.write_rows(has_fingerprints=True)
    return len(texts)


def _lock_texts(revision_ids: Sequence[int]) -> list[ListingRevision]:
    """Lock the listings, in the order in which all lock several, and return those texts that still wait
    to be judged."""
    listing_ids = ListingRevision.objects.filter(pk__in=revision_ids).values("listing")
    rows = Listing.objects.filter(pk__in=listing_ids).order_by("pk")
    listings = {row.pk: row for row in rows.select_for_update(of=("self",))}
    texts = list(_list_unjudged().filter(pk__in=revision_ids, listing__in=listings))
    for text in texts:
        text.listing = listings[text.listing_id]
    judged = IN_PUBLIC | {ListingStatus.PENDING}
    return [text for text in texts if text.listing.status in judged]
