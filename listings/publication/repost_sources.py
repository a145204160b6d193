"""The sources of reposts. Reposts wait for a person, unless an admin trusts the source.

Even of a trusted source a sample waits.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils.crypto import salted_hmac

from accounts.models import User
from listings.choices import SourceTrust
from listings.models import ListingSource, ListingSourceEvent
from sitekit.workflow.refusals import Refusal


class SourceChangeRefused(Refusal):
    """Its text says in Chinese why a source was not changed."""


def ensure_sources(names: Iterable[str]) -> None:
    """Create those that are not there yet, untrusted."""
    ListingSource.objects.bulk_create(
        (ListingSource(name=name) for name in sorted(set(names))), ignore_conflicts=True
    )


def is_in_sample(source: ListingSource, source_id: str) -> bool:
    """Whether a person looks at this repost of a trusted source, which happens to one in `sample_every`.

    The answer for a listing never changes, and it cannot be predicted from outside.
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
        changes: list[dict[str, str]] = []
        if is_trusted is not None and is_trusted != source.is_trusted:
            before, source.is_trusted = _get_trust(source), is_trusted
            trust = _get_trust(source)
            changes.append({"action": trust, "before": before, "after": trust})
        if sample_every is not None and sample_every != source.sample_every:
            old, source.sample_every = source.sample_every, sample_every
            changes.append({"action": "sample", "before": str(old), "after": str(sample_every)})
        source.save(update_fields=["is_trusted", "sample_every"])
        ListingSourceEvent.objects.bulk_create(
            ListingSourceEvent(source=source, actor=actor, reason=reason[:200], **change)
            for change in changes
        )
    return source


def _get_trust(source: ListingSource) -> SourceTrust:
    return SourceTrust.TRUSTED if source.is_trusted else SourceTrust.UNTRUSTED
