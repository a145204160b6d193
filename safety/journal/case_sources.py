"""Reports, appeals, decisions and what staff wrote down; searches of the journal and exports."""

from collections.abc import Callable

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Expression,
    F,
    Field,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat

from safety.choices import CaseKind
from safety.journal.event_rows import (
    EventColumns,
    EventSource,
    FirstLetters,
    match_any_condition,
    match_numbers,
    name_subject,
)
from safety.journal.journal_scope import JournalScope
from safety.models import (
    Appeal,
    AppealEvent,
    CaseExport,
    CaseMessage,
    CaseNote,
    CaseQuestion,
    Decision,
    Escalation,
    FraudCase,
    JournalExport,
    JournalSearch,
    Report,
    ReportEvent,
    SecondLook,
    SentFileLook,
    Warned,
)

_CHANGE: EventColumns = {name: name for name in ("actor", "reason", "before", "after")}
_WORDS: EventColumns = {"actor": "author", "detail": FirstLetters("words")}
_REPORTED: EventColumns = {
    "kind": Case(When(listing=None, then=Value("article")), default=Value("listing")),
    "subject": Coalesce("listing_id", "article_id"),
}
_LOOKED_AT: EventColumns = {
    "kind": Case(When(text=None, then=Value("listing")), default=Value("text")),
    "subject": Coalesce("listing_id", "text_id"),
}


def _replace_second_look(column: str, looked_at: Expression, field: Field) -> Case:
    """Replace a second look by the listing or text that was looked at, unless the look was deleted meanwhile."""
    looks = SecondLook.objects.filter(pk=OuterRef("number")).values_list(looked_at)
    is_look = When(kind=CaseKind.SECOND, then=Coalesce(Subquery(looks), column, output_field=field))
    return Case(is_look, default=F(column), output_field=field)


_CASE: EventColumns = {
    "kind": _replace_second_look("kind", _LOOKED_AT["kind"], CharField()),
    "subject": _replace_second_look("number", _LOOKED_AT["subject"], BigIntegerField()),
}
_ASKED_OR_REPLIED = Case(
    When(is_from_staff=True, then=Value("ask")),
    default=Value("reply"),
    output_field=CharField(),
)
_EXPORTED_TO = Concat(F("recipient"), Value("｜"), F("legal_basis"), Value("｜"), F("file_number"))


def _name_appealed(text: str, appeal: str) -> EventColumns:
    """Return the columns that name an appeal; one against a refused text is named by the text, and opened there."""
    return {"kind": _name_appeal_kind(text), "subject": Coalesce(text, appeal)}


def _name_appeal_kind(text: str) -> Case:
    is_of_listing_or_employer = When(**{text: None}, then=Value(CaseKind.APPEAL))
    return Case(is_of_listing_or_employer, default=Value(CaseKind.TEXT), output_field=CharField())


def _match_cases(person: str, path: str = "") -> Callable[[JournalScope], Q | None]:
    """Return a builder of the condition for rows that have a case as kind and number (`path` leads to these) and
    `person` as their author."""

    def build_condition(scope: JournalScope) -> Q | None:
        condition = match_any_condition({person: scope.list_numbers("user")}) or Q()
        for kind in CaseKind:
            if numbers := scope.list_numbers(kind):
                condition |= Q(**{f"{path}kind": kind, f"{path}number__in": numbers})
        return condition or None

    return build_condition


def _list_undone_looks() -> QuerySet[Decision]:
    return Decision.objects.filter(kind=CaseKind.SECOND, undone_at__isnull=False)


def _match_file_looks(scope: JournalScope) -> Q | None:
    condition = _match_cases("viewer_id", "file__message__")(scope) or Q()
    if appeals := scope.list_numbers(CaseKind.APPEAL):
        condition |= Q(file__appeal_id__in=appeals)
    return condition or None


def _match_searches(scope: JournalScope) -> Q | None:
    """Return the condition of searches for the same rows or the same words, or by these people."""
    condition = match_any_condition({"by_id": scope.list_numbers("user")}) or Q()
    if scope.term:
        condition |= Q(term=scope.term)
    if scope.subjects:
        condition |= Q(subjects__overlap=[str(key) for key in scope.subjects])
    return condition or None


def _match_exports(scope: JournalScope) -> Q | None:
    condition = match_any_condition({"by_id": scope.list_numbers("user")}) or Q()
    if scope.subjects:
        condition |= Q(search__subjects__overlap=[str(key) for key in scope.subjects])
    return condition or None


CASE_SOURCES: tuple[EventSource, ...] = (
    # A report has no actor here, because nobody is told who reported. The first event of a report or an appeal says no
    # more than its row.
    EventSource(
        "report",
        "cases",
        Report.objects.all,
        match_numbers(report="pk"),
        {"action": "reason", "detail": FirstLetters("words")} | _REPORTED,
    ),
    EventSource(
        "report_event",
        "cases",
        lambda: ReportEvent.objects.exclude(before=""),
        match_numbers(report="report_id", user="actor_id"),
        _CHANGE | name_subject("report", "report_id"),
    ),
    EventSource(
        "appeal",
        "cases",
        Appeal.objects.all,
        match_numbers(appeal="pk", user="appellant_id"),
        {"actor": "appellant", "action": "against", "detail": FirstLetters("words")}
        | _name_appealed("text_id", "pk"),
    ),
    EventSource(
        "appeal_event",
        "cases",
        lambda: AppealEvent.objects.exclude(before=""),
        match_numbers(appeal="appeal_id", user="actor_id"),
        _CHANGE | _name_appealed("appeal__text_id", "appeal_id"),
    ),
    # Other decisions are shown as the event of the row that they changed.
    EventSource(
        "decision",
        "cases",
        lambda: Decision.objects.filter(event=None),
        _match_cases("moderator_id"),
        {"actor": "moderator", "action": "action", "reason": "reason"} | _CASE,
    ),
    EventSource(
        "undone_decision",
        "cases",
        lambda: Decision.objects.filter(event=None, undone_at__isnull=False),
        _match_cases("moderator_id"),
        {"at": "undone_at", "actor": "moderator", "action": "action"} | _CASE,
    ),
    EventSource(
        "second_look",
        "cases",
        lambda: SecondLook.objects.filter(looked_at__isnull=False),
        match_numbers(listing="listing_id", text="text_id", user="looker_id"),
        {"at": "looked_at", "actor": "looker", "action": "verdict", "reason": "words"} | _LOOKED_AT,
    ),
    # A second look that was undone waits again, and its row does not have the verdict any more.
    EventSource(
        "former_second_look",
        "cases",
        _list_undone_looks,
        _match_cases("moderator_id"),
        {"actor": "moderator", "action": "action", "reason": "reason"} | _CASE,
    ),
    EventSource(
        "undone_second_look",
        "cases",
        _list_undone_looks,
        _match_cases("moderator_id"),
        {"at": "undone_at", "actor": "moderator", "action": "action"} | _CASE,
    ),
    EventSource(
        "fraud_case",
        "cases",
        FraudCase.objects.all,
        match_numbers(fraud="pk", user="moderator_id"),
        {"actor": "moderator", "action": "fraud_type", "reason": "reason"}
        | name_subject("listing", "listing_id"),
    ),
    EventSource(
        "withdrawn_fraud_case",
        "cases",
        lambda: FraudCase.objects.filter(withdrawn_at__isnull=False),
        match_numbers(fraud="pk"),
        {"at": "withdrawn_at", "reason": "withdrawn_because"}
        | name_subject("listing", "listing_id"),
    ),
    EventSource(
        "file_look",
        "looks",
        SentFileLook.objects.all,
        _match_file_looks,
        {
            "actor": "viewer",
            "kind": Coalesce("file__message__kind", _name_appeal_kind("file__appeal__text_id")),
            "subject": Coalesce(
                "file__message__number", "file__appeal__text_id", "file__appeal_id"
            ),
        },
    ),
    EventSource("note", "notes", CaseNote.objects.all, _match_cases("author_id"), _WORDS | _CASE),
    EventSource(
        "case_message",
        "notes",
        CaseMessage.objects.all,
        _match_cases("author_id"),
        _WORDS | _CASE | {"action": _ASKED_OR_REPLIED},
    ),
    EventSource(
        "question",
        "notes",
        CaseQuestion.objects.all,
        _match_cases("asker_id"),
        {"actor": "asker", "detail": FirstLetters("words")} | _CASE,
    ),
    EventSource(
        "answer",
        "notes",
        lambda: CaseQuestion.objects.filter(answered_at__isnull=False),
        _match_cases("answered_by_id"),
        {"at": "answered_at", "actor": "answered_by", "detail": FirstLetters("answer")} | _CASE,
    ),
    EventSource(
        "escalation",
        "notes",
        Escalation.objects.all,
        _match_cases("moderator_id"),
        {"actor": "moderator", "reason": "reason"} | _CASE,
    ),
    EventSource(
        "warning",
        "messages",
        Warned.objects.all,
        match_numbers(user="user_id"),
        name_subject("listing", "case__listing_id"),
    ),
    EventSource(
        "search",
        "looks",
        JournalSearch.objects.all,
        _match_searches,
        {"actor": "by", "action": "kind", "reason": "reason", "detail": "masked"},
    ),
    EventSource(
        "case_export",
        "exports",
        CaseExport.objects.all,
        match_numbers(fraud="case_id", user="by_id"),
        {"actor": "by", "reason": "reason", "detail": "to", "action": "with_people"}
        | name_subject("listing", "case__listing_id"),
    ),
    EventSource(
        "journal_export",
        "exports",
        JournalExport.objects.all,
        _match_exports,
        {
            "actor": "by",
            "action": "form",
            "reason": "reason",
            "detail": _EXPORTED_TO,
            "before": "search__masked",
        },
    ),
)
