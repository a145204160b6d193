"""What a moderator can decide of a listing, and what its people are told."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.urls import reverse

from accounts.employers.member_notices import MemberMessage, build_member_messages
from accounts.models import User
from listings.choices import ListingStatus as S
from listings.choices import RevisionStatus
from listings.models import Listing, ListingDraft, ListingRevision, RevisionAssessment
from listings.publication.completeness import list_missing_fields
from listings.publication.transitions import (
    IN_PUBLIC,
    approve_listing_edit,
    move_listing,
    refuse_listing_edit,
    restore_listing,
    undo_listing_event,
)
from safety.aftercare.fraud_cases import lock_for_removal, open_fraud_case
from safety.casework import listing_queue
from safety.casework.listing_page import build_listing_context
from safety.choices import CaseKind
from safety.models import Decision
from safety.moderation.canned_reasons import list_canned_reasons
from safety.moderation.case_type import NEXT_CASES_READ, CaseType, ModeratorRequest
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.moderation.waiting_cases import (
    list_listings_to_decide,
    list_waiting_edits,
    list_waiting_listings,
)

LABELS = {
    S.PUBLISHED: "通过",
    "approve_edit": "通过修改",
    S.REJECTED: "不通过",
    "refuse_edit": "不通过修改",
    "restore": "恢复",
    S.HELD: "风险暂停",
    S.REMOVED: "下架",
    S.REMOVED_FRAUD: "涉诈下架",
}
_STOPS = (S.HELD, S.REMOVED, S.REMOVED_FRAUD)
_BESIDE = (*_STOPS, S.WITHDRAWN)
STALE = "这件刚刚有了变化（作者改了文字，或者别人处理过）。请重新看一遍再决定。"


def list_listing_actions(listing, has_text: bool) -> tuple[str, ...]:
    """What may be decided as it stands; appeals have a queue of their own."""
    if listing.status == S.PENDING:
        return (S.PUBLISHED, S.REJECTED)
    if listing.status == S.HELD:
        return ("restore", S.REMOVED, S.REMOVED_FRAUD)
    if listing.status in IN_PUBLIC:
        return ("approve_edit", "refuse_edit", *_STOPS) if has_text else _STOPS
    if listing.status == S.DRAFT and _is_by_staff(listing):
        return (S.PUBLISHED,)
    return ()


def _is_by_staff(listing):
    """Added in the admin: approved as it was written, and nobody else's draft."""
    is_draft = ListingDraft.objects.filter(listing=listing).exists()
    return not is_draft and listing.revisions.filter(status=RevisionStatus.APPROVED).exists()


def hash_listing_state(listing, text) -> str:
    """What a moderator looked at: another status, text or event makes it stale."""
    last = listing.events.order_by("-pk").values_list("pk", flat=True).first()
    return listing_queue.describe_case_state(listing.status, text and text.pk, last)


def waiting_text(listing: Listing, *, lock: bool = False) -> ListingRevision | None:
    texts = listing.revisions.filter(status=RevisionStatus.WAITING)
    return (texts.select_for_update(of=("self",)) if lock else texts).first()


def assessment_of(listing, text=None):
    """Of this text; without one, of what was handed in last and is decided."""
    decided = ~Q(revision__status=RevisionStatus.WAITING)
    of_it = Q(revision=text) if text is not None else decided
    rows = RevisionAssessment.objects.filter(of_it, revision__listing=listing)
    return rows.order_by("-pk").first()


@dataclass(frozen=True)
class ListingUnderReview:
    """A listing with the text that is decided with it; each part is read once. While it is
    decided, its waiting text is locked as well as the listing."""

    listing: Listing
    is_locked: bool = False

    @cached_property
    def waiting(self) -> ListingRevision | None:
        return waiting_text(self.listing, lock=self.is_locked)

    @property
    def text(self) -> ListingRevision | None:
        """The text that is decided with the case, if any. Of a held listing it is what was public
        that comes back: an edit that waits beside it is looked at afterwards. With one that was
        removed nothing is decided."""
        return None if self.listing.status in _BESIDE else self.waiting

    @property
    def shown(self) -> Listing | ListingRevision:
        return self.text or self.listing

    @cached_property
    def assessment(self) -> RevisionAssessment | None:
        return assessment_of(self.listing, self.text)


class ListingCase(CaseType[ListingUnderReview]):
    kind = CaseKind.LISTING
    queue_name = "listings"
    queue_label = "兼职"
    queue_title = "兼职审核"
    not_found = "没有这条兼职。"
    changed = STALE
    labels = LABELS
    decided_labels = {
        S.PUBLISHED: "已通过",
        "approve_edit": "已通过修改",
        S.REJECTED: "已退回",
        "refuse_edit": "已退回修改",
        "restore": "已恢复",
        S.HELD: "已风险暂停",
        S.REMOVED: "已下架",
    }
    # What ends a listing has no key: it is meant to be slow.
    keys = {
        S.PUBLISHED: "a",
        "approve_edit": "a",
        "restore": "a",
        S.REJECTED: "r",
        "refuse_edit": "r",
        S.HELD: "h",
    }
    final = frozenset({S.REMOVED_FRAUD})
    needs_reason = frozenset({S.REJECTED, "refuse_edit", *_STOPS})
    asks_fraud_type = True
    sorts_reasons = True

    def find(self, pk: int) -> ListingUnderReview | None:
        listing = Listing.objects.select_related("employer").filter(pk=pk).first()
        return ListingUnderReview(listing) if listing else None

    def list_waiting(self, moderator: User) -> Iterable[int]:
        return list_waiting_listings().values_list("pk", flat=True)[:NEXT_CASES_READ]

    def list_open_querysets(self) -> Sequence[QuerySet]:
        return (list_listings_to_decide(), list_waiting_edits())

    def list_queue_rows(self, query: QueryDict) -> QuerySet:
        return listing_queue.filter_waiting_listings(listing_queue.parse_queue_filters(query))

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        return listing_queue.attach_queue_display(rows, moderator)

    def build_queue_context(self, request: ModeratorRequest, rows: list) -> dict[str, Any]:
        """What was ticked stays so when a decision of several lacks something."""
        return {
            "ticked": request.POST.getlist("case"),
            "filters": listing_queue.parse_queue_filters(request.GET),
            "asked": request.GET.urlencode(),
            "canned": list_canned_reasons(self.kind, {}) if rows else [],
        }

    def describe_case(self, row: ListingUnderReview) -> str:
        return row.listing.title

    def build_context(self, request: ModeratorRequest, row: ListingUnderReview) -> dict[str, Any]:
        return {
            "waits_beside": row.waiting is not None and row.text is None,
            **build_listing_context(row.listing, row.text, row.assessment),
        }

    def list_actions(self, row: ListingUnderReview, moderator: User) -> Sequence[str]:
        return list_listing_actions(row.listing, row.text is not None)

    def hash_state(self, row: ListingUnderReview) -> str:
        return hash_listing_state(row.listing, row.waiting)

    def collect_reason_facts(self, row: ListingUnderReview) -> dict[str, str]:
        found = row.assessment.reasons if row.assessment else []
        return {
            "title": row.shown.title,
            "employer": row.listing.who,
            "missing": "、".join(list_missing_fields(row.shown)),
            "found": "；".join(reason.get("words", "").rstrip("。") for reason in found),
            "cure": "改好后再提交就行。",
        }

    def list_consequences(self, row: ListingUnderReview) -> list[str]:
        listing = row.listing
        reveals, sign_ups = listing.reveals.count(), listing.applications.count()
        others = "这家单位别的公开兼职一起收起来，逐条重新看。" if listing.employer_id else ""
        return [
            "马上从所有公开页面消失，原地址写明是哪一种骗局。",
            f"联系方式被看过 {reveals} 次，{sign_ups} 人报过名：马上通知他们，附上证据，收不回来。",
            "这里面的联系方式记入黑名单，以后再出现会认出来。",
            *filter(None, [others]),
            "不能撤销。发布方只能申诉，由另一位审核员来看。",
        ]

    def guess_fraud_type(self, row: ListingUnderReview) -> str:
        return row.assessment.fraud_type if row.assessment else ""

    def carry_out(
        self,
        pk: int,
        action: str,
        moderator: User,
        reason: str,
        *,
        fraud_type: str = "",
        seen: str = "",
        **_more: Any,
    ) -> DecisionResult:
        """The listing and its waiting text are locked first: a text submitted meanwhile waits
        until this one is decided, or makes what was seen stale. What a removal for fraud brings
        with it happens in the same transaction."""
        if action == S.REMOVED_FRAUD:
            lock_for_removal(pk)
        listing = self.get_locked(Listing.objects.all(), pk)
        case = ListingUnderReview(listing, is_locked=True)
        text = case.waiting
        self.require_seen(seen, case)
        if action not in list_listing_actions(listing, text is not None):
            raise DecisionRefused(f"「{listing.get_status_display()}」的兼职现在不能这样处理。")
        since = _since(listing, text)
        moved = _move(listing, action, moderator, reason, fraud_type)
        if action == S.REMOVED_FRAUD:
            held = open_fraud_case(moved, moderator, reason).held
            reason += f"\n你们另外 {held} 条兼职先收起来，逐条重新看过再恢复。" if held else ""
        return DecisionResult(moved.last_event.pk, _build_notices(moved, action, reason), since)

    def undo(self, decision: Decision, moderator: User) -> None:
        undo_listing_event(decision.event, moderator)  # type: ignore[arg-type]


def _move(listing, action, moderator, reason, fraud_type):
    match action:
        case "approve_edit":
            return approve_listing_edit(listing.pk, moderator, reason)
        case "refuse_edit":
            return refuse_listing_edit(listing.pk, moderator, reason)
        case "restore":
            return restore_listing(listing.pk, moderator, reason)
        case _:
            return move_listing(listing.pk, action, moderator, reason, fraud_type)


def _since(listing, text):
    if listing.status == S.HELD:
        return listing.events.order_by("-pk").values_list("created_at", flat=True).first()
    return text.created_at if text else None


def _build_notices(listing, action, reason):
    """To everybody who acts for the employer; a repost has nobody to tell."""
    if listing.employer_id is None:
        return []
    title, words, where, button = _message(listing, action, reason)
    return build_member_messages(listing.employer, MemberMessage("", title, words, where, button))


def _message(listing, action, reason):
    """(title, text, address, button): what happened, why, what to do now."""
    name = f"「{listing.title}」"
    own = reverse("listings:manage", args=[listing.pk])
    appeal = reverse("safety:appeal_listing", args=[listing.pk])
    again = "觉得处理得不对，可以在兼职页面上申诉。"
    match action:
        case S.PUBLISHED | "restore":
            if listing.employer.in_good_standing:
                words = "通过审核，已经公开" if action == S.PUBLISHED else "核实完毕，重新公开"
            else:
                words = "通过审核，等单位认证有效时就会公开"
            return f"{name}{words}", reason, own, "去看看"
        case "approve_edit":
            return f"{name}的修改通过了", reason, own, "去看看"
        case S.REJECTED:
            return f"{name}没有通过审核", f"{reason}\n改好后再提交就行。{again}", own, "去修改"
        case "refuse_edit":
            words = f"{reason}\n原来的内容仍然公开，改好后再提交就行。"
            return f"{name}的修改没有通过", words, own, "去修改"
        case S.HELD:
            words = f"{reason}\n核实期间不公开，核实完会告诉你结果。"
            return f"{name}已暂停，正在核实", f"{words}觉得不对可以申诉。", appeal, "申诉"
        case _:
            words = f"{reason}\n觉得处理得不对可以申诉，由另一位审核员来看。"
            return f"{name}已经下架", words, appeal, "申诉"
