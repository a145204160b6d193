"""Actions of an employer on its listing: edit, copy, pause, resume, fill, renew, withdraw."""

import datetime
from typing import cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.inbox.notices import send_notice
from accounts.models import Employer, SignedInRequest, User
from listings.applications.notifications import notify_no_places_left
from listings.choices import ApplicationStatus, ListingStatus, RevisionStatus
from listings.employer_desk import drafts
from listings.employer_desk.dashboard import get_own_listing
from listings.employer_desk.posting_forms import FIRST, CheckForm
from listings.models import Application, Listing, ListingDraft
from listings.publication import gate
from listings.publication import submission as posting
from listings.publication.posting_quota import QuotaFull, require_quota
from listings.publication.transitions import (
    IN_PUBLIC,
    LISTING_MOVES,
    ListingMoveRefused,
    move_listing,
    publish_listing,
)
from sitekit.web.pages import page


@page(takes="post", login=True, cache="never")
def edit_listing(request: SignedInRequest, pk: int) -> HttpResponse:
    listing = get_own_listing(request, pk)
    if listing.status not in posting.EDITABLE:
        messages.error(
            request, f"「{listing.get_status_display()}」的兼职不能再改了，可以复制一份。"
        )
        return redirect("listings:manage", pk)
    draft = drafts.begin_edit(listing, request.user)
    return redirect("listings:post_step", pk, draft.step or FIRST)


@page(takes="post", login=True, cache="never")
def copy_listing(request: SignedInRequest, pk: int) -> HttpResponse:
    listing = get_own_listing(request, pk)
    try:
        new_listing = drafts.copy_listing_to_draft(listing, request.user)
    except drafts.TooManyDrafts as refused:
        messages.error(request, str(refused))
        return redirect("listings:manage", pk)
    messages.success(request, "复制好了。日期要重新填，再看一遍就能提交。")
    return redirect("listings:post_step", new_listing.pk, FIRST)


@page(takes="post", login=True, cache="never")
def pause_listing(request: SignedInRequest, pk: int) -> HttpResponse:
    return _move_and_redirect(
        request, pk, ListingStatus.PAUSED, "已经暂停，页面上会写明，联系方式不再显示。"
    )


@page(takes="post", login=True, cache="never")
def mark_listing_filled(request: SignedInRequest, pk: int) -> HttpResponse:
    return _move_and_redirect(request, pk, ListingStatus.FILLED, "标为招满了。")


@page(takes="post", login=True, cache="never")
def resume_listing(request: SignedInRequest, pk: int) -> HttpResponse:
    """Only for a paused or filled listing: a held or removed one is restored by the staff."""
    listing = get_own_listing(request, pk)
    if listing.status not in (ListingStatus.PAUSED, ListingStatus.FILLED):
        messages.error(request, f"「{listing.get_status_display()}」的兼职不能这样恢复。")
        return redirect("listings:manage", pk)
    return _move_and_redirect(request, pk, ListingStatus.PUBLISHED, "又在招了。")


def _move_and_redirect(
    request: SignedInRequest, pk: int, to: ListingStatus, words: str
) -> HttpResponse:
    listing = get_own_listing(request, pk)
    try:
        with transaction.atomic():
            if to == ListingStatus.PUBLISHED:
                _republish(listing, request.user)
            else:
                _notify_applicants(move_listing(pk, to, request.user))
    except (ListingMoveRefused, QuotaFull, posting.SubmissionRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("listings:manage", pk)


def _republish(listing: Listing, user: User) -> None:
    """Publish again within the quota; a waiting revision goes on waiting."""
    employer = Employer.objects.select_for_update(of=("self",)).get(
        pk=cast("int", listing.employer_id)
    )
    posting.require_open_for_posting(employer)
    require_quota(employer, listing)
    publish_listing(listing.pk, user, with_text=False)


def _notify_applicants(listing: Listing) -> None:
    """Notify the applicants who wait; of a withdrawn listing, drop revision and draft too."""
    applications = listing.applications.select_related("seeker").order_by("pk")
    if listing.status == ListingStatus.FILLED:
        for application in applications.filter(status=ApplicationStatus.APPLIED):
            notify_no_places_left(application, listing)
    if listing.status == ListingStatus.WITHDRAWN:
        listing.revisions.filter(status=RevisionStatus.WAITING).update(
            status=RevisionStatus.SUPERSEDED
        )
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
        address=f"/me/applications/{application.pk}/",
        button="看报名",
    )


@page(takes="form", login=True, cache="never")
def renew_listing(request: SignedInRequest, pk: int) -> HttpResponse:
    """Submit the public text with a later date; it is judged like any edit."""
    listing = get_own_listing(request, pk)
    if listing.status not in IN_PUBLIC:
        messages.error(request, f"「{listing.get_status_display()}」的兼职不能续期。")
        return redirect("listings:manage", pk)
    form = CheckForm(request.POST or None, initial={"valid_through": drafts.usual_end()})
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            outcome = _submit_renewal(pk, form.cleaned_data["valid_through"], request)
        except posting.SubmissionRefused as not_submitted:
            refused = str(not_submitted)
        else:
            messages.success(request, _RENEWAL_WORDS[outcome])
            return redirect("listings:manage", pk)
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


def _submit_renewal(pk: int, until: datetime.date, request: SignedInRequest) -> str:
    """Return the outcome; submitting the same date twice renews once."""
    with transaction.atomic():
        listing = posting.lock_listing_with_employer(pk)
        if posting.waiting_revision(listing):
            raise posting.SubmissionRefused("有一版修改在等审核，等有了结果再续期。")
        if until == listing.valid_through:
            return gate.PUBLISH
        content = drafts.content_of(listing) | {"valid_through": until}
        if content["end_date"] and content["end_date"] < until:
            raise posting.SubmissionRefused("工作的结束日期在这之前：请用“修改”把日期一起改了。")
        signed = request.POST.get("no_fee") == "yes"
        return posting.submit_text(listing, content, request.user, signed).outcome


@page(takes="form", login=True, cache="never")
def withdraw_listing(request: SignedInRequest, pk: int) -> HttpResponse:
    """Final, so it asks for confirmation."""
    listing = get_own_listing(request, pk)
    if ListingStatus.WITHDRAWN not in LISTING_MOVES[listing.status]:
        messages.error(request, f"「{listing.get_status_display()}」的兼职不能撤回。")
        return redirect("listings:manage", pk)
    if request.method == "POST":
        return _move_and_redirect(
            request, pk, ListingStatus.WITHDRAWN, "已经撤回。想再招，复制一份就行。"
        )
    return _render_confirm_page(
        request, listing, "撤回以后就不能恢复了，想再招可以复制一份。", "撤回"
    )


@page(takes="form", login=True, cache="never")
def discard_listing_draft(request: SignedInRequest, pk: int) -> HttpResponse:
    """Delete the draft; a listing that was never submitted is deleted with it."""
    listing = get_own_listing(request, pk)
    draft = drafts.find_listing_draft(listing)
    if draft is None:
        messages.info(request, "没有草稿可以删。")
        return redirect("listings:manage", pk)
    if request.method != "POST":
        words = "写好的会一起删掉。"
        if listing.status != ListingStatus.DRAFT:
            words = "只删没提交的修改，已经交上去的和公开的都不动。"
        return _render_confirm_page(request, listing, words, "删掉草稿")
    if drafts.discard_draft(listing.pk):
        messages.success(request, "草稿删掉了。")
        return redirect("listings:desk")
    messages.success(request, "没提交的修改删掉了。")
    return redirect("listings:manage", pk)


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
