"""Send the deliveries that are due (by the worker). A delivery is repeated until the receiver answers with 2xx, at
most as often as `RETRY_PAUSES` allows; a receiver may get it twice.

A delivery is claimed by moving its next time forward. Therefore no transaction is open while a receiver answers,
two workers do not send the same delivery, and after a worker was killed its delivery is sent again.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Protocol

from django.db.models import F, Min, QuerySet
from django.utils import timezone

from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.employers.membership import OWNER_ROLE
from accounts.employers.registration import SANCTIONED_STATUSES
from listings.models import Webhook, WebhookDelivery
from listings.webhooks.endpoints import (
    SANCTIONED_MESSAGE,
    SWITCHED_OFF_MESSAGE,
    cancel_waiting_deliveries,
)
from listings.webhooks.signatures import build_signed_headers
from sitekit.fetching.public_hosts import AddressRefused
from sitekit.fetching.web_post import post_json
from sitekit.web.absolute_urls import build_absolute_url

# Before the second try, the third …: 18 hours in all.
RETRY_PAUSES = [timedelta(minutes=m) for m in (1, 10, 60, 5 * 60, 12 * 60)]
MAX_DELIVERY_TRIES = len(RETRY_PAUSES) + 1
SWITCHED_OFF_AFTER = timedelta(days=3)  # of nothing but failures
# with the slowest send after it under a minute: the worker does few jobs at once
ROUND_SECONDS = 25.0
MAX_IN_A_ROUND = 50  # of a webhook
STATUS_GONE = 410
WEBHOOK_PAGE = "/employer/api/webhook/"
_UNREADABLE = "密钥读不出来，请换一个。"


class Post(Protocol):
    def __call__(self, url: str, body: bytes, headers: Mapping[str, str], /) -> int: ...


def send_due_deliveries(stopped: Callable[[], bool], post: Post = post_json) -> int:
    """Send what is due, one of each webhook in turn; return how many arrived.

    A webhook that fails is left for this round, so that it does not hold up the others.
    """
    until = time.monotonic() + ROUND_SECONDS
    arrived = 0
    waiting = _list_due_webhooks()
    for _turn in range(MAX_IN_A_ROUND):
        for number in list(waiting):
            if stopped() or time.monotonic() > until:
                return arrived
            delivery = _claim_next(number)
            if delivery is not None and _send_delivery(delivery, post):
                arrived += 1
            else:
                waiting.remove(number)
    return arrived


def build_body(delivery: WebhookDelivery) -> bytes:
    """Return what is sent: numbers, the event, its time and where the API tells more; nothing of anybody."""
    event_data: dict[str, object] = {}
    if delivery.listing_number:
        event_data["listing_id"] = delivery.listing_number
        event_data["url"] = build_absolute_url(f"/api/v1/listings/{delivery.listing_number}")
    if delivery.application_number:
        event_data["application_id"] = delivery.application_number
    body = {
        "type": delivery.event,
        "timestamp": delivery.created_at.isoformat(),
        "data": event_data,
    }
    return json.dumps(body, separators=(",", ":")).encode()


def _list_due_webhooks() -> list[int]:
    """The longest waiting first."""
    due = WebhookDelivery.objects.filter(next_try_at__lte=timezone.now())
    oldest = due.values("webhook").annotate(oldest=Min("next_try_at")).order_by("oldest")
    return list(oldest.values_list("webhook", flat=True)[:1000])


def _claim_next(number: int) -> WebhookDelivery | None:
    for delivery in _list_next(number):
        tries = delivery.tries + 1
        pause = RETRY_PAUSES[min(tries, len(RETRY_PAUSES)) - 1]
        unclaimed = WebhookDelivery.objects.filter(pk=delivery.pk, next_try_at=delivery.next_try_at)
        if unclaimed.update(tries=F("tries") + 1, next_try_at=timezone.now() + pause):
            delivery.tries = tries
            return delivery
    return None


def _list_next(number: int) -> Iterator[WebhookDelivery]:
    due = WebhookDelivery.objects.filter(webhook=number, next_try_at__lte=timezone.now())
    yield from due.select_related("webhook__employer").order_by("next_try_at", "pk")[:3]


def _send_delivery(delivery: WebhookDelivery, post: Post) -> bool:
    """Send it once; return whether it arrived."""
    webhook = delivery.webhook
    if webhook.employer.status in SANCTIONED_STATUSES:
        cancel_waiting_deliveries(webhook, SANCTIONED_MESSAGE)
        return False
    if not webhook.is_on:
        cancel_waiting_deliveries(webhook, SWITCHED_OFF_MESSAGE)
        return False
    status, problem = 0, ""
    try:
        status = _post_signed_delivery(delivery, post)
    except AddressRefused as reason:
        problem = str(reason)
    if 200 <= status < 300:
        _note_arrival(delivery)
        return True
    _note_failure(delivery, problem or _describe_status(status), is_gone=status == STATUS_GONE)
    return False


def _post_signed_delivery(delivery: WebhookDelivery, post: Post) -> int:
    body = build_body(delivery)
    try:
        headers = build_signed_headers(
            delivery.webhook.secret, delivery.key, int(time.time()), body
        )
    except ValueError:
        raise AddressRefused(_UNREADABLE) from None
    return post(delivery.webhook.address, body, headers)


def _describe_status(status: int) -> str:
    if 300 <= status < 400:
        return f"对方回答 {status}，要转到别处；不跟过去，请填最后的地址。"
    return f"对方回答 {status}。"


def _note_arrival(delivery: WebhookDelivery) -> None:
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        delivered_at=timezone.now(), next_try_at=None, problem=""
    )
    if delivery.webhook.failing_since:
        _list_unchanged_webhook(delivery.webhook).update(failing_since=None)


def _note_failure(delivery: WebhookDelivery, problem: str, *, is_gone: bool) -> None:
    webhook, now = delivery.webhook, timezone.now()
    rows = WebhookDelivery.objects.filter(pk=delivery.pk)
    rows.update(problem=problem[:200])
    if delivery.event == WebhookDelivery.Event.TEST:  # its author looks at the page
        rows.update(next_try_at=None)
        return
    if webhook.failing_since is None:
        webhook.failing_since = now
        _list_unchanged_webhook(webhook).filter(failing_since=None).update(failing_since=now)
    if is_gone or webhook.failing_since < now - SWITCHED_OFF_AFTER:
        _switch_off(webhook, problem)
    elif delivery.tries >= MAX_DELIVERY_TRIES:
        rows.update(next_try_at=None)
        _notify_owners_of_failure(
            webhook,
            "given-up",
            "有的回调没有送到",
            f"试了 {MAX_DELIVERY_TRIES} 次，不再试：{problem}",
        )


def _list_unchanged_webhook(webhook: Webhook) -> QuerySet[Webhook]:
    """Return the webhook in a list, [] if its address has changed: a result of the old address says nothing about
    the new."""
    return Webhook.objects.filter(pk=webhook.pk, address=webhook.address)


def _switch_off(webhook: Webhook, problem: str) -> None:
    enabled = _list_unchanged_webhook(webhook).filter(switched_off_at=None)
    if enabled.update(switched_off_at=timezone.now()):
        cancel_waiting_deliveries(webhook, f"停用了，没有再发。{problem}"[:200])
        _notify_owners_of_failure(
            webhook, "off", "回调一直送不到，先停了", f"最后一次：{problem}修好以后再打开。"
        )


def _notify_owners_of_failure(webhook: Webhook, notice_kind: str, title: str, text: str) -> None:
    """At most one notice of a kind a day."""
    key = f"webhook-{webhook.pk}-{notice_kind}-{timezone.localdate()}"
    message = MemberMessage(key, title, text, WEBHOOK_PAGE, "去看看")
    notify_members(webhook.employer, message, roles=[OWNER_ROLE])
