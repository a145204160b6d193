"""How many people report, independently of each other, that money was asked of them.

The first time two anonymous people are enough, because seekers seldom have an account. A person who wants to harm
an employer is anonymous too, so each further time needs more than a second network.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from listings.choices import IN_PUBLIC, ListingStatus
from listings.models import Listing
from safety.choices import ASKED_FOR_MONEY, ReporterKind, ReportStatus
from safety.models import Report

INDEPENDENT_TO_HOLD = 2
# How many of them need a proved phone after a moderator has restored the listing. One is enough: a SIM card is sold
# under a real name, and its first dismissed report makes it useless; real victims must not wait for two of them.
PROVED_AFTER_RESTORE = 1
# Accounts younger than this count as one person together, because a new account costs nothing. A person who was
# cheated after a week of work has an older account, or reports together with somebody who has one.
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
    """Return when the listing was last restored after a hold or removal; None if it never was."""
    restored = listing.events.filter(before__in=_RESTORED_FROM, after__in=IN_PUBLIC)
    moments = restored.exclude(action="undo").order_by("-pk").values_list("created_at", flat=True)
    return moments.first()


def _list_people(listing: Listing, restored_at: datetime | None) -> list[list[Report]]:
    """Return the reports that count, grouped by person.

    A person with a dismissed report on this listing never counts again, whichever mark connects them to it. A range of
    networks, or being a new account, connects only reports that count: otherwise one dismissed report from a dormitory
    would silence everybody who lives there.
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
    """Group the reports by person. Reports that share a mark belong to one person, also through a third report
    that shares a mark with each. All reports without a mark belong to one person."""
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
        # The smaller groups go into the largest, so that thousands of reports are joined quickly.
        target = max(connected.values(), key=lambda group: len(group[0]), default=(set(), []))
        for group in [*connected.values(), (marks, reports)]:
            if group is not target:
                target[0].update(group[0])
                target[1].extend(group[1])
                group_by_mark.update(dict.fromkeys(group[0], target))
                joined.pop(id(group), None)
        joined[id(target)] = target
    return list(joined.values())
