"""Appeals at the moderators' desk: the queue by due date, what can be decided of one."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone

from accounts.models import Employer, SignedInRequest, User
from listings.choices import ListingStatus
from listings.models import Listing, ListingRevision
from safety.appeals import transitions as appeals
from safety.choices import AppealStatus as S
from safety.choices import CaseKind
from safety.models import Appeal, Decision
from safety.moderation.case_facts import (
    HistoryEntry,
    employer_facts,
    list_employer_events,
    list_listing_events,
    list_listing_reports,
)
from safety.moderation.case_type import NEXT_CASES_READ, CaseType
from safety.moderation.claims import attach_claims
from safety.moderation.decisions import DecisionResult
from safety.moderation.permissions import list_moderators, may_decide_appeal
from safety.moderation.ticket_codes import format_ticket

LABELS: dict[str, str] = {S.UPHELD: "支持申诉", S.DISMISSED: "维持原决定"}
STALE = "这份申诉，或者它说的那件事，刚刚有了变化。请重新看一遍再决定。"


def list_waiting_appeals() -> QuerySet[Appeal]:
    """Return the open appeals, those due first at the front."""
    return Appeal.objects.filter(status=S.OPEN).order_by("due_at", "pk")


def hash_appeal_state(appeal: Appeal) -> str:
    return f"{appeal.status}.{appeals.get_appealed_object(appeal).status}"


def list_appeal_obstacles(appeal: Appeal) -> list[str]:
    """Return sentences on what upholding would not do, or can't do yet, and what helps."""
    listing, employer = appeal.listing, appeals.get_appeal_employer(appeal)
    obstacles = []
    decision = appeals.find_contestable_decision(appeals.get_appealed_object(appeal))
    if decision is None or decision.against != appeal.against:
        obstacles.append("现在的状态和申诉时不一样了，没有要恢复的：写明现在的情况，维持结案。")
    if listing and listing.is_past_last_day:
        obstacles.append("有效期已经过了：恢复以后写着“已过有效期”，单位自己续期才再招人。")
    if listing and employer and not employer.in_good_standing:
        obstacles.append(
            f"单位现在是「{employer.get_status_display()}」：支持以后，要等单位认证有效，它才会公开。"
        )
    return obstacles


def list_appeal_consequences(appeal: Appeal) -> list[str]:
    """Return sentences on what upholding does."""
    if appeal.against == appeals.EDIT:
        effect = "被退回的修改马上生效，公开的页面换成改过的内容。"
    elif appeal.against == "removed_fraud":
        effect = "这条兼职马上重新公开，里面的联系方式不再算骗局的；收到过提醒的人都收到更正。"
    elif appeal.listing_id:
        effect = "这条兼职马上重新公开。"
    elif appeal.against == "frozen":
        effect = "单位马上解冻，它的兼职重新公开。"
    else:
        effect = "单位回到「审核中」，进单位资料的队列，由人再查一遍。"
    return [effect, "单位的人和原来的经办人会收到结果和你写的理由。", "不能撤销。"]


class AppealCase(CaseType[Appeal]):
    kind = CaseKind.APPEAL
    queue_name = "appeals"
    queue_label = queue_title = "申诉"
    not_found = "没有这份申诉。"
    changed = STALE
    labels = LABELS
    decided_labels = {S.UPHELD: "已判为成立", S.DISMISSED: "已判为不成立"}
    keys = {S.UPHELD: "a", S.DISMISSED: "r"}
    final = frozenset({S.UPHELD})
    needs_reason = frozenset({S.UPHELD, S.DISMISSED})
    does_harm = False
    has_usual = False

    def find(self, pk: int) -> Appeal | None:
        related = ("listing__employer", "employer", "decided_by", "appellant")
        return Appeal.objects.select_related(*related).filter(pk=pk).first()

    def list_waiting(self, moderator: User) -> Iterable[int]:
        """Without appeals against decisions of this moderator."""
        rows = list_waiting_appeals().select_related("decided_by")[:NEXT_CASES_READ]
        return [row.pk for row in rows if may_decide_appeal(moderator, row.decided_by)]

    def list_open_querysets(self) -> Sequence[QuerySet]:
        return (list_waiting_appeals(),)

    def list_queue_rows(self, query: QueryDict) -> QuerySet:
        return list_waiting_appeals().select_related("listing__employer", "employer", "decided_by")

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        attach_claims(self.kind, rows, moderator)
        moderator_pks = set(list_moderators().values_list("pk", flat=True)[:2])
        for row in rows:
            row.employer_shown = appeals.get_appeal_employer(row)
            row.words_against = appeals.describe_appealed_decision(row)
            row.is_late = row.due_at < timezone.now()
            row.is_own = _is_own(row, moderator, moderator_pks)
        return rows

    def describe_case(self, row: Appeal) -> str:
        appealed = appeals.get_appealed_object(row)
        return appealed.name if isinstance(appealed, Employer) else appealed.title

    def build_page_title(self, row: Appeal) -> str:
        return f"申诉：{self.describe_case(row)}"

    def build_context(self, request: SignedInRequest, row: Appeal) -> dict[str, Any]:
        listing, employer = row.listing, appeals.get_appeal_employer(row)
        is_open = row.status == S.OPEN
        decision = appeals.find_contestable_decision(appeals.get_appealed_object(row))
        return {
            "appeal": row,
            "name": self.describe_case(row),
            "ticket": format_ticket(row.ticket),
            "against": appeals.describe_appealed_decision(row),
            "decision": decision if decision and decision.against == row.against else None,
            "listing": listing,
            "text": _get_contested_text(row),
            "employer": employer,
            "is_open": is_open,
            "is_late": is_open and row.due_at < timezone.now(),
            "obstacles": list_appeal_obstacles(row) if is_open else [],
            "history": _list_events(row),
            "reports": list_listing_reports(listing) if listing else [],
            **(employer_facts(employer) if employer else {}),
        }

    def list_actions(self, row: Appeal, moderator: User) -> Sequence[str]:
        may_decide = may_decide_appeal(moderator, row.decided_by)
        return tuple(LABELS) if row.status == S.OPEN and may_decide else ()

    def hash_state(self, row: Appeal) -> str:
        return hash_appeal_state(row)

    def collect_reason_facts(self, row: Appeal) -> dict[str, str]:
        employer = appeals.get_appeal_employer(row)
        title = row.listing.title if row.listing else ""
        return {"title": title, "employer": employer.name if employer else ""}

    def list_consequences(self, row: Appeal) -> list[str]:
        return list_appeal_consequences(row)

    def carry_out(
        self,
        pk: int,
        action: str,
        moderator: User,
        reason: str,
        *,
        seen: str = "",
        **_more: Any,
    ) -> DecisionResult:
        appeal = self.get_locked(Appeal.objects.all(), pk)
        self.require_seen(seen, appeal)
        event = appeals.decide_appeal(appeal.pk, action, moderator, reason)
        return DecisionResult(event.pk, [], appeal.created_at)

    def undo(self, decision: Decision, moderator: User) -> None:
        appeals.undo_appeal_event(decision.event, moderator)  # type: ignore[arg-type]


def _is_own(row: Appeal, user: User, moderator_pks: set[int]) -> bool:
    """Whether this moderator made the decision and may not decide the appeal: as
    `permissions.may_decide_appeal` says, without a query for each row."""
    if row.decided_by_id != user.pk:
        return False
    return not (user.is_superuser and moderator_pks <= {user.pk})


def _list_events(appeal: Appeal) -> list[HistoryEntry]:
    if appeal.listing:
        return list_listing_events(appeal.listing)
    return list_employer_events(appeal.employer) if appeal.employer else []


def _get_contested_text(appeal: Appeal) -> Listing | ListingRevision | None:
    """Return the refused text, else the text that was public; None for an employer's appeal."""
    if appeal.listing and appeal.against in (appeals.EDIT, ListingStatus.REJECTED):
        return appeal.listing.revisions.order_by("-pk").first() or appeal.listing
    return appeal.listing
