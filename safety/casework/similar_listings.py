"""Other listings with a similar text or the same contact, in any status."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from listings.models import Listing
from safety.moderation.text_changes import ListingContent
from textkit.text_sketches import estimate_similarity, sketch_text

MAX_COMPARED = 300  # of the newest in the same category
MAX_SEARCHED = 5000  # of the newest, for the same contact
MIN_SIMILARITY = 0.35
SIMILAR_CASES_SHOWN = 6


@dataclass
class SimilarListing:
    listing: Listing
    words: str
    rank: float


def find_listings_like(listing: Listing, content: ListingContent) -> list[SimilarListing]:
    """Return those with the same contact as `content` first, then the most similar texts."""
    similar_by_pk = {
        row.pk: SimilarListing(row, "同一个联系方式", 2.0)
        for row in _find_same_contact(listing, content)
    }
    own_sketch = sketch_text(_join_text(content))
    for row in _list_same_category(listing, content):
        share = estimate_similarity(own_sketch, sketch_text(_join_text(row)))
        if row.pk in similar_by_pk:
            similar_by_pk[row.pk].rank += share
        elif share >= MIN_SIMILARITY:
            similar_by_pk[row.pk] = SimilarListing(row, f"{share:.0%} 相同", share)
    return sorted(similar_by_pk.values(), key=lambda similar: (-similar.rank, -similar.listing.pk))[
        :SIMILAR_CASES_SHOWN
    ]


def _list_same_category(listing: Listing, content: ListingContent) -> QuerySet[Listing]:
    rows = Listing.objects.filter(category=content.category).exclude(pk=listing.pk)
    return rows.select_related("employer").order_by("-pk")[:MAX_COMPARED]


def _find_same_contact(listing: Listing, content: ListingContent) -> Iterable[Listing]:
    """Search only the newest listings, because the contact columns have no index."""
    has_same_contact = Q()
    for name in ("contact_phone", "contact_wechat"):
        if value := getattr(content, name):
            has_same_contact |= Q(**{name: value})
    if not has_same_contact:
        return []
    newest = Listing.objects.order_by("-pk").values_list("pk", flat=True)[:MAX_SEARCHED]
    oldest = min(newest, default=0)
    rows = Listing.objects.filter(has_same_contact, pk__gte=oldest).exclude(pk=listing.pk)
    return rows.select_related("employer").order_by("-pk")[:SIMILAR_CASES_SHOWN]


def _join_text(content: ListingContent) -> str:
    return f"{content.title}\n{content.duties}\n{content.requirements}"
