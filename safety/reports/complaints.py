"""Which reports count as complaints about a listing on public pages."""

from django.db.models import Exists, OuterRef, QuerySet

from listings.choices import ListingStatus
from listings.models import ListingEvent
from safety.choices import ASKED_FOR_MONEY, ReportReason, ReportStatus
from safety.models import Report


def list_upheld_complaints() -> QuerySet[Report]:
    """Return the upheld complaints about the listing `OuterRef("pk")` of an outer query.

    Open and dismissed reports do not count, because anybody may report. A report that a job is taken is no complaint.
    Reports that money was asked do not count any more after an appeal reversed a removal for fraud.
    """
    upheld = Report.objects.filter(listing=OuterRef("pk"), status=ReportStatus.UPHELD)
    reversals = ListingEvent.objects.filter(
        listing=OuterRef("listing"),
        before=ListingStatus.REMOVED_FRAUD,
        created_at__gt=OuterRef("decided_at"),
    )
    upheld = upheld.exclude(
        Exists(reversals.exclude(after=ListingStatus.REMOVED_FRAUD)),
        reason__in=list(ASKED_FOR_MONEY),
    )
    return upheld.exclude(reason=ReportReason.FILLED_OR_EXPIRED).order_by()
