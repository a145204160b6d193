"""Alerts by mail without an account: asked for, confirmed, renewed, ended; and forgotten in time.

Whoever asks gets the same answer whether the address is subscribed or not; what it is told is told
to the mailbox. A link carries the row's number only, signed for one purpose; used again it changes
nothing more.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone

from news import alert_mail
from news.models import AlertDelivery, AlertSubscription
from sitekit import limits, signed
from sitekit.letters import (
    FORGOTTEN,
    LASTS,
    LETTERS_A_DAY,
    MAX_AGE,
    REMINDED,
    UNCONFIRMED,
    is_near_its_end,
)


def ask(email, region, fraud_type):
    """Write to the address: with the link that confirms, or that it is subscribed already."""
    with transaction.atomic():
        if not limits.allow("alert letters", email.lower(), LETTERS_A_DAY, timedelta(days=1)):
            return
        now = timezone.now()
        row = _open(email, region, fraud_type)
        if row and row.lapses_at and row.lapses_at <= now:
            _end(row, row.lapses_at)
            row = None
        if row and row.confirmed_at:
            alert_mail.already(row, now)
            return
        row = row or _new(email, region, fraud_type)
        row.asked_at = now
        row.save(update_fields=["asked_at"])
        alert_mail.confirmation(row)


def find(purpose, token):
    """The row of a link, None where it is gone; raises `signed.Unusable`."""
    number = signed.read(f"alerts {purpose}", token, MAX_AGE[purpose])
    return AlertSubscription.objects.filter(pk=number).select_related("region").first()


def confirm(number):
    with transaction.atomic():
        row = _locked(number)
        if row and not row.confirmed_at and not row.ended_at:
            row.confirmed_at = timezone.now()
            row.lapses_at = row.confirmed_at + LASTS
            row.save(update_fields=["confirmed_at", "lapses_at"])


def renew(number):
    """Another year, once for each time that the end has come near."""
    with transaction.atomic():
        row = _locked(number)
        if row and is_near_its_end(row) and not row.ended_at:
            row.lapses_at, row.reminded_at = timezone.now() + LASTS, None
            row.save(update_fields=["lapses_at", "reminded_at"])


def end(number):
    with transaction.atomic():
        row = _locked(number)
        if row and not row.ended_at:
            _end(row, timezone.now())


def remind(limit=500):
    """Write to those whose year is nearly over; how many."""
    now = timezone.now()
    ending = AlertSubscription.objects.filter(
        ended_at=None, reminded_at=None, lapses_at__gt=now, lapses_at__lte=now + REMINDED
    )
    with transaction.atomic():
        rows = list(ending.select_for_update(skip_locked=True).order_by("pk")[:limit])
        for row in rows:
            alert_mail.reminder(row)
        AlertSubscription.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    return len(rows)


def tidy():
    """Rows nobody confirmed go; so do addresses a month after the end."""
    now, rows = timezone.now(), AlertSubscription.objects
    rows.filter(confirmed_at=None, ended_at=None).filter(
        Q(asked_at__lt=now - UNCONFIRMED) | Q(asked_at=None, created_at__lt=now - UNCONFIRMED)
    ).delete()
    rows.filter(ended_at=None, lapses_at__lt=now - FORGOTTEN).update(ended_at=F("lapses_at"))
    forgotten = rows.filter(ended_at__lt=now - FORGOTTEN).exclude(email="")
    AlertDelivery.objects.filter(subscription__in=forgotten).delete()
    forgotten.update(email="")


def _open(email, region, fraud_type):
    rows = AlertSubscription.objects.alias(lower=Lower("email")).filter(
        lower=email.lower(), region=region, fraud_type=fraud_type, ended_at=None
    )
    return rows.select_for_update(of=("self",)).first()


def _new(email, region, fraud_type):
    row = AlertSubscription(email=email, region=region, fraud_type=fraud_type)
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:  # asked for twice at the same moment
        return _open(email, region, fraud_type)
    return row


def _locked(number):
    return AlertSubscription.objects.select_for_update().filter(pk=number).first()


def _end(row, moment):
    row.ended_at = moment
    row.save(update_fields=["ended_at"])
