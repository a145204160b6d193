"""The page behind the link of a reminder: one button, no sign-in, once."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.preferences import wants_by_channel
from accounts.inbox.stop_links import build_stop_link
from listings.choices import IN_PUBLIC
from listings.models import EndReminder
from listings.publication import gate
from listings.publication.submission import SubmissionRefused
from listings.publication.transitions import find_waiting_revision
from listings.renewals.reminders import find_reminder, find_reminder_by_code
from listings.renewals.renewal import find_next_last_day, submit_renewal
from sitekit.messages.text_message_channel import TextMessageChannel
from sitekit.web.pages import page
from sitekit.web.signed_links import LinkUnusable


@page(takes="form", cache="never")
def renew_listing_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Renews by a long link. Mails have had short links for some time; this view serves older mails."""
    return _handle_reminder(request, find_reminder, token)


@page(takes="form", cache="never")
def renew_listing_by_code(request: HttpRequest, code: str) -> HttpResponse:
    return _handle_reminder(request, find_reminder_by_code, code)


def _handle_reminder(
    request: HttpRequest, find: Callable[[str], EndReminder], token: str
) -> HttpResponse:
    try:
        reminder = find(token)
    except LinkUnusable:
        return _render_renewal_page(request, {"state": "unusable"}, 404)
    if request.method == "POST":
        return _renew_reminded_listing(request, reminder)
    return _render_renewal_page(request, _build_renewal_context(reminder))


def _renew_reminded_listing(request: HttpRequest, reminder: EndReminder) -> HttpResponse:
    """Renew the listing once: a second press shows the date of the renewal."""
    with transaction.atomic():
        reminder = EndReminder.objects.select_for_update(of=("self",)).get(pk=reminder.pk)
        context = _build_renewal_context(reminder)
        if context["state"] != "open":
            return _render_renewal_page(request, context)
        try:
            outcome = submit_renewal(
                reminder.listing_id, context["next"], reminder.member, signed_no_fee=True
            )
        except SubmissionRefused as refused:
            return _render_renewal_page(request, context | {"refused": str(refused)})
        reminder.used_at = timezone.now()
        reminder.save(update_fields=["used_at"])
    reminder.listing.refresh_from_db()
    state = {gate.PUBLISH: "done", gate.QUEUE: "waits", gate.REFUSE: "stopped"}[outcome]
    context = {"state": state, "listing": reminder.listing, "was_renewed": True}
    return _render_renewal_page(request, context | {"stop": _find_stop_link(reminder)})


def _build_renewal_context(reminder: EndReminder) -> dict[str, Any]:
    """Return the context of the page as things stand now."""
    listing = reminder.listing
    context = {
        "listing": listing,
        "next": find_next_last_day(listing),
        "stop": _find_stop_link(reminder),
    }
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


def _find_stop_link(reminder: EndReminder) -> str:
    """Return where the member stops these text messages, which have no other link; empty if none come."""
    channel, member = TextMessageChannel(), reminder.member
    is_texted = channel.get_notice_address(member)
    if not is_texted or not wants_by_channel(member, NoticeKind.HIRING, channel):
        return ""
    return build_stop_link(member, channel.export_name, (NoticeKind.HIRING,)).url


def _render_renewal_page(
    request: HttpRequest, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    return render(request, "listings/renewals/renew_by_link.html", context, status=status)
