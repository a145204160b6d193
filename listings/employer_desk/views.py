"""The employer's desk, the steps of the posting form, the preview, and the page of a listing."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict

from accounts.employers.membership import get_own_employer
from accounts.models import Employer, SignedInRequest
from listings.choices import ListingStatus
from listings.detail.detail_context import (
    ENDED,
    LIVE,
    build_detail_context,
    build_listing_text_context,
    get_public_state,
)
from listings.employer_desk import dashboard, drafts
from listings.employer_desk.guest_drafts import get_guest_draft
from listings.employer_desk.listing_history import get_refusal_reasons, list_listing_history
from listings.employer_desk.own_listings import own_listing_page
from listings.employer_desk.posting_forms import FIRST, LAST, ORDER, STEPS, StepForm
from listings.listing_moves.own_moves import WITHDRAWABLE
from listings.models import Listing, ListingDraft
from listings.pay_law.pay_findings import PayNote, list_pay_notes
from listings.publication import gate, transitions
from listings.publication import submission as posting
from listings.publication.own_duplicates import find_own_duplicate
from listings.publication.posting_quota import count_submissions_left
from listings.search.cards import fill_card
from sitekit.web.pages import page
from sitekit.workflow.refusals import Refusal

STALE = "这份草稿在别的窗口里改过了，那边的已经存好。下面是你刚才写的，还没有存：确定要用它，再按一次就行。"
TWICE = posting.TWICE


@page(takes="read", login=True, cache="never")
def show_dashboard(request: SignedInRequest) -> HttpResponse:
    try:
        employer = get_own_employer(request)
    except Http404:
        return render(request, "listings/employer_desk/no_employer.html")
    listings = dashboard.list_employer_listings(employer)
    kept = get_guest_draft(request)
    context = {
        "employer": employer,
        "items": dashboard.list_pending_tasks(employer, listings),
        "is_kept": kept is not None and kept.has_own_words,
        "may_post": posting.may_submit_listings(employer),
        "groups": dashboard.group_listings(listings),
        "is_cut": len(listings) == dashboard.MAX_LISTINGS,
        "shown": dashboard.MAX_LISTINGS,
    }
    return render(request, "listings/employer_desk/dashboard.html", context)


@page(takes="post", login=True, cache="never")
def start_new_listing(request: SignedInRequest) -> HttpResponse:
    """Create a draft, or continue one that was left empty."""
    employer = get_own_employer(request)
    if not posting.may_submit_listings(employer):
        messages.error(request, f"单位是「{employer.get_status_display()}」，现在不能发布。")
        return redirect("listings:desk")
    try:
        listing = drafts.create_listing_draft(employer, request.user)
    except Refusal as full:
        messages.error(request, str(full))
        return redirect("listings:desk")
    return redirect("listings:post_step", listing.pk, FIRST)


@own_listing_page(takes="form")
def show_posting_step(request: SignedInRequest, listing: Listing, step: str) -> HttpResponse:
    if step not in STEPS:
        raise Http404
    draft = drafts.find_listing_draft(listing)
    if draft is None or listing.status not in posting.EDITABLE:
        messages.info(request, TWICE if request.method == "POST" else "现在没有在改的内容。")
        return redirect("listings:manage", listing.pk)
    if request.method == "POST":
        return _save_step(request, draft, step)
    return _render_step(request, draft, step, drafts.build_step_form(draft, step))


def _save_step(request: SignedInRequest, draft: ListingDraft, step: str) -> HttpResponse:
    """Store what was typed, then follow the button; 下一步 shows an invalid step again."""
    typed = drafts.collect_step_values(step, request.POST)
    form = STEPS[step].form(MultiValueDict(draft.data | typed))
    go = request.POST.get("go", "next")
    digits = request.POST.get("edition", "")
    edition = int(digits) if digits.isdecimal() and len(digits) < 9 else -1
    try:
        draft, edition = drafts.save_draft_step(draft, step, typed, edition)
    except ListingDraft.DoesNotExist:
        messages.info(request, TWICE)
        return redirect("listings:manage", draft.listing.pk)
    except drafts.DraftChangedElsewhere as stale:
        return _render_step(request, stale.draft, step, form, STALE, 409)
    goes_on = go == "submit" if step == LAST else go == "next"
    if goes_on and not form.is_valid():
        return _render_step(request, draft, step, form)
    if goes_on and step == LAST:
        return _submit_draft(request, draft, form, edition)
    return _follow_button(request, draft, step, go)


def _follow_button(
    request: SignedInRequest, draft: ListingDraft, step: str, go: str
) -> HttpResponse:
    place = ORDER.index(step)
    target = {"next": ORDER[min(place + 1, len(ORDER) - 1)], "back": ORDER[max(place - 1, 0)]}
    target |= {code: code for code in ORDER}
    if go in target:
        ListingDraft.objects.filter(pk=draft.pk).update(step=target[go])
        return redirect("listings:post_step", draft.listing.pk, target[go])
    if go in ("photos", "preview"):
        return redirect(f"listings:{go}", draft.listing.pk)
    messages.success(request, "草稿存好了，随时回来接着写。")
    return redirect("listings:desk")


def _render_step(
    request: SignedInRequest,
    draft: ListingDraft,
    code: str,
    form: StepForm,
    warning: str = "",
    status: int = 200,
) -> HttpResponse:
    validated = drafts.validate_draft(draft)
    listing = draft.listing
    context = {
        "employer": listing.employer,
        "listing": listing,
        "draft": draft,
        "form": form,
        "step": STEPS[code],
        "number": ORDER.index(code) + 1,
        "steps": [
            {"step": step, "state": _get_step_state(draft, validated, step.code)}
            for step in STEPS.values()
        ],
        "is_first": code == FIRST,
        "is_last": code == LAST,
        "is_edit": listing.status in transitions.IN_PUBLIC,
        "warning": warning,
        "photo_count": len(draft.photos),
        "pay_hints": _list_pay_hints(listing, code, validated),
    }
    if code == LAST:
        context |= _build_check_context(listing, validated)
    return render(request, "listings/employer_desk/post_step.html", context, status=status)


def _list_pay_hints(listing: Listing, code: str, validated: drafts.ValidatedDraft) -> list[PayNote]:
    """Return the limits of non-full-time work that the draft passes, for the steps that show them."""
    if code not in ("pay", LAST):
        return []
    return list(list_pay_notes(drafts.build_preview(listing, validated.content)))


def _get_step_state(draft: ListingDraft, validated: drafts.ValidatedDraft, code: str) -> str:
    if not drafts.is_begun(draft, code):
        return ""
    return "wrong" if code in validated.wrong else "done"


def _build_check_context(listing: Listing, validated: drafts.ValidatedDraft) -> dict[str, Any]:
    """Return what is missing or, if nothing is, the preview and the verdict of the check."""
    incomplete_steps = [
        {"step": STEPS[code], "labels": labels}
        for code, labels in validated.wrong.items()
        if code != LAST
    ]
    if incomplete_steps:
        return {"lacking": incomplete_steps}
    preview = drafts.build_preview(listing, validated.content)
    employer = cast("Employer", listing.employer)
    return {
        **build_listing_text_context(preview),
        "duplicate": find_own_duplicate(preview, employer, listing.pk),
        "shown": preview,
        "verdict": gate.judge_publication(preview, listing.employer, listing=listing),
        "left": count_submissions_left(employer),
        "takes_place": listing.status in transitions.NEVER_PUBLIC,
    }


def _submit_draft(
    request: SignedInRequest, draft: ListingDraft, form: StepForm, edition: int
) -> HttpResponse:
    signed = request.POST.get("no_fee") == "yes"
    if not signed:
        words = "请先确认不向求职的人收任何费用，再提交。"
        return _render_step(request, draft, LAST, form, words)
    validated = drafts.validate_draft(draft)
    if validated.wrong:
        return _render_step(request, draft, LAST, form, "还有几处没有填好，看下面。")
    listing = draft.listing
    try:
        verdict = posting.submit_draft(listing.pk, edition, validated.content, request.user, signed)
    except posting.SubmissionRefused as refused:
        newer = drafts.find_listing_draft(listing)
        if newer is None:
            messages.info(request, str(refused))
            return redirect("listings:manage", listing.pk)
        return _render_step(request, newer, LAST, form, str(refused))
    return _redirect_after_verdict(request, listing, verdict)


def _redirect_after_verdict(
    request: SignedInRequest, listing: Listing, verdict: gate.PublicationVerdict
) -> HttpResponse:
    if verdict.outcome == gate.REFUSE:
        messages.error(request, "没有通过。原因在下面，改好可以再交。")
        return redirect("listings:post_step", listing.pk, LAST)
    is_public = verdict.outcome == gate.PUBLISH
    messages.success(request, "已经发布。" if is_public else "交上去了，审核员看过就告诉你。")
    return redirect("listings:manage", listing.pk)


@own_listing_page(takes="read")
def preview_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """Show the page of the draft, else of the waiting revision, else of the listing."""
    draft = drafts.find_listing_draft(listing)
    if draft:
        validated = drafts.validate_draft(draft)
        if any(code != LAST for code in validated.wrong):
            messages.info(request, "先把前几步填好，再看预览。")
            return redirect("listings:post_step", listing.pk, LAST)
        content = validated.content
    else:
        content = (transitions.find_waiting_revision(listing) or listing).get_content()
    preview = drafts.build_preview(listing, content)
    context = build_detail_context(preview, LIVE) | {"draft": draft, "city": preview.site}
    context["similar"] = [fill_card(row.html, row.published_at) for row in context["similar"]]
    context["column"] = render_to_string("listings/pages/_column.html", context, request)
    return render(request, "listings/employer_desk/preview.html", context)


@own_listing_page(takes="read")
def manage_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    listing.fraud_appeal = dashboard.get_fraud_appeal(listing)
    waiting = transitions.find_waiting_revision(listing)
    # In other statuses it is not looked at until the listing's case is decided.
    is_in_review = listing.status in {ListingStatus.PENDING, *transitions.IN_PUBLIC}
    assessment = getattr(waiting, "assessment", None) if is_in_review else None
    context = {
        "employer": listing.employer,
        "listing": listing,
        "title": listing.title or "还没有标题的草稿",
        "state": dashboard.describe_listing_state(listing),
        "draft": drafts.find_listing_draft(listing),
        "waiting": waiting,
        "is_public": listing.status in transitions.IN_PUBLIC,
        "is_shown": get_public_state(listing) in (LIVE, ENDED),
        "is_live": get_public_state(listing) == LIVE,
        "can_edit": listing.status in posting.EDITABLE,
        "can_withdraw": listing.status in WITHDRAWABLE,
        "refusal": get_refusal_reasons(listing),
        "waits_for": assessment.reasons if assessment else [],
        "history": list_listing_history(listing),
        "appeal": dashboard.get_appeal_url(listing),
    }
    return render(request, "listings/employer_desk/listing.html", context)
