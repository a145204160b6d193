"""Appeals at the moderators' desk: the queue by due date, and the decisions on an appeal. An appeal against the
refusal of other words than a listing's is decided together with the words, in `TextCase`."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce

from accounts.employers.transitions import RENEWAL_REFUSED, WARNED, WATCHED
from accounts.models import Employer, EmployerStatus, User
from accounts.staff.scope import StaffScope
from listings.choices import ListingStatus
from listings.models import Listing, ListingRevision
from listings.publication.transitions import (
    find_status_before_stop,
    get_first_approver_id,
    needs_two_people,
)
from safety.aftercare.fraud_cases import is_frozen_by_removal
from safety.appeals import transitions as appeals
from safety.case_queues.moderators import is_moderator
from safety.case_queues.queue_filters import (
    NO_FILTER,
    build_group_condition,
    build_region_condition,
)
from safety.choices import REFUSED_EDIT, CaseKind
from safety.choices import AppealStatus as S
from safety.models import Appeal, Decision, QueueFilter
from safety.moderation.case_facts import MAX_FACTS_SHOWN, collect_employer_facts, list_events
from safety.moderation.case_type import EVERY_CASE, NEXT_CASES_READ, CaseAction, CaseType
from safety.moderation.claims import attach_claims
from safety.moderation.decisions import DecisionResult
from safety.moderation.permissions import find_regions_alone, may_decide_appeal
from safety.moderation.waiting_cases import list_open_appeals


def list_appeal_obstacles(appeal: Appeal) -> list[str]:
    """Return sentences in Chinese on what upholding the appeal would not restore yet, and what to do about it."""
    listing, employer = appeal.listing, appeal.subject_employer
    obstacles = []
    if appeals.find_appealed_decision(appeal) is None:
        obstacles.append("现在的状态和申诉时不一样了，没有要恢复的：写明现在的情况，维持结案。")
    if listing and listing.is_past_last_day:
        obstacles.append("有效期已经过了：恢复以后写着“已过有效期”，单位自己续期才再招人。")
    comes_back = is_frozen_by_removal(listing)
    if listing and employer and not employer.is_in_good_standing and not comes_back:
        obstacles.append(
            f"单位现在是「{employer.get_status_display()}」：支持以后，要等单位认证有效，它才会公开。"
        )
    return obstacles


class AppealCase(CaseType[Appeal]):
    kind = CaseKind.APPEAL
    model = Appeal
    queue_name = "appeals"
    queue_label = queue_title = "申诉"
    not_found = "没有这份申诉。"
    changed = "这份申诉，或者它说的那件事，刚刚有了变化。请重新看一遍再决定。"
    actions = {
        S.UPHELD: CaseAction("支持申诉", "已支持申诉：", "a", needs_reason=True, is_final=True),
        S.DISMISSED: CaseAction("维持原决定", "已维持原决定：", "r", needs_reason=True),
    }
    does_harm = False
    filter_fields = ("region", "group")
    has_usual = False
    region_path = "case_region"

    def find_many(self, numbers: Iterable[int]) -> dict[int, Appeal]:
        related = ("listing__employer", "employer", "decided_by", "appellant")
        return Appeal.objects.select_related(*related).filter(text=None).in_bulk(numbers)

    def list_cases(self, filters: QueueFilter) -> QuerySet:
        related = ("listing__employer", "employer", "decided_by")
        appeals_query = list_open_appeals().select_related(*related)
        return (
            appeals_query.annotate(case_region=self.build_region_expression())
            .filter(
                build_region_condition(filters, "case_region"),
                build_group_condition(filters, "listing__category"),
            )
            .order_by("due_at", "pk")
        )

    def build_scope_condition(self, scope: StaffScope) -> Q:
        return scope.build_condition("listing__region", "employer__region")

    def build_region_expression(self) -> Coalesce:
        return Coalesce(F("listing__region"), F("employer__region"))

    def build_employer_condition(self, employer: Employer) -> Q:
        return Q(listing__employer=employer) | Q(employer=employer)

    def list_waiting(
        self,
        moderator: User,
        filters: QueueFilter = NO_FILTER,
        picked: Q = EVERY_CASE,
        most: int = NEXT_CASES_READ,
    ) -> Iterable[int]:
        """Leave out appeals against this moderator's own decisions where another moderator may decide."""
        if not is_moderator(moderator):
            return ()
        rows = self.list_cases(filters).filter(picked)
        own_rows = rows.filter(decided_by=moderator).order_by()
        codes = own_rows.values_list("case_region", flat=True).distinct()
        alone = find_regions_alone(moderator, codes if moderator.is_superuser else ())
        # Excluded before the limit applies, because all of the oldest may be their own.
        rows = rows.exclude(Q(decided_by=moderator) & ~Q(case_region__in=alone))
        return rows.values_list("pk", flat=True)[:most]

    def attach_queue_display(self, rows: list, moderator: User) -> list:
        attach_claims(self.kind, rows, moderator)
        own_rows = [row for row in rows if row.decided_by_id == moderator.pk]
        alone = find_regions_alone(moderator, [row.case_region for row in own_rows])
        for row in rows:
            row.is_own = row in own_rows and row.case_region not in alone
        return rows

    def describe_case(self, row: Appeal) -> str:
        return row.subject_name

    def build_page_title(self, row: Appeal) -> str:
        return f"申诉：{self.describe_case(row)}"

    def build_context(self, row: Appeal) -> dict[str, Any]:
        listing, employer = row.listing, row.subject_employer
        return {
            "appeal": row,
            "decision": appeals.find_appealed_decision(row),
            "listing": listing,
            "text": _get_contested_text(row),
            "employer": employer,
            "obstacles": list_appeal_obstacles(row) if row.is_open else [],
            "history": list_events(row.subject),
            "reports": listing.reports.all()[:MAX_FACTS_SHOWN] if listing else [],
            **collect_employer_facts(employer),
        }

    def list_actions(self, row: Appeal, moderator: User) -> Sequence[str]:
        region_code = appeals.get_region_code(row.subject)
        may_decide = may_decide_appeal(moderator, row.decided_by, region_code)
        return tuple(self.actions) if row.is_open and may_decide else ()

    def hash_state(self, row: Appeal) -> str:
        """Include the contested text, because another text may be refused while the page is read."""
        text = _get_contested_text(row)
        return f"{row.status}.{row.subject.status}.{text.pk if text else 0}"

    def collect_reason_facts(self, row: Appeal) -> dict[str, str]:
        employer = row.subject_employer
        title = row.listing.title if row.listing else ""
        return {"title": title, "employer": employer.name if employer else ""}

    def list_consequences(self, row: Appeal) -> list[str]:
        """Return sentences in Chinese on what upholding the appeal does."""
        if _waits_for_second_person(row):
            effect = "这是第一遍通过：这类兼职要另一位审核员再看一遍才公开，那一位也可能不通过。"
        elif row.against == REFUSED_EDIT:
            effect = "被退回的修改马上生效，公开的页面换成改过的内容。"
        elif row.against == ListingStatus.REMOVED_FRAUD and _never_was_public(row):
            effect = (
                "这条兼职回到待审核，由人再看一遍；里面的联系方式不再算骗局的，因它冻结的单位解冻。"
            )
        elif row.against == ListingStatus.REMOVED_FRAUD:
            effect = (
                f"{_describe_return(row)}，里面的联系方式不再算骗局的；收到过提醒的人都收到更正。"
                "因它冻结的单位解冻，因它收起来的兼职照原样恢复，之后另有处理的不动。"
            )
        elif row.listing_id:
            effect = f"{_describe_return(row)}。"
        elif row.against == WARNED:
            effect = "警告马上撤回。"
        elif row.against == WATCHED:
            effect = "单位发的兼职不再逐条审核；已经在等审核的，照常审核。"
        elif row.against == RENEWAL_REFUSED:
            effect = "复核再进单位资料的队列，由人再查一遍。"
        elif row.against == EmployerStatus.FROZEN:
            effect = "单位马上解冻，回到冻结以前的状态；认证有效的，它的兼职重新公开。"
        else:
            effect = "单位回到「审核中」，进单位资料的队列，由人再查一遍。"
        return [effect, "单位的人和原来的经办人会收到结果和你写的理由。", "不能撤销。"]

    def carry_out(
        self, pk: int, action: str, moderator: User, reason: str, *, seen: str = "", **_details: Any
    ) -> DecisionResult:
        appeal = self.get_locked(Appeal.objects.filter(text=None), pk)
        self.require_seen(seen, appeal)
        event = appeals.decide_appeal(appeal.pk, action, moderator, reason)
        return DecisionResult(event.pk, [], appeal.created_at)

    def undo(self, decision: Decision, moderator: User) -> None:
        appeals.undo_appeal_event(decision.event, moderator)  # type: ignore[arg-type]


def _never_was_public(appeal: Appeal) -> bool:
    return appeal.listing is not None and appeal.listing.published_at is None


def _describe_return(appeal: Appeal) -> str:
    """Say in Chinese which status the listing gets if the appeal is upheld."""
    if appeal.listing is None or _never_was_public(appeal):
        return "这条兼职马上公开"
    status = ListingStatus(find_status_before_stop(appeal.listing))
    if status != ListingStatus.PUBLISHED:
        return f"这条兼职回到单位原来的「{status.label}」"
    return "这条兼职马上重新公开"


def _waits_for_second_person(appeal: Appeal) -> bool:
    """Whether upholding the appeal is the first of two approvals."""
    text = _get_contested_text(appeal)
    if not isinstance(text, ListingRevision):
        return False
    return needs_two_people(text) and get_first_approver_id(text) is None


def _get_contested_text(appeal: Appeal) -> Listing | ListingRevision | None:
    """Return the refused text, else the text that was public; None for an employer's appeal."""
    if appeal.listing and appeal.against in (REFUSED_EDIT, ListingStatus.REJECTED):
        return appeal.listing.revisions.order_by("-pk").first() or appeal.listing
    return appeal.listing
