"""The public listings of a person's employers, and holding them when the account is switched off."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q

from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.employers.membership import OWNER_ROLE
from accounts.models import AccountEvent, Employer, EmployerMember, User
from accounts.staff.scope import StaffScope
from listings.choices import IN_PUBLIC
from listings.models import Listing
from listings.publication.bulk_transitions import hold_listings
from safety.aftercare.paused_sign_ups import notify_held
from safety.appeals.transitions import build_appeal_path


@dataclass(frozen=True)
class PersonEmployer:
    """An employer whose listings may be held when the account is switched off. `is_own`: nobody else owns it."""

    employer: Employer
    public_count: int
    is_own: bool

    @property
    def words(self) -> str:
        others = "" if self.is_own else "（还有别的负责人）"
        return f"{self.employer.name}：{self.public_count} 条公开的兼职{others}"


def list_person_employers(user: User, scope: StaffScope) -> list[PersonEmployer]:
    """Return the employers of the person in the places of `scope` that have public listings. One query."""
    other_owners = EmployerMember.objects.filter(employer=OuterRef("pk"), role=OWNER_ROLE)
    is_public = Q(listings__status__in=IN_PUBLIC)
    employers = (
        Employer.objects.filter(
            scope.build_condition("region"),
            pk__in=EmployerMember.objects.filter(user=user).values("employer"),
        )
        .annotate(
            public_count=Count("listings", filter=is_public),
            has_other_owner=Exists(other_owners.exclude(user=user)),
        )
        .filter(public_count__gt=0)
        .order_by("pk")
    )
    return [
        PersonEmployer(employer, employer.public_count, not employer.has_other_owner)
        for employer in employers
    ]


def hold_person_listings(employers: Iterable[Employer], event: AccountEvent, actor: User) -> int:
    """Hold the public listings of these employers and notify their members; return how many listings.
    The held listings then wait at the desk, where each is restored or removed."""
    count = 0
    for employer in employers:
        listings = Listing.objects.filter(employer=employer)
        held = hold_listings(listings, actor, f"发布人的账号停用：{event.reason}")
        if held:
            message = _build_hold_message(employer, event, [row.listing for row in held])
            notify_members(employer, message, text_message=True)
            notify_held(held)
        count += len(held)
    return count


def _build_hold_message(
    employer: Employer, event: AccountEvent, listings: list[Listing]
) -> MemberMessage:
    """For one listing the message links to its appeal; for several it links to the list of listings."""
    text = f"原因：发布人的账号停用，{event.reason}\n核实期间不公开，核实完会告诉你们结果。"
    title = f"「{employer.name}」的 {len(listings)} 条兼职已暂停，正在核实"
    key = f"account-off-{event.pk}-{employer.pk}"
    if len(listings) == 1:
        words = f"{text}觉得不对可以申诉。"
        return MemberMessage(key, title, words, build_appeal_path(listings[0]), "申诉")
    words = f"{text}觉得不对，可以在每条兼职的页面上申诉。"
    return MemberMessage(key, title, words, "/employer/", "去看看")
