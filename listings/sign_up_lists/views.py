"""The applications to an employer's listings, and the decisions on them."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, F, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.employers.membership import get_own_employer
from accounts.models import SignedInRequest
from listings.applications.application_rows import attach_employer_display
from listings.applications.arrivals import build_usual_arrival
from listings.applications.ratings import summarise_seeker_ratings
from listings.applications.shifts import find_shift
from listings.applications.transitions import (
    TAKES_A_PLACE,
    ListingMoveRefused,
    get_employer_application_or_404,
    move_application,
)
from listings.choices import ApplicationStatus as S
from listings.choices import ListingStatus
from listings.employer_desk.listing_history import name_colleague
from listings.employer_desk.own_listings import own_listing_page
from listings.models import Application, ApplicationEvent, Listing
from sitekit.web.pages import page
from sitekit.web.paging import IdOrder, paginate

APPLICATIONS_PAGE_SIZE = 30
# Whatever became of them, nothing of these waits for the employer.
_CLOSED = Q(listing__status=ListingStatus.REMOVED_FRAUD)
# The parts of the list: applications that wait come first.
LIST_PARTS = {
    "waiting": ("等你回复", Q(status=S.APPLIED) & ~_CLOSED),
    "accepted": ("已录用", Q(status=S.ACCEPTED) & ~_CLOSED),
    "over": ("已结束", Q(status__in=[S.DECLINED, S.WITHDRAWN, S.DONE, S.NO_SHOW]) | _CLOSED),
}
REASONS: dict[str, list[str]] = {
    S.DECLINED: ["人已经够了", "时间对不上", "要求的条件不符合", "联系不上", "这份活不做了"],
    S.NO_SHOW: ["到时间没来，也没说", "来了没做完就走了", "联系不上"],
}
DECISION_WORDS = {
    S.ACCEPTED: "录用了，已经告诉对方，联系方式也给了他。",
    S.DECLINED: "没有录用，已经告诉对方原因。",
    S.DONE: "记好了。可以评一评。",
    S.NO_SHOW: "记好了，对方会收到通知。",
}


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=[(status, status) for status in DECISION_WORDS])
    reason = forms.CharField(required=False, max_length=60)
    back = forms.CharField(required=False, max_length=200)

    def clean(self) -> dict[str, Any]:
        """A seeker reads the reason, so that it is one of ours."""
        answers = self.cleaned_data
        if answers.get("reason", "") not in REASONS.get(answers.get("to", ""), [""]):
            raise forms.ValidationError("选一个原因。")
        return answers


@own_listing_page(takes="read")
def list_listing_applications(request: SignedInRequest, listing: Listing) -> HttpResponse:
    applications = Application.objects.filter(listing=listing)
    context = {"employer": listing.employer, "listing": listing}
    return _render_applications(request, applications, context)


@page(takes="read", login=True, cache="never")
def list_employer_applications(request: SignedInRequest) -> HttpResponse:
    employer = get_own_employer(request)
    applications = Application.objects.filter(listing__employer=employer)
    return _render_applications(request, applications, {"employer": employer, "listing": None})


def _render_applications(
    request: SignedInRequest, applications: QuerySet[Application], context: dict[str, Any]
) -> HttpResponse:
    """Show the part that the address names, else the first that is not empty."""
    parts = {part: Count("pk", is_in_part) for part, (_, is_in_part) in LIST_PARTS.items()}
    sizes = applications.aggregate(
        **parts, taken=Count("pk", Q(status__in=TAKES_A_PLACE) & ~_CLOSED)
    )
    chosen = request.GET.get("part", "")
    if chosen not in LIST_PARTS:
        chosen = next((part for part in LIST_PARTS if sizes[part]), "waiting")
    rows = applications.filter(LIST_PARTS[chosen][1]).select_related(
        "listing__employer", "shift_sign_up__shift"
    )
    oldest_first = IdOrder(oldest_first=True)
    part_page = paginate(
        rows, request, size=APPLICATIONS_PAGE_SIZE, order=oldest_first, kept=f"part={chosen}&"
    )
    page_rows = [attach_employer_display(application) for application in part_page.rows]
    deciders = _find_deciders(page_rows)
    summaries = summarise_seeker_ratings({application.seeker_id for application in page_rows})
    for application in page_rows:
        application.seeker_ratings = summaries.get(application.seeker_id)
        application.may_rate = application.status in (S.DONE, S.NO_SHOW)
        application.shift = find_shift(application)
        application.decided_by = deciders.get(application.pk, "")
    context |= {
        "applications": page_rows,
        "taken": sizes["taken"],
        "parts": [
            {"code": part, "label": label, "count": sizes[part], "current": part == chosen}
            for part, (label, _) in LIST_PARTS.items()
        ],
        "chosen": chosen,
        "reasons": {str(status): words for status, words in REASONS.items()},
        "back": request.get_full_path(),
        **part_page.links,
    }
    return render(request, "listings/sign_up_lists/applications.html", context)


def _find_deciders(applications: list[Application]) -> dict[int, str]:
    """Return by sign-up which colleague made the last move, if one did. One query."""
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
    back = _get_back_address(request, application)
    if not form.is_valid():
        messages.error(request, "没有记下来：请选一个原因，再按一次。")
        return redirect(back)
    to = form.cleaned_data["to"]
    try:
        plan = build_usual_arrival(application.listing) if to == S.ACCEPTED else None
        move_application(pk, to, request.user, form.cleaned_data["reason"], arrival=plan)
        messages.success(request, DECISION_WORDS[to])
    except ListingMoveRefused as words:
        application.refresh_from_db()
        if application.status != to:  # else clicked twice
            messages.error(request, str(words))
    return redirect(back)


def _get_back_address(request: SignedInRequest, application: Application) -> str:
    address = request.POST.get("back", "")
    is_ours = address.startswith("/employer/") and url_has_allowed_host_and_scheme(address, None)
    return address if is_ours else f"/employer/listings/{application.listing_id}/applications/"
