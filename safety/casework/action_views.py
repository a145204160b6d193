"""What moderators do at the desk besides deciding one case: review a report, undo a decision."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from accounts.models import SignedInRequest
from listings.publication.transitions import ListingMoveRefused
from safety.casework.report_case import ReportCase
from safety.choices import CaseKind, ReportStatus
from safety.moderation.claims import CaseTaken, claim_case
from safety.moderation.decisions import CASE_TYPES, REFUSALS, undo_decision
from safety.moderation.desk_layout import moderator_page
from safety.reports.transitions import move_report


@moderator_page(takes="post")
def review_report(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a report into review; whoever reported it sees that."""
    if not (case_type := ReportCase()).is_in_scope(pk, request.user):
        raise Http404(case_type.not_found)
    case_type.get_or_404(pk)
    try:
        claim_case(CaseKind.REPORT, pk, request.user)
        move_report(pk, ReportStatus.IN_REVIEW, request.user)
    except (CaseTaken, ListingMoveRefused) as refused:
        messages.error(request, str(refused))
    return redirect("desk:report", pk)


@moderator_page(takes="post")
def undo_moderation_decision(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo a decision and go back to its case, which is claimed again."""
    try:
        decision = undo_decision(pk, request.user)
    except REFUSALS as refused:
        messages.error(request, str(refused))
        return redirect("desk:dashboard")
    name = CASE_TYPES[decision.kind].describe_number(decision.number)
    messages.success(request, f"已撤销：「{name}」回到原来的样子，没有通知任何人。")
    return redirect(f"desk:{decision.kind}", decision.number)
