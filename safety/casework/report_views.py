"""What is done with a report besides deciding it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.models import SignedInRequest
from listings.publication.transitions import ListingMoveRefused
from safety.casework.report_case import ReportCase
from safety.choices import CaseKind, ReportStatus
from safety.moderation.claims import CaseTaken, claim_case
from safety.moderation.desk_layout import moderator_page
from safety.reports.transitions import move_report


@moderator_page(takes="post")
def review_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a report into review; whoever reported it sees that."""
    ReportCase().get_or_404(pk)
    try:
        claim_case(CaseKind.REPORT, pk, request.user)
        move_report(pk, ReportStatus.IN_REVIEW, request.user)
    except (CaseTaken, ListingMoveRefused) as refused:
        messages.error(request, str(refused))
    return redirect("desk:report", pk)
