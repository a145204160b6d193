"""Figures of past sign-ups: how many there are, how soon an employer answers, how often work was done.

Each figure is shown only if there is one. No figure is about a single seeker.
"""

import math
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Aggregate,
    Count,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils import timezone
from django.utils.html import escape

from listings.applications.ratings import HIDDEN_FOR, list_visible_ratings
from listings.applications.transitions import TAKES_A_PLACE
from listings.choices import ApplicationStatus as S
from listings.models import Application, ApplicationEvent, Listing, Rating
from sitekit.databases.aggregates import Median, build_aggregate_column
from sitekit.databases.composed_queries import ComposedQuery
from sitekit.workflow.periods import DAY, HOUR

REPLIES_COUNTED = timedelta(days=90)
FEWEST_REPLIES = 3  # with fewer replies nothing is usual yet
SLOWEST_TOLD = timedelta(days=7)


class TrackRecord(NamedTuple):
    """`signed_up` and `taken` count the people and the places of one listing; all other fields describe its
    employer."""

    signed_up: int
    done: int
    replies: int
    usual_reply: timedelta | None
    rated: int
    again: int
    taken: int = 0


def read_track_record(listing: Listing) -> TrackRecord:
    """One query."""
    now = timezone.now()
    rows = _TRACK_RECORD.fetch_rows(
        listing=listing.pk,
        replied_after=now - REPLIES_COUNTED,
        rated_before=now - HIDDEN_FOR,
    )
    signed_up, done, replies, usual_reply, rated, again, taken = rows[0]
    return TrackRecord(
        signed_up or 0, done or 0, replies or 0, usual_reply, rated or 0, again or 0, taken or 0
    )


def has_room_for_sign_ups(listing: Listing, record: TrackRecord) -> bool:
    """Decide as `explain_closed_listing` does, but with counts that were already read for the page."""
    most = listing.most_applications
    return record.taken < listing.headcount and (most is None or record.signed_up < most)


def _build_track_record_query(
    listing: int, replied_after: datetime, rated_before: datetime
) -> QuerySet[Any, Any]:
    employer_ref = OuterRef("employer")
    replies = ApplicationEvent.objects.filter(
        application__listing__employer=employer_ref,
        before=S.APPLIED,
        after__in=(S.ACCEPTED, S.DECLINED),
        created_at__gt=replied_after,
    )
    done = Application.objects.filter(listing__employer=employer_ref, status=S.DONE)
    visible = list_visible_ratings(rated_before)
    ratings = visible.filter(by=Rating.By.SEEKER, application__listing__employer=employer_ref)
    signed_up = Application.objects.filter(listing=OuterRef("pk")).exclude(status=S.WITHDRAWN)
    return Listing.objects.filter(pk=listing).values_list(
        build_aggregate_column(signed_up, Count("pk")),
        build_aggregate_column(done, Count("pk")),
        build_aggregate_column(replies, Count("pk")),
        build_aggregate_column(replies, aggregate_usual_reply()),
        build_aggregate_column(ratings, Count("pk")),
        build_aggregate_column(ratings, Count("pk", filter=Q(again=True))),
        build_aggregate_column(signed_up, Count("pk", filter=Q(status__in=TAKES_A_PLACE))),
    )


_TRACK_RECORD = ComposedQuery(
    _build_track_record_query, listing=int, replied_after=datetime, rated_before=datetime
)


def aggregate_usual_reply() -> Aggregate:
    """Return an aggregate over the events that answer a sign-up: the median time that the seekers waited."""
    waited = ExpressionWrapper(
        F("created_at") - F("application__applied_at"), output_field=DurationField()
    )
    return Median(waited, output_field=DurationField())


def describe_reply_time(record: TrackRecord) -> str:
    """Return how soon the employer usually answers; "" if there are too few answers, or they take longer."""
    usual = record.usual_reply
    if record.replies < FEWEST_REPLIES or usual is None or usual > SLOWEST_TOLD:
        return ""
    if usual > DAY:
        return f"一般 {math.ceil(usual / DAY)} 天内回复"
    return f"一般 {max(1, math.ceil(usual / HOUR))} 小时内回复"


def describe_record(record: TrackRecord) -> str:
    """Return how often work was done and how seekers rated it; "" if there is nothing."""
    parts = [f"做完 {record.done} 次"] if record.done else []
    if record.rated:
        parts.append(f"{record.rated} 人评，{record.again} 人愿再去")
    return " · ".join(parts)


def fill_track_record(html: str, record: TrackRecord) -> str:
    """Fill the placeholders of a listing's cached page with present figures: sign-ups do not redraw the page."""
    reply, words = describe_reply_time(record), describe_record(record)
    gaps = {
        "<!--signed-up-->": f"，已报 {record.signed_up} 人" if record.signed_up else "",
        "<!--reply-->": f"{escape(reply)} · " if reply else "",
        "<!--record-->": f'<span class="second">{escape(words)}</span>' if words else "",
    }
    for gap, text in gaps.items():
        html = html.replace(gap, text)
    return html
