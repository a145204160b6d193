"""Saved searches as people make them, and what they are told."""

import re

from django.core import mail

from cities.directory import regions as directory
from listings.models import SavedSearch
from listings.search_subscriptions import saved_searches
from listings.search_subscriptions import sending as search_mails
from sitekit.messages import outbox
from sitekit.models import Mail


def save(query="", city="xiangxi", email="reader@example.com", frequency="instant"):
    """A confirmed one that was looked at just now."""
    place = directory.by_slug(city)
    saved_searches.request_search_subscription(email, place, query, "湘西兼职", frequency)
    row = SavedSearch.objects.latest("pk")
    saved_searches.SEARCHES.confirm(row.pk)
    Mail.objects.all().delete()
    row.refresh_from_db()
    return row


def told():
    """What is due is written; the new mails, oldest first."""
    before = set(Mail.objects.values_list("pk", flat=True))
    search_mails.send_new_listing_mails()
    return list(Mail.objects.exclude(pk__in=before).order_by("pk"))


def sent():
    mail.outbox.clear()
    outbox.deliver_due()
    return list(mail.outbox)


def link(message, purpose):
    """The path of the link in a mail."""
    found = re.search(rf"http://[^/]+(/searches/{purpose}/\S+)", message.body)
    return found and found[1]
