"""Which reports count as complaints about a listing on public pages."""

from django.db.models import OuterRef, QuerySet

from safety.choices import ReportReason, ReportStatus
from safety.models import Report


def list_upheld_complaints() -> QuerySet[Report]:
    """Return those found true about the listing `OuterRef("pk")` of an outer query.

    What waits or was dismissed tells nothing: anybody may report. That a job is taken is no complaint.
    """
    upheld = Report.objects.filter(listing=OuterRef("pk"), status=ReportStatus.UPHELD)
    return upheld.exclude(reason=ReportReason.FILLED_OR_EXPIRED).order_by()
