"""The pages of appeals, for those who act for the employer only."""

from django.http import Http404
from django.shortcuts import redirect, render

from accounts.employers.membership import get_member_role
from accounts.models import Employer
from listings.models import Listing
from listings.publication.transitions import ListingMoveRefused
from safety.appeals import transitions as appeals
from safety.appeals.forms import AppealForm
from safety.choices import AppealStatus
from safety.models import Appeal
from safety.moderation.ticket_codes import format_ticket
from sitekit.web.pages import page

_DESK = "/employer/"


@page(takes="form", login=True, cache="never")
def appeal_listing(request, pk):
    listing = Listing.objects.select_related("employer").filter(pk=pk).first()
    if listing is None or not _acts_for(request, listing.employer):
        raise Http404
    return _appeal(request, listing, listing.title)


@page(takes="form", login=True, cache="never")
def appeal_employer(request, pk):
    employer = Employer.objects.filter(pk=pk).first()
    if not _acts_for(request, employer):
        raise Http404
    return _appeal(request, employer, employer.name)


@page(takes="read", login=True, cache="never")
def submit_appeal(request, pk):
    """By its number: its code would be kept by whoever writes addresses down."""
    row = Appeal.objects.select_related("listing__employer", "employer").filter(pk=pk).first()
    if row is None or not _acts_for(request, appeals.get_appeal_employer(row)):
        raise Http404
    thing = appeals.get_appealed_object(row)
    context = {
        "row": row,
        "name": thing.title if row.listing_id else thing.name,
        "against": appeals.describe_appealed_decision(row),
        "words": appeals.STATES[row.status],
        "ticket": format_ticket(row.ticket),
        "is_open": row.status == AppealStatus.OPEN,
        "desk": _DESK,
        "canonical": "",
    }
    return render(request, "safety/appeals/status.html", context)


def _acts_for(request, employer):
    return employer is not None and bool(get_member_role(request.user, employer))


def _appeal(request, thing, name):
    """The form, or the appeal there is already against this decision."""
    decision = appeals.find_contestable_decision(thing)
    if decision and (earlier := appeals.find_appeal_against(thing, decision)):
        return redirect("safety:appeal", earlier.pk)
    form = AppealForm(request.POST or None)
    if request.method == "POST" and decision and form.is_valid():
        try:
            made = appeals.create_appeal(thing, request.user, form.cleaned_data["words"])
        except ListingMoveRefused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("safety:appeal", made.pk)
    context = {"form": form, "decision": decision, "name": name, "desk": _DESK, "canonical": ""}
    return render(request, "safety/appeals/appeal.html", context)
