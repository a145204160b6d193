"""A case is in the hands of one moderator at a time: taken, renewed by what he does, let go of."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.timezone import localtime

from safety.models import Claim
from sitekit.workflow.refusals import Refusal

LASTS = timedelta(minutes=10)


class CaseTaken(Refusal):
    """Somebody else has the case; says in Chinese who and until when."""

    def __init__(self, claim: Claim) -> None:
        self.claim = claim
        super().__init__(f"这件由{claim.moderator}在处理，到 {localtime(claim.until):%H:%M} 为止。")


def claim_case(kind: str, number: int, moderator) -> Claim:
    """Take a free case, one whose time is over, or one's own anew. Raises `CaseTaken`."""
    with transaction.atomic():
        claim = _locked(kind, number, moderator)
        now = timezone.now()
        if claim.moderator_id != moderator.pk and claim.until > now:
            raise CaseTaken(claim)
        claim.moderator, claim.until = moderator, now + LASTS
        claim.save(update_fields=["moderator", "until"])
    return claim


def claim_next_case(kind: str, numbers, moderator) -> int | None:
    """The first of these cases that nobody else has in hand, taken."""
    numbers = list(numbers)
    others = {
        number
        for number, claim in get_claims(kind, numbers).items()
        if claim.moderator_id != moderator.pk
    }
    for number in numbers:
        if number in others:
            continue
        try:
            claim_case(kind, number, moderator)
        except CaseTaken:  # a moment ago
            continue
        return number
    return None


def get_claim(kind: str, number: int) -> Claim | None:
    return get_claims(kind, [number]).get(number)


def get_claims(kind: str, numbers) -> dict[int, Claim]:
    claims = Claim.objects.filter(kind=kind, number__in=numbers, until__gt=timezone.now())
    return {claim.number: claim for claim in claims.select_related("moderator")}


def attach_claims(kind: str, rows: list, moderator) -> None:
    """Each row with `held_by`, the claim on it, and `is_mine`."""
    claims = get_claims(kind, [row.pk for row in rows])
    for row in rows:
        row.held_by = claims.get(row.pk)
        row.is_mine = row.held_by is not None and row.held_by.moderator_id == moderator.pk


def release_claim(kind: str, number: int, moderator) -> None:
    Claim.objects.filter(kind=kind, number=number, moderator=moderator).delete()


def _locked(kind, number, moderator):
    """The row of this case, made where there is none, locked until the transaction ends."""
    while True:
        row = Claim(kind=kind, number=number, moderator=moderator, until=timezone.now() + LASTS)
        Claim.objects.bulk_create([row], ignore_conflicts=True)
        rows = Claim.objects.select_for_update(of=("self",)).select_related("moderator")
        if claim := rows.filter(kind=kind, number=number).first():
            return claim
        # Let go of between the two: once more.
