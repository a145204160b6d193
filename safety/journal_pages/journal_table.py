"""The shown rows of the journal as CSV, which spreadsheets open; masked as on the page."""

import csv
import io
from collections.abc import Iterator
from itertools import batched

from django.http import StreamingHttpResponse
from django.utils import timezone

from accounts.models import User
from safety.journal.event_words import describe_events, list_event_subjects
from safety.journal.journal_scope import JournalScope
from safety.journal.timeline import TimelineFilter, iterate_timeline
from safety.journal_search.subject_names import load_subject_names
from safety.models import JournalExport
from sitekit.web.pages import PRIVATE_FILE_HEADERS
from textkit.csv_cells import escape_csv_cell

ROWS_AT_ONCE = 500
HEADINGS = ["时间", "类别", "谁", "什么", "内容", "为什么"]


def send_journal_table(
    export: JournalExport, scope: JournalScope, shown: TimelineFilter, reader: User
) -> StreamingHttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="journal-{export.pk}.csv"',
        **PRIVATE_FILE_HEADERS,
    }
    lines = _write_lines(export, scope, shown, reader)
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


def _write_lines(
    export: JournalExport, scope: JournalScope, shown: TimelineFilter, reader: User
) -> Iterator[str]:
    head = [f"导出人 {export.by}", f"为什么 {export.reason}", scope.omission_words]
    yield "\ufeff" + _format_row(list(filter(None, head)))
    yield _format_row(HEADINGS)
    for events in batched(iterate_timeline(scope, shown), ROWS_AT_ONCE):
        names = load_subject_names(list_event_subjects(events), scope.users)
        for line in describe_events(events, names, scope.users, reader):
            at = timezone.localtime(line.at)
            yield _format_row(
                [f"{at:%Y-%m-%d %H:%M:%S}", line.kind, line.who, line.words, line.more, line.reason]
            )


def _format_row(cells: list[str]) -> str:
    file = io.StringIO()
    csv.writer(file).writerow([escape_csv_cell(cell) for cell in cells])
    return file.getvalue()
