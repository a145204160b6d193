"""Other listings beside a listing, by the ranking that the news use (DESIGN 6)."""

import html as html_text
import math
import re
from collections import Counter

from django.utils import timezone

from listings.choices import WorkMode
from listings.models import Listing
from listings.search.cards import fill_card, title_of
from listings.search.listing_search import ListingSearchQuery, match_any_value
from listings.search.scope import SearchCondition, get_search_scope
from news.related import ranking
from news.related.ranking import PlaceRelation, RankingFacts
from textkit.segmentation import segment_words

SIMILAR = 5
POOL = 24
# All that are looked at are of one group of categories: that alone is a little in common.
GROUP = {0: ranking.LEAST_TAGS}
WHO = re.compile(r'<p class="who"><span>(.*?)</span>', re.DOTALL)


def find_similar_listings(listing: Listing) -> list:
    """Live listings of the same kind of work in the same city, the closest first. One query."""
    codes = [category.code for category in listing.group.categories]
    conditions = [
        match_any_value("category", codes, "c"),
        SearchCondition("listing_id <> %s", (listing.pk,)),
    ]
    if listing.mode == WorkMode.ONLINE:
        conditions.append(match_any_value("mode", [WorkMode.ONLINE], "m"))
    search = ListingSearchQuery(get_search_scope(listing.site), conditions)
    rows = {row.pk: row for row in search.nearest(listing.category, POOL)}
    page = _facts(listing.pk, listing.title, listing.who, listing.category, timezone.now())
    found = ranking.rank_related(page, list(_items(listing, rows)), SIMILAR, timezone.now())
    chosen = [rows[ranked.facts.pk] for ranked in found]
    return [fill_card(row.html, row.published_at) for row in chosen]


def _items(listing, rows):
    titles = {pk: html_text.unescape(title_of(row.html)) for pk, row in rows.items()}
    words = {pk: set(segment_words(title)) for pk, title in titles.items()}
    weights = _weights(words.values())
    own = set(segment_words(listing.title))
    for pk, row in rows.items():
        who = WHO.search(row.html)
        yield _facts(
            pk,
            titles[pk],
            html_text.unescape(who[1]) if who else "",
            row.key,
            row.published_at,
            similarity=_cosine(own, words[pk], weights),
            terms=len(own & words[pk]),
        )


def _facts(pk, title, who, category, published_at, **more):
    return RankingFacts(
        pk=pk,
        title=title,
        scope=PlaceRelation.HERE,
        subject=category,
        tags=GROUP,
        published_at=published_at,
        # The same work of the same employer, posted again, is one.
        fingerprint=f"{title} {who}",
        **more,
    )


def _weights(titles):
    """A word that most of the titles have says little."""
    counts = Counter(word for words in titles for word in words)
    return {word: 1 / (1 + math.log(count)) for word, count in counts.items()}


def _cosine(one, other, weights):
    def length(words):
        return math.sqrt(sum(weights.get(word, 1) ** 2 for word in words))

    both = length(one) * length(other)
    return sum(weights[word] ** 2 for word in one & other) / both if both else 0.0
