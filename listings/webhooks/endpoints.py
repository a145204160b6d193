"""The webhook of an employer: its address and secret, set by owners; each change is an event of the employer."""

import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from accounts.employers.membership import lock_employer
from accounts.employers.registration import SANCTIONED_STATUSES
from accounts.employers.transitions import record_employer_event
from accounts.models import Employer, User
from listings.models import Webhook, WebhookDelivery
from listings.webhooks.signatures import make_webhook_secret
from sitekit.web.rate_limits import count_attempt
from sitekit.workflow.periods import DAY
from sitekit.workflow.refusals import Refusal

TESTS_A_DAY = 20
SANCTIONED_MESSAGE = "单位被冻结或封禁，现在什么也不发。"
SWITCHED_OFF_MESSAGE = "地址改了或停用了，没有发。"


def find_webhook(employer: Employer) -> Webhook | None:
    webhook = Webhook.objects.filter(employer=employer).first()
    if webhook is not None:
        webhook.employer = employer
    return webhook


def set_webhook_address(employer: Employer, owner: User, address: str) -> str:
    """Store the address and switch the webhook on; return the secret if it is new, because it cannot be read again.

    Deliveries that waited for another address are not sent, because the new address has another reader.
    """
    with transaction.atomic():
        employer = lock_employer(employer.pk)
        webhook = find_webhook(employer)
        is_same = webhook is not None and webhook.address == address
        secret = "" if is_same else make_webhook_secret()
        if webhook is None:
            webhook = Webhook(employer=employer)
        elif not is_same:
            cancel_waiting_deliveries(webhook, SWITCHED_OFF_MESSAGE)
        if secret:
            webhook.secret, webhook.secret_made_at = secret, timezone.now()
        webhook.address = address
        webhook.failing_since = webhook.switched_off_at = None
        webhook.save()
        _record_webhook_event(employer, owner, "重新打开回调" if is_same else "设置回调地址")
    return secret


def renew_webhook_secret(webhook: Webhook, owner: User) -> str:
    """Return the new secret; the old one signs nothing any more."""
    secret = make_webhook_secret()
    with transaction.atomic():
        employer = lock_employer(webhook.employer_id)
        rows = Webhook.objects.filter(pk=webhook.pk)
        rows.update(secret=secret, secret_made_at=timezone.now())
        _record_webhook_event(employer, owner, "换回调密钥")
    return secret


def remove_webhook_address(webhook: Webhook, owner: User) -> None:
    """Take the address and the secret away; removing it twice is no change."""
    with transaction.atomic():
        employer = lock_employer(webhook.employer_id)
        rows = Webhook.objects.filter(pk=webhook.pk).exclude(address="")
        if rows.update(address="", secret="", failing_since=None, switched_off_at=None):
            cancel_waiting_deliveries(webhook, SWITCHED_OFF_MESSAGE)
            _record_webhook_event(employer, owner, "删除回调地址")


def forget_webhooks(employers: Iterable[Employer]) -> None:
    """Delete addresses, secrets and deliveries of employers of which nobody is left."""
    webhooks = Webhook.objects.filter(employer__in=list(employers))
    WebhookDelivery.objects.filter(webhook__in=webhooks).delete()
    webhooks.update(address="", secret="", failing_since=None, switched_off_at=None)


def enqueue_test_delivery(webhook: Webhook) -> WebhookDelivery:
    """Write a test that the worker sends once; raises Refusal."""
    if webhook.employer.status in SANCTIONED_STATUSES:
        raise Refusal(SANCTIONED_MESSAGE)
    if not webhook.is_on:
        raise Refusal("回调停用了，先重新打开。")
    if not count_attempt("webhook test", webhook.employer_id, TESTS_A_DAY, DAY):
        raise Refusal("今天试得太多了，请明天再试。")
    return webhook.deliveries.create(
        key=f"test-{secrets.token_hex(8)}",
        event=WebhookDelivery.Event.TEST,
        next_try_at=timezone.now(),
    )


def cancel_waiting_deliveries(webhook: Webhook, words: str) -> None:
    waiting = webhook.deliveries.filter(next_try_at__isnull=False)
    waiting.update(next_try_at=None, problem=words)


def _record_webhook_event(employer: Employer, owner: User, words: str) -> None:
    record_employer_event(employer, owner, "webhook", words, employer.status)
