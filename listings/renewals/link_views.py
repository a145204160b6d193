"""The page behind the link of a reminder: one button, no sign-in, once."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from listings.models import EndReminder
from listings.publication import gate
from listings.publication.submission import SubmissionRefused
from listings.publication.transitions import IN_PUBLIC, find_waiting_revision
from listings.renewals.reminders import find_reminder
from listings.renewals.renewal import find_next_last_day, submit_renewal
from sitekit.web.pages import page
from sitekit.web.signed_links import LinkUnusable


@page(takes="form", cache="never")
def renew_listing_by_link(request: HttpRequest, token: str) -> HttpResponse:
    try:
        reminder = find_reminder(token)
    except LinkUnusable:
        return _render(request, {"state": "unusable"}, 404)
    if request.method == "POST":
        return _renew(request, reminder)
    return _render(request, _describe(reminder))


def _renew(request: HttpRequest, reminder: EndReminder) -> HttpResponse:
    """Pressed twice it renews once: the second sees until when."""
    with transaction.atomic():
        reminder = EndReminder.objects.select_for_update(of=("self",)).get(pk=reminder.pk)
        context = _describe(reminder)
        if context["state"] != "open":
            return _render(request, context)
        try:
            outcome = submit_renewal(
                reminder.listing_id, context["next"], reminder.member, signed=True
            )
        except SubmissionRefused as refused:
            return _render(request, context | {"refused": str(refused)})
        reminder.used_at = timezone.now()
        reminder.save(update_fields=["used_at"])
    reminder.listing.refresh_from_db()
    state = {gate.PUBLISH: "done", gate.QUEUE: "waits", gate.REFUSE: "stopped"}[outcome]
    context = {"state": state, "listing": reminder.listing, "was_renewed": True}
    return _render(request, context)


def _describe(reminder: EndReminder) -> dict[str, Any]:
    """Return the context of the page as things stand now."""
    listing = reminder.listing
    context = {"listing": listing, "next": find_next_last_day(listing)}
    is_member = listing.employer_id and reminder.member.memberships.filter(
        employer=listing.employer_id
    )
    if not is_member or not is_member.exists() or not reminder.member.is_active:
        return {"state": "unusable"}
    if listing.status not in IN_PUBLIC:
        return context | {"state": "ended"}
    if listing.valid_through != reminder.until:
        return context | {"state": "done", "was_renewed": True}
    if reminder.used_at:
        return context | {"state": "waits" if find_waiting_revision(listing) else "stopped"}
    if context["next"]:
        return context | {"state": "open"}
    return context | {"state": "dated" if listing.end_date else "done"}


def _render(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, "listings/renewals/renew_by_link.html", context, status=status)
