"""Keep mails of searches that wait for the morning up to date: listings that left the lists are removed from them."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from listings.models import Listing, SavedSearch, SavedSearchHit
from listings.search_subscriptions.mails import SEARCH_MAIL_KEY, parse_search_mail_key
from listings.search_subscriptions.member_news import leave_out_hidden_listings
from listings.search_subscriptions.sending import build_addressed_mail
from sitekit.messages.outbox import enqueue_messages, list_waiting_messages, withdraw_messages


def rewrite_unsent_search_mails() -> int:
    """Rewrite waiting mails without the listings that are no longer live, or withdraw them; return how many. Two
    queries, one if no mail waits.

    A listing that is live again later is announced then; members were already told of it in the inbox.
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
    """Rewrite or withdraw the mail; return whether it was still waiting."""
    if not withdraw_messages(pk=message):
        return False
    # This needs the hits, so it comes before they are deleted.
    leave_out_hidden_listings(search, looked_at)
    hits = SavedSearchHit.objects.filter(search=search, created_at=looked_at)
    live = Listing.objects.live().filter(pk__in=hits.values("listing"))
    listings = list(live.select_related("employer").prefetch_related("employer__checks"))
    hits.exclude(listing__in=listings).delete()
    row = SavedSearch.objects.select_related("user").get(pk=search)
    if listings and (mail := build_addressed_mail(row, listings, looked_at)):
        enqueue_messages([mail])
    return True
