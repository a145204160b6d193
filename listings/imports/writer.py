"""Writes drafts, a batch in one transaction: new ones, changed ones, and none twice."""

from collections import Counter
from dataclasses import dataclass, field

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from listings.choices import ListingStatus, RevisionStatus
from listings.imports.bulk_copy import copy_in
from listings.imports.row_parser import RepostDraft
from listings.models import Listing, ListingContent, ListingEvent, ListingRevision
from listings.search.search_index import refresh_search_rows

# Any two imports wait for each other here, so that neither makes what the other is making.
_LOCK = 0x6C697374
_COLUMNS = [column.attname for column in ListingContent._meta.fields]
_CLOSED = {
    ListingStatus.REJECTED,
    ListingStatus.HELD,
    ListingStatus.WITHDRAWN,
    ListingStatus.REMOVED,
    ListingStatus.REMOVED_FRAUD,
}


@dataclass
class ImportOutcome:
    """What became of a batch: how many were new, changed, same; refusals as (line, reason)."""

    counts: Counter = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)


class Writer:
    def __init__(self, counts_validity: bool, dry_run: bool = False):
        self._compared = [name for name in _COLUMNS if name != "valid_through"]
        if not counts_validity:
            self._compared.append("valid_through")
        self._dry_run = dry_run

    def write(self, drafts: list[RepostDraft]) -> ImportOutcome:
        try:
            return self._batch(drafts)
        except DatabaseError as error:
            if connection.connection is None or connection.connection.closed:
                raise
            if len(drafts) > 1:
                return self._one_by_one(drafts)
            reason = str(error).strip().partition("\n")[0][:120]
            return ImportOutcome(refused=[(drafts[0].line, f"数据库不收：{reason}")])

    def _one_by_one(self, drafts):
        """Something the database refuses spoils a batch: find which row it is."""
        whole = ImportOutcome()
        for draft in drafts:
            part = self.write([draft])
            whole.counts += part.counts
            whole.refused += part.refused
        return whole

    def _batch(self, drafts):
        outcome = ImportOutcome()
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
            there = _existing(drafts)
            texts = _imported_texts(there.values())
            new = [d for d in drafts if (d.source_name, d.source_id) not in there]
            touched = _create(new)
            outcome.counts["new"] = len(new)
            for draft in drafts:
                listing = there.get((draft.source_name, draft.source_id))
                if listing:
                    touched += self._known(draft, listing, texts.get(listing.pk), outcome)
            if touched:
                refresh_search_rows(touched)
            if self._dry_run:
                transaction.set_rollback(True)
        return outcome

    def _known(self, draft, listing, texts, outcome):
        """A listing that is already there: its key if it changed, else nothing."""
        last, by_staff = texts or (None, False)
        same = last is not None and all(
            getattr(last, name) == value
            for name, value in draft.content.items()
            if name in self._compared
        )
        about = listing.company_text, listing.source_url
        if same and (by_staff or about == (draft.company_text, draft.source_url)):
            outcome.counts["same"] += 1
            return []
        if by_staff:
            reason = "来源的内容变了，但本站工作人员改过这条，没有覆盖"
        elif listing.status in _CLOSED or listing.employer_id:
            reason = f"来源的内容变了，但这条在本站是「{listing.get_status_display()}」，没有更新"
        else:
            _update(draft, listing, new_text=not same)
            outcome.counts["changed"] += 1
            return [listing.pk]
        outcome.refused.append((draft.line, reason))
        return []


def _existing(drafts):
    by_source: dict[str, list[str]] = {}
    for draft in drafts:
        by_source.setdefault(draft.source_name, []).append(draft.source_id)
    wanted = Q(pk__in=[])
    for source_name, ids in by_source.items():
        wanted |= Q(source_name=source_name, source_id__in=ids)
    found = Listing.objects.filter(wanted).select_for_update(of=("self",))
    return {(listing.source_name, listing.source_id): listing for listing in found}


def _imported_texts(listings):
    """By listing: the text that was last imported (no author), and whether staff wrote since."""
    texts = {}
    revisions = ListingRevision.objects.filter(listing__in=list(listings)).order_by("pk")
    for revision in revisions:
        last, _ = texts.get(revision.listing_id, (None, False))
        if revision.author_id is None:
            texts[revision.listing_id] = revision, False
        else:
            texts[revision.listing_id] = last, True
    return texts


def _create(drafts):
    listings = [
        Listing(
            source_name=draft.source_name,
            source_id=draft.source_id,
            source_url=draft.source_url,
            company_text=draft.company_text,
            status=ListingStatus.PENDING,
            published_at=draft.published_at,
            **draft.content,
        )
        for draft in drafts
    ]
    copy_in(listings)
    copy_in([_revision(draft, made) for draft, made in zip(drafts, listings, strict=True)])
    copy_in([_event(listing) for listing in listings])
    return [listing.pk for listing in listings]


def _event(listing):
    return ListingEvent(
        listing=listing,
        action="import",
        reason=f"导入自{listing.source_name}",
        after=listing.status,
    )


def _revision(draft, listing):
    """Every text waits, for `judging` or a moderator; what is public stays as it is."""
    return ListingRevision(listing=listing, status=RevisionStatus.WAITING, **draft.content)


def _update(draft, listing, new_text):
    if new_text:
        if listing.status == ListingStatus.PENDING:
            for name, value in draft.content.items():
                setattr(listing, name, value)
        listing.revisions.filter(status=RevisionStatus.WAITING).update(
            status=RevisionStatus.SUPERSEDED
        )
        _revision(draft, listing).save()
    listing.company_text = draft.company_text
    listing.source_url = draft.source_url
    listing.updated_at = timezone.now()
    listing.save()
    ListingEvent.objects.create(
        listing=listing,
        action="import_update",
        reason=f"{listing.source_name}的内容变了",
        before=listing.status,
        after=listing.status,
    )
