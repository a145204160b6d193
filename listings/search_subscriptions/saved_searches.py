"""Searches that send mail.

Somebody who is signed in with the address needs no confirmation.
"""

from datetime import timedelta
from urllib.parse import urlencode

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from listings.choices import Frequency
from listings.models import SavedSearch, SavedSearchHit
from listings.search.facet_panels import NAMED_IN_HEADING, build_filter_chips, build_filter_heading
from listings.search.search_request import SearchRequest
from listings.search_subscriptions import mails as search_letters
from sitekit.messages.outbox import withdraw_messages
from sitekit.messages.subscriptions import FORGOTTEN, MailSubscriptions

MOST = 20  # of one person
LONGEST_QUERY = 500  # as the table has it
REMEMBERED = timedelta(days=180)  # what was told


class TooManySearches(Exception):
    """The address has as many searches as one may have."""


def form_address(search_request: SearchRequest, city) -> str:
    """The page that saves the search of a list; the city is that of the list's address."""
    query = canonicalise_query(search_request)
    if city:
        query += f"{'&' if query else ''}city={city.slug}"
    address = reverse("listings:search_new")
    return f"{address}?{query}" if query else address


def canonicalise_query(search_request: SearchRequest) -> str:
    """The same search in the same words, in whatever order its address had them; unsorted."""
    values = search_request.filters.values | (
        {"q": search_request.keyword_query.text} if search_request.keyword_query.text else {}
    )
    pairs = []
    for name in sorted(values.keys() - {"sort"}):
        value = values[name]
        if isinstance(value, list):
            pairs += [(name, key) for key in sorted(value)]
        else:
            pairs.append((name, f"{value.normalize():f}" if name == "pay_min" else value))
    return urlencode(pairs)


def build_search_title(search_request: SearchRequest) -> str:
    """湘西周末日结兼职, with what the heading of the list leaves out."""
    words = build_filter_heading(
        search_request.filters, search_request.place, search_request.keyword_query.words
    )
    more = [
        chip.label
        for chip in build_filter_chips(search_request.filters)
        if chip.name not in (*NAMED_IN_HEADING, "category", "q")
    ]
    return f"{words}（{'、'.join(more)}）"[:120] if more else words[:120]


def _withdraw_news(row: SavedSearch) -> None:
    """What was written and not sent yet is not sent any more."""
    withdraw_messages(key__startswith=f"{search_letters.KEY}-{row.pk}-")


SEARCHES = MailSubscriptions(
    SavedSearch,
    search_letters.SEARCH_MAILS,
    limit_name="search",
    forget=lambda rows: rows.delete(),
    on_end=_withdraw_news,
    # What was published before is no news.
    confirmed_fields=("confirmed_at", "looked_at"),
)


def request_search_subscription(email, region, query, words, frequency, user=None) -> None:
    """Write to the address: with the link that confirms, or that it has this search already."""
    SEARCHES.request(
        email,
        region=region,
        query=query,
        first_fields={"title": words},
        each_time_fields={"frequency": frequency, "user": user},
    )


def start_search_subscription(user, region, query, words, frequency) -> SavedSearch:
    """For somebody signed in, at their own address: begins at once, or goes on as asked now."""
    key = {"region": region, "query": query}
    with transaction.atomic():
        row = SEARCHES.lock_open(user.email, **key)
        if row is None:
            if list_user_searches(user).count() >= MOST:
                raise TooManySearches
            row = SEARCHES.create(user.email, key, {"title": words})
        row.user, row.frequency = user, frequency
        row.save(update_fields=["user", "frequency"])
        SEARCHES.begin(row)
    return row


def list_user_searches(user):
    """The open searches of a person: saved while signed in, or under the same address."""
    rows = _of(user).filter(ended_at=None).exclude(lapses_at__lte=timezone.now())
    return rows.order_by("-created_at", "-pk")


def is_own_search(user, number) -> bool:
    return _of(user).filter(pk=number).exists()


def _of(user):
    own = Q(user=user)
    if user.email:
        own |= Q(email__iexact=user.email)
    return SavedSearch.objects.filter(own)


def set_frequency(row: SavedSearch, frequency: str) -> None:
    SavedSearch.objects.filter(pk=row.pk).update(frequency=Frequency(frequency))


def purge_dead_searches() -> None:
    """Rows nobody confirmed go; a month after the end so do addresses and what was told."""
    SEARCHES.purge_dead()
    now = timezone.now()
    # Also those whose year was over a month ago and that somebody ended after it.
    SavedSearch.objects.filter(lapses_at__lt=now - FORGOTTEN).delete()
    SavedSearchHit.objects.filter(created_at__lt=now - REMEMBERED).delete()
