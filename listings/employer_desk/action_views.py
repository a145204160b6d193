"""Actions of an employer on its listing: edit, copy, pause, resume, fill, renew, withdraw."""

from collections.abc import Collection
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.choices import NoticeKind
from accounts.employers.transitions import EMPLOYER_STATE_MACHINE
from accounts.inbox.notices import send_notice
from accounts.models import SignedInRequest, User
from listings.applications.notifications import notify_no_places_left
from listings.choices import ApplicationStatus, ListingStatus
from listings.employer_desk import drafts
from listings.employer_desk.own_listings import own_listing_page
from listings.employer_desk.posting_forms import FIRST, CheckForm
from listings.models import Application, Listing, ListingDraft
from listings.publication import gate
from listings.publication import submission as posting
from listings.publication.own_duplicates import require_no_own_duplicate
from listings.publication.posting_quota import require_quota
from listings.publication.transitions import (
    IN_PUBLIC,
    LISTING_MOVES,
    ListingMoveRefused,
    move_listing,
    publish_listing,
    supersede_waiting_revision,
)
from listings.renewals.renewal import get_usual_last_day, submit_renewal

WITHDRAWABLE = {
    status for status, moves in LISTING_MOVES.items() if ListingStatus.WITHDRAWN in moves
}


@own_listing_page(takes="post")
def edit_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    _require_status(listing, posting.EDITABLE, "不能再改了，可以复制一份。")
    draft = drafts.begin_edit(listing, request.user)
    return redirect("listings:post_step", listing.pk, draft.step or FIRST)


def _require_status(listing: Listing, statuses: Collection[str], words: str) -> None:
    if listing.status not in statuses:
        raise ListingMoveRefused(f"「{listing.get_status_display()}」的兼职{words}")


@own_listing_page(takes="post")
def copy_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    copy = drafts.copy_listing_to_draft(listing, request.user)
    messages.success(request, "复制好了。日期要重新填，再看一遍就能提交。")
    return redirect("listings:post_step", copy.pk, FIRST)


@own_listing_page(takes="post")
def pause_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    words = "已经暂停，页面上会写明，联系方式不再显示。"
    return _move_and_redirect(request, listing, ListingStatus.PAUSED, words)


@own_listing_page(takes="post")
def mark_listing_filled(request: SignedInRequest, listing: Listing) -> HttpResponse:
    return _move_and_redirect(request, listing, ListingStatus.FILLED, "标为招满了。")


def _move_and_redirect(
    request: SignedInRequest, listing: Listing, to: ListingStatus, words: str
) -> HttpResponse:
    with transaction.atomic():
        _notify_applicants(move_listing(listing.pk, to, request.user))
    messages.success(request, words)
    return redirect("listings:manage", listing.pk)


@own_listing_page(takes="post")
def resume_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """Only for a paused or filled listing: a held or removed one is restored by the staff."""
    _require_status(listing, (ListingStatus.PAUSED, ListingStatus.FILLED), "不能这样恢复。")
    _republish(listing, request.user)
    messages.success(request, "又在招了。")
    return redirect("listings:manage", listing.pk)


@transaction.atomic
def _republish(listing: Listing, user: User) -> None:
    """Publish again within the quota; a waiting revision goes on waiting."""
    employer = EMPLOYER_STATE_MACHINE.lock(cast("int", listing.employer_id))
    posting.require_open_for_posting(employer)
    require_no_own_duplicate(listing, employer, listing.pk)
    require_quota(employer, listing)
    publish_listing(listing.pk, user, with_text=False)


def _notify_applicants(listing: Listing) -> None:
    """Notify the applicants who wait; of a withdrawn listing, drop revision and draft too."""
    applications = listing.applications.select_related("seeker").order_by("pk")
    if listing.status == ListingStatus.FILLED:
        for application in applications.filter(status=ApplicationStatus.APPLIED):
            notify_no_places_left(application, listing)
    if listing.status == ListingStatus.WITHDRAWN:
        supersede_waiting_revision(listing)
        ListingDraft.objects.filter(listing=listing).delete()
        open_statuses = (ApplicationStatus.APPLIED, ApplicationStatus.ACCEPTED)
        for application in applications.filter(status__in=open_statuses):
            _notify_withdrawn(application, listing)


def _notify_withdrawn(application: Application, listing: Listing) -> None:
    send_notice(
        application.seeker,
        f"application-{application.pk}-listing-withdrawn",
        f"招聘单位撤回了：{listing.title[:30]}",
        "这份活不再公开了。已经说好要去的，先跟对方问清楚再出门。",
        kind=NoticeKind.APPLICATION,
        address=f"/me/applications/{application.pk}/",
        button="看报名",
    )


@own_listing_page(takes="form")
def renew_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """Submit the public text with a later date; it is judged like any edit."""
    _require_status(listing, IN_PUBLIC, "不能续期。")
    form = CheckForm(request.POST or None, initial={"valid_through": get_usual_last_day()})
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            signed = request.POST.get("no_fee") == "yes"
            until = form.cleaned_data["valid_through"]
            outcome = submit_renewal(listing.pk, until, request.user, signed=signed)
        except posting.SubmissionRefused as not_submitted:
            refused = str(not_submitted)
        else:
            messages.success(request, _RENEWAL_WORDS[outcome])
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
    gate.PUBLISH: "续好了。",
    gate.QUEUE: "交上去了，审核员看过就续上；原来的日期先不变。",
    gate.REFUSE: "没有续上，看看原因。",
}


@own_listing_page(takes="form")
def withdraw_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """Final, so it asks for confirmation."""
    _require_status(listing, WITHDRAWABLE, "不能撤回。")
    if request.method == "POST":
        words = "已经撤回。想再招，复制一份就行。"
        return _move_and_redirect(request, listing, ListingStatus.WITHDRAWN, words)
    words = "撤回以后就不能恢复了，想再招可以复制一份。"
    return _render_confirm_page(request, listing, words, "撤回")


@own_listing_page(takes="form")
def discard_listing_draft(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """Delete the draft; a listing that was never submitted is deleted with it."""
    if drafts.find_listing_draft(listing) is None:
        messages.info(request, "没有草稿可以删。")
        return redirect("listings:manage", listing.pk)
    if request.method != "POST":
        words = "写好的会一起删掉。"
        if listing.status != ListingStatus.DRAFT:
            words = "只删没提交的修改，已经交上去的和公开的都不动。"
        return _render_confirm_page(request, listing, words, "删掉草稿")
    if drafts.discard_draft(listing.pk):
        messages.success(request, "草稿删掉了。")
        return redirect("listings:desk")
    messages.success(request, "没提交的修改删掉了。")
    return redirect("listings:manage", listing.pk)


def _render_confirm_page(
    request: SignedInRequest, listing: Listing, words: str, button: str
) -> HttpResponse:
    context = {
        "employer": listing.employer,
        "listing": listing,
        "title": listing.title or "还没有标题的草稿",
        "words": words,
        "button": button,
    }
    return render(request, "listings/employer_desk/confirm.html", context)
