"""The list of exports: of the journal, of fraud cases and of lists in the admin, with their recipients."""

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.admin.models import LogEntry
from django.db.models import BigIntegerField, CharField, F, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from accounts.choices import LIST_EXPORT_FLAG
from accounts.models import SignedInRequest
from safety.journal_pages.journal_layout import EXPORT_PERMISSION
from safety.journal_search.subject_names import NOBODY, load_users
from safety.models import CaseExport, JournalExport
from sitekit.web.paging import MICROSECONDS_KEY, BadCursor, decode_cursor, encode_cursor

EXPORTS_PAGE_SIZE = 50
_COLUMNS = (
    *("x_at", "x_table", "x_pk", "x_by", "x_form", "x_what", "x_to", "x_basis", "x_number"),
    "x_reason",
)
_LABELS = dict(JournalExport.Form.choices) | {"case": "涉诈案件包", "list": "后台列表"}
_TABLES = 3


class _Source(NamedTuple):
    """A table of exports, with the names of its columns."""

    query: QuerySet[Any]
    at: str = "created_at"
    by: str = "by_id"
    reason: str = "reason"


class ExportLine(NamedTuple):
    at: datetime
    form: str
    who: str
    what: str
    recipient: str
    legal_basis: str
    file_number: str
    reason: str
    pk: int
    is_open: bool  # the reader may still download it


def list_exports_made(request: SignedInRequest, downloadable_since: datetime) -> dict[str, Any]:
    """Return the context of the page: the lines, the newest first, and the links to other pages. Three queries."""
    after = request.GET.get("after", "")
    rows = _list_rows(after)
    users = load_users({row[3] for row in rows[:EXPORTS_PAGE_SIZE]}, {})
    may_take_packs = request.user.has_perm(EXPORT_PERMISSION)
    lines = []
    for at, table, pk, by, form, subject, to, basis, number, reason in rows[:EXPORTS_PAGE_SIZE]:
        is_own = table == 0 and by == request.user.pk and at > downloadable_since
        is_open = is_own and (may_take_packs or form == JournalExport.Form.TABLE)
        actor_name = (str(users[by]) if by in users else "") or NOBODY
        lines.append(
            ExportLine(
                at, _LABELS[form], actor_name, subject, to, basis, number, reason, pk, is_open
            )
        )
    cursor = ""
    if len(rows) > EXPORTS_PAGE_SIZE:
        last = rows[EXPORTS_PAGE_SIZE - 1]
        cursor = encode_cursor(last[0], last[2] * _TABLES + last[1], MICROSECONDS_KEY)
    return {
        "lines": lines,
        "next_href": f"?after={cursor}" if cursor else "",
        "first_href": "?" if after else "",
    }


def _list_rows(after: str) -> list[tuple[Any, ...]]:
    """Return the rows of all tables, newest first; of the same moment the highest number first, then the last table."""
    try:
        moment, place = decode_cursor(after, MICROSECONDS_KEY) if after else (None, 0)
    except BadCursor:
        moment, place = None, 0
    parts = []
    for table, source in enumerate(_list_sources()):
        rows = source.query.order_by().annotate(
            x_at=F(source.at), x_table=Value(table), x_pk=Cast("pk", BigIntegerField()),
            x_by=F(source.by), x_reason=Cast(source.reason, TextField()),
        )  # fmt: skip
        if moment is not None:
            number, last_table = divmod(place, _TABLES)
            same = rows.filter(**{source.at: moment}, pk__lte=number - (table >= last_table))
            rows = rows.filter(**{f"{source.at}__lt": moment}) | same
        newest = rows.order_by(f"-{source.at}", "-pk").values_list(*_COLUMNS)
        parts.append(newest[: EXPORTS_PAGE_SIZE + 1])
    joined = parts[0].union(*parts[1:], all=True)
    return list(joined.order_by("-x_at", "-x_pk", "-x_table")[: EXPORTS_PAGE_SIZE + 1])


def _list_sources() -> list[_Source]:
    journal_rows = JournalExport.objects.annotate(
        x_what=F("search__masked"), x_form=F("form"), x_to=F("recipient"), x_basis=F("legal_basis"),
        x_number=F("file_number"),
    )  # fmt: skip
    nothing = Value("", CharField())
    case_rows = CaseExport.objects.annotate(
        x_what=Concat(Value("案件 "), Cast("case_id", CharField())), x_form=Value("case"),
        x_to=F("to"), x_basis=nothing, x_number=nothing,
    )  # fmt: skip
    list_rows = LogEntry.objects.filter(action_flag=LIST_EXPORT_FLAG).annotate(
        x_what=F("object_repr"), x_form=Value("list"), x_to=nothing, x_basis=nothing,
        x_number=nothing,
    )  # fmt: skip
    return [
        _Source(journal_rows),
        _Source(case_rows),
        _Source(list_rows, "action_time", "user_id", "change_message"),
    ]
