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
from listings.models.revision import TypedValues
from listings.paste_posting.after_submission import redirect_after_submission
from listings.paste_posting.lost_drafts import (
    answer_closed_listing,
    answer_deleted_draft,
    was_text_submitted,
)
from listings.paste_posting.posting_page import (
    CONTEST_BUTTON,
    FOLLOW_FIELD,
    PostingPage,
    judge_typed_post,
    read_edition,
    read_pressed_form,
    render_posting_page,
)
from listings.post_reader.post_reading import PostReading
from listings.post_reader.post_text import PostText
from listings.publication import submission as posting
from listings.publication import transitions
from listings.publication.posting_quota import has_quota_for

DRAFT_LOST_MESSAGE = (
    "这一版在别的窗口里提交了，或者删掉了。下面是你刚才写的，还没有存：要接着用它，再按一次就行。"
)
DRAFT_STALE_MESSAGE = (
    "这份草稿在别的窗口里改过了，也可能是同事改的，那边的已经存好。"
    "下面是你刚才写的，还没有存：确定要用它，再按一次就行。"
)


@own_listing_page(takes="form", when_deleted=answer_deleted_draft)
@sensitive_post_parameters()
def edit_draft(request: SignedInRequest, listing: Listing) -> HttpResponse:
    draft = drafts.find_listing_draft(listing)
    if draft is None or listing.status not in posting.EDITABLE_STATUSES:
        if request.method == "POST":
            return _answer_late_press(request, listing, draft)
        messages.info(request, "现在没有在改的内容。")
        return redirect("listings:manage", listing.pk)
    if request.method == "POST":
        return _handle_press(request, draft)
    employer = cast("Employer", listing.employer)
    return _render_draft_page(
        request, draft, draft.data or drafts.list_known_answers(employer, request.user)
    )


def _answer_late_press(
    request: SignedInRequest, listing: Listing, draft: ListingDraft | None
) -> HttpResponse:
    """Answer a press on a text that was submitted, deleted or closed meanwhile.

    Typed values are shown again, unless the submitted text already contains all of them.
    """
    pressed = read_pressed_form(request)
    if listing.status not in posting.EDITABLE_STATUSES:
        return answer_closed_listing(request, listing, draft, pressed)
    if pressed.go == FOLLOW_FIELD:
        return HttpResponse(status=409)
    if not pressed.has_typed or was_text_submitted(listing, pressed.typed):
        messages.info(request, posting.SUBMITTED_TWICE_MESSAGE)
        return redirect("listings:manage", listing.pk)
    draft = drafts.begin_edit(listing, request.user)
    draft.listing = listing
    return _render_draft_page(request, draft, pressed.shown, DRAFT_LOST_MESSAGE, 409)


def _handle_press(request: SignedInRequest, draft: ListingDraft) -> HttpResponse:
    """Store what was typed, then follow the button."""
    go, typed, shown, is_cured, _has_typed = read_pressed_form(request)
    if go == FOLLOW_FIELD:
        return _render_draft_page(request, draft, shown)
    try:
        draft, edition = drafts.save_draft(draft, typed, read_edition(request))
    except ListingDraft.DoesNotExist:
        return _answer_late_press(request, draft.listing, None)
    except drafts.DraftChangedElsewhere as stale:
        return _render_draft_page(
            request, stale.draft, shown, DRAFT_STALE_MESSAGE, 409, saved=stale.draft.data
        )
    if go in ("submit", CONTEST_BUTTON) and not is_cured:
        return _submit_typed_draft(request, draft, shown, edition)
    return (
        _render_draft_page(request, draft, shown)
        if is_cured
        else _follow_button(request, draft, shown, go)
    )


def _follow_button(
    request: SignedInRequest, draft: ListingDraft, shown: TypedValues, go: str
) -> HttpResponse:
    if go in ("photos", "preview"):
        return redirect(f"listings:{go}", draft.listing.pk)
    if go == "save":
        messages.success(request, "草稿已保存，随时可以继续填写。")
        return redirect("listings:desk")
    return _render_draft_page(request, draft, shown)


def _judge_typed_draft(
    request: SignedInRequest, draft: ListingDraft, typed: TypedValues
) -> PostingPage:
    listing, reading = draft.listing, PostReading(PostText(""), {}, [])
    return judge_typed_post(
        typed, reading, listing.employer, request.user, draft_of=listing, photos=draft.photos
    )


def _submit_typed_draft(
    request: SignedInRequest, draft: ListingDraft, typed: TypedValues, edition: int
) -> HttpResponse:
    listing = draft.listing
    is_first = listing.status in transitions.NEVER_PUBLIC
    go = request.POST["go"] if is_first else "submit"
    if trouble := _judge_typed_draft(request, draft, typed).find_trouble(go):
        return _render_draft_page(request, draft, typed, trouble)
    content = drafts.validate_draft(draft).content
    try:
        verdict = posting.submit_draft(
            listing.pk, edition, content, request.user, signed_no_fee=True
        )
    except posting.SubmissionRefused as refused:
        newer = drafts.find_listing_draft(listing)
        if newer is None:
            listing.refresh_from_db(fields=["status"])
            return _answer_late_press(request, listing, None)
        return _render_draft_page(request, newer, typed, str(refused))
    employer = cast("Employer", listing.employer)
    return redirect_after_submission(request, listing, employer, verdict.outcome)


def _render_draft_page(
    request: SignedInRequest,
    draft: ListingDraft,
    typed: TypedValues,
    trouble: str = "",
    status: int = 200,
    *,
    saved: TypedValues | None = None,
) -> HttpResponse:
    """`saved` is what somebody else stored meanwhile: what differs from `typed` is shown above the form."""
    listing = draft.listing
    employer = cast("Employer", listing.employer)
    takes_place = listing.status in transitions.NEVER_PUBLIC
    refusal = get_refusal_reasons(listing)
    page_context = {
        "draft": draft,
        "listing": listing,
        "is_edit": listing.status in IN_PUBLIC,
        "is_empty": not draft.data,
        # What the check found stands at the fields.
        "refusal": refusal if refusal and refusal.words else None,
        "is_full": takes_place and not has_quota_for(employer, listing),
        "trouble": trouble,
    }
    judged = _judge_typed_draft(request, draft, typed)
    if saved:
        page_context["saved_elsewhere"] = drafts.list_values_saved_elsewhere(
            judged.form, saved, typed
        )
    return render_posting_page(request, judged, page_context, status)
