"""Alerts by mail without an account."""

from typing import Any

from django.db.models import QuerySet

from news.alert_subscriptions.mails import ALERT_MAILS
from news.models import AlertDelivery, AlertSubscription
from sitekit.messages.subscriptions import MailSubscriptions


def _forget_addresses(rows: QuerySet[Any]) -> None:
    """Keep the rows for statistics; delete the addresses and what they were sent."""
    rows = rows.exclude(email="")
    AlertDelivery.objects.filter(subscription__in=rows).delete()
    rows.update(email="")


ALERTS = MailSubscriptions(
    AlertSubscription,
    ALERT_MAILS,
    limit_name="alert",
    forget=_forget_addresses,
    requested_field="asked_at",
    reminded_field="reminded_at",
    related="region",
)
