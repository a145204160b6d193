"""The desk, the steps of the posting form, preview, and the page of one listing."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.datastructures import MultiValueDict

from accounts.employers.membership import get_own_employer
from listings.choices import ListingStatus
from listings.detail.detail_context import (
    ENDED,
    LIVE,
    build_detail_context,
    build_listing_text_context,
    get_public_state,
)
from listings.employer_desk import dashboard, drafts
from listings.employer_desk.listing_history import get_refusal_reasons, list_listing_history
from listings.employer_desk.posting_forms import FIRST, LAST, ORDER, STEPS
from listings.models import ListingDraft
from listings.publication import gate, transitions
from listings.publication import submission as posting
from listings.publication.posting_quota import count_submissions_left
from sitekit.web.pages import page

STALE = "这份草稿在别的窗口里改过了，那边的已经存好。下面是你刚才写的，还没有存：确定要用它，再按一次就行。"
TWICE = posting.TWICE


@page(takes="read", login=True, cache="never")
def show_dashboard(request):
    try:
        employer = get_own_employer(request)
    except Http404:
        return render(request, "listings/employer_desk/no_employer.html")
    listings = dashboard.list_employer_listings(employer)
    context = {
        "employer": employer,
        "items": dashboard.list_pending_tasks(employer, listings),
        "may_post": posting.may_submit_listings(employer),
        "groups": dashboard.group_listings(listings),
        "is_cut": len(listings) == dashboard.SHOWN,
        "shown": dashboard.SHOWN,
    }
    return render(request, "listings/employer_desk/dashboard.html", context)


@page(takes="post", login=True, cache="never")
def start_new_listing(request):
    """A draft to fill; one that was begun and left empty is taken up instead."""
    employer = get_own_employer(request)
    if not posting.may_submit_listings(employer):
        messages.error(request, f"单位是「{employer.get_status_display()}」，现在不能发布。")
        return redirect("listings:desk")
    try:
        listing = drafts.create_listing_draft(employer, request.user)
    except drafts.TooManyDrafts as full:
        messages.error(request, str(full))
        return redirect("listings:desk")
    return redirect("listings:post_step", listing.pk, FIRST)


@page(takes="form", login=True, cache="never")
def show_posting_step(request, pk: int, step: str):
    listing = dashboard.get_own_listing(request, pk)
    if step not in STEPS:
        raise Http404
    draft = drafts.find_listing_draft(listing)
    if draft is None or listing.status not in posting.EDITABLE:
        messages.info(request, TWICE if request.method == "POST" else "现在没有在改的内容。")
        return redirect("listings:manage", pk)
    if request.method == "POST":
        return _saved(request, listing, draft, step)
    return _step_page(request, listing, draft, step, drafts.form_of(draft, step, listing.employer))


def _saved(request, listing, draft, step):
    """Keep what was typed, then go where the button says; a wrong step is shown again on 下一步."""
    typed = drafts.collect_step_values(step, request.POST)
    form = STEPS[step].form(MultiValueDict(typed))
    go = request.POST.get("go", "next")
    said = request.POST.get("edition", "")
    edition = int(said) if said.isdecimal() and len(said) < 9 else -1
    try:
        draft, edition = drafts.save_draft_step(draft, step, typed, edition)
    except ListingDraft.DoesNotExist:
        messages.info(request, TWICE)
        return redirect("listings:manage", listing.pk)
    except drafts.DraftChangedElsewhere as stale:
        return _step_page(request, listing, stale.draft, step, form, STALE, 409)
    if step == LAST and go == "submit":
        if form.is_valid():
            return _submitted(request, listing, draft, form, edition)
        return _step_page(request, listing, draft, step, form)
    if go == "next" and step != LAST and not form.is_valid():
        return _step_page(request, listing, draft, step, form)
    return _onward(request, listing, draft, step, go)


def _onward(request, listing, draft, step, go):
    place = ORDER.index(step)
    target = {"next": ORDER[min(place + 1, len(ORDER) - 1)], "back": ORDER[max(place - 1, 0)]}
    target |= {code: code for code in ORDER}
    if go in target:
        drafts.move_on(draft, target[go])
        return redirect("listings:post_step", listing.pk, target[go])
    if go == "photos":
        return redirect("listings:photos", listing.pk)
    if go == "preview":
        return redirect("listings:preview", listing.pk)
    messages.success(request, "草稿存好了，随时回来接着写。")
    return redirect("listings:desk")


def _step_page(request, listing, draft, code, form, warning="", status=200):  # noqa: PLR0913, PLR0917
    written = drafts.validate_draft(draft)
    context = {
        "employer": listing.employer,
        "listing": listing,
        "draft": draft,
        "form": form,
        "step": STEPS[code],
        "number": ORDER.index(code) + 1,
        "steps": [
            {"step": one, "state": _state(draft, written, one.code)} for one in STEPS.values()
        ],
        "is_first": code == FIRST,
        "is_last": code == LAST,
        "is_edit": listing.status in transitions.IN_PUBLIC,
        "warning": warning,
        "photo_count": len(draft.photos),
    }
    if code == LAST:
        context |= _check(listing, written)
    return render(request, "listings/employer_desk/post_step.html", context, status=status)


def _state(draft, written, code):
    if not drafts.is_begun(draft, code):
        return ""
    return "wrong" if code in written.wrong else "done"


def _check(listing, written):
    """What is missing, what the check will say, and the text as everybody will see it."""
    lacking = [
        {"step": STEPS[code], "labels": labels}
        for code, labels in written.wrong.items()
        if code != LAST
    ]
    context: dict = {"lacking": lacking}
    if not lacking:
        shown = drafts.as_listing(listing, written.content)
        context |= build_listing_text_context(shown) | {"shown": shown}
        context["verdict"] = gate.judge_publication(
            written.content, listing.employer, listing=listing
        )
        context["left"] = count_submissions_left(listing.employer)
        context["takes_place"] = listing.status in transitions.NEVER_PUBLIC
    return context


def _submitted(request, listing, draft, form, edition):
    signed = request.POST.get("no_fee") == "yes"
    if not signed:
        words = "请先确认不向求职的人收任何费用，再提交。"
        return _step_page(request, listing, draft, LAST, form, words)
    written = drafts.validate_draft(draft)
    if written.wrong:
        words = "还有几处没有填好，看下面。"
        return _step_page(request, listing, draft, LAST, form, words)
    try:
        verdict = posting.submit_draft(listing.pk, edition, written.content, request.user, signed)
    except posting.SubmissionRefused as refused:
        draft = drafts.find_listing_draft(listing)
        if draft is None:
            messages.info(request, str(refused))
            return redirect("listings:manage", listing.pk)
        return _step_page(request, listing, draft, LAST, form, str(refused))
    return _told(request, listing, verdict)


def _told(request, listing, verdict):
    if verdict.outcome == gate.REFUSE:
        messages.error(request, "没有通过。原因在下面，改好可以再交。")
        return redirect("listings:post_step", listing.pk, LAST)
    if verdict.outcome == gate.PUBLISH:
        messages.success(request, "已经发布。")
    else:
        messages.success(request, "交上去了，审核员看过就告诉你。")
    return redirect("listings:manage", listing.pk)


@page(takes="read", login=True, cache="never")
def preview_listing(request, pk: int):
    """Exactly the public page: of the draft, else of the waiting text, else of what is public."""
    listing = dashboard.get_own_listing(request, pk)
    draft = drafts.find_listing_draft(listing)
    if draft:
        written = drafts.validate_draft(draft)
        if any(code != LAST for code in written.wrong):
            messages.info(request, "先把前几步填好，再看预览。")
            return redirect("listings:post_step", pk, LAST)
        content = written.content
    else:
        content = drafts.content_of(posting.waiting_revision(listing) or listing)
    shown = drafts.as_listing(listing, content)
    context = build_detail_context(shown, LIVE) | {
        "draft": draft,
        "city": shown.site,
    }
    return render(request, "listings/employer_desk/preview.html", context)


@page(takes="read", login=True, cache="never")
def manage_listing(request, pk: int):
    listing = dashboard.get_own_listing(request, pk)
    draft = drafts.find_listing_draft(listing)
    waiting = posting.waiting_revision(listing)
    context = {
        "employer": listing.employer,
        "listing": listing,
        "title": listing.title or "还没有标题的草稿",
        "state": dashboard.describe_listing_state(listing),
        "draft": draft,
        "waiting": waiting,
        "is_public": listing.status in transitions.IN_PUBLIC,
        "is_shown": get_public_state(listing) in (LIVE, ENDED),
        "can_edit": listing.status in posting.EDITABLE,
        "can_withdraw": ListingStatus.WITHDRAWN in transitions.LISTING_MOVES[listing.status],
        "refusal": get_refusal_reasons(listing),
        "waits_for": _waits_for(waiting) if listing.status in _LOOKED_AT else [],
        "history": list_listing_history(listing),
        "appeal": dashboard.get_appeal_url(listing),
    }
    return render(request, "listings/employer_desk/listing.html", context)


# Elsewhere a text that waits has to wait for what becomes of the listing first.
_LOOKED_AT = {ListingStatus.PENDING, *transitions.IN_PUBLIC}


def _waits_for(waiting):
    """Why a person looks at it, as the author may know."""
    assessed = getattr(waiting, "assessment", None)
    return assessed.reasons if assessed else []
