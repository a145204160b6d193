"""Submit what was read as typed values: what the forms or the check refuse stays a draft, with all its faults."""

from typing import Any

from django.db import transaction
from django.utils.datastructures import MultiValueDict

from accounts.models import Employer, User
from listings.bulk_upload.columns import get_column_heading
from listings.employer_desk.posting_forms import PostingForm
from listings.models import Listing, ListingDraft, ListingRevision
from listings.publication import gate
from listings.publication import submission as posting
from listings.publication.own_duplicates import ListingIsDuplicate, find_own_duplicate
from listings.publication.posting_quota import require_quota

PUBLISHED, WAITING, DRAFT = "published", "waiting", "draft"


def submit_typed_listing(
    employer: Employer,
    listing: Listing,
    author: User,
    data: dict[str, list[str]],
    problems: dict[str, str],
    *,
    submits: bool = True,
) -> tuple[str, str, int | None]:
    """Return outcome, words, and the id of an open listing that says the same.

    `problems` are sentences by heading. The employer's row must be locked. Without `submits` a text without faults
    stays a draft as well.
    """
    content, wrong = validate_typed(data)
    faults = list((wrong | problems).values())
    duplicate = None
    if not faults:
        duplicate = find_own_duplicate(ListingRevision(**content), employer, listing.pk)
    faults += _list_refusals(employer, listing, content)
    if duplicate:
        return DRAFT, "".join([str(ListingIsDuplicate(duplicate)), *faults]), duplicate.pk
    if faults:
        return DRAFT, f"{'；'.join(fault.removesuffix('。') for fault in faults)}。", None
    if not submits:
        return DRAFT, "", None
    return *_submit_listing(listing, author, content), None


def validate_typed(data: dict[str, list[str]]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the content and the errors by heading, one for each column, by the posting form."""
    wrong: dict[str, str] = {}
    form = PostingForm(MultiValueDict(data))
    form.is_valid()
    for name, errors in form.errors.items():
        heading = get_column_heading(name, str(form.fields[name].label))
        wrong.setdefault(heading, f"{heading}：{str(errors[0]).removesuffix('。')}")
    return {"photos": []} | form.get_content(), wrong


def _list_refusals(employer: Employer, listing: Listing, content: dict[str, Any]) -> list[str]:
    """Return all that would stop the text: so a line is corrected once, not fault by fault."""
    words: list[str] = []
    verdict = gate.judge_publication(ListingRevision(**content), employer, listing=listing)
    if verdict.outcome == gate.REFUSE:
        words.append(f"没有通过检查：{verdict.words}")
    try:
        if listing.status in posting.transitions.NEVER_PUBLIC:
            require_quota(employer, listing)
    except posting.SubmissionRefused as reason:
        words.append(str(reason))
    return words


def _submit_listing(listing: Listing, author: User, content: dict[str, Any]) -> tuple[str, str]:
    """Return outcome and words; a text that would be refused stays a draft, to be corrected."""
    try:
        with transaction.atomic():
            verdict = posting.submit_text(listing, content, author, signed_no_fee=True, tell=False)
            ListingDraft.objects.filter(listing=listing).delete()
    except posting.SubmissionRefused as reason:
        return DRAFT, str(reason)
    if verdict.outcome == gate.PUBLISH:
        return PUBLISHED, ""
    return WAITING, verdict.words
