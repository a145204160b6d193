"""The interface of a kind of case: everything at the moderators' desk that differs from kind to kind.

Its views come from `build_case_urls`, its decisions are made by `safety.moderation.decisions`.
A kind of case is one class, registered in `safety.apps`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.db.models import F, Model, Q, QuerySet
from django.http import Http404, QueryDict

from accounts.models import Employer, SignedInRequest, User
from accounts.staff.scope import StaffScope, get_staff_scope
from safety.case_queues.escalations import build_escalation_condition
from safety.case_queues.queue_filters import NO_FILTER
from safety.case_queues.queue_measures import QueueMeasure, measure_cases
from safety.choices import CaseKind
from safety.models import Decision, QueueFilter
from safety.moderation import decisions
from safety.moderation.decisions import DecisionRefused, DecisionResult
from safety.moderation.permissions import NO_EMPLOYERS, OwnEmployers, find_own_employers
from safety.moderation.waiting_cases import RISK_BAND_NUMBERS

# How many cases of a queue are read to find the next one that nobody else has.
NEXT_CASES_READ = 200
EVERY_CASE = Q()


class CaseAction(NamedTuple):
    """One way to decide a case of a kind."""

    label: str  # of the button
    done: str = "已处理"  # in the bar of undo
    key: str = ""  # keyboard shortcut
    needs_reason: bool = False
    is_final: bool = False  # confirmed on a page of its own, never undone
    suggests_reason: bool = False  # the confirmation page starts with a suggested reason
    publishes: bool = False  # confirmed on a page of its own if the risk is high
    leaves_waiting: bool = False  # the case still has to be decided, so its postponements stay


class LastDecision(NamedTuple):
    """The last decision on a case that still holds."""

    moderator: User | None
    made_at: datetime
    label: str


@dataclass(frozen=True)
class AlikeChoice:
    """Another case that may get the same final decision."""

    number: int
    seen: str  # the state in which the page shows it
    name: str
    words: str  # why it is offered
    # The name of another employer than that of the case, which the decision may freeze.
    freezes: str = ""

    @property
    def value(self) -> str:
        return f"{self.number}:{self.seen}"


class DetailsForm(forms.Form):
    """The fields that a kind of case has besides action and reason. The form is shown again until it is valid."""

    def get_decision_details(self) -> dict[str, Any]:
        """Return further keyword arguments of `carry_out`."""
        return self.cleaned_data


class CaseType[Row](ABC):
    """`Row` is the type of one case: a model, or a dataclass that holds one."""

    kind: ClassVar[str]  # as claims and decisions store it; also the URL name of a case
    queue_name: ClassVar[str]  # the URL name of the queue, and its entry in the navigation
    queue_label: ClassVar[str]  # in the navigation
    queue_title: ClassVar[str]
    counted_as: ClassVar[str] = "件"
    not_found: ClassVar[str]  # the message if no case has this number
    changed: ClassVar[str]  # the message if the case has changed since the moderator saw it

    actions: ClassVar[Mapping[str, CaseAction]]
    # The parts of a moderator's filter that this queue obeys; with `risk` its cases have a `band`.
    filter_fields: ClassVar[tuple[str, ...]] = ("region",)
    row_number_field: ClassVar[str] = "pk"  # of the rows of the queue
    since_field: ClassVar[str] = "created_at"  # since when a case waits
    region_path: ClassVar[str] = "listing__region"  # leads from a case to its region
    model: ClassVar[type[Model]]  # the number of a case is a primary key of this model

    asks_fraud_type: ClassVar[bool] = False  # on the page that confirms
    does_harm: ClassVar[bool] = True  # buttons of final actions are red
    has_usual: ClassVar[bool] = True  # the first button is filled, as the usual decision
    # Whether only canned reasons for actions of the case are offered, in the order of the buttons.
    sorts_reasons: ClassVar[bool] = False

    # -- reading

    @abstractmethod
    def find_many(self, numbers: Iterable[int]) -> dict[int, Row]:
        """Return the cases with these numbers, by number; the same number of queries for one case as for several."""

    def find(self, pk: int) -> Row | None:
        return self.find_many([pk]).get(pk)

    @abstractmethod
    def list_cases(self, filters: QueueFilter) -> QuerySet:
        """Return the waiting cases that pass the filter, most urgent first."""

    def list_queue_rows(self, filters: QueueFilter) -> QuerySet:
        """Return the rows of the queue page. A kind of case overrides it if a row is not a case."""
        return self.list_cases(filters)

    def list_waiting(
        self,
        moderator: User,
        filters: QueueFilter = NO_FILTER,
        picked: Q = EVERY_CASE,
        most: int = NEXT_CASES_READ,
    ) -> Iterable[int]:
        """Return the numbers of the cases that wait for this moderator, most urgent first; `picked`
        says which of them are meant, `most` how many are read."""
        cases = self.list_cases(filters).filter(picked)
        return cases.values_list("pk", flat=True)[:most]

    def find_waiting_numbers(self, numbers: Iterable[int]) -> set[int]:
        """Return the numbers of those among these cases that wait."""
        cases = self.list_cases(NO_FILTER).filter(pk__in=list(numbers))
        return set(cases.values_list("pk", flat=True))

    def list_numbers_put_aside(self, row: Row, number: int) -> list[int]:
        """Return the numbers of this case and of the cases that are skipped or deferred together with it."""
        return [number]

    def list_open_querysets(
        self, scope: StaffScope, moderator: User, own_employers: OwnEmployers
    ) -> Sequence[QuerySet]:
        """Return querysets whose rows together are the cases that wait for the moderator in `scope`; the navigation
        counts them."""
        return (self.list_cases_in(scope).exclude(self.build_own_condition(own_employers)),)

    def list_cases_in(self, scope: StaffScope, filters: QueueFilter = NO_FILTER) -> QuerySet:
        return self.list_cases(filters).filter(self.build_scope_condition(scope))

    def build_scope_condition(self, scope: StaffScope) -> Q:
        """Return the condition that a case lies in these places."""
        return scope.build_condition(self.region_path)

    def is_in_scope(self, number: int, moderator: User) -> bool:
        """Whether the case lies in the moderator's places; no query for a moderator of the whole country."""
        scope = get_staff_scope(moderator)
        rows = self.model._default_manager.filter(self.build_scope_condition(scope), pk=number)
        return scope.is_national or rows.exists()

    def get_region_code(self, number: int) -> int | None:
        rows = self.model._default_manager.filter(pk=number)
        return rows.values_list(self.build_region_expression(), flat=True).first()

    @abstractmethod
    def attach_queue_display(self, rows: list, moderator: User) -> list:
        """Return the rows as the template of the queue shows them."""

    def measure_queue(
        self,
        filters: QueueFilter,
        scope: StaffScope,
        own_employers: OwnEmployers = NO_EMPLOYERS,
    ) -> QueueMeasure:
        """Return the number of cases in `scope` that pass the filter, and the age of the oldest, by risk if cases have
        one. Cases of the moderator's own employers are not counted."""
        bands = RISK_BAND_NUMBERS if "risk" in self.filter_fields else None
        cases = self.list_cases_in(scope, filters.without_risk() if bands else filters)
        cases = cases.filter(build_escalation_condition(self.kind, filters))
        cases = cases.exclude(self.build_own_condition(own_employers))
        return measure_cases(cases, self.since_field, filters.risk, bands)

    def build_region_expression(self) -> Any:
        """Return an expression for the region of a case."""
        return F(self.region_path)

    def build_employer_condition(self, employer: Employer) -> Q:
        """Return the condition that a case concerns this employer."""
        return Q(listing__employer=employer)

    def build_own_condition(self, own_employers: OwnEmployers) -> Q:
        """Return the condition that a case concerns one of the moderator's own employers, so that others decide it."""
        employers = [Employer(pk=number) for number in own_employers.numbers]
        is_own = reduce(or_, map(self.build_employer_condition, employers), Q(pk__in=()))
        return is_own & self.build_scope_condition(own_employers.decided_in)

    def is_left_to_others(self, number: int, moderator: User) -> bool:
        """Whether the case concerns one of the moderator's own employers; no query if the moderator has none."""
        own_employers = find_own_employers(moderator)
        rows = self.model._default_manager.filter(
            self.build_own_condition(own_employers), pk=number
        )
        return bool(own_employers.numbers) and rows.exists()

    def get_or_404(self, pk: int) -> Row:
        if (row := self.find(pk)) is None:
            raise Http404(self.not_found)
        return row

    def find_last_decision(self, number: int) -> LastDecision | None:
        decisions = Decision.objects.filter(kind=self.kind, number=number, undone_at=None)
        last = decisions.select_related("moderator").first()
        if last is None:
            return None
        return LastDecision(last.moderator, last.created_at, self.get_action(last.action).label)

    # -- words and pages

    @abstractmethod
    def describe_case(self, row: Row) -> str:
        """Return the name of the case for a sentence."""

    @abstractmethod
    def build_context(self, row: Row) -> dict[str, Any]:
        """Return the template context that only this kind of case has."""

    @abstractmethod
    def list_actions(self, row: Row, moderator: User) -> Sequence[str]:
        """Return the actions that this moderator may take now, in the order of the buttons."""

    @abstractmethod
    def hash_state(self, row: Row) -> str:
        """Return a text that changes whenever the case changes."""

    @abstractmethod
    def collect_reason_facts(self, row: Row) -> dict[str, str]:
        """Return the values for the gaps of a canned reason."""

    @property
    def kind_name(self) -> str:
        """The name of the address of a case."""
        return f"desk:{self.kind}"

    @property
    def skip_name(self) -> str:
        """The name of the address that skips a case."""
        return f"desk:{self.kind}_skip"

    @property
    def resume_name(self) -> str:
        return f"desk:{self.kind}_resume"

    def describe_number(self, number: int) -> str:
        return self.describe_numbers([number])[number]

    def describe_numbers(self, numbers: Sequence[int]) -> dict[int, str]:
        rows = self.find_many(numbers)
        return {
            number: (number in rows and self.describe_case(rows[number])) or str(number)
            for number in numbers
        }

    def resolve_action(self, row: Row, moderator: User, code: str) -> str:
        """Return the action for the code that a form sent."""
        return code

    def get_action(self, code: str) -> CaseAction:
        return self.actions.get(code, CaseAction(code))

    def build_page_title(self, row: Row) -> str:
        return self.describe_case(row)

    def build_queue_context(self, request: SignedInRequest, rows: list) -> dict[str, Any]:
        """Return the template context of the queue besides its rows."""
        return {}

    def list_consequences(self, row: Row) -> list[str]:
        """Return the sentences that the confirmation page of a final decision shows."""
        return []

    def may_freeze_employer(self, row: Row) -> bool:
        """Whether a final decision freezes an employer, unless the moderator gives a reason against it."""
        return False

    def suggest_reason(self, row: Row) -> str:
        """Return the suggested reason for a final action with `suggests_reason`."""
        return ""

    def list_alike_choices(self, row: Row) -> Sequence[AlikeChoice]:
        """Return other cases that may get the same final decision."""
        return ()

    def list_high_risks(self, row: Row) -> list[str]:
        """Return the findings in a text of high risk, which the moderator confirms before publishing it; none if the
        risk is not high."""
        return []

    def guess_fraud_type(self, row: Row) -> str:
        """Return the fraud type that the confirmation page preselects."""
        return ""

    # -- deciding

    @abstractmethod
    def carry_out(
        self, pk: int, action: str, moderator: User, reason: str, **details: Any
    ) -> DecisionResult:
        """Lock the case, require the state that the moderator saw (`seen`, if given), and call the
        transition. `details` holds `seen`, `fraud_type`, the fields of `build_details_form` and, for a final
        decision, `not_frozen_because`."""

    @abstractmethod
    def undo(self, decision: Decision, moderator: User) -> None: ...

    def build_details_form(
        self, row: Row, moderator: User, data: QueryDict | None = None
    ) -> DetailsForm | None:
        """Return the form with further fields, or None. With `data`, None if the sent decision needs no such form."""
        return None

    def lock_cases(self, numbers: Sequence[int]) -> None:
        """Lock several cases in one order until the transaction ends, for a decision on several cases."""
        raise NotImplementedError

    def get_locked[M: Model](self, rows: QuerySet[M], pk: int) -> M:
        """Return the row, locked until the transaction ends. Raises `DecisionRefused` if there is none."""
        row = rows.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise DecisionRefused(self.not_found)
        return row

    def build_page_forms(
        self, row: Row, moderator: User, data: QueryDict | None = None
    ) -> dict[str, DetailsForm | None]:
        """Return by their names the forms for details that the page of the case shows, whatever is decided; `data` is
        what was sent with a decision that was not made."""
        return {"details_form": self.build_details_form(row, moderator, data)}

    def require_seen(self, seen: str, row: Row) -> None:
        """Raise `DecisionRefused` if the case has changed since the moderator saw it."""
        if seen and seen != self.hash_state(row):
            raise DecisionRefused(self.changed)


def build_case_condition(user: User, path: str = "") -> Q:
    """Return the condition that a case lies in the user's places, for rows with the `kind` and `number` of a case, such
    as decisions. `path` leads to such a row and ends with two underscores."""
    return build_case_scope_condition(get_staff_scope(user), path)


def build_case_scope_condition(scope: StaffScope, path: str = "") -> Q:
    """Return the same condition for a scope."""
    if scope.is_national:
        return Q()
    condition = Q()
    for kind in decisions.CASE_TYPES:
        condition |= _build_kind_condition(kind, scope, f"{path}number") & Q(
            **{f"{path}kind": kind}
        )
    return condition


def build_appeal_condition(user: User, path: str = "") -> Q:
    """Return the condition that an appeal, also one against a refused text, lies in the user's places; `path` leads
    to the appeal."""
    scope = get_staff_scope(user)
    if scope.is_national:
        return Q()
    of_listing_or_employer = scope.build_condition(
        f"{path}listing__region", f"{path}employer__region"
    )
    return of_listing_or_employer | _build_kind_condition(CaseKind.TEXT, scope, f"{path}text")


def _build_kind_condition(kind: str, scope: StaffScope, number_path: str) -> Q:
    case_type = decisions.CASE_TYPES[kind]
    cases = case_type.model._default_manager.filter(case_type.build_scope_condition(scope))
    return Q(**{f"{number_path}__in": cases.order_by().values("pk")})
