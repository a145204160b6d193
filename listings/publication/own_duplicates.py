"""Prevent an employer from having the same listing open twice.

Two listings are the same work if title, category, place, shifts and dates are equal and the text is equal or nearly
so. If one of these differs, both may be honest. A difference in pay, contacts or the last day to apply does not
make another work.
"""

import re

from accounts.models import Employer
from listings.choices import RevisionStatus
from listings.models import Listing, ListingContent, ListingRevision
from listings.publication.posting_quota import SubmissionRefused, list_open_listings
from textkit.segmentation import normalise_text
from textkit.text_sketches import compute_similarity, cut_shingles

NEARLY_ALL = 0.9  # share of equal wording
_SAME_VALUES = ("category", "region_id", "mode", "term", "slots", "start_date", "end_date")
_SAME_WORDS = ("title", "address", "further_places", "work_hours")
# Class 3 and class 5, the first and the second floor: numbers tell similar work apart.
_NUMBER = re.compile(r"\d+|[零〇一二两三四五六七八九十百]+")


class ListingIsDuplicate(SubmissionRefused):
    """`listing` is the open one that says the same."""

    def __init__(self, listing: Listing) -> None:
        super().__init__(
            f"和你们的「{listing.title}」（第 {listing.pk} 号，{listing.get_status_display()}）是同一份工作，"
            "没有再发一条。还要招，就把那条续期或者改一改；班次、日期或地点不同，请写清楚再提交。"
        )
        self.listing = listing


def find_own_duplicate(
    content: ListingContent, employer: Employer, listing_id: int = 0
) -> Listing | None:
    """Return an open listing of the employer, not `listing_id`, that says the same as `content`.

    Of a listing with a waiting edit, either text counts. Two queries.
    """
    listings = {row.pk: row for row in list_open_listings(employer, listing_id).order_by("-pk")}
    waiting = ListingRevision.objects.filter(
        listing__in=listings, status=RevisionStatus.WAITING
    ).order_by("-pk")
    texts: list[tuple[int, ListingContent]] = [
        *listings.items(),
        *((revision.listing_id, revision) for revision in waiting),
    ]
    return next((listings[pk] for pk, text in texts if is_same_work(content, text)), None)


def require_no_own_duplicate(
    content: ListingContent, employer: Employer, listing_id: int = 0
) -> None:
    """Raise `ListingIsDuplicate` if there is one. The employer's row must be locked."""
    if duplicate := find_own_duplicate(content, employer, listing_id):
        raise ListingIsDuplicate(duplicate)


def is_same_work(content: ListingContent, other_content: ListingContent) -> bool:
    """Whether two texts offer the same work, so that one of them is enough."""
    return (
        all(getattr(content, name) == getattr(other_content, name) for name in _SAME_VALUES)
        and all(
            cut_shingles(content.read_text(name)) == cut_shingles(other_content.read_text(name))
            for name in _SAME_WORDS
        )
        and _is_same_text(join_work_texts(content), join_work_texts(other_content))
    )


def join_work_texts(content: ListingContent) -> str:
    """Return what describes the work, as it is compared."""
    return normalise_text("\n".join(content.read_text(name) for name in ("duties", "requirements")))


def _is_same_text(text: str, other_text: str) -> bool:
    if _NUMBER.findall(text) != _NUMBER.findall(other_text):
        return False
    return compute_similarity(text, other_text) >= NEARLY_ALL
