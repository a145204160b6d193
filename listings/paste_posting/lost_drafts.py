"""Answers to a press whose draft or listing no longer exists: they show what was typed, and a way to go on."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.choices import flatten_choices

from accounts.employers.membership import get_own_employer
from accounts.models import Employer, SignedInRequest
from listings.choices import ListingStatus
from listings.employer_desk import drafts
from listings.models import Listing, ListingDraft
from listings.models.revision import TypedValues
from listings.paste_posting.one_page_form import build_one_page_form
from listings.paste_posting.posting_page import (
    FOLLOW_FIELD,
    PressedForm,
    judge_typed_post,
    read_edition,
    read_pressed_form,
    render_posting_page,
)
from listings.post_reader.post_reading import PostReading
from listings.post_reader.post_text import PostText
from sitekit.refused_posts.typed_fields import TypedInput, TypedText
from sitekit.workflow.refusals import Refusal

# A hidden field of the page on which the text of a lost draft begins another draft.
BEGIN_ANOTHER_FIELD = "anew"
DRAFT_DELETED_MESSAGE = (
    "这份草稿在别的窗口里删掉了。下面是你刚才写的，还没有存：还要用，按“保存草稿”就存成一份新的。"
    "照片要重新放。"
)
LISTING_WITHDRAWN_MESSAGE = (
    "这条兼职已经撤回，不能再改。下面是你刚才写的，还没有存：想再招，按“保存草稿”就另存一份新的。"
    "照片要重新放。"
)
CLOSED_DRAFT_MESSAGES: dict[str, str] = {
    ListingStatus.HELD: "这条兼职在核查，暂停公开，现在不能改",
    ListingStatus.REMOVED: "这条兼职已经下架，不能再改",
    ListingStatus.REMOVED_FRAUD: "这条兼职因涉诈下架，不能再改",
}
SAVED_ANEW = "已经存成一份新的草稿。"
LOOK_AGAIN = "已经存成一份新的草稿。看一遍，再提交。"


def answer_deleted_draft(request: SignedInRequest) -> HttpResponse:
    """Answer a press on a listing that was deleted with its draft. Raise Http404 if nothing was typed or the user
    has no employer."""
    employer = get_own_employer(request)
    pressed = read_pressed_form(request)
    if not pressed.has_typed:
        raise Http404
    return answer_lost_draft(request, employer, pressed, DRAFT_DELETED_MESSAGE)


def answer_lost_draft(
    request: SignedInRequest,
    employer: Employer,
    pressed: PressedForm,
    words: str,
) -> HttpResponse:
    """Show what was typed as the beginning of a new listing; on that page a press stores it as its draft."""
    is_anew = request.POST.get(BEGIN_ANOTHER_FIELD) == "yes"
    if pressed.go == FOLLOW_FIELD:
        return _render_anew_page(request, employer, pressed, "", 200 if is_anew else 409)
    if not is_anew:
        return _render_anew_page(request, employer, pressed, words, 409)
    try:
        listing = drafts.create_listing_with_draft_once(employer, request.user, pressed.typed)
    except Refusal as refused:
        return _render_anew_page(request, employer, pressed, str(refused), 409)
    if pressed.go in ("photos", "preview"):
        return redirect(f"listings:{pressed.go}", listing.pk)
    messages.success(request, SAVED_ANEW if pressed.go == "save" else LOOK_AGAIN)
    return redirect("listings:edit_draft", listing.pk)


def answer_closed_listing(
    request: SignedInRequest, listing: Listing, draft: ListingDraft | None, pressed: PressedForm
) -> HttpResponse:
    """Say what has become of the listing, and show what was typed; it is stored in the draft, if there is one."""
    employer = cast("Employer", listing.employer)
    if listing.status == ListingStatus.WITHDRAWN:
        return answer_lost_draft(request, employer, pressed, LISTING_WITHDRAWN_MESSAGE)
    is_stored = (
        pressed.go != FOLLOW_FIELD and draft is not None and _store_typed(request, draft, pressed)
    )
    context = {
        "listing": listing,
        "trouble": CLOSED_DRAFT_MESSAGES[listing.status],
        "is_stored": is_stored,
        "typed": _label_typed_input(pressed.typed),
    }
    return render(request, "listings/paste_posting/closed.html", context, status=409)


def _store_typed(request: SignedInRequest, draft: ListingDraft, pressed: PressedForm) -> bool:
    try:
        drafts.save_draft(draft, pressed.typed, read_edition(request))
    except (ListingDraft.DoesNotExist, drafts.DraftChangedElsewhere):
        return False
    return True


def _label_typed_input(typed: TypedValues) -> TypedInput:
    """Return each field that was filled in, with its label; choices by their words."""
    texts = []
    for bound in build_one_page_form(typed):
        words_by_choice = dict(flatten_choices(getattr(bound.field, "choices", ())))
        values = [value for value in typed.get(bound.name, []) if value.strip()]
        words = "、".join(str(words_by_choice.get(value, value)) for value in values)
        if words:
            texts.append(TypedText(str(bound.label), words))
    return TypedInput(texts, [], has_more=False)


def was_text_submitted(listing: Listing, typed: TypedValues) -> bool:
    """Whether the newest text that was submitted says what was typed: a button was pressed twice."""
    revision = listing.revisions.first()
    if revision is None:
        return False
    validated = drafts.validate_draft(
        ListingDraft(listing=listing, data=typed, photos=revision.photos)
    )
    return not validated.wrong and revision.get_content() == validated.content


def _render_anew_page(
    request: SignedInRequest,
    employer: Employer,
    pressed: PressedForm,
    trouble: str,
    status: int,
) -> HttpResponse:
    reading = PostReading(PostText(""), {}, [])
    judged = judge_typed_post(pressed.shown, reading, employer, request.user, photos=[])
    return render_posting_page(request, judged, {"trouble": trouble, "is_anew": True}, status)
