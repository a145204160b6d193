"""What all pages of the desk share: the permission, the queues with their counts, the bar of
undo."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache, wraps
from typing import Any, Literal, NamedTuple

from django.contrib import admin, messages
from django.db.models import Exists, QuerySet, Subquery, Value
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignedInRequest, StaffPost, User
from accounts.staff.scope import StaffScope, get_staff_scope
from accounts.staff.staff_pages import staff_page
from safety.case_queues.case_questions import list_open_questions
from safety.case_queues.moderators import is_moderator
from safety.case_queues.own_day import measure_own_day, select_decision_times
from safety.case_queues.postponements import get_start_of_day, list_postponements
from safety.models import CaseQuestion, Decision, Postponement, QueueFilter
from safety.moderation import decisions
from safety.moderation.case_type import build_case_condition, build_case_scope_condition
from safety.moderation.permissions import OwnEmployers, find_own_employers
from sitekit.databases.aggregates import count_rows
from sitekit.databases.composed_queries import ReplannedQuery
from sitekit.refused_posts.typed_fields import collect_typed_input
from sitekit.web.pages import PageView, View
from sitekit.workflow.refusals import PageDenied
from sitekit.workflow.state_machine import UNDO_FOR

QUESTIONS_SHOWN = 3  # above a queue
CASES_NAMED = 3  # of those that were decided together
SCOPES_KEPT = 64  # scopes for which the SQL of the counts is kept


def moderator_page(
    *, takes: Literal["read", "form", "post"], of_own_employer: bool = False
) -> Callable[[View], PageView]:
    """Make a view an admin page (with its sign-in and second factor) for moderators. The page of a case is only for
    moderators who have rights in its place. Actions on a case of the moderator's own employer are refused, unless
    `of_own_employer` is set."""

    def decorate(view: View) -> PageView:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            case_type, number = kwargs.get("case_type"), kwargs.get("pk")
            if case_type and number:
                if not case_type.is_in_scope(number, request.user):
                    raise Http404(case_type.not_found)
                works_on_case = takes == "post" and not of_own_employer
                if works_on_case and case_type.is_left_to_others(number, request.user):
                    if collect_typed_input(request).texts:  # a redirect would lose it
                        raise PageDenied(decisions.OWN_EMPLOYER_MESSAGE)
                    messages.error(request, decisions.OWN_EMPLOYER_MESSAGE)
                    return redirect(case_type.kind_name, number)
            return view(request, *args, **kwargs)

        return staff_page(takes=takes, may=is_moderator)(guarded)

    return decorate


def render_desk_page(
    request: SignedInRequest,
    template: str,
    queue: str,
    title: str,
    status: int = 200,
    **context: Any,
) -> TemplateResponse:
    """Render a page of the desk; `queue` is its entry in the navigation."""
    return TemplateResponse(
        request,
        template,
        {
            **admin.site.each_context(request),
            "title": title,
            "queue": queue,
            **build_navigation(request.user, queue),
            **context,
        },
        status=status,
    )


def build_navigation(user: User, queue: str = "") -> dict[str, Any]:
    """Return the context of the navigation: the queues with the number of waiting cases, the last step that can be
    undone, the moderator's own day, and whether they use single keys. One query reads all of them."""
    now, case_types = timezone.now(), decisions.CASE_TYPES.values()
    moments = {
        "now": now,
        "undoable_since": now - UNDO_FOR,
        "midnight": get_start_of_day(0),
    }
    query = _compose_desk_row(
        get_staff_scope(user), find_own_employers(user), tuple(decisions.CASE_TYPES)
    )
    (row,) = query.fetch_dicts(moderator=user.pk, **moments)
    queues = [
        (
            case_type.queue_name,
            case_type.queue_label,
            reverse(f"desk:{case_type.queue_name}"),
            row[f"n_{case_type.kind}"],
        )
        for case_type in case_types
    ]
    counts = {case_type.queue_name: row[f"n_{case_type.kind}"] for case_type in case_types}
    return {
        "queues": queues,
        "waiting_in_all": counts.get(queue, 0),
        "undoable": _find_undoable(row),
        "own_day": measure_own_day(row["decided_at"]),
        "has_single_keys": not row["keys_are_off"],
        "n_questions": row["n_questions"],
        "questions_shown": list_questions_shown(user) if row["n_questions"] else [],
    }


@lru_cache(SCOPES_KEPT)
def _compose_desk_row(
    scope: StaffScope, own_employers: OwnEmployers, kinds: tuple[str, ...]
) -> ReplannedQuery:
    def build(
        moderator: int, now: datetime, undoable_since: datetime, midnight: datetime
    ) -> QuerySet[User, Any]:
        person = User(pk=moderator)
        columns = {
            **{
                f"n_{kind}": _count_open_cases(kind, scope, person, own_employers) for kind in kinds
            },
            "n_questions": count_rows(
                list_open_questions(person).filter(build_case_scope_condition(scope))
            ),
            **_select_last_steps(person, now, undoable_since),
            "decided_at": select_decision_times(person, since=midnight),
            "keys_are_off": Exists(
                QueueFilter.objects.filter(moderator=moderator, single_keys=False)
            ),
        }
        return User.objects.filter(pk=moderator).values(**columns)

    moments = dict.fromkeys(("now", "undoable_since", "midnight"), datetime)
    return ReplannedQuery(build, moderator=int, **moments)


def _count_open_cases(
    kind: str, scope: StaffScope, moderator: User, own_employers: OwnEmployers
) -> Any:
    querysets = decisions.CASE_TYPES[kind].list_open_querysets(scope, moderator, own_employers)
    return sum(map(count_rows, querysets), Value(0))


def _select_last_steps(
    moderator: User, now: datetime, undoable_since: datetime
) -> dict[str, Subquery]:
    postponements = list_postponements(now).filter(
        moderator=moderator, created_at__gt=undoable_since
    )
    last = {
        "last_decision": decisions.list_undoable_decisions(moderator, after=undoable_since),
        "last_postponement": postponements.order_by("-created_at", "-pk"),
    }
    return {name: Subquery(rows.values("pk")[:1]) for name, rows in last.items()}


class QuestionShown(NamedTuple):
    """A question to this moderator, or an answer to theirs, with the name and address of its case."""

    row: CaseQuestion
    case: str
    address: str


def list_questions_shown(user: User, most: int = QUESTIONS_SHOWN) -> list[QuestionShown]:
    questions = list_open_questions(user).filter(build_case_condition(user))
    rows = list(questions.select_related("asker", "asked", "answered_by")[:most])
    names = _name_cases(rows)
    return [
        QuestionShown(
            row,
            names[row.kind, row.number],
            reverse(f"desk:{row.kind}", args=[row.number]) + "#questions",
        )
        for row in rows
    ]


def give_questions_to_others(instance: StaffPost, **_signal: object) -> None:
    """Receiver of a saved post: questions to its moderator about cases that they cannot open now go to everybody."""
    scope = get_staff_scope(User.objects.get(pk=instance.user_id))
    if not scope.is_national:
        waiting = CaseQuestion.objects.filter(asked=instance.user_id, answered_at=None)
        waiting.exclude(build_case_scope_condition(scope)).update(asked=None)


def _name_cases(rows: Sequence[CaseQuestion | Decision]) -> dict[tuple[str, int], str]:
    """Return the names of the cases of these rows by kind and number, with a fixed number of queries for each
    kind."""
    numbers: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        numbers[row.kind].append(row.number)
    return {
        (kind, number): name
        for kind, pks in numbers.items()
        for number, name in decisions.CASE_TYPES[kind].describe_numbers(pks).items()
    }


class UndoableStep(NamedTuple):
    """The last step of a moderator, if it can be undone: the sentences of the bar of undo, and its address."""

    words: str
    note: str
    address: str


def _find_undoable(row: Mapping[str, Any]) -> UndoableStep | None:
    decision = postponement = None
    if row["last_decision"]:
        decision = Decision.objects.get(pk=row["last_decision"])
    if row["last_postponement"]:
        postponement = Postponement.objects.get(pk=row["last_postponement"])
    if postponement and not (decision and decision.created_at > postponement.created_at):
        case_type = decisions.CASE_TYPES[postponement.kind]
        label = "已推迟" if postponement.reason else "已跳过"
        return UndoableStep(
            f"{label}「{case_type.describe_number(postponement.number)}」",
            "它还在队里，别的审核员看得到。",
            reverse(f"desk:{postponement.kind}_resume", args=[postponement.number]),
        )
    if decision is None:
        return None
    together = decisions.list_decided_together(decision)
    if len(together) == 1:
        words, how = _get_done(decision), "撤销"
    else:
        counts = Counter(_get_done(row).rstrip("：") for row in together)
        counted = decisions.CASE_TYPES[decision.kind].counted_as
        words = "、".join(f"{label} {number} {counted}" for label, number in counts.items()) + "："
        how = "一起撤销"
    return UndoableStep(
        words + name_decided_cases(together),
        f"一分钟内可以{how}，对方还没有收到通知。",
        reverse("desk:undo", args=[decision.pk]),
    )


def _get_done(decision: Decision) -> str:
    return decisions.CASE_TYPES[decision.kind].get_action(decision.action).done


def name_decided_cases(together: Sequence[Decision]) -> str:
    """Return the names of the first few cases, in quotation marks."""
    rows = together[:CASES_NAMED]
    names = _name_cases(rows)
    words = "".join(f"「{names[row.kind, row.number]}」" for row in rows)
    return words + ("等" if len(together) > CASES_NAMED else "")
