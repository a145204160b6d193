from typing import Any

from accounts.models import User
from news.alert_subscriptions.subscriptions import list_user_alerts
from sitekit.maintenance.personal_data import PersonalData


def export(user: User) -> dict[str, Any]:
    rows = list_user_alerts(user).order_by("pk")
    fields = ("region__name", "fraud_type", "created_at", "confirmed_at", "lapses_at", "ended_at")
    return {"alert_subscriptions": list(rows.values(*fields))}


def erase(user: User) -> None:
    list_user_alerts(user).delete()


PERSONAL_DATA = PersonalData(export, erase)
