"""Similar listings, by the same ranking as related news."""

import html as html_text
import math
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from listings.choices import WorkMode
from listings.models import Listing
from listings.search.cards import extract_card_title
from listings.search.listing_search import ListingSearchQuery, SearchResultRow, match_any_value
from listings.search.scope import SearchCondition, get_search_scope
from news.related import ranking
from news.related.ranking_facts import PlaceRelation, RankingFacts
from textkit.segmentation import segment_words

SIMILAR_SHOWN = 5
CANDIDATES_READ = 24
# All candidates are of one group of categories, which counts as the least shared tag.
SAME_GROUP_TAGS = {0: ranking.MIN_TAGS}
EMPLOYER_LINE = re.compile(r'<p class="who"><span>(.*?)</span>', re.DOTALL)


def find_similar_listings(listing: Listing, hidden: tuple[int, ...] = ()) -> list[SearchResultRow]:
    """Return the rows of live listings of the same category group and city, the best first. One query.

    `hidden` are listings that its reader does not want to see.
    """
    codes = [category.code for category in listing.group.categories]
    conditions = [
        match_any_value("category", codes),
        SearchCondition("listing_id <> %s", (listing.pk,)),
    ]
    if listing.mode == WorkMode.ONLINE:
        conditions.append(match_any_value("mode", [WorkMode.ONLINE]))
    search = ListingSearchQuery(get_search_scope(listing.site), conditions, hidden=hidden)
    rows = {row.pk: row for row in search.fetch_nearest(listing.category, CANDIDATES_READ)}
    page = _build_facts(listing.pk, listing.title, listing.who, listing.category, timezone.now())
    ranked_items = ranking.rank_related(
        page, list(_build_candidates(listing, rows)), SIMILAR_SHOWN, timezone.now()
    )
    return [rows[ranked_item.facts.pk] for ranked_item in ranked_items]


def _build_candidates(listing: Listing, rows: dict[int, SearchResultRow]) -> Iterator[RankingFacts]:
    titles = {pk: html_text.unescape(extract_card_title(row.html)) for pk, row in rows.items()}
    words = {pk: set(segment_words(title)) for pk, title in titles.items()}
    # The more titles have a word, the less it weighs.
    counts = Counter(word for title_words in words.values() for word in title_words)
    weights = {word: 1 / (1 + math.log(count)) for word, count in counts.items()}
    own_words = set(segment_words(listing.title))
    for pk, row in rows.items():
        employer_match = EMPLOYER_LINE.search(row.html)
        yield _build_facts(
            pk,
            titles[pk],
            html_text.unescape(employer_match[1]) if employer_match else "",
            row.key,
            row.published_at,
            similarity=_compute_cosine(own_words, words[pk], weights),
            terms=len(own_words & words[pk]),
        )


def _build_facts(
    pk: int,
    title: str,
    employer_name: str,
    category: str,
    published_at: datetime,
    **likeness_facts: Any,
) -> RankingFacts:
    return RankingFacts(
        pk=pk,
        title=title,
        scope=PlaceRelation.HERE,
        subject=category,
        tags=SAME_GROUP_TAGS,
        published_at=published_at,
        # The same title of the same employer counts as one listing.
        fingerprint=f"{title} {employer_name}",
        **likeness_facts,
    )


def _compute_cosine(words_a: set[str], words_b: set[str], weights: dict[str, float]) -> float:
    length_a, length_b = (
        math.sqrt(sum(weights.get(word, 1) ** 2 for word in words)) for words in (words_a, words_b)
    )
    length_product = length_a * length_b
    return (
        sum(weights[word] ** 2 for word in words_a & words_b) / length_product
        if length_product
        else 0.0
    )
