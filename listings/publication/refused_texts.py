"""Texts that the staff refused or took down. A text that says the same again waits for a person.

Decisions of a program in between change nothing. Otherwise a text that the program refuses, or a new listing, would
be a way around a person's decision.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from django.db.models import F, Q, QuerySet

from listings.choices import ListingStatus, RevisionStatus
from listings.models import Listing, ListingContent, ListingEvent
from listings.publication.own_duplicates import join_work_texts
from listings.publication.transitions import LISTING_STATE_MACHINE
from textkit.text_sketches import compute_similarity

# Share of equal wording in the words that describe the work. A new title alone does not make another work.
NEARLY_SAME = 0.5
MAX_COMPARED = 50  # for each employer, the newest of all
_REFUSALS = (ListingStatus.REJECTED, "refuse_edit")
_APPROVALS = ("publish", "approve_edit")
_UNDONE = LISTING_STATE_MACHINE.undo_marks["action"]


def was_refused_by_moderator(listing: Listing) -> bool:
    """Whether the last person who decided on a text of this listing refused it."""
    # Resuming a paused listing writes the action "publish" as well, but without a revision.
    decisions = listing.events.filter(
        Q(action__in=(*_REFUSALS, _UNDONE)) | Q(action__in=_APPROVALS, revision__isnull=False),
        actor__isnull=False,
    )
    newest = decisions.order_by("-pk").values_list("action", flat=True).first()
    return newest in _REFUSALS


class RefusedTexts:
    """The texts of several employers that the staff refused or took down; one query."""

    def __init__(self, employer_ids: Collection[int]) -> None:
        self._texts: Mapping[int, Sequence[tuple[int, str]]] = _load_refused_texts(employer_ids)

    def has_similar(
        self, employer_id: int, content: ListingContent, listing_id: int | None
    ) -> bool:
        """Whether a refused text of another listing says nearly the same."""
        texts = [text for pk, text in self._texts.get(employer_id, ()) if pk != listing_id]
        work_text = join_work_texts(content) if texts else ""
        return any(compute_similarity(work_text, text) >= NEARLY_SAME for text in texts)


def _load_refused_texts(employer_ids: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """Return [(listing, words)] by employer."""
    texts: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for event in _list_standing_refusals(employer_ids) if employer_ids else ():
        if employer_id := event.listing.employer_id:
            words = join_work_texts(event.revision or event.listing)
            texts[employer_id].append((event.listing_id, words))
    return texts


def _list_standing_refusals(employer_ids: Collection[int]) -> QuerySet[ListingEvent]:
    """Return the refusals in force: a refusal that was undone, or reversed on appeal, is left out."""
    of_text = Q(action__in=_REFUSALS, revision__status=RevisionStatus.REFUSED)
    of_listing = Q(action=ListingStatus.REJECTED, revision=None) | Q(action=ListingStatus.REMOVED)
    return (
        ListingEvent.objects.filter(of_text | of_listing & Q(listing__status=F("action")))
        .filter(listing__employer__in=employer_ids, actor__isnull=False)
        .select_related("listing", "revision")
        .order_by("-pk")[: MAX_COMPARED * len(employer_ids)]
    )
