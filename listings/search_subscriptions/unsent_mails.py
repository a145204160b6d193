"""Mails of searches that wait for the morning tell of nothing that left the lists meanwhile: held, removed, filled."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from listings.models import Listing, SavedSearch, SavedSearchHit
from listings.search_subscriptions.mails import SEARCH_MAIL_KEY, parse_search_mail_key
from listings.search_subscriptions.member_news import leave_out_hidden_listings
from listings.search_subscriptions.sending import build_addressed_mail
from sitekit.messages.outbox import enqueue_messages, list_waiting_messages, withdraw_messages


def rewrite_unsent_search_mails() -> int:
    """Write them anew without what is not live any more, or take them back; return how many. Two queries, one where
    none waits.

    What is live again later is told then: members were told of it in the inbox already.
    """
    waiting = list_waiting_messages().filter(key__startswith=f"{SEARCH_MAIL_KEY}-")
    messages = {parse_search_mail_key(key): pk for key, pk in waiting.values_list("key", "pk")}
    if not messages:
        return 0
    live = Listing.objects.live().filter(pk=OuterRef("listing"))
    ended = SavedSearchHit.objects.filter(
        ~Exists(live),
        search__in={search for search, _ in messages},
        created_at__in={moment for _, moment in messages},
    )
    outdated = messages.keys() & set(ended.values_list("search", "created_at"))
    return sum(_rewrite_mail(messages[mail], *mail) for mail in sorted(outdated))


@transaction.atomic
def _rewrite_mail(message: int, search: int, looked_at: datetime) -> bool:
    """Return whether it still waited."""
    if not withdraw_messages(pk=message):
        return False
    # First, as it knows them by the hits that go with the mail.
    leave_out_hidden_listings(search, looked_at)
    hits = SavedSearchHit.objects.filter(search=search, created_at=looked_at)
    live = Listing.objects.live().filter(pk__in=hits.values("listing"))
    listings = list(live.select_related("employer").prefetch_related("employer__checks"))
    hits.exclude(listing__in=listings).delete()
    row = SavedSearch.objects.select_related("user").get(pk=search)
    if listings and (mail := build_addressed_mail(row, listings, looked_at)):
        enqueue_messages([mail])
    return True
