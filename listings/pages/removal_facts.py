"""What an employer's page tells of its listings that were removed, and of its frauds: how many, why, since when.

Of a fraud the kind of work, the kind of fraud and the day, but never the title or a word of the text:
they could be the bait once more. A removal that was undone, or reversed on appeal, has left its status, so
that it is not told any more.
"""

from datetime import datetime
from typing import Any, NamedTuple, TypedDict

from django.db.models import Case, Count, F, Min, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from accounts.models import Employer
from listings.choices import ListingStatus as S
from listings.detail.appearances import EVER_PUBLIC
from listings.detail.spread_facts import BAD, CARE, CHECKED, PLAIN, LedgerFact, build_fact
from listings.models import Listing, ListingEvent
from screening.fraud_types import get_fraud_type
from screening.fraud_types.advice import get_advice

REMOVED = (S.REMOVED, S.REMOVED_FRAUD)
BROKEN_RULES = "写的和实际不一样，或者别的地方不合发布规则。"
MAX_FRAUDS = 5


class FraudRemoval(TypedDict):
    work: str  # the kind of work
    fraud: str  # "" if of no named kind
    sign: str  # what the fraud looks like, in one sentence
    since: datetime | None
    address: str  # the page in its place, with advice; "" if it never was public


class EmployerRemovals(NamedTuple):
    facts: list[LedgerFact]
    frauds: list[FraudRemoval]  # the newest


def describe_removals(employer: Employer) -> EmployerRemovals:
    """Count what was public and removed, and name the frauds, also those that were found before anybody could see
    them. One query, two if there are frauds."""
    groups = _list_listing_counts(employer)
    is_fraud = any(group["status"] == S.REMOVED_FRAUD for group in groups)
    return EmployerRemovals(_list_facts(groups), _list_frauds(employer) if is_fraud else [])


def _list_frauds(employer: Employer) -> list[FraudRemoval]:
    frauds = _annotate_removal(_list_told_listings(employer).filter(status=S.REMOVED_FRAUD))
    rows = frauds.only("category", "fraud_type", "region", "mode", "published_at").order_by(
        "-removed_at", "-pk"
    )
    return [
        {
            "work": listing.kind.label,
            "fraud": get_fraud_type(listing.fraud_type).known_name,
            "sign": get_advice(listing.fraud_type).signs[0],
            "since": listing.removed_at,
            "address": listing.get_absolute_url() if listing.published_at else "",
        }
        for listing in rows[:MAX_FRAUDS]
    ]


def _list_facts(groups: list[dict[str, Any]]) -> list[LedgerFact]:
    """Return how many were public, how many of them were removed, and how many frauds never became public."""
    caught = [group for group in groups if not group["began"]]
    facts = _list_public_facts([group for group in groups if group["began"]], bool(caught))
    if caught:
        facts.append(_build_fraud_fact("没公开就查出涉诈", caught))
    return facts


def _list_public_facts(groups: list[dict[str, Any]], has_caught: bool) -> list[LedgerFact]:
    total = sum(group["n"] for group in groups)
    if not total:
        return [build_fact(PLAIN, f"{'' if has_caught else '没有。'}它还没有公开过兼职", when="")]
    summary = f"{_format_month(min(group['began'] for group in groups))}以来公开过 {total} 条兼职"
    frauds = [group for group in groups if group["status"] == S.REMOVED_FRAUD]
    others = [group for group in groups if group["status"] == S.REMOVED]
    if not frauds and not others:
        if has_caught:
            return [build_fact(PLAIN, f"{summary}，没有一条被下架", when="")]
        return [build_fact(CHECKED, "没有", f"{summary}，没有一条被下架。", when="今天查的")]
    facts = [build_fact(PLAIN, f"{summary}，其中", when="")]
    if frauds:
        facts.append(_build_fraud_fact("因涉诈下架", frauds))
    if others:
        facts.append(_build_removal_fact(CARE, "因违规下架", others, BROKEN_RULES))
    return facts


def _build_fraud_fact(words: str, groups: list[dict[str, Any]]) -> LedgerFact:
    named = [(get_fraud_type(group["fraud_type"]).known_name, group["n"]) for group in groups]
    kinds = "、".join(f"{name} {count} 条" for name, count in named if name)
    return _build_removal_fact(BAD, words, groups, f"{kinds}。" if kinds else "")


def _list_listing_counts(employer: Employer) -> list[dict[str, Any]]:
    counts = (
        _annotate_removal(_list_told_listings(employer))
        .order_by()
        .values("status", "fraud_type", was_public=Q(published_at__isnull=False))
        .annotate(n=Count("pk"), began=Min("published_at"), since=Min("removed_at"))
        .order_by(F("n").desc(), "fraud_type")
    )
    return [dict(row) for row in counts]


def _list_told_listings(employer: Employer) -> QuerySet[Listing]:
    was_public = Q(status__in=EVER_PUBLIC, published_at__isnull=False)
    return Listing.objects.filter(was_public | Q(status=S.REMOVED_FRAUD), employer=employer)


def _annotate_removal(listings: QuerySet[Listing]) -> QuerySet[Any]:
    moves = ListingEvent.objects.exclude(before=F("after"))
    removals = moves.filter(listing=OuterRef("pk"), after=OuterRef("status"))
    removed_at = Subquery(removals.order_by("-pk").values("created_at")[:1])
    return listings.annotate(removed_at=Case(When(status__in=REMOVED, then=removed_at)))


def _build_removal_fact(
    tone: str, words: str, groups: list[dict[str, Any]], details: str
) -> LedgerFact:
    count = sum(group["n"] for group in groups)
    since = [group["since"] for group in groups if group["since"]]
    when = f"{timezone.localtime(min(since)):%Y-%m-%d} 起" if since else ""
    return build_fact(tone, f"{words} {count} 条", details, when)


def _format_month(moment: datetime) -> str:
    day = timezone.localtime(moment)
    return f"{day.year} 年 {day.month} 月"
