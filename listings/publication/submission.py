"""Submit a text: check it, store it as a revision, judge it and act on it, in one transaction.

A text that a moderator must decide waits in the queue; the approved one stays public meanwhile.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.employers.member_notices import MemberMessage, notify_member_or_owners
from accounts.employers.membership import lock_employer
from accounts.inbox.open_accounts import require_open_account
from accounts.models import Employer, EmployerStatus, User
from accounts.public_text.judgement import PublicationReason
from listings.choices import IN_PUBLIC, ListingStatus
from listings.copies.fingerprints import store_fingerprints
from listings.models import Listing, ListingDraft, ListingRevision, RevisionAssessment
from listings.models.listing_fields import LISTING_FIELDS
from listings.models.revision import TypedValues
from listings.publication import gate, transitions
from listings.publication.bulk_transitions import VerdictBatch
from listings.publication.completeness import find_date_errors, list_missing_fields
from listings.publication.gate import PublicationVerdict
from listings.publication.own_duplicates import require_no_own_duplicate
from listings.publication.photo_texts import PHOTO_UNREAD
from listings.publication.posting_quota import SubmissionRefused, require_quota
from listings.publication.refused_texts import was_refused_by_moderator
from sitekit.ocr.stored_readings import request_readings

NOT_PUBLISHABLE = "not_publishable"
SUBMITTED_TWICE_MESSAGE = "这一版已经提交过了。"
REVISION_STALE_MESSAGE = "这一版已经提交过，或者在别的窗口里改过了。请看一遍现在的内容，再提交。"
EDITABLE_STATUSES = transitions.NEVER_PUBLIC | IN_PUBLIC
CLOSED_EMPLOYER_MESSAGES: dict[str, str] = {
    EmployerStatus.FROZEN: "单位现在被冻结，不能提交。写好的内容留着，解冻后再提交。",
    EmployerStatus.BANNED: "单位已被列入黑名单，不能再发布。有异议可以申诉。",
}
_RESULT_NOTICE_WORDS = {
    gate.PUBLISH: ("「{title}」已经发布", "现在就能在网站上看到。"),
    gate.QUEUE: ("「{title}」在等审核", "审核结果会通知你。"),
    gate.REFUSE: ("「{title}」没有通过", "觉得判断错了，可以在这条兼职的页面上申诉。"),
}


def create_listing_with_draft(
    employer: Employer,
    author: User,
    typed: TypedValues | None = None,
    photos: Iterable[int] = (),
) -> Listing:
    """Create an empty listing in the employer's place; the typed values are in its draft. Raises `AccountClosing`."""
    with transaction.atomic():
        require_open_account(author)
        listing = Listing.objects.create(
            employer=employer, region_id=employer.region_id, duties="", category="", settlement=""
        )
        ListingDraft.objects.create(
            listing=listing, author=author, data=typed or {}, photos=[*photos]
        )
    return listing


def submit_draft(
    listing_id: int, edition: int, content: dict[str, Any], author: User, *, signed_no_fee: bool
) -> PublicationVerdict:
    """As `submit_text`, but only once for each edition of the draft."""
    with transaction.atomic():
        listing = lock_listing_with_employer(listing_id)
        draft = ListingDraft.objects.select_for_update().filter(listing=listing).first()
        if draft is None:
            raise SubmissionRefused(SUBMITTED_TWICE_MESSAGE)
        if draft.edition != edition:
            raise SubmissionRefused(REVISION_STALE_MESSAGE)
        verdict = submit_text(listing, content, author, signed_no_fee=signed_no_fee)
        if verdict.outcome == gate.REFUSE:
            draft.edition += 1
            draft.save(update_fields=["edition", "updated_at"])
        else:
            draft.delete()
    return verdict


def submit_text(
    listing: Listing,
    content: dict[str, Any],
    author: User,
    *,
    signed_no_fee: bool,
    sends_notice: bool = True,
    signed_at: datetime | None = None,
) -> PublicationVerdict:
    """Raise `SubmissionRefused` if the text may not be judged. `sends_notice`: notify the author. `signed_at`: when
    the author declared that no fees are charged, if not just now."""
    with transaction.atomic():
        listing = lock_listing_with_employer(listing.pk)
        employer = _require_may_submit(listing)
        revision = _build_revision(listing, content, author, signed_no_fee)
        revision.no_fee_signed_at = signed_at or revision.no_fee_signed_at
        require_no_own_duplicate(revision, employer, listing.pk)
        request_readings(revision.photos)
        by_hand = was_refused_by_moderator(listing)
        verdict = gate.judge_publication(
            revision, employer, listing=listing, refused_by_hand=by_hand
        )
        is_new = listing.status in transitions.NEVER_PUBLIC
        takes_room = is_new or listing.is_past_last_day  # an expired listing took no room so far
        if takes_room and verdict.outcome != gate.REFUSE:  # a refused text takes none
            require_quota(employer, listing)
        if is_new:
            _copy_content(listing, revision, author)
        transitions.submit_revision(listing, revision)
        RevisionAssessment.objects.create(revision=revision, **verdict.build_assessment_fields())
        try:
            _apply_verdict(listing, revision, verdict)
            if verdict.outcome == gate.QUEUE:
                _queue_text(listing, author)
        except transitions.ListingMoveRefused as refused:
            raise SubmissionRefused(str(refused)) from refused
        ListingDraft.objects.filter(listing=listing, data={}).delete()  # nothing was typed into it
        if sends_notice:
            _notify_author(listing, revision, author, verdict)
    return verdict


@transaction.atomic
def judge_text_after_reading_photos(revision_id: int, listing_id: int) -> None:
    """Judge a text again after its photos were read. While a photo is unread, the text goes on waiting.

    A text whose last day is past may not be published any more; it waits for a moderator.
    """
    listing = lock_listing_with_employer(listing_id)
    revision = transitions.find_waiting_revision(listing)
    assessment = RevisionAssessment.objects.filter(revision=revision).first()
    if revision is None or revision.pk != revision_id or assessment is None:
        return
    if listing.status not in IN_PUBLIC | {ListingStatus.PENDING}:
        return
    by_hand = was_refused_by_moderator(listing)
    verdict = gate.judge_publication(
        revision, listing.employer, listing=listing, refused_by_hand=by_hand
    )
    if any(reason.code == PHOTO_UNREAD for reason in verdict.reasons):
        return
    try:
        _apply_verdict(listing, revision, verdict)
    except transitions.ListingMoveRefused as refused:  # before anything was written
        reason = PublicationReason(NOT_PUBLISHABLE, str(refused), "改好再提交一次。")
        verdict = verdict.add_reason(reason)
    RevisionAssessment.objects.filter(pk=assessment.pk).update(**verdict.build_assessment_fields())
    if verdict.outcome != gate.QUEUE and revision.author:
        _notify_author(listing, revision, revision.author, verdict)


def lock_listing_with_employer(listing_id: int) -> Listing:
    """Lock the employer, then the listing, so that the employer is not banned before publication.

    `listings.publication.employer_status` locks them in the same order.
    """
    employer_id = Listing.objects.values_list("employer", flat=True).get(pk=listing_id)
    employer = None
    if employer_id:
        employer = lock_employer(employer_id)
    listing = Listing.objects.select_for_update(of=("self",)).get(pk=listing_id)
    listing.employer = employer
    return listing


def _require_may_submit(listing: Listing) -> Employer:
    employer = listing.employer
    if employer is None:
        raise SubmissionRefused("转载的信息不能这样改。")
    require_open_for_posting(employer)
    if listing.status not in EDITABLE_STATUSES:
        raise SubmissionRefused(f"「{listing.get_status_display()}」的兼职不能再改了。")
    return employer


def may_submit_listings(employer: Employer) -> bool:
    return employer.status not in CLOSED_EMPLOYER_MESSAGES


def require_open_for_posting(employer: Employer) -> None:
    """Raise `SubmissionRefused` if the employer may submit nothing."""
    if not may_submit_listings(employer):
        raise SubmissionRefused(CLOSED_EMPLOYER_MESSAGES[employer.status])


def _build_revision(
    listing: Listing, content: dict[str, Any], author: User, signed_no_fee: bool
) -> ListingRevision:
    """Return the unsaved revision; raise `SubmissionRefused` if a field is missing or invalid."""
    if not signed_no_fee:
        raise SubmissionRefused("请先确认不向求职者收任何费用。")
    revision = ListingRevision(
        listing=listing, author=author, no_fee_signed_at=timezone.now(), **content
    )
    if missing := list_missing_fields(revision):
        raise SubmissionRefused(f"还缺：{'、'.join(missing)}。")
    if wrong := find_date_errors(revision, listing):
        raise SubmissionRefused("".join(wrong.values()))
    for name in ("duties", "requirements"):  # the database holds any length
        listing_field = LISTING_FIELDS[name]
        if len(getattr(revision, name)) > listing_field.longest:
            words = f"{listing_field.label}：最多 {listing_field.longest} 个字。"
            raise SubmissionRefused(words)
    try:
        revision.clean_fields(exclude=["listing", "author", "region"])
    except ValidationError as error:
        name, messages = next(iter(error.message_dict.items()))
        label = LISTING_FIELDS[name].label if name in LISTING_FIELDS else "照片"
        raise SubmissionRefused(f"{label}：{messages[0]}") from error
    if revision.headcount < 1 or not _is_pay_a_range(revision):
        raise SubmissionRefused("人数至少为 1；报酬要有上下限和单位，或者写面议。")
    return revision


def _is_pay_a_range(revision: ListingRevision) -> bool:
    low, high = revision.pay_min, revision.pay_max
    if low is None or high is None:
        return low is high
    return 0 < low <= high and bool(revision.pay_unit)


def _copy_content(listing: Listing, revision: ListingRevision, author: User) -> None:
    """Copy the text onto a listing that was never public; a rejected one becomes a draft again."""
    if listing.status == ListingStatus.REJECTED:
        transitions.move_listing(listing.pk, ListingStatus.DRAFT, author, "改过以后再提交")
        listing.status = ListingStatus.DRAFT
    listing.copy_content(revision)
    listing.save()


def _apply_verdict(
    listing: Listing, revision: ListingRevision, verdict: PublicationVerdict
) -> None:
    """Publish or refuse the waiting text; a text that a moderator must decide goes on waiting."""
    batch = VerdictBatch()
    batch.apply_verdict(listing, revision, verdict)
    batch.write_rows()


def _queue_text(listing: Listing, author: User) -> None:
    if listing.status == ListingStatus.DRAFT:
        transitions.move_listing(listing.pk, ListingStatus.PENDING, author)
    else:
        transitions.LISTING_STATE_MACHINE.record_event(
            listing, listing.status, actor=author, action="submit_edit"
        )
        store_fingerprints([listing.pk])


def _notify_author(
    listing: Listing, revision: ListingRevision, author: User, verdict: PublicationVerdict
) -> None:
    """Notify the author, or the owners if the author has left the employer.

    Only a refusal is mailed too, because the page shows the result immediately.
    """
    if listing.employer is None:
        return
    title, text = _RESULT_NOTICE_WORDS[verdict.outcome]
    if verdict.outcome != gate.PUBLISH:
        text = verdict.words + text
    message = MemberMessage(
        f"listing-{listing.pk}-revision-{revision.pk}-{verdict.outcome}",
        title.format(title=revision.title),
        text,
        reverse("listings:manage", args=[listing.pk]),
        "去看看",
    )
    mail = verdict.outcome == gate.REFUSE
    notify_member_or_owners(listing.employer, author, message, mail=mail)
