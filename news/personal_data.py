from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from news.models import AlertSubscription
from sitekit.maintenance.personal_data import PersonalData


def _list_subscriptions(user: User) -> QuerySet[AlertSubscription]:
    return AlertSubscription.objects.filter(email__iexact=user.email or "").exclude(email="")


def export(user: User) -> dict[str, Any]:
    rows = _list_subscriptions(user).order_by("pk")
    fields = ("region__name", "fraud_type", "created_at", "confirmed_at", "lapses_at", "ended_at")
    return {"alert_subscriptions": list(rows.values(*fields))}


def erase(user: User) -> None:
    _list_subscriptions(user).delete()


PERSONAL_DATA = PersonalData(export, erase)
