"""Only one moderator at a time works on a case: they claim it, renew the claim, and release it."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime

from accounts.models import User
from safety.models import Claim
from sitekit.workflow.refusals import Refusal

CLAIM_DURATION = timedelta(minutes=10)
# For a case that was offered to a moderator who has done nothing with it yet.
OFFER_DURATION = timedelta(minutes=1)


class CaseTaken(Refusal):
    """Another moderator has the case. Says in Chinese who, and until when."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        super().__init__(f"这件由{claim.moderator}在处理，到 {localtime(claim.until):%H:%M} 为止。")


def claim_case(
    kind: str, number: int, moderator: User, duration: timedelta = CLAIM_DURATION
) -> Claim:
    """Claim a free case, or renew the moderator's own claim, which never becomes shorter. Raises `CaseTaken` while
    another moderator has the case."""
    with transaction.atomic():
        claim = _get_locked_claim(kind, number, moderator, duration)
        now = timezone.now()
        if claim.moderator_id != moderator.pk and claim.until > now:
            raise CaseTaken(claim)
        until = now + duration
        if claim.moderator_id == moderator.pk:
            until = max(until, claim.until)
        claim.moderator, claim.until = moderator, until
        claim.save(update_fields=["moderator", "until"])
    return claim


def claim_next_case(kind: str, numbers: Iterable[int], moderator: User) -> int | None:
    """Claim the first of these cases that nobody else has, and return its number. The claim holds for a minute, and
    for ten minutes once the moderator does something with the case."""
    numbers = list(numbers)
    taken_by_others = {
        number
        for number, claim in get_claims(kind, numbers).items()
        if claim.moderator_id != moderator.pk
    }
    for number in numbers:
        if number in taken_by_others:
            continue
        try:
            claim_case(kind, number, moderator, OFFER_DURATION)
        except CaseTaken:  # claimed by somebody else after the claims were read
            continue
        return number
    return None


def get_claim(kind: str, number: int) -> Claim | None:
    return get_claims(kind, [number]).get(number)


def get_claims(kind: str, numbers: Iterable[int]) -> dict[int, Claim]:
    """Return the claims that still hold, by the number of the case."""
    claims = Claim.objects.filter(kind=kind, number__in=numbers, until__gt=timezone.now())
    return {claim.number: claim for claim in claims.select_related("moderator")}


def attach_claims(kind: str, rows: Sequence[Any], moderator: User) -> None:
    """Set `held_by`, which is the claim on the case or None, and `is_mine` on the rows of a queue."""
    claims = get_claims(kind, [row.pk for row in rows])
    for row in rows:
        row.held_by = claims.get(row.pk)
        row.is_mine = row.held_by is not None and row.held_by.moderator_id == moderator.pk


def is_offer(claim: Claim) -> bool:
    """Whether the case was only offered, so that the moderator may not have done anything with it yet."""
    return claim.until - timezone.now() <= OFFER_DURATION


def release_claim(kind: str, number: int, moderator: User) -> None:
    Claim.objects.filter(kind=kind, number=number, moderator=moderator).delete()


def _get_locked_claim(kind: str, number: int, moderator: User, duration: timedelta) -> Claim:
    """Return the claim on this case, created if there is none, locked until the transaction ends."""
    while True:
        until = timezone.now() + duration
        new_claim = Claim(kind=kind, number=number, moderator=moderator, until=until)
        Claim.objects.bulk_create([new_claim], ignore_conflicts=True)
        claims = Claim.objects.select_for_update(of=("self",)).select_related("moderator")
        if claim := claims.filter(kind=kind, number=number).first():
            return claim
        # It was released between the two queries: try again.
