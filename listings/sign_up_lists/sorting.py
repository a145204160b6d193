"""The order of sign-ups in the employer's list. Free hours are encrypted in the database, so sorting by how they
fit happens after reading."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest

from listings.applications.application_rows import attach_employer_display, attach_note
from listings.models import Application
from sitekit.web.paging import IdOrder, paginate

APPLICATIONS_PAGE_SIZE = 30
MAX_SORTED_BY_FIT = 300
OLDEST, NEWEST, FIT = "old", "new", "fit"
SORTS = {OLDEST: "最早报名", NEWEST: "最新报名", FIT: "时间最合适"}


def get_sort(code: str) -> str:
    return code if code in SORTS else OLDEST


def list_sort_pills(chosen: str, part: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "href": f"?part={part}&sort={code}", "current": code == chosen}
        for code, label in SORTS.items()
    ]


def read_sorted_page(
    rows: QuerySet[Application], request: HttpRequest, sort: str, kept_query: str
) -> tuple[list[Application], dict[str, Any]]:
    """Return the rows of the page with the values that a template shows, and the links to other pages.

    Sorting by fit gives one page with the first `MAX_SORTED_BY_FIT`; with equal fit the earlier sign-up comes
    first.
    """
    if sort == FIT:
        first = [_attach_display(row) for row in rows.order_by("pk")[:MAX_SORTED_BY_FIT]]
        return sorted(first, key=lambda row: (-row.fit_share, row.pk)), {"is_first": True}
    order = IdOrder(oldest_first=sort == OLDEST)
    part_page = paginate(
        rows, request, size=APPLICATIONS_PAGE_SIZE, order=order, kept_query=kept_query
    )
    return [_attach_display(row) for row in part_page.rows], part_page.links


def _attach_display(application: Application) -> Application:
    return attach_note(attach_employer_display(application))
