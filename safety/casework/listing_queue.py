"""The queue of listings: filtering it, and the rows, which show why a listing waits and who has claimed it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import EmployerStatus, User
from cities.directory.regions import get_city
from listings.choices import IN_PUBLIC
from listings.choices import ListingStatus as S
from listings.models import Listing, ListingEvent, RevisionAssessment
from listings.vocabulary.categories import CATEGORIES
from safety.case_queues.case_entries import build_entry_marks
from safety.case_queues.finding_names import (
    NamedFinding,
    list_named_findings,
    list_photo_findings,
)
from safety.case_queues.queue_filters import build_group_condition, build_region_condition
from safety.case_queues.text_excerpts import render_excerpt
from safety.choices import CaseKind, QueueReason
from safety.models import Claim, QueueFilter
from safety.moderation.canned_reasons import number_reason_marks
from safety.moderation.waiting_cases import (
    HIGH,
    LOW,
    MEDIUM,
    RISK_BAND_NUMBERS,
    list_waiting_listings,
)

LONG_WAIT = timedelta(hours=24)
RISK_BANDS = {HIGH: "风险高", MEDIUM: "风险中", LOW: "风险低"}
_EXCERPT_FIELDS = ("duties", "requirements")
_PAY_FIELDS = ("pay_min", "pay_max", "pay_unit")
WHY_CONDITIONS: dict[str, Q] = {
    QueueReason.NEW: Q(status=S.PENDING),
    QueueReason.EDIT: Q(status__in=IN_PUBLIC),
    QueueReason.HELD: Q(status=S.HELD),
    QueueReason.UNVERIFIED: (
        Q(employer__isnull=False) & ~Q(employer__status=EmployerStatus.VERIFIED)
    ),
}


def filter_waiting_listings(filters: QueueFilter) -> QuerySet[Listing]:
    """Return the waiting listings that pass the filter."""
    rows = list_waiting_listings().filter(
        build_region_condition(filters, "region"), build_group_condition(filters, "category")
    )
    if filters.risk:
        rows = rows.filter(band=RISK_BAND_NUMBERS[filters.risk])
    if filters.why == QueueReason.CATEGORY:
        return rows.filter(category__in=[c.code for c in CATEGORIES.values() if c.is_high_risk])
    return rows.filter(WHY_CONDITIONS[filters.why]) if filters.why else rows


def select_row_details(listings: QuerySet[Listing]) -> QuerySet[Listing]:
    """Return the waiting listings with all that a row shows, in one query."""
    return listings.select_related("employer").annotate(**_build_row_annotations())


def _build_row_annotations() -> dict[str, Subquery | F]:
    """Return the result of the automatic check, who approved first, the reason of the hold and the claim."""
    assessment = RevisionAssessment.objects.filter(pk=OuterRef("assessed"))
    hold = ListingEvent.objects.filter(pk=OuterRef("hold"))
    claim = Claim.objects.filter(
        kind=CaseKind.LISTING, number=OuterRef("pk"), until__gt=timezone.now()
    )
    held_by = JSONObject(until="until", by="moderator", name="moderator__name")
    return {
        "checked": Subquery(
            assessment.values(
                of=JSONObject(level="level", score="score", reasons="reasons", signals="signals")
            )
        ),
        **{f"waiting_{name}": F(f"waits__{name}") for name in (*_EXCERPT_FIELDS, *_PAY_FIELDS)},
        "first_name": F("waits__first_approver__name"),
        "held_for": Subquery(hold.values("reason")),
        "held_by": Subquery(claim.values(of=held_by)),
    }


def attach_queue_display(listings: Sequence[Any], moderator: User) -> None:
    """Set what a row of the queue shows; `listings` come from `select_row_details`.

    `case` is the number, the state and the mark of what others wrote about the case (`entries`), as the form for
    deciding several listings sends them."""
    marks = build_entry_marks(CaseKind.LISTING, [listing.pk for listing in listings], moderator)
    for listing in listings:
        listing.entries = marks[listing.pk]
        listing.state = describe_case_state(listing.status, listing.text, listing.last)
        listing.case = f"{listing.pk}:{listing.state}:{listing.entries}"
        listing.is_mine = bool(listing.held_by) and listing.held_by["by"] == moderator.pk
        listing.is_taken = bool(listing.held_by) and not listing.is_mine
        listing.waits_long = listing.since <= timezone.now() - LONG_WAIT
        listing.risk = _describe_risk(listing)
        checked = listing.checked or {"reasons": (), "signals": ()}
        listing.in_photos = list_photo_findings(checked["reasons"], checked["signals"])
        listing.why = _list_why(listing)
        listing.where = _describe_place(listing)
        listing.pay = _describe_pay(listing)
        listing.excerpt = _render_listing_excerpt(listing)
        listing.reason_marks = _format_reason_marks(listing)
        listing.is_edit = listing.status in IN_PUBLIC
        if claim := listing.held_by:
            claim["moderator"] = claim["name"] or "一位审核员"
            claim["until"] = datetime.fromisoformat(claim["until"])


def describe_case_state(status: str, text: int | None, last_event: int | None) -> str:
    """Return a text that changes with the status, the waiting revision and the last event."""
    return f"{status}.{text or 0}.{last_event or 0}"


def _describe_risk(listing: Any) -> str:
    """Return the risk band by which the row is sorted and counted, and the score if the text was checked. The band of
    a held listing may be higher than that of its text."""
    band = RISK_BANDS[listing.band]
    return f"{band}，文字 {listing.checked['score']} 分" if listing.checked else band


def _list_why(listing: Any) -> list[NamedFinding]:
    """Return why the listing waits, at least one reason: words of people as they wrote them, findings by name."""
    sentences = []
    if listing.first_approver:
        sentences.append(f"第一遍由{listing.first_name or '一位审核员'}通过，等另一位。")
    if listing.status == S.HELD and listing.held_for:
        sentences.append(listing.held_for)
    checked = listing.checked or {"reasons": (), "signals": ()}
    findings = list_named_findings(checked["reasons"], checked["signals"])
    if not sentences and not findings:
        waits = "品类必审" if listing.kind.is_high_risk else "还没有自动检查的结果。"
        sentences.append(waits)
    return [*(NamedFinding(words, [], [], False) for words in sentences), *findings]


def _render_listing_excerpt(listing: Any) -> SafeString:
    """Return an excerpt of the waiting text; for a held listing without one, of the public text."""
    prefix = "waiting_" if listing.text else ""
    texts = {name: getattr(listing, f"{prefix}{name}") for name in _EXCERPT_FIELDS}
    return render_excerpt(texts, listing.checked["signals"] if listing.checked else ())


def _format_reason_marks(listing: Any) -> str:
    """Return the marks that belong to each canned reason, for the script: "contact:2,3 fees:1"."""
    marks = number_reason_marks(listing.checked["signals"]) if listing.checked else {}
    return " ".join(f"{code}:{','.join(map(str, numbers))}" for code, numbers in marks.items())


def _describe_pay(listing: Any) -> str:
    """Return the pay in the waiting text, whose words the row shows."""
    shown = listing
    if listing.text:
        shown = Listing(**{name: getattr(listing, f"waiting_{name}") for name in _PAY_FIELDS})
    return f"{shown.pay_words} {shown.pay_unit_words}".strip()


def _describe_place(listing: Listing) -> str:
    if listing.mode == "online":
        return "线上"
    city = get_city(listing.place)
    return city.short_name if city else listing.place.short_name
