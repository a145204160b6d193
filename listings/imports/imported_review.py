"""Imported texts are judged by the worker as everybody's are: published if nothing speaks against
it, refused, or left to a person. Whatever was written about their status elsewhere counts nothing.
"""

import logging
from collections import Counter

from django.db import transaction

from listings.choices import ListingStatus, RevisionStatus
from listings.models import ListingRevision, RevisionAssessment
from listings.publication import gate
from listings.publication.fingerprints import store_fingerprints
from listings.publication.gate import PublicationReason, PublicationVerdict
from listings.publication.submission import lock_listing_with_employer
from listings.publication.transitions import (
    IN_PUBLIC,
    approve_listing_edit,
    move_listing,
    publish_listing,
    refuse_listing_edit,
)
from sitekit.maintenance.periodic import locate_error

logger = logging.getLogger(__name__)
BATCH = 100
NO_LAST_DAY = PublicationReason("validity", "没有有效期。", "补上有效期才能发布。")
BROKEN = PublicationReason("error", "自动检查出了错，由审核员看。")


def judge_imported(stopped=lambda: False) -> int:
    """How many texts were judged; one that breaks the check is left to a person."""
    done: Counter = Counter()
    last = 0
    while not stopped():
        batch = dict(_unjudged().filter(pk__gt=last).values_list("pk", "listing_id")[:BATCH])
        if not batch:
            break
        store_fingerprints(batch.values())  # so that copies in one file see each other
        for last in batch:
            if stopped():
                break
            done[_one(last)] += 1
    return done.total() - done[None]


def _unjudged():
    rows = ListingRevision.objects.filter(status=RevisionStatus.WAITING, author=None)
    rows = rows.filter(listing__employer=None, assessment=None)
    return rows.order_by("pk")


def _one(number):
    try:
        with transaction.atomic():
            return _judged(number, gate.judge_publication)
    except Exception as error:  # of one text: the others must not wait for it
        logger.error("imported text %s: %s", number, locate_error(error))  # noqa: TRY400
    with transaction.atomic():
        return _judged(number, _unable)


def _unable(*args, **kwargs):
    return PublicationVerdict(gate.QUEUE, (BROKEN,), (), 0, "low", "")


def _judged(number, judge):
    """The outcome; None where a moderator or a newer import was faster."""
    owner = ListingRevision.objects.values_list("listing_id", flat=True).get(pk=number)
    listing = lock_listing_with_employer(owner)
    revision = _unjudged().filter(pk=number).first()
    if revision is None or listing.status not in IN_PUBLIC | {ListingStatus.PENDING}:
        return None
    verdict = judge(revision, None, listing=listing)
    if verdict.outcome == gate.PUBLISH and revision.valid_through is None:
        verdict = verdict.waiting(NO_LAST_DAY)
    RevisionAssessment.objects.create(revision=revision, **verdict.stored())
    _decide(listing, verdict)
    return verdict.outcome


def _decide(listing, verdict):
    new = listing.status == ListingStatus.PENDING
    if verdict.outcome == gate.PUBLISH:
        step = publish_listing if new else approve_listing_edit
        step(listing.pk, None, "自动检查通过")
    elif verdict.outcome == gate.REFUSE and new:
        move_listing(listing.pk, ListingStatus.REJECTED, None, verdict.words)
    elif verdict.outcome == gate.REFUSE:
        refuse_listing_edit(listing.pk, None, verdict.words)
