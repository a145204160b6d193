"""Subscriptions as people make them."""

import re

from django.core import mail

from news import periodic_tasks as housekeeping
from news.alert_subscriptions.subscriptions import ALERTS
from news.models import AlertSubscription
from sitekit.messages.outbox import deliver_due
from sitekit.models import Mail


def make_alert_subscription(email="reader@example.com", region=None, fraud_type=""):
    """A confirmed one."""
    ALERTS.request(email, region=region, fraud_type=fraud_type)
    row = AlertSubscription.objects.latest("pk")
    ALERTS.confirm(row.pk)
    Mail.objects.all().delete()
    row.refresh_from_db()
    return row


def send_due_mails():
    """Whatever is due leaves; the mails that did."""
    mail.outbox.clear()
    for job in housekeeping.JOBS:
        job.do()
    deliver_due()
    return list(mail.outbox)


def find_mail_link(message, purpose):
    """The path of the link in a mail."""
    match = re.search(rf"http://[^/]+(/alerts/subscribe/{purpose}/\S+)", message.body)
    return match and match[1]
