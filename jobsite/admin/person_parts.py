"""The parts of a user's page about listings, sign-ups and reports, each for staff who may see it."""

from collections.abc import Sequence

from django.db.models import Count
from django.urls import reverse

from accounts.admin.person_rows import PersonRows, RowLink
from accounts.models import Employer, User
from accounts.staff.scope import list_in_scope
from listings.choices import ListingStatus
from listings.models import Application, Listing
from safety.models import Report

_MAX_REPORTED = 50  # listings that the address of one list names


def list_listing_links(
    person: User, employers: Sequence[Employer], viewer: User
) -> PersonRows | None:
    """Return a link to the listings of each employer, with the number of public ones."""
    if not viewer.has_perm("listings.view_listing"):
        return None
    rows = list_in_scope(Listing.objects.filter(employer__in=employers), viewer, "region")
    per_status = rows.order_by().values_list("employer", "status").annotate(Count("pk"))
    counts: dict[int, dict[str, int]] = {}
    for employer_id, status, count in per_status:
        counts.setdefault(employer_id, {})[status] = count
    address = reverse("admin:listings_listing_changelist")
    links = [
        RowLink(
            f"{employer.name} {sum(counts[employer.pk].values())} 条",
            f"{address}?employer={employer.pk}",
            f"公开 {counts[employer.pk].get(ListingStatus.PUBLISHED, 0)} 条",
        )
        for employer in employers
        if employer.pk in counts
    ]
    return PersonRows("兼职", links)


def list_report_links(
    person: User, employers: Sequence[Employer], viewer: User
) -> PersonRows | None:
    """Return links to the reports about their listings. Reports that they made themselves are shown to nobody."""
    if not viewer.has_perm("safety.view_report"):
        return None
    reports = Report.objects.filter(listing__employer__in=employers)
    reports = list_in_scope(reports, viewer, "listing__region").order_by()
    per_listing = reports.values_list("listing").annotate(Count("pk")).order_by("-listing")
    counts = list(per_listing[: _MAX_REPORTED + 1])
    shown = counts[:_MAX_REPORTED]
    if not shown:
        return None
    numbers = ",".join(str(listing) for listing, _count in shown)
    words = f"对这些兼职的举报 {sum(count for _listing, count in shown)} 件"
    note = f"只算最近的 {_MAX_REPORTED} 条兼职" if len(counts) > len(shown) else ""
    address = f"{reverse('admin:safety_report_changelist')}?listing__in={numbers}"
    return PersonRows("举报", [RowLink(words, address, note)])


def list_application_words(
    person: User, employers: Sequence[Employer], viewer: User
) -> PersonRows | None:
    """Return how often they signed up. Where and when is shown in the journal only, which asks for a reason."""
    if not viewer.has_perm("safety.read_journal"):
        return None
    count = Application.objects.filter(seeker=person).count()
    if not count:
        return None
    return PersonRows("报名", [RowLink(f"{count} 次", "", "报了哪里，在查人查事里看")])


PARTS = (list_listing_links, list_application_words, list_report_links)
