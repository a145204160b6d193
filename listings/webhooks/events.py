"""Which events are sent to employers' webhooks, and their deliveries, written in the transaction of the change.

A transition costs one query if its employer has no webhook, and none if its event is not sent.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Count, QuerySet
from django.utils import timezone

from accounts.employers.registration import SANCTIONED_STATUSES
from listings.choices import IN_PUBLIC
from listings.choices import ListingStatus as S
from listings.models import Application, Listing, ListingEvent, Webhook, WebhookDelivery

Event = WebhookDelivery.Event
MAX_WAITING = 500  # deliveries of a webhook; later events are not sent while so many wait
# A listing that ended at most so long ago is still announced, in case the worker was down over a weekend.
ENDED_LISTINGS_PERIOD = timedelta(days=3)
_BY_STATUS = {
    S.PUBLISHED: Event.PUBLISHED,
    S.REJECTED: Event.REFUSED,
    S.HELD: Event.HELD,
    S.REMOVED: Event.REMOVED,
    S.REMOVED_FRAUD: Event.REMOVED,
    S.FILLED: Event.ENDED,
    S.WITHDRAWN: Event.ENDED,
}
_BY_ACTION = {"approve_edit": Event.PUBLISHED, "refuse_edit": Event.REFUSED}
# Actions by which the staff take back a decision or decide again. Submissions by the employer are not sent.
_REOPENED_BY = {"undo", "return", "approve_first"}


class _WebhookEvent(NamedTuple):
    key: str
    event: str
    listing_number: int
    application_number: int | None = None


def find_webhook_event(event: ListingEvent) -> str:
    """Return the webhook event for an event of a listing, "" if it is not sent."""
    if event.action in _BY_ACTION:
        return _BY_ACTION[event.action]
    if event.action in _REOPENED_BY and _waits_again(event):
        return Event.REOPENED
    if event.before == event.after:
        return ""
    if event.after == S.PAUSED and event.before not in IN_PUBLIC:  # released, and still paused
        return Event.PUBLISHED
    return _BY_STATUS.get(S(event.after), "")


def _waits_again(event: ListingEvent) -> bool:
    """Whether a text that was already decided waits again: a listing's text, or the edit of a listing that stayed
    public."""
    if event.before == event.after:
        return event.action == "undo" and event.after in IN_PUBLIC
    return event.after in (S.PENDING, S.DRAFT)


def enqueue_listing_events(events: Iterable[ListingEvent]) -> None:
    """Write a delivery for each event that is sent. The caller is in the transaction of the change."""
    _write_deliveries(
        _WebhookEvent(f"event-{event.pk}", event_type, event.listing_id)
        for event in events
        if (event_type := find_webhook_event(event))
    )


def enqueue_application(application: Application) -> None:
    number = application.listing_id
    key = f"application-{application.pk}"
    _write_deliveries([_WebhookEvent(key, Event.APPLIED, number, application.pk)])


def enqueue_ended_listings() -> int:
    """Write a delivery for each listing whose last day is past, because no transition marks that day. Return how
    many."""
    employers = list(_list_open_webhooks().values_list("employer", flat=True))
    if not employers:
        return 0
    today = timezone.localdate()
    ended = Listing.objects.filter(
        employer__in=employers,
        status__in=[S.PUBLISHED, S.PAUSED],
        valid_through__lt=today,
        valid_through__gte=today - ENDED_LISTINGS_PERIOD,
    )
    happenings = [
        _WebhookEvent(f"ended-{pk}-{day:%Y%m%d}", Event.ENDED, pk)
        for pk, day in ended.values_list("pk", "valid_through")
    ]
    earlier_deliveries = WebhookDelivery.objects.filter(
        key__in=[happening.key for happening in happenings]
    )
    known_keys = set(earlier_deliveries.values_list("key", flat=True))
    return _write_deliveries(
        happening for happening in happenings if happening.key not in known_keys
    )


def _list_open_webhooks() -> QuerySet[Webhook]:
    on = Webhook.objects.filter(switched_off_at=None).exclude(address="")
    return on.exclude(employer__status__in=SANCTIONED_STATUSES)


def _write_deliveries(happenings: Iterable[_WebhookEvent]) -> int:
    rows = list(happenings)
    if not rows:
        return 0
    listings = Listing.objects.filter(
        pk__in={row.listing_number for row in rows}, employer__webhook__in=_list_open_webhooks()
    )
    by_listing = dict(listings.values_list("pk", "employer__webhook"))
    if not by_listing:
        return 0
    room = _count_room(set(by_listing.values()))
    now = timezone.now()
    deliveries = []
    for row in rows:
        webhook = by_listing.get(row.listing_number)
        if webhook is None or room[webhook] <= 0:
            continue
        room[webhook] -= 1
        deliveries.append(
            WebhookDelivery(webhook_id=webhook, created_at=now, next_try_at=now, **row._asdict())
        )
    WebhookDelivery.objects.bulk_create(deliveries, batch_size=500, ignore_conflicts=True)
    return len(deliveries)


def _count_room(webhooks: set[int]) -> dict[int, int]:
    """Return for each webhook how many more deliveries may wait."""
    waiting = WebhookDelivery.objects.filter(webhook__in=webhooks, next_try_at__isnull=False)
    counts = dict(waiting.values_list("webhook").annotate(Count("pk")))
    return {webhook: MAX_WAITING - counts.get(webhook, 0) for webhook in webhooks}
