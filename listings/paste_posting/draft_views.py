"""The page on which a draft of the employer is written: a new listing, or an edit of one. Each press stores it."""

from typing import cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.debug import sensitive_post_parameters

from accounts.models import Employer, SignedInRequest
from listings.choices import IN_PUBLIC
from listings.employer_desk import drafts
from listings.employer_desk.listing_history import get_refusal_reasons
from listings.employer_desk.own_listings import own_listing_page
from listings.models import Listing, ListingDraft
from listings.paste_posting.after_submission import redirect_after_submission
from listings.paste_posting.lost_drafts import answer_deleted_draft
from listings.paste_posting.posting_page import (
    CONTEST,
    FOLLOW,
    PostingPage,
    Typed,
    judge_typed_post,
    read_pressed_form,
    render_posting_page,
)
from listings.post_reader.post_reading import PostReading
from listings.post_reader.post_text import PostText
from listings.publication import submission as posting
from listings.publication import transitions
from listings.publication.posting_quota import count_submissions_left

STALE = "这份草稿在别的窗口里改过了，那边的已经存好。下面是你刚才写的，还没有存：确定要用它，再按一次就行。"


@own_listing_page(takes="form", when_deleted=answer_deleted_draft)
@sensitive_post_parameters()
def edit_draft(request: SignedInRequest, listing: Listing) -> HttpResponse:
    draft = drafts.find_listing_draft(listing)
    if draft is None or listing.status not in posting.EDITABLE:
        words = posting.TWICE if request.method == "POST" else "现在没有在改的内容。"
        messages.info(request, words)
        return redirect("listings:manage", listing.pk)
    if request.method == "POST":
        return _handle_press(request, draft)
    employer = cast("Employer", listing.employer)
    return _render_draft_page(
        request, draft, draft.data or drafts.list_known_answers(employer, request.user)
    )


def _handle_press(request: SignedInRequest, draft: ListingDraft) -> HttpResponse:
    """Store what was typed, then follow the button."""
    go, typed, shown, is_cured, _has_typed = read_pressed_form(request)
    if go == FOLLOW:
        return _render_draft_page(request, draft, shown)
    try:
        draft, edition = drafts.save_draft(draft, typed, _read_edition(request))
    except ListingDraft.DoesNotExist:
        messages.info(request, posting.TWICE)
        return redirect("listings:manage", draft.listing.pk)
    except drafts.DraftChangedElsewhere as stale:
        return _render_draft_page(request, stale.draft, shown, STALE, 409)
    if go in ("submit", CONTEST) and not is_cured:
        return _submit_typed_draft(request, draft, shown, edition)
    return (
        _render_draft_page(request, draft, shown)
        if is_cured
        else _follow_button(request, draft, shown, go)
    )


def _follow_button(
    request: SignedInRequest, draft: ListingDraft, shown: Typed, go: str
) -> HttpResponse:
    if go in ("photos", "preview"):
        return redirect(f"listings:{go}", draft.listing.pk)
    if go == "save":
        messages.success(request, "草稿已保存，随时可以继续填写。")
        return redirect("listings:desk")
    return _render_draft_page(request, draft, shown)


def _read_edition(request: SignedInRequest) -> int:
    digits = request.POST.get("edition", "")
    return int(digits) if digits.isdecimal() and len(digits) < 9 else -1


def _judge_typed_draft(request: SignedInRequest, draft: ListingDraft, typed: Typed) -> PostingPage:
    listing, reading = draft.listing, PostReading(PostText(""), {}, [])
    return judge_typed_post(
        typed, reading, listing.employer, request.user, draft_of=listing, photos=draft.photos
    )


def _submit_typed_draft(
    request: SignedInRequest, draft: ListingDraft, typed: Typed, edition: int
) -> HttpResponse:
    listing = draft.listing
    is_first = listing.status in transitions.NEVER_PUBLIC
    go = request.POST["go"] if is_first else "submit"
    if trouble := _judge_typed_draft(request, draft, typed).find_trouble(go):
        return _render_draft_page(request, draft, typed, trouble)
    content = drafts.validate_draft(draft).content
    try:
        verdict = posting.submit_draft(listing.pk, edition, content, request.user, signed=True)
    except posting.SubmissionRefused as refused:
        newer = drafts.find_listing_draft(listing)
        if newer is None:
            messages.info(request, str(refused))
            return redirect("listings:manage", listing.pk)
        return _render_draft_page(request, newer, typed, str(refused))
    employer = cast("Employer", listing.employer)
    return redirect_after_submission(request, listing, employer, verdict.outcome)


def _render_draft_page(
    request: SignedInRequest,
    draft: ListingDraft,
    typed: Typed,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    listing = draft.listing
    employer = cast("Employer", listing.employer)
    takes_place = listing.status in transitions.NEVER_PUBLIC
    refusal = get_refusal_reasons(listing)
    more = {
        "draft": draft,
        "listing": listing,
        "is_edit": listing.status in IN_PUBLIC,
        "is_empty": not draft.data,
        # What the check found stands at the fields.
        "refusal": refusal if refusal and refusal["words"] else None,
        "is_full": takes_place and not count_submissions_left(employer),
        "trouble": trouble,
    }
    return render_posting_page(request, _judge_typed_draft(request, draft, typed), more, status)
