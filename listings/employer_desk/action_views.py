"""Actions of an employer on its listing: edit, pause, resume, fill, renew, withdraw."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.employers.membership import get_chosen_employer
from accounts.employers.small_forms import SmallForm, render_small_form
from accounts.models import SignedInRequest
from listings.choices import IN_PUBLIC, ListingStatus
from listings.employer_desk import drafts
from listings.employer_desk.own_listings import own_listing_page
from listings.employer_desk.posting_forms import LastDayForm
from listings.listing_moves.own_moves import (
    WITHDRAWABLE,
    move_own_listing,
    require_status,
    resume_own_listing,
)
from listings.models import Listing
from listings.publication import gate
from listings.publication import submission as posting
from listings.renewals.renewal import propose_last_day, submit_renewal
from sitekit.templatetags.sitekit import cn_date
from sitekit.workflow.refusals import MoveRefused


@own_listing_page(takes="post")
def edit_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    require_status(listing, posting.EDITABLE_STATUSES, "不能再改了，可以再发一条。")
    drafts.begin_edit(listing, request.user)
    return redirect("listings:edit_draft", listing.pk)


@own_listing_page(takes="post")
def pause_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    words = "已经暂停，页面上会写明，联系方式不再显示。"
    return _move_and_redirect(request, listing, ListingStatus.PAUSED, words)


@own_listing_page(takes="post")
def mark_listing_filled(request: SignedInRequest, listing: Listing) -> HttpResponse:
    return _move_and_redirect(request, listing, ListingStatus.FILLED, "已标为招满。")


def _move_and_redirect(
    request: SignedInRequest, listing: Listing, to: ListingStatus, words: str
) -> HttpResponse:
    with _accept_second_press(listing, to):
        move_own_listing(listing.pk, to, request.user)
    messages.success(request, words)
    return redirect("listings:manage", listing.pk)


@contextmanager
def _accept_second_press(listing: Listing, to: ListingStatus) -> Iterator[None]:
    """Answer a second press, or a press just after a colleague's, without a refusal: the listing already has that
    status."""
    try:
        yield
    except MoveRefused:
        listing.refresh_from_db(fields=["status"])
        if listing.status != to:
            raise


@own_listing_page(takes="post")
def resume_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    with _accept_second_press(listing, ListingStatus.PUBLISHED):
        resume_own_listing(listing, request.user)
    messages.success(request, "已恢复招聘。")
    return redirect("listings:manage", listing.pk)


@own_listing_page(takes="form")
def renew_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """Submit the public text with a later date; it is judged like any edit."""
    require_status(listing, IN_PUBLIC, "不能续期。")
    form = LastDayForm(request.POST or None, initial={"valid_through": propose_last_day(listing)})
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            signed = request.POST.get("no_fee") == "yes"
            until = form.cleaned_data["valid_through"]
            outcome = submit_renewal(listing.pk, until, request.user, signed_no_fee=signed)
        except posting.SubmissionRefused as not_submitted:
            refused = str(not_submitted)
        else:
            messages.success(request, _RENEWAL_WORDS[outcome].format(day=cn_date(until)))
            return redirect("listings:manage", listing.pk)
    context = {
        "employer": listing.employer,
        "listing": listing,
        "form": form,
        "refused": refused,
        "until": listing.valid_through,
    }
    return render(request, "listings/employer_desk/renew.html", context)


_RENEWAL_WORDS = {
    gate.PUBLISH: "已续期至 {day}。",
    gate.QUEUE: "已提交，检查过就续期；原来的日期先不变。",
    gate.REFUSE: "续期未成功，原因如下。",
}


@own_listing_page(takes="form")
def withdraw_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """Final, so it asks for confirmation."""
    is_second_press = request.method == "POST" and listing.status == ListingStatus.WITHDRAWN
    if not is_second_press:
        require_status(listing, WITHDRAWABLE, "不能撤回。")
    if request.method == "POST":
        words = "已经撤回。想再招，再发一条就行。"
        return _move_and_redirect(request, listing, ListingStatus.WITHDRAWN, words)
    words = "撤回以后就不能恢复了，想再招可以再发一条。"
    return _render_confirm_page(request, listing, words, "撤回")


def _answer_discarded_draft(request: SignedInRequest) -> HttpResponse:
    """Answer a second press, or a press after a colleague's. Raises Http404 for users without an employer."""
    get_chosen_employer(request)
    messages.info(request, "这份草稿已经删掉了。")
    return redirect("listings:desk")


@own_listing_page(takes="form", when_deleted=_answer_discarded_draft)
def discard_listing_draft(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """Delete the draft; a listing that was never submitted is deleted with it."""
    if drafts.find_listing_draft(listing) is None:
        messages.info(request, "没有草稿可以删。")
        return redirect("listings:manage", listing.pk)
    if request.method != "POST":
        words = "写好的会一起删掉。"
        if listing.status != ListingStatus.DRAFT:
            words = "只删没提交的修改，已经提交的和公开的都不动。"
        return _render_confirm_page(request, listing, words, "删掉草稿")
    if drafts.discard_draft(listing.pk):
        messages.success(request, "草稿删掉了。")
        return redirect("listings:desk")
    messages.success(request, "没提交的修改删掉了。")
    return redirect("listings:manage", listing.pk)


def _render_confirm_page(
    request: SignedInRequest, listing: Listing, words: str, button: str
) -> HttpResponse:
    small = SmallForm(
        title=button,
        heading=f"{button}「{listing.title or '还没有标题的草稿'}」？",
        words=words,
        button=button,
        is_final=True,
        back=reverse("listings:manage", args=[listing.pk]),
    )
    return render_small_form(request, listing.employer, small)
