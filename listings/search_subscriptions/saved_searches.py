"""Saved searches, whose new listings are sent: by mail, or to a member as the member wants notices.

The address of a signed-in user needs no confirmation; a member without one needs none.
"""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.digests import forget_waiting_lines
from accounts.inbox.lapse_notices import notify_of_lapse
from accounts.inbox.moved_mailboxes import move_subscriptions
from accounts.inbox.open_accounts import write_for_account
from accounts.models import User
from cities.models import Region
from listings.models import SavedSearch, SavedSearchHit
from listings.search.facet_panels import build_filter_heading
from listings.search.search_request import SearchRequest
from listings.search_subscriptions import mails
from sitekit.forms.pasted_markup import strip_pasted_markup
from sitekit.messages.outbox import withdraw_messages
from sitekit.messages.subscriptions import ENDED_FOR, MailSubscriptions
from sitekit.site_settings.limits import declare_limit
from sitekit.web.city_urls import reverse_in_city

MAX_SEARCHES = declare_limit("searches", "消息和订阅", "一个人有几个岗位订阅", 20, most=200)
MAX_QUERY_LENGTH = 500  # as in the table
UNQUOTED_TITLE = "你的搜索"
HITS_KEPT = timedelta(days=180)  # how long sent listings are remembered
LOOKED_BACK = timedelta(days=1)  # before a mail that was taken back


class TooManySearches(Exception):
    """The user has `MAX_SEARCHES` searches already."""


def build_form_address(search_request: SearchRequest, city: Region | None) -> str:
    """Return the address of the form that saves a list's search; `city` is the list's."""
    query = canonicalise_query(search_request)
    if city:
        query += f"{'&' if query else ''}city={city.slug}"
    address = reverse_in_city("listings:search_new")
    return f"{address}?{query}" if query else address


def canonicalise_query(search_request: SearchRequest) -> str:
    """Return the query string with sorted filters, without the order and the place it begins at."""
    values = search_request.filters.values | (
        {"q": search_request.keyword_query.text} if search_request.keyword_query.text else {}
    )
    if "pay_min" in values:
        values["pay_min"] = f"{values['pay_min'].normalize():f}"
    return urlencode(
        {
            name: sorted(value) if isinstance(value, list) else value
            for name, value in sorted(values.items())
            if name not in ("sort", "near")
        },
        doseq=True,
    )


def build_search_title(search_request: SearchRequest) -> str:
    """Return the heading of the list, 湘西周末日结兼职, without the HTML that marks the searched words.

    It is sent to mailboxes that anybody may have entered, so it leaves out words that may not be quoted.
    """
    if not search_request.filters.may_quote_words:
        return UNQUOTED_TITLE
    words = search_request.keyword_query.typed_words
    heading = build_filter_heading(search_request.filters, search_request.place, words)
    return strip_pasted_markup(heading)[:120]


def _withdraw_news(row: SavedSearch) -> None:
    withdraw_messages(key__startswith=f"{mails.SEARCH_MAIL_KEY}-{row.pk}-")
    address = mails.build_list_path(row.region_id, row.query)
    forget_waiting_lines(row.user, NoticeKind.SEARCHES, row.title, address)


def _notify_of_lapse(rows: Sequence[SavedSearch]) -> None:
    notify_of_lapse(mails.SEARCH_MAILS, rows, reverse("listings:my_searches"))


SEARCHES = MailSubscriptions(
    SavedSearch,
    mails.SEARCH_MAILS,
    limit_name="search",
    forget=lambda rows: rows.delete(),
    on_end=_withdraw_news,
    on_remind=_notify_of_lapse,
    # Only listings that came into the lists after the confirmation are sent.
    confirmed_fields=("confirmed_at", "looked_at"),
)


def move_member_searches(user: User, former_email: str, **_signal: object) -> None:
    """Search again for the listings of a mail that is no longer sent, so that the member is told of them by other
    means."""
    names, news_key = ("region", "query"), mails.SEARCH_MAIL_KEY
    for key in move_subscriptions(SEARCHES, names, user, former_email, news_key):
        number, looked_at = mails.parse_search_mail_key(key)
        SavedSearchHit.objects.filter(search=number, created_at=looked_at).delete()
        # A longer period of search does no harm: what was sent before is known by its hits.
        SavedSearch.objects.filter(pk=number).update(looked_at=looked_at - LOOKED_BACK)


def start_search_subscription(
    user: User, region: Region | None, query: str, title: str, frequency: str
) -> SavedSearch:
    """Begin a member's own search at once, or change the frequency of the open one."""
    open_rows = list_open_searches(user)
    is_open = open_rows.filter(region=region, query=query, email=user.email or "").exists()
    # Anybody can write an address into the form: what its owner has not confirmed does not count.
    confirmed = open_rows.filter(confirmed_at__isnull=False)
    if not is_open and confirmed.count() >= int(MAX_SEARCHES):
        raise TooManySearches
    key = {"region": region, "query": query}
    with write_for_account(user):
        return SEARCHES.begin_for_member(user, key, {"title": title}, frequency=frequency)


def list_user_searches(user: User) -> QuerySet[SavedSearch]:
    """Return the searches of a user: saved while signed in, or with the user's address."""
    condition = Q(user=user)
    if user.email:
        condition |= Q(email__iexact=user.email)
    return SavedSearch.objects.filter(condition).order_by("-created_at", "-pk")


def list_open_searches(user: User) -> QuerySet[SavedSearch]:
    rows = list_user_searches(user).filter(ended_at=None)
    return rows.exclude(lapses_at__lte=timezone.now())


def purge_dead_searches() -> None:
    """Delete unconfirmed searches, those ended a month ago, and old records of sent listings."""
    SEARCHES.purge_dead()
    now = timezone.now()
    # Also those that lapsed over a month ago and were ended later.
    SavedSearch.objects.filter(lapses_at__lt=now - ENDED_FOR).delete()
    SavedSearchHit.objects.filter(created_at__lt=now - HITS_KEPT).delete()
