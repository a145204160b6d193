"""Where the reports on an item come from, for moderators: a short name for each source, how often its reports
were right, and which other sources are in the same range of networks. It does not reveal who the source is.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.crypto import salted_hmac

from safety.choices import ReporterKind, ReportStatus
from safety.models import Report
from safety.reports.independent_reports import join_reports_by_mark

MAX_READ = 1000  # reports of the sources on one page, the newest
_STEMS = "甲乙丙丁戊己庚辛壬癸"


@dataclass
class ReportSource:
    """Who made a report, as far as moderators are told."""

    name: str
    record: str
    on_item: int  # reports of this source on the same item
    neighbours: list[str] = field(default_factory=list)  # other sources in the same range


@dataclass(frozen=True)
class SourcedReport:
    row: Report
    source: ReportSource

    @property
    def kind(self) -> str:
        label = str(ReporterKind(self.row.reporter_kind).label)
        return f"{label}，刚注册" if self.row.is_reporter_new else label


def describe_sources(shown: Sequence[Report]) -> list[SourcedReport]:
    """Return the reports with their sources; all of them are on one item."""
    if not shown:
        return []
    reported_key = {"listing": shown[0].listing_id, "article": shown[0].article_id}
    item_reports = list(_list_source_reports(Q(**reported_key)).order_by("pk"))
    shown_pks = {report.pk for report in shown}
    people = [
        (marks, reports)
        for marks, reports in join_reports_by_mark(item_reports)
        if shown_pks & {report.pk for report in reports}
    ]
    past_reports = _list_reports_sharing_marks(shown)
    source_by_report: dict[int, ReportSource] = {}
    for marks, reports in people:
        linked_reports = {report.pk: report for report in past_reports if marks & set(report.marks)}
        source = _describe_source([*(linked_reports | {row.pk: row for row in reports}).values()])
        source.on_item = len(reports)
        source_by_report |= {report.pk: source for report in reports}
    _note_neighbours([row for row in item_reports if row.pk in source_by_report], source_by_report)
    return [SourcedReport(report, source_by_report[report.pk]) for report in shown]


def _list_source_reports(condition: Q) -> QuerySet[Report]:
    fields = ("marks", "range_mark", "status", "listing", "article")
    return Report.objects.filter(condition).only(*fields)


def _list_reports_sharing_marks(reports: Sequence[Report]) -> list[Report]:
    shared = Q()
    for mark in {mark for report in reports for mark in report.marks}:
        shared |= Q(marks__contains=[mark])
    return list(_list_source_reports(shared).order_by("-pk")[:MAX_READ]) if shared else []


def _describe_source(reports: list[Report]) -> ReportSource:
    first = min(reports, key=lambda report: report.pk)
    counts = Counter(report.status for report in reports)
    items = {(report.listing_id, report.article_id) for report in reports}
    outcomes = "、".join(
        f"{label} {counts[code]}" for code, label in ReportStatus.choices if counts[code]
    )
    record = f"举报过 {len(reports)} 次（{len(items)} 个对象）：{outcomes}"
    return ReportSource(describe_report_source(first.marks), record, on_item=0)


def describe_report_source(marks: list[str]) -> str:
    """Return a name such as 甲 3F2A. The mark is hashed with a key again, so that nobody recognises a stored mark."""
    if not marks:
        return "来源不明"
    digest = salted_hmac("safety.report.source", marks[0], algorithm="sha256").hexdigest()
    return f"{_STEMS[int(digest[:8], 16) % len(_STEMS)]} {digest[8:12].upper()}"


def _note_neighbours(reports: list[Report], source_by_report: dict[int, ReportSource]) -> None:
    names: dict[str, dict[str, None]] = {}  # by range, in the order of the reports
    for report in reports:
        if report.range_mark:
            names.setdefault(report.range_mark, {})[source_by_report[report.pk].name] = None
    for report in reports:
        source = source_by_report[report.pk]
        for name in names.get(report.range_mark, ()):
            if name != source.name and name not in source.neighbours:
                source.neighbours.append(name)
