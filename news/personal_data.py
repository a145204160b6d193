from news.models import AlertSubscription
from sitekit.maintenance.personal_data import PersonalData


def _rows(user):
    return AlertSubscription.objects.filter(email__iexact=user.email or "").exclude(email="")


def export(user):
    rows = _rows(user).order_by("pk")
    fields = ("region__name", "fraud_type", "created_at", "confirmed_at", "lapses_at", "ended_at")
    return {"alert_subscriptions": list(rows.values(*fields))}


def erase(user):
    _rows(user).delete()


PERSONAL_DATA = PersonalData(export, erase)
