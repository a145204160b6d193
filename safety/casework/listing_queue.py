"""The queue of listings as a page: filtered, each row with why it is here and who has it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone

from accounts.models import EmployerStatus
from cities.directory.regions import by_name, by_slug, city_of, get_region_children
from listings.choices import ListingStatus as S
from listings.models import Listing, ListingEvent, RevisionAssessment
from listings.publication.transitions import IN_PUBLIC
from listings.vocabulary.categories import CATEGORIES, GROUPS, codes_under
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
    place: object
    whys: list
    groups: list

    @property
    def any(self):
        return bool(self.why or self.group or self.city)


def parse_queue_filters(query) -> QueueFilters:
    """What is asked for; what is not known is as not asked."""
    city = query.get("city", "").strip()[:30]
    named = by_name(city) if city else []
    return QueueFilters(
        why=query.get("why", "") if query.get("why") in WHY else "",
        group=query.get("group", "") if query.get("group") in GROUPS else "",
        city=city,
        place=by_slug(city.lower()) or next(iter(named), None) if city else None,
        whys=[(code, label) for code, (label, _) in WHY.items()],
        groups=[(group.code, group.label) for group in GROUPS.values()],
    )


def filter_waiting_listings(asked: QueueFilters) -> QuerySet[Listing]:
    """All that a row shows in one query."""
    rows = list_waiting_listings().select_related("employer").annotate(**_beside())
    if asked.why:
        rows = rows.filter(WHY[asked.why][1])
    if asked.group:
        rows = rows.filter(category__in=codes_under(asked.group))
    if asked.place:
        return rows.filter(region__in=_within(asked.place))
    return rows.none() if asked.city else rows


def _beside():
    """What the automatic check said, why it was last moved, and who has it in hand."""
    said = RevisionAssessment.objects.filter(pk=OuterRef("assessed"))
    event = ListingEvent.objects.filter(pk=OuterRef("last"))
    claim = Claim.objects.filter(
        kind=CaseKind.LISTING, number=OuterRef("pk"), until__gt=timezone.now()
    )
    who = {"by": "moderator", "name": "moderator__name", "email": "moderator__email"}
    return {
        "said": Subquery(said.values(of=JSONObject(score="score", reasons="reasons"))),
        "moved_for": Subquery(event.values("reason")),
        "held_by": Subquery(claim.values(of=JSONObject(until="until", **who))),
    }


def attach_queue_display(rows, moderator):
    """Each row with `why` (sentences), `risk`, `holder`, and what it stands for when decided."""
    for row in rows:
        row.score = row.said["score"] if row.said else None
        row.risk = RISK_BANDS[row.band]
        row.why = _why(row)
        row.is_mine = bool(row.held_by) and row.held_by["by"] == moderator.pk
        row.holder = row.held_by and _holder(row.held_by)
        row.is_edit = row.status in IN_PUBLIC
        row.where = _where(row)
        row.case = f"{row.pk}:{describe_case_state(row.status, row.text, row.last)}"
    return rows


def describe_case_state(status, text, last_event) -> str:
    return f"{status}.{text or 0}.{last_event or 0}"


def _holder(claim):
    name = claim["name"] or claim["email"] or ""
    return {"name": name, "until": datetime.fromisoformat(claim["until"])}


def _why(row):
    found = [row.moved_for] if row.status == S.HELD and row.moved_for else []
    if row.said:
        found += [one.get("words", "") for one in row.said["reasons"]]
    if not found and row.kind.high_risk:
        found.append("这一类都由审核员看过再发布。")
    return found or ["还没有自动检查的结果。"]


def _where(row):
    city = city_of(row.place)
    if row.mode == "online":
        return "线上"
    return city.short_name if city else row.place.short_name


def _within(place):
    found = [place.adcode]
    for below in get_region_children(place):
        found += _within(below)
    return found
