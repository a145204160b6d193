"""Submit a listing from typed values. If the form or the check refuses them, it stays a draft with its faults."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.datastructures import MultiValueDict

from accounts.models import Employer, User
from accounts.public_text.judgement import PublicationReason
from listings.bulk_upload.columns import SPREADSHEET_FIELDS, get_column_heading
from listings.bulk_upload.form_data import TypedLine
from listings.employer_desk.posting_forms import PostingForm
from listings.models import Listing, ListingDraft, ListingRevision
from listings.models.revision import TypedValues
from listings.publication import gate
from listings.publication import submission as posting
from listings.publication.own_duplicates import ListingIsDuplicate, find_own_duplicate
from listings.publication.posting_quota import require_quota
from listings.publication.transitions import NEVER_PUBLIC

PUBLISHED, WAITING, DRAFT = "published", "waiting", "draft"


class TypedOutcome(NamedTuple):
    """`words` are one fault a line, each beginning with the heading of its column; `duplicate` is the id of an open
    listing that says the same; `waits_for_quota`: nothing else kept it from being submitted."""

    outcome: str
    words: str
    duplicate: int | None = None
    waits_for_quota: bool = False


def submit_typed_listing(
    employer: Employer,
    listing: Listing,
    author: User,
    line: TypedLine,
    *,
    signed_at: datetime | None,
) -> TypedOutcome:
    """The employer's row must be locked. At `signed_at` the author declared that no fees are charged; without it a
    text without faults stays a draft as well.
    """
    content, wrong = validate_typed(line.typed, listing)
    faults = sort_by_columns(wrong | line.problems)
    duplicate = None
    if not faults:
        duplicate = find_own_duplicate(ListingRevision(**content), employer, listing.pk)
    refusals, doubts = _judge_content(employer, listing, content)
    faults += refusals
    full_quota = _describe_full_quota(employer, listing)
    waits_for_quota = bool(full_quota and signed_at) and not (faults or duplicate)
    faults += full_quota
    if duplicate:
        words = "\n".join([str(ListingIsDuplicate(duplicate)), *faults])
        return TypedOutcome(DRAFT, words, duplicate.pk)
    if faults:
        faults += doubts  # so that a line is corrected once, not fault by fault
        words = "\n".join(f"{fault.removesuffix('。')}。" for fault in faults)
        return TypedOutcome(DRAFT, words, waits_for_quota=waits_for_quota)
    if signed_at is None:
        return TypedOutcome(DRAFT, "")
    return TypedOutcome(*_submit_listing(listing, author, content, signed_at))


def sort_by_columns(faults: dict[str, str]) -> list[str]:
    """Return sentences by heading in the order in which the columns stand, others at the end."""
    columns = [listing_field.label for listing_field in SPREADSHEET_FIELDS.values()]
    order = {heading: place for place, heading in enumerate(columns)}
    return [faults[heading] for heading in sorted(faults, key=lambda h: order.get(h, len(order)))]


def validate_typed(typed: TypedValues, listing: Listing) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the content, with the photos of the draft, and the errors by heading, one for each column, by the
    posting form."""
    wrong: dict[str, str] = {}
    form = PostingForm(MultiValueDict(typed), stored=listing)
    form.is_valid()
    for name, errors in form.errors.items():
        heading = get_column_heading(name, str(form.fields[name].label))
        wrong.setdefault(heading, f"{heading}：{str(errors[0]).removesuffix('。')}")
    return {"photos": [*listing.draft.photos]} | form.get_content(), wrong


def _judge_content(
    employer: Employer, listing: Listing, content: dict[str, Any]
) -> tuple[list[str], list[str]]:
    """Return what in the text would stop it, and what in its words a moderator would have to see."""
    words: list[str] = []
    verdict = gate.judge_publication(ListingRevision(**content), employer, listing=listing)
    of_text = [reason for reason in verdict.reasons if reason.field in PostingForm.base_fields]
    if verdict.outcome == gate.REFUSE:
        stops = [reason for reason in verdict.reasons if reason.is_stop]
        words += _describe_reasons(stops or verdict.reasons)
    doubts = _describe_reasons(reason for reason in of_text if not reason.is_stop)
    return words, doubts


def _describe_full_quota(employer: Employer, listing: Listing) -> list[str]:
    try:
        if listing.status in NEVER_PUBLIC:
            require_quota(employer, listing)
    except posting.SubmissionRefused as reason:
        return [str(reason)]
    return []


def _describe_reasons(reasons: Iterable[PublicationReason]) -> list[str]:
    """Return a sentence for each thing that the check refuses or doubts."""
    fields = PostingForm.base_fields
    sentences = []
    for reason in reasons:
        is_column = reason.field in fields
        heading = (
            get_column_heading(reason.field, str(fields[reason.field].label)) if is_column else ""
        )
        verdict = "没有通过检查" if reason.is_stop else "要由审核员看"
        sentences.append(
            f"{f'{heading}：' if heading else ''}{verdict}：{reason.words}{reason.cure}"
        )
    return sentences


def _submit_listing(
    listing: Listing, author: User, content: dict[str, Any], signed_at: datetime
) -> tuple[str, str]:
    """Return outcome and words; a text that would be refused stays a draft, to be corrected."""
    try:
        with transaction.atomic():
            verdict = posting.submit_text(
                listing,
                content,
                author,
                signed_no_fee=True,
                sends_notice=False,
                signed_at=signed_at,
            )
            ListingDraft.objects.filter(listing=listing).delete()
    except posting.SubmissionRefused as reason:
        return DRAFT, str(reason)
    if verdict.outcome == gate.PUBLISH:
        return PUBLISHED, ""
    return WAITING, verdict.words
