"""How soon an employer answers, or how often work was done, in the rows of its listings: two or three words.

A row is drawn without them, as its text is (`listings.search.cards`); a job fills the gap some minutes later and
keeps it true. So lists ask for nothing more, and a sign-up draws no row anew unless the words change.
"""

import re
from collections.abc import Callable

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from listings.applications.track_record import (
    REPLIES_COUNTED,
    TrackRecord,
    aggregate_usual_reply,
    describe_reply_time,
)
from listings.choices import ApplicationStatus as S
from listings.models import Application, ApplicationEvent, Listing, ListingCard

_GAP = re.compile(r"<!--record-->(.*?)<!--/record-->")
_OPEN = '<span class="record">'
_FEW = 10  # times that are told exactly: of more the row would change with each
BATCH = 500


def refresh_card_records(stopped: Callable[[], bool] = lambda: False) -> int:
    """Write into rows what their employers' records say now; return how many rows changed."""
    words, changed = read_record_words(), 0
    has_record = Q(listing__employer__in=list(words)) | Q(html__contains=_OPEN)
    cards = ListingCard.objects.filter(has_record).order_by("pk")
    rows = cards.values_list("pk", "listing__employer", "html")
    for pk, employer, html in rows.iterator(BATCH):
        if stopped():
            break
        filled = fill_card_record(html, words.get(employer, ""))
        if filled != html:
            # Nothing, if it was drawn anew meanwhile: the next time finds it.
            changed += ListingCard.objects.filter(pk=pk, html=html).update(html=filled)
    return changed


def fill_card_record(html: str, words: str) -> str:
    span = f"{_OPEN}{words}</span>" if words else ""
    return _GAP.sub(f"<!--record-->{span}<!--/record-->", html, count=1)


def read_record_words() -> dict[int, str]:
    """Return the words by employer, of those that recruit and have a record. Two queries."""
    recruiting = Exists(ListingCard.objects.filter(listing__employer=OuterRef("employer")))
    replies = ApplicationEvent.objects.filter(
        application__listing__in=_list_listings(recruiting),
        before=S.APPLIED,
        after__in=(S.ACCEPTED, S.DECLINED),
        created_at__gt=timezone.now() - REPLIES_COUNTED,
    )
    by_employer = replies.order_by().values_list("application__listing__employer")
    done = Application.objects.filter(listing__in=_list_listings(recruiting), status=S.DONE)
    words = {
        employer: _describe_done(count)
        for employer, count in done.order_by()
        .values_list("listing__employer")
        .annotate(count=Count("pk"))
    }
    for employer, count, usual in by_employer.annotate(
        count=Count("pk"), usual=aggregate_usual_reply()
    ):
        reply = describe_reply_time(TrackRecord(0, 0, count, usual, 0, 0)).removeprefix("一般 ")
        words[employer] = reply or words.get(employer, "")
    return words


def _list_listings(condition: Exists) -> QuerySet[Listing]:
    return Listing.objects.filter(condition, employer__isnull=False).order_by()


def _describe_done(count: int) -> str:
    return f"做完 {count} 次" if count < _FEW else f"做完 {count // 10 * 10} 次以上"
