"""Two or three words in the rows of a listing: how soon its employer answers, or how often work was done.

A job computes the words of each employer and stores them. A new row is drawn with the stored words
(`listings.search.cards`); when the words change, the job replaces them in the existing rows. Lists therefore need
no further query, and a sign-up redraws a row only if it changes the words.
"""

import re
from collections.abc import Callable

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.html import format_html

from listings.applications.track_record import (
    REPLIES_COUNTED,
    TrackRecord,
    aggregate_usual_reply,
    describe_reply_time,
)
from listings.choices import ApplicationStatus as S
from listings.models import Application, ApplicationEvent, EmployerRecord, Listing, ListingCard

_GAP = re.compile(r"<!--record-->(.*?)<!--/record-->")
_EXACT_COUNTS_BELOW = (
    10  # numbers from here on are rounded, else each further time would change the row
)
CARDS_PER_UPDATE = 500


def refresh_card_records(stopped: Callable[[], bool] = lambda: False) -> int:
    """Write the present words of each employer's record into its rows; return how many rows changed."""
    stored_words = dict(EmployerRecord.objects.values_list("employer", "words"))
    words, changed = read_record_words(), 0
    for employer in sorted({*stored_words, *words}):
        if stopped():
            break
        if words.get(employer, "") != stored_words.get(employer, ""):
            changed += _write_record(employer, words.get(employer, ""))
    return changed


def _write_record(employer: int, words: str) -> int:
    with transaction.atomic():
        if words:
            EmployerRecord.objects.bulk_create(
                [EmployerRecord(employer_id=employer, words=words)],
                update_conflicts=True,
                unique_fields=["employer"],
                update_fields=["words"],
            )
        else:
            EmployerRecord.objects.filter(employer=employer).delete()
        cards = ListingCard.objects.filter(listing__employer=employer).select_for_update(
            of=("self",)
        )
        rows = [ListingCard(pk=card.pk, html=fill_card_record(card.html, words)) for card in cards]
        ListingCard.objects.bulk_update(rows, ["html"], batch_size=CARDS_PER_UPDATE)
    return len(rows)


def fill_card_record(html: str, words: str) -> str:
    span = format_html('<span class="record">{}</span>', words) if words else ""
    return _GAP.sub(lambda _gap: f"<!--record-->{span}<!--/record-->", html, count=1)


def read_record_words() -> dict[int, str]:
    """Return the words by employer, for employers that recruit and have a record. Two queries."""
    recruiting = Exists(ListingCard.objects.filter(listing__employer=OuterRef("employer")))
    replies = ApplicationEvent.objects.filter(
        application__listing__in=_list_listings(recruiting),
        before=S.APPLIED,
        after__in=(S.ACCEPTED, S.DECLINED),
        created_at__gt=timezone.now() - REPLIES_COUNTED,
    )
    by_employer = replies.order_by().values_list("application__listing__employer")
    done_applications = Application.objects.filter(
        listing__in=_list_listings(recruiting), status=S.DONE
    )
    words = {
        employer: _describe_done(count)
        for employer, count in done_applications.order_by()
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
    return f"做完 {count} 次" if count < _EXACT_COUNTS_BELOW else f"做完 {count // 10 * 10} 次以上"
