"""The employer's desk, the start of a new listing, the preview, and the page of a listing."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.employers.membership import get_own_employer
from accounts.models import SignedInRequest
from listings.choices import IN_PUBLIC, ListingStatus
from listings.day_lists.day_list import list_day_workers
from listings.detail.detail_context import (
    ENDED,
    LIVE,
    build_detail_context,
    get_public_state,
)
from listings.employer_desk import dashboard, drafts
from listings.employer_desk.guest_drafts import get_guest_draft
from listings.employer_desk.listing_history import get_refusal_reasons, list_listing_history
from listings.employer_desk.own_listings import DELETED_MESSAGE, own_listing_page
from listings.employer_desk.pending_tasks import list_pending_tasks
from listings.listing_moves.own_moves import WITHDRAWABLE
from listings.models import Listing
from listings.publication import submission as posting
from listings.publication import transitions
from listings.search.cards import fill_card
from sitekit.web.pages import page
from sitekit.workflow.refusals import Refusal


@page(takes="read", login=True, cache="never")
def show_dashboard(request: SignedInRequest) -> HttpResponse:
    try:
        employer = get_own_employer(request)
    except Http404:
        return render(request, "listings/employer_desk/no_employer.html")
    listings = dashboard.list_employer_listings(employer)
    guest_draft = get_guest_draft(request)
    context = {
        "employer": employer,
        "sanctions": dashboard.describe_standing_sanctions(employer),
        "items": list_pending_tasks(employer, listings),
        "comers": list_day_workers(employer, timezone.localdate()),
        "is_kept": guest_draft is not None and guest_draft.has_own_words,
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
        listing = drafts.create_listing_with_draft_once(employer, request.user)
    except Refusal as full:
        messages.error(request, str(full))
        return redirect("listings:desk")
    return redirect("listings:edit_draft", listing.pk)


@own_listing_page(takes="read")
def preview_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    """Show the page of the draft, else of the waiting revision, else of the listing."""
    draft = drafts.find_listing_draft(listing)
    if draft:
        validated = drafts.validate_draft(draft)
        if validated.wrong:
            messages.error(request, f"先填好{'、'.join(validated.wrong)}，再看预览。")
            return redirect("listings:edit_draft", listing.pk)
        content = validated.content
    else:
        content = (transitions.find_waiting_revision(listing) or listing).get_content()
    if not content["category"]:  # nothing was submitted, and the draft was deleted just now
        raise Refusal(DELETED_MESSAGE)
    preview = drafts.build_preview(listing, content)
    context = build_detail_context(preview, LIVE)
    context |= {"draft": draft, "city": preview.site, "takes_sign_ups": True}
    context["similar"] = [fill_card(row.html, row.published_at) for row in context["similar"]]
    context["column"] = render_to_string("listings/pages/_column.html", context, request)
    return render(request, "listings/employer_desk/preview.html", context)


@own_listing_page(takes="read")
def manage_listing(request: SignedInRequest, listing: Listing) -> HttpResponse:
    listing.fraud_appeal = dashboard.get_fraud_appeal(listing)
    waiting = transitions.find_waiting_revision(listing)
    # In other statuses it is not looked at until the listing's case is decided.
    is_in_review = listing.status in {ListingStatus.PENDING, *IN_PUBLIC}
    assessment = getattr(waiting, "assessment", None) if is_in_review else None
    context = {
        "employer": listing.employer,
        "listing": listing,
        "title": listing.title or "还没有标题的草稿",
        "state": dashboard.describe_listing_state(listing),
        "draft": drafts.find_listing_draft(listing),
        "waiting": waiting,
        "question": dashboard.get_open_question(listing),
        "is_public": listing.status in IN_PUBLIC,
        "is_shown": get_public_state(listing) in (LIVE, ENDED),
        "is_live": get_public_state(listing) == LIVE,
        "can_edit": listing.status in posting.EDITABLE_STATUSES,
        "can_withdraw": listing.status in WITHDRAWABLE,
        "is_reusable": dashboard.is_reusable(listing),
        "refusal": get_refusal_reasons(listing),
        "waits_for": assessment.reasons if assessment else [],
        "history": list_listing_history(listing),
        "appeal": dashboard.get_appeal_url(listing),
    }
    return render(request, "listings/employer_desk/listing.html", context)
