"""The applications to an employer's listings, and the decisions on them."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.employers.membership import get_own_employer
from accounts.models import SignedInRequest
from listings.applications.ratings import summarise_seeker_ratings
from listings.applications.shifts import find_shift
from listings.applications.transitions import (
    TAKES_A_PLACE,
    get_employer_application_or_404,
    is_before_first_day,
)
from listings.choices import ApplicationStatus as S
from listings.choices import ListingStatus
from listings.employer_desk.dashboard import describe_listing_state, get_fraud_appeal
from listings.employer_desk.listing_history import name_colleague
from listings.employer_desk.own_listings import own_listing_page
from listings.models import Application, ApplicationEvent, Listing
from listings.sign_up_lists.answers import (
    MAX_TOGETHER,
    REASONS,
    TOGETHER_WORDS,
    MoveForm,
    answer_application,
    answer_several,
    describe_decision,
)
from listings.sign_up_lists.sorting import get_sort, list_sort_pills, read_sorted_page
from sitekit.web.pages import page
from sitekit.web.row_ids import parse_row_id

# Sign-ups in these states do not wait for the employer.
_CLOSED = Q(listing__status=ListingStatus.REMOVED_FRAUD)
# The parts of the list: applications that wait come first.
LIST_PARTS = {
    "waiting": ("等你回复", Q(status=S.APPLIED) & ~_CLOSED),
    "accepted": ("已录用", Q(status=S.ACCEPTED) & ~_CLOSED),
    "over": ("已结束", Q(status__in=[S.DECLINED, S.WITHDRAWN, S.DONE, S.NO_SHOW]) | _CLOSED),
}


@own_listing_page(takes="read")
def list_listing_applications(request: SignedInRequest, listing: Listing) -> HttpResponse:
    applications = Application.objects.filter(listing=listing)
    listing.fraud_appeal = get_fraud_appeal(listing)
    state = describe_listing_state(listing)
    context = {"employer": listing.employer, "listing": listing, "state": state}
    return _render_applications(request, applications, context)


@page(takes="read", login=True, cache="never")
def list_employer_applications(request: SignedInRequest) -> HttpResponse:
    employer = get_own_employer(request)
    applications = Application.objects.filter(listing__employer=employer)
    return _render_applications(request, applications, {"employer": employer, "listing": None})


def _render_applications(
    request: SignedInRequest, applications: QuerySet[Application], context: dict[str, Any]
) -> HttpResponse:
    """Show the part of the list that the address names, else the first part that is not empty."""
    parts = {part: Count("pk", is_in_part) for part, (_, is_in_part) in LIST_PARTS.items()}
    sizes = applications.aggregate(
        **parts, taken=Count("pk", Q(status__in=TAKES_A_PLACE) & ~_CLOSED)
    )
    chosen = request.GET.get("part", "")
    if chosen not in LIST_PARTS:
        chosen = next((part for part in LIST_PARTS if sizes[part]), "waiting")
    rows = applications.filter(LIST_PARTS[chosen][1]).select_related(
        "listing__employer", "note__author", "shift_sign_up__shift", "arrival", "seeker"
    )
    sort = get_sort(request.GET.get("sort", ""))
    page_rows, links = read_sorted_page(rows, request, sort, f"part={chosen}&sort={sort}&")
    _attach_row_facts(page_rows)
    context |= {
        "applications": page_rows,
        "taken": sizes["taken"],
        "parts": [
            {"code": part, "label": label, "count": sizes[part], "current": part == chosen}
            for part, (label, _) in LIST_PARTS.items()
        ],
        "chosen": chosen,
        "sorts": list_sort_pills(sort, chosen),
        "is_answered_together": chosen == "waiting" and len(page_rows) > 1,
        "reasons": {str(status): words for status, words in REASONS.items()},
        "back": request.get_full_path(),
        **links,
    }
    return render(request, "listings/sign_up_lists/applications.html", context)


def _attach_row_facts(applications: list[Application]) -> None:
    """Set on each application what its row shows besides its own fields. Two queries."""
    deciders = _find_deciders(applications)
    summaries = summarise_seeker_ratings({application.seeker_id for application in applications})
    for application in applications:
        application.seeker_ratings = summaries.get(application.seeker_id)
        is_over = application.status in (S.DONE, S.NO_SHOW)
        application.may_rate = is_over and application.seeker.closed_at is None
        application.shift = find_shift(application)
        application.is_before_first_day = is_before_first_day(application)
        application.decided_by = deciders.get(application.pk, "")


def _find_deciders(applications: list[Application]) -> dict[int, str]:
    """Return by sign-up the colleague who made the last move, if a colleague made it. One query."""
    events = ApplicationEvent.objects.filter(application__in=applications, actor__isnull=False)
    latest = events.exclude(actor=F("application__seeker")).order_by("created_at", "pk")
    return {
        event.application_id: name_colleague(event.actor)
        for event in latest.select_related("actor")
        if event.actor and not event.actor.is_staff
    }


@page(takes="post", login=True)
def decide_application(request: SignedInRequest, pk: int) -> HttpResponse:
    application = get_employer_application_or_404(request.user, pk)
    form = MoveForm(request.POST)
    back = _get_back_address(request, f"/employer/listings/{application.listing_id}/applications/")
    if not form.is_valid():
        messages.error(request, "没有记下来：请选一个原因，再按一次。")
        return redirect(back)
    to = form.cleaned_data["to"]
    if words := answer_application(application, to, form.cleaned_data["reason"], request.user):
        messages.error(request, words)
    else:
        messages.success(request, describe_decision(application, to))
    return redirect(back)


@page(takes="post", login=True)
def decide_several(request: SignedInRequest) -> HttpResponse:
    """Answer all ticked sign-ups alike, each as if by its own button. Those that were not answered are named with
    the reason."""
    back = _get_back_address(request, "/employer/applications/")
    to = request.POST.get("to", "")
    # The choice of reasons stands beside both buttons, and belongs to one.
    reason = request.POST.get("reason", "") if to in REASONS else ""
    form = MoveForm({"to": to, "reason": reason})
    ids = {pk for text in request.POST.getlist("pick")[:MAX_TOGETHER] if (pk := parse_row_id(text))}
    if not ids:
        messages.error(request, "还没有选人，先在名字前面打勾。")
        return redirect(back)
    if not form.is_valid() or to not in TOGETHER_WORDS:
        messages.error(request, "没有记下来：请选一个原因，再按一次。")
        return redirect(back)
    answered, refused = answer_several(ids, to, reason, request.user)
    if answered:
        messages.success(request, TOGETHER_WORDS[to].format(count=answered))
    for words in refused:
        messages.error(request, words)
    return redirect(back)


def _get_back_address(request: SignedInRequest, usual: str) -> str:
    address = request.POST.get("back", "")
    is_ours = address.startswith("/employer/") and url_has_allowed_host_and_scheme(address, None)
    return address if is_ours else usual
