"""An employer with a webhook, and a program that answers."""

from django.utils import timezone

from listings.models import WebhookDelivery
from listings.webhooks.endpoints import find_webhook, set_webhook_address

ADDRESS = "https://hooks.example.cn/jobs"


def never_stop():
    return False


def make_webhook(employer, owner, address=ADDRESS):
    set_webhook_address(employer, owner, address)
    return find_webhook(employer)


def list_deliveries(employer):
    """(event, listing, application) of each delivery, the oldest first."""
    rows = WebhookDelivery.objects.filter(webhook__employer=employer).order_by("pk")
    return list(rows.values_list("event", "listing_number", "application_number"))


def make_due():
    WebhookDelivery.objects.filter(next_try_at__isnull=False).update(next_try_at=timezone.now())


class Program:
    """Answers each POST with the next of the statuses, the last again and again; an exception is raised."""

    def __init__(self, *answers):
        self.answers, self.posts = list(answers), []

    def __call__(self, url, body, headers):
        self.posts.append((url, body, headers))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer
