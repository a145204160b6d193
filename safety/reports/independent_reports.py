"""How many people report, independently of each other, that money was asked of them.

Two anonymous people suffice the first time: a seeker has seldom an account. Whoever wants to harm an
employer is as anonymous, so that each further time costs more than a second network.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from listings.choices import IN_PUBLIC, ListingStatus
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


class ReportWeight(NamedTuple):
    """The people who reported since the listing was last restored that money was asked, and whether they
    are enough to hold it before a moderator has looked."""

    people: int
    holds: bool


def weigh_reports(listing: Listing) -> ReportWeight:
    restored_at = get_restored_at(listing)
    people = _list_people(listing, restored_at)
    if len(people) < INDEPENDENT_TO_HOLD:
        return ReportWeight(len(people), holds=False)
    proved_count = sum(
        any(report.reporter_kind == ReporterKind.PHONE for report in reports) for reports in people
    )
    holds = restored_at is None or proved_count >= PROVED_AFTER_RESTORE
    return ReportWeight(len(people), holds)


def get_restored_at(listing: Listing) -> datetime | None:
    """Return when it last came back after a hold or removal."""
    restored = listing.events.filter(before__in=_RESTORED_FROM, after__in=IN_PUBLIC)
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
    group_by_mark: dict[str, ReportGroup] = {}
    joined: dict[int, ReportGroup] = {}  # by identity
    for marks, reports in groups:
        connected = {
            id(group): group for mark in marks if (group := group_by_mark.get(mark)) is not None
        }
        # The smaller ones go into the largest, so that thousands of reports are joined in no time.
        target = max(connected.values(), key=lambda group: len(group[0]), default=(set(), []))
        for group in [*connected.values(), (marks, reports)]:
            if group is not target:
                target[0].update(group[0])
                target[1].extend(group[1])
                group_by_mark.update(dict.fromkeys(group[0], target))
                joined.pop(id(group), None)
        joined[id(target)] = target
    return list(joined.values())
