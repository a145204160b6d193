"""What a press is answered if its draft or listing is not there any more: what was typed, and a way on."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from accounts.employers.membership import get_own_employer
from accounts.models import Employer, SignedInRequest
from listings.employer_desk import drafts
from listings.paste_posting.posting_page import (
    FOLLOW,
    PressedForm,
    judge_typed_post,
    read_pressed_form,
    render_posting_page,
)
from listings.post_reader.post_reading import PostReading
from listings.post_reader.post_text import PostText
from sitekit.workflow.refusals import Refusal

ANEW = "anew"  # a hidden field of the page on which the text of a lost draft begins another one
DELETED = (
    "这份草稿在别的窗口里删掉了。下面是你刚才写的，还没有存：还要用，按“保存草稿”就存成一份新的。"
    "照片要重新放。"
)
SAVED_ANEW = "已经存成一份新的草稿。"
LOOK_AGAIN = "已经存成一份新的草稿。看一遍，再提交。"


def answer_deleted_draft(request: SignedInRequest) -> HttpResponse:
    """Answer a press on a listing that was deleted with its draft; raise Http404 if nothing was typed or who
    pressed has no employer."""
    employer = get_own_employer(request)
    pressed = read_pressed_form(request)
    if not pressed.has_typed:
        raise Http404
    return answer_lost_draft(request, employer, pressed, DELETED)


def answer_lost_draft(
    request: SignedInRequest,
    employer: Employer,
    pressed: PressedForm,
    words: str,
) -> HttpResponse:
    """Show what was typed as the beginning of a new listing; on that page a press stores it as its draft."""
    is_anew = request.POST.get(ANEW) == "yes"
    if pressed.go == FOLLOW:
        return _render_anew_page(request, employer, pressed, "", 200 if is_anew else 409)
    if not is_anew:
        return _render_anew_page(request, employer, pressed, words, 409)
    try:
        listing = drafts.create_listing_draft(employer, request.user, pressed.typed)
    except Refusal as refused:
        return _render_anew_page(request, employer, pressed, str(refused), 409)
    if pressed.go in ("photos", "preview"):
        return redirect(f"listings:{pressed.go}", listing.pk)
    messages.success(request, SAVED_ANEW if pressed.go == "save" else LOOK_AGAIN)
    return redirect("listings:edit_draft", listing.pk)


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
