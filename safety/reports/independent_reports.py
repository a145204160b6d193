"""How many people report, independently of each other, that money was asked of them.

Two anonymous people suffice the first time: a seeker has seldom an account. Whoever wants to harm an
employer is as anonymous, so that each further time costs more than a second network.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from listings.choices import ListingStatus
from listings.models import Listing
from safety.choices import ASKED_FOR_MONEY, ReporterKind, ReportStatus
from safety.models import Report

INDEPENDENT_TO_HOLD = 2
# Of those, with a proved phone, once a moderator has restored the listing. One: a SIM card is bought
# under a real name and is used up by the first dismissed report, while real victims must not wait for
# two of them.
PROVED_AFTER_RESTORE = 1
# An account younger than this costs nothing: all of them together are one person. Who was cheated at
# the end of a week of work has had theirs for longer, or reports beside somebody who has.
NEW_ACCOUNT = timedelta(days=7)
_NEW_ACCOUNTS = "new accounts"
_RESTORED_FROM = (ListingStatus.HELD, ListingStatus.REMOVED, ListingStatus.REMOVED_FRAUD)

type ReportGroup = tuple[set[str], list[Report]]  # what connects its reports, and these


def is_reported_independently(listing: Listing) -> bool:
    """Whether enough people report it that it is held before a moderator has looked."""
    restored_at = get_restored_at(listing)
    people = _list_people(listing, restored_at)
    if len(people) < INDEPENDENT_TO_HOLD:
        return False
    proved_count = sum(
        any(report.reporter_kind == ReporterKind.PHONE for report in reports) for reports in people
    )
    return restored_at is None or proved_count >= PROVED_AFTER_RESTORE


def count_independent_reports(listing: Listing) -> int:
    """Count the people who reported since the listing was last restored that money was asked."""
    return len(_list_people(listing, get_restored_at(listing)))


def get_restored_at(listing: Listing) -> datetime | None:
    """Return when it was last published again after a hold or removal."""
    restored = listing.events.filter(before__in=_RESTORED_FROM, after=ListingStatus.PUBLISHED)
    moments = restored.exclude(action="undo").order_by("-pk").values_list("created_at", flat=True)
    return moments.first()


def _list_people(listing: Listing, restored_at: datetime | None) -> list[list[Report]]:
    """Return the reports that count, those of each person together.

    Whoever has a dismissed report on this listing never counts again, whatever mark connects them to
    it. A range of networks and the youth of an account connect only reports that count: otherwise one
    dismissed report from a dormitory would silence all who live there.
    """
    reports = listing.reports.only(
        "marks", "range_mark", "reporter_kind", "is_reporter_new", "reason", "status", "created_at"
    )
    people: list[ReportGroup] = []
    for _marks, person_reports in join_reports_by_mark(reports.order_by("pk")):
        if any(report.status == ReportStatus.DISMISSED for report in person_reports):
            continue
        counted = [
            report
            for report in person_reports
            if report.reason in ASKED_FOR_MONEY
            and (restored_at is None or report.created_at > restored_at)
        ]
        if counted:
            people.append((_list_group_marks(counted), counted))
    return [group_reports for _marks, group_reports in _join_groups(people)]


def join_reports_by_mark(reports: Iterable[Report]) -> list[ReportGroup]:
    """Reports that share a mark are one person's, also through a third report that shares one with
    each. All reports without any mark are one person's."""
    return _join_groups((set(report.marks) or {""}, [report]) for report in reports)


def _list_group_marks(reports: list[Report]) -> set[str]:
    marks = {report.range_mark for report in reports if report.range_mark}
    return marks | {_NEW_ACCOUNTS for report in reports if report.is_reporter_new}


def _join_groups(groups: Iterable[ReportGroup]) -> list[ReportGroup]:
    joined: list[ReportGroup] = []
    for marks, reports in groups:
        connected = [group for group in joined if group[0] & marks]
        joined = [group for group in joined if not group[0] & marks]
        all_marks = marks.union(*(group[0] for group in connected))
        joined.append((all_marks, [*(row for group in connected for row in group[1]), *reports]))
    return joined
