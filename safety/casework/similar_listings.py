"""Other listings that say the same or name the same contact, in whatever status."""

from dataclasses import dataclass

from django.db.models import Q

from listings.models import Listing
from textkit.text_sketches import estimate_similarity, sketch_text

LOOKED_AT = 300  # the newest of the same kind of work
CONTACTS_IN = 5000  # the newest of all
ALIKE = 0.35
SHOWN = 6


@dataclass
class SimilarListing:
    listing: Listing
    words: str
    rank: float


def find_listings_like(listing, content) -> list[SimilarListing]:
    """`content` is the text that is looked at. The same contact first, then the most alike."""
    found = {
        row.pk: SimilarListing(row, "同一个联系方式", 2.0)
        for row in _same_contact(listing, content)
    }
    own = sketch_text(_text(content))
    for row in _of_same_kind(listing, content):
        share = estimate_similarity(own, sketch_text(_text(row)))
        if row.pk in found:
            found[row.pk].rank += share
        elif share >= ALIKE:
            found[row.pk] = SimilarListing(row, f"{share:.0%} 相同", share)
    return sorted(found.values(), key=lambda one: (-one.rank, -one.listing.pk))[:SHOWN]


def _of_same_kind(listing, content):
    rows = Listing.objects.filter(category=content.category).exclude(pk=listing.pk)
    return rows.select_related("employer").order_by("-pk")[:LOOKED_AT]


def _same_contact(listing, content):
    """Within the newest, by number: neither contact has an index."""
    same = Q()
    for name in ("contact_phone", "contact_wechat"):
        if value := getattr(content, name):
            same |= Q(**{name: value})
    if not same:
        return []
    newest = Listing.objects.order_by("-pk").values_list("pk", flat=True)[:CONTACTS_IN]
    oldest = min(newest, default=0)
    rows = Listing.objects.filter(same, pk__gte=oldest).exclude(pk=listing.pk)
    return rows.select_related("employer").order_by("-pk")[:SHOWN]


def _text(content):
    return f"{content.title}\n{content.duties}\n{content.requirements}"
