"""What a kind of case says of itself: everything that is particular to it at the moderators' desk.

Its views come from `build_case_views`, its decisions are made by `safety.moderation.decisions`. A kind of case
is one class, registered in `safety.apps`.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, QueryDict

from accounts.models import User
from safety.models import Decision
from safety.moderation.decisions import DecisionRefused, DecisionResult

# So many of a queue are read to find the next case: more are never all in other hands.
NEXT_CASES_READ = 200


class ModeratorRequest(HttpRequest):
    """What a view behind `frame.moderator_page` gets."""

    user: User


class DetailsForm(forms.Form):
    """What one kind of case asks besides action and reason; shown again while it is not valid."""

    def get_decision_details(self) -> dict[str, Any]:
        """Keyword arguments of `carry_out`."""
        raise NotImplementedError


class CaseType[Row](ABC):
    """`Row` is one case as it is read for its page: a model, or a value around one."""

    kind: ClassVar[str]  # as claims and decisions store it; also the URL name of a case
    queue_name: ClassVar[str]  # the URL name of the queue, and its entry in the navigation
    queue_label: ClassVar[str]  # in the navigation
    queue_title: ClassVar[str]
    not_found: ClassVar[str]  # what is said of a number that is no case
    changed: ClassVar[str]  # what is said when a case is not as the moderator saw it

    labels: ClassVar[Mapping[str, str]]  # of the buttons
    decided_labels: ClassVar[Mapping[str, str]]  # what was decided, in the bar of undo
    keys: ClassVar[Mapping[str, str]]  # of the keyboard
    final: ClassVar[frozenset[str]] = frozenset()  # what asks twice and is never undone
    needs_reason: ClassVar[frozenset[str]] = frozenset()

    asks_fraud_type: ClassVar[bool] = False  # with the second question
    does_harm: ClassVar[bool] = True  # what asks twice is red
    has_usual: ClassVar[bool] = True  # the first button is the filled one
    # Only canned reasons of what can be decided now, in the order of the buttons.
    sorts_reasons: ClassVar[bool] = False

    # -- reading

    @abstractmethod
    def find(self, pk: int) -> Row | None: ...

    @abstractmethod
    def list_waiting(self, moderator: User) -> Iterable[int]:
        """The numbers of what waits for this moderator, in the order to look at it."""

    @abstractmethod
    def list_open_querysets(self) -> Sequence[QuerySet]:
        """Querysets whose rows together are what waits: the navigation counts them."""

    @abstractmethod
    def list_queue_rows(self, query: QueryDict) -> QuerySet:
        """What the page of the queue shows, the most urgent first."""

    @abstractmethod
    def attach_queue_display(self, rows: list, moderator: User) -> list:
        """The rows with all that the template of the queue shows of each."""

    def get_or_404(self, pk: int) -> Row:
        if (row := self.find(pk)) is None:
            raise Http404(self.not_found)
        return row

    # -- words and pages

    @abstractmethod
    def describe_case(self, row: Row) -> str:
        """What the case is called in a sentence."""

    @abstractmethod
    def build_context(self, request: ModeratorRequest, row: Row) -> dict[str, Any]:
        """What only the page of this kind shows."""

    @abstractmethod
    def list_actions(self, row: Row, moderator: User) -> Sequence[str]:
        """What this moderator may decide of it as it stands; each has a label."""

    @abstractmethod
    def hash_state(self, row: Row) -> str:
        """What a moderator looked at; another value means that the case has changed since."""

    @abstractmethod
    def collect_reason_facts(self, row: Row) -> dict[str, str]:
        """What fills the gaps of a canned reason."""

    def describe_number(self, number: int) -> str:
        row = self.find(number)
        return (row is not None and self.describe_case(row)) or str(number)

    def build_page_title(self, row: Row) -> str:
        return self.describe_case(row)

    def build_queue_context(self, request: ModeratorRequest, rows: list) -> dict[str, Any]:
        """What the page of the queue shows besides its rows."""
        return {}

    def list_consequences(self, row: Row) -> list[str]:
        """What the second question lists before a final decision."""
        return []

    def guess_fraud_type(self, row: Row) -> str:
        """What the second question has chosen already."""
        return ""

    # -- deciding

    @abstractmethod
    def carry_out(
        self, pk: int, action: str, moderator: User, reason: str, **more: Any
    ) -> DecisionResult:
        """Lock the case, check what the moderator saw (`seen`, where given), call the transition.
        `more` holds `seen`, `fraud_type` and what the form of `build_details_form` gives."""

    @abstractmethod
    def undo(self, decision: Decision, moderator: User) -> None: ...

    def build_details_form(self, row: Row, data: QueryDict | None = None) -> DetailsForm | None:
        """What else is filled in to decide; with `data` None if that decision needs none of it."""
        return None

    def get_locked[M: Model](self, rows: QuerySet[M], pk: int) -> M:
        """The row, locked until the transaction ends. Raises `DecisionRefused` if there is none."""
        row = rows.select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise DecisionRefused(self.not_found)
        return row

    def require_seen(self, seen: str, row: Row) -> None:
        """Raises `DecisionRefused` if the case is not as the moderator saw it."""
        if seen and seen != self.hash_state(row):
            raise DecisionRefused(self.changed)
