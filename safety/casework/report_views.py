"""What is done with a report besides deciding it."""

from django.shortcuts import redirect

from listings.publication.transitions import ListingMoveRefused
from safety.casework.report_case import ReportCase
from safety.choices import CaseKind, ReportStatus
from safety.moderation import claims
from safety.moderation import desk_layout as frame
from safety.reports import transitions as reports


@frame.moderator_page(takes="post")
def review_report(request, pk):
    """Takes it into review: whoever reported it sees that somebody is at it."""
    ReportCase().get_or_404(pk)
    try:
        claims.claim_case(CaseKind.REPORT, pk, request.user)
        reports.move_report(pk, ReportStatus.IN_REVIEW, request.user)
    except (claims.CaseTaken, ListingMoveRefused) as refused:
        frame.show_refusal(request, refused)
    return redirect("desk:report", pk)
