"""The queue of listings: its filters, and its rows with why each waits and who has claimed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.http import QueryDict
from django.utils import timezone

from accounts.models import EmployerStatus, User
from cities.directory.regions import (
    get_city,
    get_region_by_slug,
    get_region_children,
    list_regions_by_name,
)
from cities.models import Region
from listings.choices import ListingStatus as S
from listings.models import Listing, ListingEvent, RevisionAssessment
from listings.publication.transitions import IN_PUBLIC
from listings.vocabulary.categories import CATEGORIES, GROUPS, list_category_codes
from safety.choices import CaseKind
from safety.models import Claim
from safety.moderation.waiting_cases import HIGH, LOW, MEDIUM, list_waiting_listings

_RISKY = [code for code, kind in CATEGORIES.items() if kind.high_risk]
RISK_BANDS = {HIGH: "风险高", MEDIUM: "风险中", LOW: "风险低"}
WHY = {
    "new": ("新发布", Q(status=S.PENDING)),
    "edit": ("公开中的修改", Q(status__in=IN_PUBLIC)),
    "held": ("风险暂停", Q(status=S.HELD)),
    "high": ("风险高", Q(band=HIGH)),
    "category": ("高风险类别", Q(category__in=_RISKY)),
    "unverified": (
        "单位未认证",
        Q(employer__isnull=False) & ~Q(employer__status=EmployerStatus.VERIFIED),
    ),
}


@dataclass(frozen=True)
class QueueFilters:
    why: str
    group: str
    city: str
    place: Region | None
    whys: list[tuple[str, str]]
    groups: list[tuple[str, str]]

    @property
    def any(self) -> bool:
        return bool(self.why or self.group or self.city)


def parse_queue_filters(query: QueryDict) -> QueueFilters:
    """Return the filters; unknown values are ignored, but an unknown city finds nothing."""
    city = query.get("city", "").strip()[:30]
    named = list_regions_by_name(city) if city else []
    return QueueFilters(
        why=query.get("why", "") if query.get("why") in WHY else "",
        group=query.get("group", "") if query.get("group") in GROUPS else "",
        city=city,
        place=get_region_by_slug(city.lower()) or next(iter(named), None) if city else None,
        whys=[(code, label) for code, (label, _) in WHY.items()],
        groups=[(group.code, group.label) for group in GROUPS.values()],
    )


def filter_waiting_listings(filters: QueueFilters) -> QuerySet[Listing]:
    """Return the waiting listings with all that a row shows, in one query."""
    rows = list_waiting_listings().select_related("employer").annotate(**_build_row_annotations())
    if filters.why:
        rows = rows.filter(WHY[filters.why][1])
    if filters.group:
        rows = rows.filter(category__in=list_category_codes(filters.group))
    if filters.place:
        return rows.filter(region__in=_list_codes_below(filters.place))
    return rows.none() if filters.city else rows


def _build_row_annotations() -> dict[str, Subquery | F]:
    """Return the result of the automatic check, who approved first, the reason of the hold and the claim."""
    assessment = RevisionAssessment.objects.filter(pk=OuterRef("assessed"))
    hold = ListingEvent.objects.filter(pk=OuterRef("hold"))
    claim = Claim.objects.filter(
        kind=CaseKind.LISTING, number=OuterRef("pk"), until__gt=timezone.now()
    )
    held_by = JSONObject(until="until", by="moderator", name="moderator__name")
    return {
        "checked": Subquery(assessment.values(of=JSONObject(score="score", reasons="reasons"))),
        "first_name": F("waits__first_approver__name"),
        "held_for": Subquery(hold.values("reason")),
        "held_by": Subquery(claim.values(of=held_by)),
    }


def attach_queue_display(listings: Iterable[Any], moderator: User) -> None:
    """Set what a row of the queue shows; `listings` are annotated by `filter_waiting_listings`.

    `case` is the number and the state that a decision of several sends."""
    for listing in listings:
        state = describe_case_state(listing.status, listing.text, listing.last)
        listing.case = f"{listing.pk}:{state}"
        listing.risk = RISK_BANDS[listing.band]
        listing.why = _list_why(listing)
        listing.where = _describe_place(listing)
        listing.is_edit = listing.status in IN_PUBLIC
        if claim := listing.held_by:
            listing.is_mine = claim["by"] == moderator.pk
            claim["moderator"] = claim["name"] or "一位审核员"
            claim["until"] = datetime.fromisoformat(claim["until"])


def describe_case_state(status: str, text: int | None, last_event: int | None) -> str:
    """Return a text that changes with the status, the waiting revision and the last event."""
    return f"{status}.{text or 0}.{last_event or 0}"


def _list_why(listing: Any) -> list[str]:
    """Return sentences on why the listing waits, at least one."""
    reasons = []
    if listing.first_approver:
        reasons.append(f"第一遍由{listing.first_name or '一位审核员'}通过，等另一位。")
    if listing.status == S.HELD and listing.held_for:
        reasons.append(listing.held_for)
    if listing.checked:
        reasons += [reason.get("words", "") for reason in listing.checked["reasons"]]
    if not reasons and listing.kind.high_risk:
        reasons.append("这一类都由审核员看过再发布。")
    return reasons or ["还没有自动检查的结果。"]


def _describe_place(listing: Listing) -> str:
    if listing.mode == "online":
        return "线上"
    city = get_city(listing.place)
    return city.short_name if city else listing.place.short_name


def _list_codes_below(region: Region) -> list[int]:
    """Return the codes of the region and of everything below it."""
    codes = [region.adcode]
    for child in get_region_children(region):
        codes += _list_codes_below(child)
    return codes
