"""The public page of an employer: what was checked and when, what was not, what it offers now."""

import json

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse

from accounts.employers import membership
from accounts.models import Employer, EmployerStatus
from cities.directory.regions import get_region, get_region_ancestors
from listings.applications.ratings import of_employer
from listings.detail.detail_context import list_employer_checks
from listings.models import Listing
from listings.search.cards import fill_card
from sitekit.web.pages import page
from sitekit.web.paging import CursorPage, TimeOrder, paginate

# A status that has a page though the employer is not in good standing: heading and words.
STOPPED = {
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
_ESCAPES = {ord(char): f"\\u{ord(char):04X}" for char in "<>&"}


@page(takes="read")
def employer_page(request, pk):
    """Of one that was never verified there is no page; of a banned one only the warning."""
    employer = Employer.objects.prefetch_related("checks").filter(pk=pk).first()
    if employer is None or not _was_verified(employer):
        raise Http404
    if employer.status == EmployerStatus.BANNED:
        return render(request, "gone.html", BANNED, status=410)
    good = employer.in_good_standing
    # One whose day is past is lapsed by the clock, whether or not the row says so yet.
    overdue = employer.status == EmployerStatus.VERIFIED and not good
    status = EmployerStatus.LAPSED if overdue else EmployerStatus(employer.status)
    heading, words = STOPPED.get(status, ("", ""))
    canonical = request.build_absolute_uri(reverse("listings:employer", args=[pk]))
    listing_page = _paginate_live(request, employer, canonical) if good else NO_LISTINGS
    is_person = employer.kind in membership.KINDS_WITHOUT_LICENCE
    context = {
        "employer": employer,
        "place": get_region(employer.region_id),
        "ledger": _ledger(employer),
        "stopped": heading,
        "stopped_words": words,
        "is_danger": status in (EmployerStatus.FROZEN, EmployerStatus.REJECTED),
        "cards": [fill_card(row.card.html, row.published_at) for row in listing_page.rows],
        **listing_page.links,
        "ratings": of_employer(employer),
        "canonical": canonical,
        # People have no trade name: what search engines need not know of them.
        "is_person": is_person,
        "structured": build_employer_schema(employer, canonical) if good and not is_person else "",
    }
    return render(request, "listings/pages/employer.html", context)


def build_employer_schema(employer, address) -> str:
    """As schema.org says it; safe inside a script element."""
    places = reversed(get_region_ancestors(get_region(employer.region_id)))
    made = {
        "@context": "https://schema.org",
        "@type": "Organization",
        "name": employer.name,
        "url": address,
        "address": {
            "@type": "PostalAddress",
            "addressCountry": "CN",
            "addressLocality": " ".join(place.name for place in places),
        },
    }
    if employer.intro:
        made["description"] = employer.intro
    return json.dumps(made, ensure_ascii=False).translate(_ESCAPES)


def _ledger(employer):
    """With what was checked once and has run out, which is not the same as never."""
    over = {}
    for check in employer.checks.all():
        over.setdefault(check.kind, check)
    lines = list_employer_checks(employer)
    for line in lines:
        if not line["ok"] and (check := over.get(line["kind"])):
            words = f"{check.get_kind_display()}核对过，已经过期"
            line |= {"check": check, "words": words}
    return lines


def _was_verified(employer):
    """The day of the re-check is set with the first verification, and stays."""
    return employer.recheck_due is not None


def _paginate_live(request, employer, canonical):
    """A listing that is live has its card: both are written by its move."""
    live = Listing.objects.live().filter(employer=employer, card__isnull=False)
    live = live.select_related("card").only("pk", "published_at", "card__html")
    size = EMPLOYER_LISTINGS_PAGE_SIZE
    return paginate(live, request, size=size, order=TimeOrder(), first_href=canonical)
