"""What an employer does with a listing it has: change, copy, pause, fill, renew, withdraw."""

from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render

from accounts.inbox.notices import send_notice
from accounts.models import Employer
from listings.applications.notifications import notify_no_places_left
from listings.choices import ApplicationStatus, ListingStatus, RevisionStatus
from listings.employer_desk import drafts
from listings.employer_desk.dashboard import get_own_listing
from listings.employer_desk.posting_forms import FIRST, CheckForm
from listings.models import ListingDraft
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
def edit_listing(request, pk: int):
    listing = get_own_listing(request, pk)
    if listing.status not in posting.EDITABLE:
        messages.error(
            request, f"「{listing.get_status_display()}」的兼职不能再改了，可以复制一份。"
        )
        return redirect("listings:manage", pk)
    draft = drafts.begin_edit(listing, request.user)
    return redirect("listings:post_step", pk, draft.step or FIRST)


@page(takes="post", login=True, cache="never")
def copy_listing(request, pk: int):
    listing = get_own_listing(request, pk)
    try:
        fresh = drafts.copy_listing_to_draft(listing, request.user)
    except drafts.TooManyDrafts as full:
        messages.error(request, str(full))
        return redirect("listings:manage", pk)
    messages.success(request, "复制好了。日期要重新填，再看一遍就能提交。")
    return redirect("listings:post_step", fresh.pk, FIRST)


@page(takes="post", login=True, cache="never")
def pause_listing(request, pk: int):
    return _moved(request, pk, ListingStatus.PAUSED, "已经暂停，页面上会写明，联系方式不再显示。")


@page(takes="post", login=True, cache="never")
def mark_listing_filled(request, pk: int):
    return _moved(request, pk, ListingStatus.FILLED, "标为招满了。")


@page(takes="post", login=True, cache="never")
def resume_listing(request, pk: int):
    """Only what its people paused or filled: from a hold or a removal nobody comes back alone."""
    listing = get_own_listing(request, pk)
    if listing.status not in (ListingStatus.PAUSED, ListingStatus.FILLED):
        messages.error(request, f"「{listing.get_status_display()}」的兼职不能这样恢复。")
        return redirect("listings:manage", pk)
    return _moved(request, pk, ListingStatus.PUBLISHED, "又在招了。")


def _moved(request, pk, to, words):
    listing = get_own_listing(request, pk)
    try:
        with transaction.atomic():
            if to == ListingStatus.PUBLISHED:
                _resume(listing, request.user)
            else:
                _end(move_listing(pk, to, request.user))
    except (ListingMoveRefused, QuotaFull, posting.SubmissionRefused) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, words)
    return redirect("listings:manage", pk)


def _resume(listing, user):
    """Where there is room; a text that still waits goes on waiting."""
    employer = Employer.objects.select_for_update(of=("self",)).get(pk=listing.employer_id)
    posting.require_open_for_posting(employer)
    require_quota(employer, listing)
    publish_listing(listing.pk, user, with_text=False)


def _end(listing):
    """Whoever still waits for an answer is told; of a withdrawn one nothing waits any more."""
    waiting = listing.applications.select_related("seeker").order_by("pk")
    if listing.status == ListingStatus.FILLED:
        for application in waiting.filter(status=ApplicationStatus.APPLIED):
            notify_no_places_left(application, listing)
    if listing.status == ListingStatus.WITHDRAWN:
        listing.revisions.filter(status=RevisionStatus.WAITING).update(
            status=RevisionStatus.SUPERSEDED
        )
        ListingDraft.objects.filter(listing=listing).delete()
        open_ones = (ApplicationStatus.APPLIED, ApplicationStatus.ACCEPTED)
        for application in waiting.filter(status__in=open_ones):
            _tell_withdrawn(application, listing)


def _tell_withdrawn(application, listing):
    send_notice(
        application.seeker,
        f"application-{application.pk}-listing-withdrawn",
        f"招聘单位撤回了：{listing.title[:30]}",
        "这份活不再公开了。已经说好要去的，先跟对方问清楚再出门。",
        address=f"/me/applications/{application.pk}/",
        button="看报名",
    )


@page(takes="form", login=True, cache="never")
def renew_listing(request, pk: int):
    """The public text once more with a later date; it goes through the same check as any edit."""
    listing = get_own_listing(request, pk)
    if listing.status not in IN_PUBLIC:
        messages.error(request, f"「{listing.get_status_display()}」的兼职不能续期。")
        return redirect("listings:manage", pk)
    form = CheckForm(request.POST or None, initial={"valid_through": drafts.usual_end()})
    refused = ""
    if request.method == "POST" and form.is_valid():
        try:
            outcome = _renewed(pk, form.cleaned_data["valid_through"], request)
        except posting.SubmissionRefused as not_submitted:
            refused = str(not_submitted)
        else:
            messages.success(request, _RENEWED[outcome])
            return redirect("listings:manage", pk)
    context = {
        "employer": listing.employer,
        "listing": listing,
        "form": form,
        "refused": refused,
        "until": listing.valid_through,
    }
    return render(request, "listings/employer_desk/renew.html", context)


_RENEWED = {
    gate.PUBLISH: "续好了。",
    gate.QUEUE: "交上去了，审核员看过就续上；原来的日期先不变。",
    gate.REFUSE: "没有续上，看看原因。",
}


def _renewed(pk, until, request):
    """The outcome; of the text as it is now, and pressed twice it is renewed once."""
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
def withdraw_listing(request, pk: int):
    """Final, so it is asked once."""
    listing = get_own_listing(request, pk)
    if ListingStatus.WITHDRAWN not in LISTING_MOVES[listing.status]:
        messages.error(request, f"「{listing.get_status_display()}」的兼职不能撤回。")
        return redirect("listings:manage", pk)
    if request.method == "POST":
        return _moved(request, pk, ListingStatus.WITHDRAWN, "已经撤回。想再招，复制一份就行。")
    return _ask(request, listing, "撤回以后就不能恢复了，想再招可以复制一份。", "撤回")


@page(takes="form", login=True, cache="never")
def discard_listing_draft(request, pk: int):
    """What was typed goes; a listing that was never submitted goes with it."""
    listing = get_own_listing(request, pk)
    draft = drafts.find_listing_draft(listing)
    if draft is None:
        messages.info(request, "没有草稿可以删。")
        return redirect("listings:manage", pk)
    if request.method != "POST":
        words = "写好的会一起删掉。"
        if listing.status != ListingStatus.DRAFT:
            words = "只删没提交的修改，已经交上去的和公开的都不动。"
        return _ask(request, listing, words, "删掉草稿")
    if drafts.discard_draft(listing.pk):
        messages.success(request, "草稿删掉了。")
        return redirect("listings:desk")
    messages.success(request, "没提交的修改删掉了。")
    return redirect("listings:manage", pk)


def _ask(request, listing, words, button):
    context = {
        "employer": listing.employer,
        "listing": listing,
        "title": listing.title or "还没有标题的草稿",
        "words": words,
        "button": button,
    }
    return render(request, "listings/employer_desk/confirm.html", context)
