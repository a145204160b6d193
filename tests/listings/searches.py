"""Saved searches as people make them, and what they are told."""

import re

from django.core import mail

from cities.directory.regions import get_region_by_slug
from listings.models import SavedSearch
from listings.search_subscriptions.saved_searches import SEARCHES
from listings.search_subscriptions.sending import send_new_listing_mails
from sitekit.messages.outbox import deliver_due
from sitekit.models import Mail


def request_search(email, place, query, title, frequency):
    SEARCHES.request(
        email,
        region=place,
        query=query,
        first_fields={"title": title},
        each_time_fields={"frequency": frequency},
    )


def make_saved_search(query="", city="xiangxi", email="reader@example.com", frequency="instant"):
    """A confirmed one that was looked at just now."""
    place = get_region_by_slug(city)
    request_search(email, place, query, "湘西兼职", frequency)
    row = SavedSearch.objects.latest("pk")
    SEARCHES.confirm(row.pk)
    Mail.objects.all().delete()
    row.refresh_from_db()
    return row


def write_due_mails():
    """What is due is written; the new mails, oldest first."""
    before = set(Mail.objects.values_list("pk", flat=True))
    send_new_listing_mails()
    return list(Mail.objects.exclude(pk__in=before).order_by("pk"))


def deliver_due_mails():
    mail.outbox.clear()
    deliver_due()
    return list(mail.outbox)


def find_mail_link(message, purpose):
    """The path of the link in a mail."""
    match = re.search(rf"http://[^/]+(/searches/{purpose}/\S+)", message.body)
    return match and match[1]
