"""The sources of reposts: what they bring waits for a person, unless an admin trusts the source.

Of a trusted source a sample waits nevertheless.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import User
from listings.choices import SourceTrust
from listings.models import Listing, ListingSource, ListingSourceEvent
from sitekit.workflow.refusals import Refusal


class SourceChangeRefused(Refusal):
    """Its text says in Chinese why a source was not changed."""


def ensure_sources(names: Iterable[str]) -> None:
    """Create those that are not there yet, untrusted."""
    ListingSource.objects.bulk_create(
        (ListingSource(name=name) for name in sorted(set(names))), ignore_conflicts=True
    )


def find_source(listing: Listing) -> ListingSource | None:
    return ListingSource.objects.filter(name=listing.source_name).first()


def is_in_sample(source: ListingSource, source_id: str) -> bool:
    """Whether a person looks at this repost of a trusted source: at one in `sample_every`.

    The same listing always gets the same answer, and only we can tell which.
    """
    if not source.sample_every:
        return False
    digest = salted_hmac("listings.sample", f"{source.name}\n{source_id}", algorithm="sha256")
    return int.from_bytes(digest.digest()) % source.sample_every == 0


def change_source(
    source_id: int,
    actor: User | None,
    reason: str,
    *,
    is_trusted: bool | None = None,
    sample_every: int | None = None,
) -> ListingSource:
    """Change trust or sample, with an event for each that is different now.

    What is public stays public, and what waits goes on waiting.
    """
    if not reason.strip():
        raise SourceChangeRefused("改信任或抽查，要写明原因。", "reason")
    with transaction.atomic():
        source = ListingSource.objects.select_for_update().get(pk=source_id)
        changes: list[tuple[str, str, str]] = []  # (action, before, after)
        if is_trusted is not None and is_trusted != source.is_trusted:
            before, source.is_trusted = _get_trust(source), is_trusted
            changes.append((_get_trust(source), before, _get_trust(source)))
        if sample_every is not None and sample_every != source.sample_every:
            changes.append(("sample", str(source.sample_every), str(sample_every)))
            source.sample_every = sample_every
        source.save(update_fields=["is_trusted", "sample_every"])
        _record_changes(source, changes, actor, reason)
    return source


def _get_trust(source: ListingSource) -> SourceTrust:
    return SourceTrust.TRUSTED if source.is_trusted else SourceTrust.UNTRUSTED


def _record_changes(
    source: ListingSource, changes: Iterable[tuple[str, str, str]], actor: User | None, reason: str
) -> None:
    ListingSourceEvent.objects.bulk_create(
        ListingSourceEvent(
            source=source,
            actor=actor,
            action=action,
            reason=reason[:200],
            before=before,
            after=after,
        )
        for action, before, after in changes
    )
