"""Write drafts in batches of one transaction each: new and changed ones, none twice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import NamedTuple

from django.db import DatabaseError, connection, transaction
from django.db.models import Model, Q
from django.utils import timezone

from listings.choices import ListingStatus, RevisionStatus
from listings.imports.row_parser import RepostDraft
from listings.models import Listing, ListingEvent, ListingRevision
from listings.publication.bulk_transitions import copy_revision_texts
from listings.publication.repost_sources import ensure_sources
from listings.search.search_index import refresh_search_rows
from sitekit.workflow.advisory_lock import LISTING_IMPORT_LOCK, hold_lock_until_commit

_CLOSED = {
    ListingStatus.REJECTED,
    ListingStatus.HELD,
    ListingStatus.WITHDRAWN,
    ListingStatus.REMOVED,
    ListingStatus.REMOVED_FRAUD,
}

# The text last imported, if any, and whether staff wrote one since.
type ImportedText = tuple[ListingRevision | None, bool]


class ListingChange(NamedTuple):
    draft: RepostDraft
    listing: Listing
    has_new_text: bool


@dataclass
class ImportReport:
    """How many rows there were: new, changed, same, twice in the file; refusals as (line, reason)."""

    rows: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    refused: list[tuple[int, str]] = field(default_factory=list)


class RepostWriter:
    def __init__(self, counts_validity: bool, dry_run: bool = False) -> None:
        self._not_compared = {"valid_through"} if counts_validity else set()
        self._dry_run = dry_run

    def write_drafts(self, drafts: list[RepostDraft]) -> ImportReport:
        try:
            return self._write_batch(drafts)
        except DatabaseError as error:
            if connection.connection is None or connection.connection.closed:
                raise
            if len(drafts) > 1:  # find the row that the database refuses
                middle = len(drafts) // 2
                report, second = map(self.write_drafts, (drafts[:middle], drafts[middle:]))
                report.counts += second.counts
                report.refused += second.refused
                return report
            reason = str(error).strip().partition("\n")[0][:120]
            return ImportReport(refused=[(drafts[0].line, f"数据库不收：{reason}")])

    def _write_batch(self, drafts: list[RepostDraft]) -> ImportReport:
        report = ImportReport()
        with transaction.atomic():
            # Two imports wait for each other, so that they do not create the same listing.
            hold_lock_until_commit(LISTING_IMPORT_LOCK)
            ensure_sources(draft.source_name for draft in drafts)
            existing = _lock_existing(drafts)
            texts = _get_imported_texts(existing.values())
            new = [d for d in drafts if (d.source_name, d.source_id) not in existing]
            _create_listings(new)
            report.counts["new"] = len(new)
            changes: list[ListingChange] = []
            for draft in drafts:
                listing = existing.get((draft.source_name, draft.source_id))
                if listing:
                    changes += self._compare(draft, listing, texts.get(listing.pk), report)
            if changes:
                _update_listings(changes)
            if self._dry_run:
                transaction.set_rollback(True)
        return report

    def _compare(
        self,
        draft: RepostDraft,
        listing: Listing,
        imported: ImportedText | None,
        report: ImportReport,
    ) -> list[ListingChange]:
        """Return the change of an existing listing, [] if there is none or it is refused."""
        last, by_staff = imported or (None, False)
        is_same = last is not None and all(
            getattr(last, name) == value
            for name, value in draft.content.items()
            if name not in self._not_compared
        )
        about = listing.company_text, listing.source_url
        if is_same and (by_staff or about == (draft.company_text, draft.source_url)):
            report.counts["same"] += 1
            return []
        if by_staff:
            reason = "来源的内容变了，但本站工作人员改过这条，没有覆盖"
        elif listing.status in _CLOSED or listing.employer_id:
            reason = f"来源的内容变了，但这条在本站是「{listing.get_status_display()}」，没有更新"
        else:
            report.counts["changed"] += 1
            return [ListingChange(draft, listing, has_new_text=not is_same)]
        report.refused.append((draft.line, reason))
        return []


def _lock_existing(drafts: list[RepostDraft]) -> dict[tuple[str, str], Listing]:
    ids_by_source: dict[str, list[str]] = {}
    for draft in drafts:
        ids_by_source.setdefault(draft.source_name, []).append(draft.source_id)
    conditions = [Q(source_name=name, source_id__in=ids) for name, ids in ids_by_source.items()]
    listings = Listing.objects.filter(reduce(or_, conditions)).order_by("pk")
    listings = listings.select_for_update(of=("self",))
    return {(listing.source_name, listing.source_id): listing for listing in listings}


def _get_imported_texts(listings: Iterable[Listing]) -> dict[int, ImportedText]:
    """Return by listing the last imported text (it has no author), and whether staff wrote since."""
    texts: dict[int, ImportedText] = {}
    revisions = ListingRevision.objects.filter(listing__in=list(listings)).order_by("pk")
    for revision in revisions:
        last, _by_staff = texts.get(revision.listing_id, (None, False))
        is_imported = revision.author_id is None
        texts[revision.listing_id] = (revision, False) if is_imported else (last, True)
    return texts


def _create_listings(drafts: list[RepostDraft]) -> None:
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
    _insert_by_copy(listings)
    _insert_by_copy([_build_revision(*pair) for pair in zip(drafts, listings, strict=True)])
    _insert_by_copy(
        [
            ListingEvent(
                listing=listing,
                action="import",
                reason=f"导入自{listing.source_name}",
                after=listing.status,
            )
            for listing in listings
        ]
    )


def _insert_by_copy(objects: Sequence[Model]) -> None:
    """Insert new objects of one model and set their keys; constraints are checked as usual.

    By PostgreSQL's COPY: three times as fast as `bulk_create` for wide rows.
    """
    if not objects:
        return
    meta = type(objects[0])._meta
    fields = meta.concrete_fields
    quote = connection.ops.quote_name
    names = ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [meta.db_table, meta.pk.column, len(objects)],
        )
        for row, (key,) in zip(objects, cursor.fetchall(), strict=True):
            row.pk = key
        with (
            connection.wrap_database_errors,
            cursor.copy(f"COPY {quote(meta.db_table)} ({names}) FROM STDIN") as copy,
        ):
            for row in objects:
                copy.write_row(
                    [
                        field.get_db_prep_save(field.pre_save(row, add=True), connection)
                        for field in fields
                    ]
                )
    for row in objects:
        row._state.adding = False  # noqa: SLF001


def _build_revision(draft: RepostDraft, listing: Listing) -> ListingRevision:
    """Every text waits for `imported_review` or a moderator; the public one stays."""
    return ListingRevision(listing=listing, status=RevisionStatus.WAITING, **draft.content)


def _update_listings(changes: Sequence[ListingChange]) -> None:
    """Store changed texts and facts, with events, in a fixed number of queries."""
    _store_new_texts([change for change in changes if change.has_new_text])
    listings = [change.listing for change in changes]
    for draft, listing, _has_new_text in changes:
        listing.company_text, listing.source_url = draft.company_text, draft.source_url
        listing.updated_at = timezone.now()
    Listing.objects.bulk_update(listings, ["company_text", "source_url", "updated_at"])
    _insert_by_copy(
        [
            ListingEvent(
                listing=listing,
                action="import_update",
                reason=f"{listing.source_name}的内容变了",
                before=listing.status,
                after=listing.status,
            )
            for listing in listings
        ]
    )
    refresh_search_rows([listing.pk for listing in listings])


def _store_new_texts(changes: Sequence[ListingChange]) -> None:
    """Each waits in place of an older one; a listing that was never public has the text at once."""
    waiting = ListingRevision.objects.filter(
        listing__in=[change.listing for change in changes], status=RevisionStatus.WAITING
    )
    waiting.update(status=RevisionStatus.SUPERSEDED)
    revisions = [_build_revision(change.draft, change.listing) for change in changes]
    _insert_by_copy(revisions)
    copy_revision_texts(
        [text.pk for text in revisions if text.listing.status == ListingStatus.PENDING]
    )
