"""The public page of an employer: its checks, those not made, its ratings and its live listings."""

from datetime import datetime
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from accounts.employers import membership
from accounts.models import Employer, EmployerCheck, EmployerStatus, User
from cities.directory.regions import get_region, require_region
from listings.applications.ratings import summarise_employer_ratings
from listings.detail.detail_context import EmployerCheckLine, list_employer_checks
from listings.detail.spread_facts import PLAIN, UNCHECKED, LedgerFact, build_fact
from listings.models import Listing
from listings.own_states.blocked_employers import find_reader, is_employer_blocked
from listings.pages.job_posting import build_employer_schema
from listings.pages.removal_facts import describe_removals
from listings.search.cards import fill_card
from sitekit.seo.json_ld import MakeAbsolute, Schema, build_breadcrumbs
from sitekit.web.city_urls import reverse_in_city
from sitekit.web.pages import forbid_caching, page
from sitekit.web.paging import CursorPage, TimeOrder, paginate

# Statuses that have a page though the employer is not in good standing: heading and words.
STOPPED: dict[str, tuple[str, str]] = {
    EmployerStatus.FROZEN: (
        "正在核实",
        "有人反映了问题，我们正在核实，它发布的兼职先收起来了。已经在联系的：先别交钱，别给证件和银行卡。",
    ),
    EmployerStatus.REJECTED: (
        "资料没有通过核对",
        "最近一次核对没有通过，它发布的兼职都不显示。已经在联系的：先别交钱，别给证件和银行卡。",
    ),
    EmployerStatus.LAPSED: (
        "资料到期，等复核",
        "资料过了复核的日子，复核好之前，它发布的兼职都不显示。",
    ),
    EmployerStatus.PENDING: (
        "资料正在复核",
        "新的资料正在核对，核对好之前，它发布的兼职都不显示。",
    ),
}
BANNED = {
    "heading": "这家单位已列入黑名单",
    "words": "核实后认定它欺骗或者坑害过求职者，不能再在本站招人。如果它还在联系你：不要转账、"
    "不要交证件和银行卡；已经付过钱的，马上打 110，再打银行客服止付。",
}
EMPLOYER_LISTINGS_PAGE_SIZE = 20
NO_LISTINGS: CursorPage[Listing] = CursorPage(rows=[], is_first=True, next_href="", first_href="")


@page(takes="read")
def show_employer(request: HttpRequest, pk: int) -> HttpResponse:
    """404 for an employer that was never verified; only a warning (410) for a banned one."""
    # The re-check date is set by the first verification, and never cleared.
    verified = Employer.objects.exclude(recheck_due=None).prefetch_related("checks")
    employer = get_object_or_404(verified, pk=pk)
    if employer.status == EmployerStatus.BANNED:
        return render(request, "gone.html", BANNED, status=410)
    reader = find_reader(request)
    context = _build_employer_context(request, employer, reader)
    response = render(request, "listings/pages/employer.html", context)
    return forbid_caching(response) if reader else response


def _build_employer_context(
    request: HttpRequest, employer: Employer, reader: User | None
) -> dict[str, Any]:
    good = employer.is_in_good_standing
    canonical = request.build_absolute_uri(reverse("listings:employer", args=[employer.pk]))
    is_blocked = reader is not None and is_employer_blocked(reader, employer.pk)
    is_listed = good and not is_blocked
    listing_page = (
        _paginate_live_listings(request, employer, canonical) if is_listed else NO_LISTINGS
    )
    is_person = employer.kind in membership.KINDS_WITHOUT_LICENCE
    return {
        "employer": employer,
        "place": get_region(employer.region_id),
        **_describe_standing(employer),
        "cards": [
            fill_card(row.card.html, cast("datetime", row.published_at))
            for row in listing_page.rows
        ],
        **listing_page.links,
        "reader": reader,
        "is_blocked": is_blocked,
        "ratings": summarise_employer_ratings(employer),
        "canonical": canonical,
        # A person has no trade name: search engines are told nothing of them.
        "is_person": is_person,
        "schemas": _build_schemas(employer, request.build_absolute_uri)
        if good and not is_person
        else [],
    }


def _describe_standing(employer: Employer) -> dict[str, Any]:
    """Return its checks and removals, and why it is stopped, if it is."""
    good = employer.is_in_good_standing
    # Past its re-check date it counts as lapsed, even before its status says so.
    overdue = employer.status == EmployerStatus.VERIFIED and not good
    status = EmployerStatus.LAPSED if overdue else EmployerStatus(employer.status)
    heading, words = STOPPED.get(status, ("", ""))
    removal_facts, frauds = describe_removals(employer)
    checks = _list_checks(employer)
    is_over = bool(frauds) and not good
    return {
        "ledger": checks,
        "past_checks": _list_past_checks(checks) if is_over else [],
        "frauds": frauds,
        "is_frozen_for_fraud": is_over and status == EmployerStatus.FROZEN,
        "removal_facts": removal_facts,
        "stopped": heading,
        "stopped_words": words,
        "is_danger": status in (EmployerStatus.FROZEN, EmployerStatus.REJECTED),
    }


def _build_schemas(employer: Employer, absolute: MakeAbsolute) -> list[Schema]:
    place = require_region(employer.region_id)
    crumbs = [
        (place.short_name, reverse_in_city("city_home", place)),
        (employer.public_name, reverse("listings:employer", args=[employer.pk])),
    ]
    breadcrumbs = build_breadcrumbs([(name, absolute(path)) for name, path in crumbs])
    return [build_employer_schema(employer, absolute), breadcrumbs]


def _list_checks(employer: Employer) -> list[EmployerCheckLine]:
    """Return the checks of an employer. Checks that expired are distinguished from checks that were never made."""
    latest: dict[str, EmployerCheck] = {}
    for check in employer.checks.all():
        latest.setdefault(check.kind, check)
    lines = list_employer_checks(employer)
    for line in lines:
        if not line["ok"] and (expired := latest.get(line["kind"])):
            line["check"] = expired
            ending = "资料后来改了，已经作废" if expired.ended_on else "已经过期"
            line["words"] = f"{expired.get_kind_display()}核对过，{ending}"
    return lines


def _list_past_checks(lines: list[EmployerCheckLine]) -> list[LedgerFact]:
    """Return the checks made before the fraud, as facts of the past that no longer vouch for anybody."""
    return [
        build_fact(
            PLAIN if line["check"] else UNCHECKED,
            f"当时查的：{line['words']}" if line["check"] else line["words"],
            line["check"].method if line["check"] else "",
            f"{line['check'].checked_on:%Y-%m-%d}" if line["check"] else "—",
        )
        for line in lines
    ]


def _paginate_live_listings(
    request: HttpRequest, employer: Employer, canonical: str
) -> CursorPage[Listing]:
    """Every live listing has a card: both are written by its move."""
    live = Listing.objects.live().filter(employer=employer, card__isnull=False)
    live = live.select_related("card").only("pk", "published_at", "card__html")
    size = EMPLOYER_LISTINGS_PAGE_SIZE
    return paginate(live, request, size=size, order=TimeOrder(), first_href=canonical)
