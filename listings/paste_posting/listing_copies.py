"""An earlier listing as the beginning of a new one: its fields as typed, with dates that lie ahead."""

import datetime

from accounts.models import Employer, User
from listings.employer_desk.drafts import (
    REUSABLE,
    create_listing_with_draft_once,
    format_content_as_typed,
)
from listings.employer_desk.guest_drafts import GuestDraft
from listings.employer_desk.posting_forms import FIELD_NAMES
from listings.models import Listing
from listings.paste_posting.one_page_form import list_typed_values
from listings.post_reader.post_reading import PostReading
from listings.post_reader.post_text import FieldReading, PostText
from listings.publication.completeness import limit_last_day
from listings.renewals.renewal import get_usual_last_day
from sitekit.templatetags.sitekit import cn_date

EARLIER_SHOWN = 5
DAYS_OF_WEEK = 7


def list_earlier_listings(employer: Employer) -> list[Listing]:
    """Return the newest that a new one may begin with, one of each title."""
    rows = employer.listings.filter(status__in=REUSABLE, published_at__isnull=False)
    newest = rows.order_by("-published_at", "-pk")[: 4 * EARLIER_SHOWN]
    by_title = {listing.title: listing for listing in reversed(newest)}
    return list(reversed(by_title.values()))[:EARLIER_SHOWN]


def read_listing_copy(listing: Listing, today: datetime.date) -> PostReading:
    """Return its fields as those of a pasted post, each changed one with what was changed."""
    typed = format_content_as_typed(listing.get_content())
    fields = {name: FieldReading(typed[name]) for name in FIELD_NAMES if any(typed.get(name, []))}
    dates = move_dates(listing.start_date, listing.end_date, today)
    for name, old, new in zip(
        ("start_date", "end_date"), (listing.start_date, listing.end_date), dates, strict=True
    ):
        if old and new and old != new:
            note = f"原来是 {cn_date(old)}，已顺延到 {cn_date(new)}。"
            fields[name] = FieldReading([new.isoformat()], note=note)
    last = limit_last_day(get_usual_last_day(), dates[1])
    fields["valid_through"] = FieldReading([last.isoformat()])
    return PostReading(PostText(""), fields, [])


def find_copied_listing(draft: GuestDraft, employer: Employer | None) -> Listing | None:
    """Return the listing that the draft was copied from, while it is one of the employer."""
    if employer is None or draft.copied_from is None:
        return None
    return employer.listings.filter(pk=draft.copied_from).first()


def create_employer_draft(draft: GuestDraft, employer: Employer, author: User) -> Listing:
    """Make it a draft of the employer, with the photos of a copied listing; raises `Refusal` if there are too many."""
    source = find_copied_listing(draft, employer)
    photos = source.photos if source else []
    return create_listing_with_draft_once(employer, author, list_typed_values(draft.typed), photos)


def move_dates(
    start: datetime.date | None, end: datetime.date | None, today: datetime.date
) -> tuple[datetime.date | None, datetime.date | None]:
    """Return the dates of the work moved into the future.

    Past dates move by whole weeks, so that weekdays stay; work that still goes on begins today.
    """
    if start and start < today and end and end >= today:
        return today, end
    first = start or end
    if first is None or first >= today:
        return start, end
    weeks = -((first - today).days // DAYS_OF_WEEK)
    shift = datetime.timedelta(weeks=weeks)
    return start and start + shift, end and end + shift
