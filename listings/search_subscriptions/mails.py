"""The mails of saved searches, and their keys, by which none is sent twice."""

from datetime import UTC, datetime
from typing import Any

from accounts.inbox.digests import describe_count
from cities.directory.regions import get_region
from listings.models import Listing, SavedSearch
from listings.search.cards import build_card_context
from news.articles.schema_org import SITE
from sitekit.messages.subscriptions import SubscriptionMails, is_near_lapse
from sitekit.models import Mail
from sitekit.web.absolute_urls import build_absolute_url
from sitekit.web.city_urls import reverse_in_city

SEARCH_MAIL_KEY = "search-news"
LONGEST_SUBJECT = 90
_MOMENT = "%Y%m%d%H%M%S%f"


def build_new_listings_mail(
    row: SavedSearch, listings: list[Listing], further_count: int, looked_at: datetime
) -> Mail:
    """Return the unsent mail of the moment at which they were looked for; `further_count` more, and those not
    counted, are found on the page only."""
    lines = [
        {
            "listing": listing,
            **build_card_context(listing),
            "link": build_absolute_url(listing.get_absolute_url()),
        }
        for listing in listings
    ]
    total = len(listings) + further_count
    context: dict[str, Any] = {
        "lines": lines,
        "count": describe_count(total, total),
        "more": describe_count(further_count, total) if further_count else "",
        "all": build_absolute_url(build_list_path(row.region_id, row.query)),
    }
    if is_near_lapse(row):
        context["renew"] = SEARCH_MAILS.build_link("renew", row)
    first = listings[0]
    words = f"{row.title}：{first.title} {first.pay_words}{first.pay_unit_words}"
    words = " ".join(words.split())[:LONGEST_SUBJECT]
    count_words = f" 等 {describe_count(total, total)}" if total > 1 else ""
    return SEARCH_MAILS.build_mail(
        row,
        build_search_mail_key(row.pk, looked_at),
        words + count_words,
        "listings/search_subscriptions/mail/new_listings.txt",
        context,
    )


def build_search_mail_key(search: int, looked_at: datetime) -> str:
    """Return the key of the mail, and of the notice, of what was found at that moment."""
    return f"{SEARCH_MAIL_KEY}-{search}-{looked_at.astimezone(UTC):{_MOMENT}}"


def parse_search_mail_key(key: str) -> tuple[int, datetime]:
    """Return the number of the search, and the moment, of a mail of `build_new_listings_mail`."""
    number, moment = key.removeprefix(f"{SEARCH_MAIL_KEY}-").split("-")
    return int(number), datetime.strptime(moment, _MOMENT).replace(tzinfo=UTC)


def build_list_path(region_id: int | None, query: str) -> str:
    """Return the path of the list with a search's filters."""
    path = reverse_in_city("listings:list", get_region(region_id))
    return f"{path}?{query}" if query else path


SEARCH_MAILS = SubscriptionMails[SavedSearch](
    key_prefix="search",
    link_purpose="search",
    link_name="listings:search_{purpose}",
    site_name=SITE,
    get_title=lambda row: row.title,
    texts={
        "confirm": ("请确认：订阅{title}", "listings/search_subscriptions/mail/confirm.txt"),
        "already": ("已经订了：{title}", "listings/search_subscriptions/mail/already.txt"),
        "lapse": ("快到期了：订阅{title}", "listings/search_subscriptions/mail/lapse.txt"),
    },
)
