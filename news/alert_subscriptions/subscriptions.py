"""Subscriptions to alerts: by mail without an account, or of a member by the channels that the member chose."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.digests import forget_waiting_lines
from accounts.inbox.lapse_notices import notify_of_lapse
from accounts.inbox.moved_mailboxes import move_subscriptions
from accounts.models import User
from news.alert_subscriptions.mails import (
    ALERT_MAIL_KEY,
    ALERT_MAILS,
    build_alert_title,
    parse_alert_mail_key,
)
from news.models import AlertDelivery, AlertSubscription
from sitekit.messages.subscriptions import MailSubscriptions
from sitekit.web.city_urls import reverse_in_city

SUBSCRIPTIONS = "/me/searches/"  # of an app above


def _forget_addresses(rows: QuerySet[Any]) -> None:
    """Keep the rows for statistics; remove the addresses and users from them, and delete what was sent."""
    rows = rows.exclude(email="", user=None)
    AlertDelivery.objects.filter(subscription__in=rows).delete()
    rows.update(email="", user=None)


def _withdraw_news(row: AlertSubscription) -> None:
    address = reverse_in_city("news:alerts", row.region)
    forget_waiting_lines(row.user, NoticeKind.ALERTS, build_alert_title(row), address)


def _notify_of_lapse(rows: Sequence[AlertSubscription]) -> None:
    notify_of_lapse(ALERT_MAILS, rows, SUBSCRIPTIONS)


ALERTS = MailSubscriptions(
    AlertSubscription,
    ALERT_MAILS,
    limit_name="alert",
    forget=_forget_addresses,
    on_end=_withdraw_news,
    on_remind=_notify_of_lapse,
    requested_field="asked_at",
    reminded_field="reminded_at",
    related="region",
)


def move_member_alerts(user: User, former_email: str, **_signal: object) -> None:
    """Receiver of a changed mail address: alerts in mails that no mailbox gets now are told again by other channels."""
    names = ("region", "fraud_type")
    for key in move_subscriptions(ALERTS, names, user, former_email, ALERT_MAIL_KEY):
        number, alerts = parse_alert_mail_key(key)
        AlertDelivery.objects.filter(subscription=number, article__in=alerts).delete()
        AlertSubscription.objects.filter(pk=number).update(last_sent_at=None)


def list_user_alerts(user: User) -> QuerySet[AlertSubscription]:
    """Return the subscriptions of a user: made while signed in, or with the user's address."""
    condition = Q(user=user)
    if user.email:
        condition |= Q(email__iexact=user.email)
    return AlertSubscription.objects.filter(condition).select_related("region").order_by("-pk")


def list_open_alerts(user: User) -> QuerySet[AlertSubscription]:
    return list_user_alerts(user).filter(ended_at=None).exclude(lapses_at__lte=timezone.now())
