"""Notices to applicants when the public text of a listing changes something that they agreed to."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

from accounts.choices import NoticeKind
from accounts.inbox.notices import NoticeMessage, send_notices, withdraw_notices
from listings.choices import ApplicationStatus
from listings.models import Application, Listing
from listings.models.listing import ListingContent

TERMS = {
    "工作地点": ("region_id", "address", "further_places", "mode"),
    "报酬": ("pay_min", "pay_max", "pay_unit", "settlement", "latest_pay_days"),
    "时间": ("start_date", "end_date", "slots", "work_hours", "hours_per_day", "term"),
    "工作内容": ("title", "category", "duties", "venue"),
}
# Accepted applicants get a text message too. Waiting ones get only the notice in the inbox and the mail.
_TEXTED = {ApplicationStatus.ACCEPTED: True, ApplicationStatus.APPLIED: False}


class ChangedTerms(NamedTuple):
    """`title` is the title that the applicants know."""

    listing_id: int
    title: str
    terms: tuple[str, ...]


def find_changed_terms(listing: Listing, text: ListingContent) -> ChangedTerms:
    """Compare what is public with the text that is about to replace it."""
    terms = (
        term
        for term, names in TERMS.items()
        if any(_read_value(listing, name) != _read_value(text, name) for name in names)
    )
    return ChangedTerms(listing.pk, listing.title, tuple(terms))


def notify_of_changed_terms(
    changes: Collection[tuple[ChangedTerms, int]], wait: timedelta | None = None
) -> None:
    """Notify waiting and accepted applicants once for each revision, with a fixed number of queries.

    `wait` delays the notices of a change that may still be undone.
    """
    changed = {terms.listing_id: (terms, revision) for terms, revision in changes if terms.terms}
    if not changed:
        return
    rows = Application.objects.filter(listing__in=changed, status__in=_TEXTED)
    applications = list(rows.select_related("seeker").order_by("pk"))
    for status, is_texted in _TEXTED.items():
        messages = [
            _build_message(application, *changed[application.listing_id])
            for application in applications
            if application.status == status
        ]
        if messages:
            send_notices(messages, kind=NoticeKind.APPLICATION, wait=wait, text_message=is_texted)


def withdraw_change_notices(listing_id: int, revision_id: int) -> None:
    """Withdraw the unsent notices of this revision, whatever the applications' status is now."""
    numbers = Application.objects.filter(listing=listing_id).values_list("pk", flat=True)
    withdraw_notices([_build_key(number, revision_id) for number in numbers])


def _build_message(
    application: Application, changed: ChangedTerms, revision_id: int
) -> NoticeMessage:
    return NoticeMessage(
        application.seeker,
        _build_key(application.pk, revision_id),
        f"你报名的兼职改了：{changed.title}",
        f"改了{'、'.join(changed.terms)}。先看看新的合不合适，不合适就在报名页取消。",
        f"/me/applications/{application.pk}/",
        "看报名",
    )


def _build_key(application_id: int, revision_id: int) -> str:
    return f"application-{application_id}-changed-{revision_id}"


def _read_value(text: ListingContent, name: str) -> Any:
    value = text.read_text(name) if name == "further_places" else getattr(text, name)
    return "".join(value.split()) if isinstance(value, str) else value
