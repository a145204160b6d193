"""What moderators do at the desk without deciding a case: take a report into review, undo a decision."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from accounts.models import SignedInRequest
from safety.choices import CaseKind, ReportStatus
from safety.models import Decision
from safety.moderation.case_type import CaseType
from safety.moderation.claims import claim_case
from safety.moderation.decisions import (
    CASE_TYPES,
    REFUSALS,
    list_decided_together,
    undo_decision,
)
from safety.moderation.desk_layout import moderator_page, name_decided_cases
from safety.reports.transitions import move_report
from sitekit.web.pages import show_refusal
from sitekit.web.row_ids import parse_row_id


@moderator_page(takes="post")
def review_report(request: SignedInRequest, case_type: CaseType, pk: int) -> HttpResponse:
    """Take a report into review; the reporter sees this status."""
    case_type.get_or_404(pk)
    with show_refusal(request):
        claim_case(CaseKind.REPORT, pk, request.user)
        move_report(pk, ReportStatus.IN_REVIEW, request.user)
    return redirect("desk:report", pk)


@moderator_page(takes="post")
def undo_moderation_decision(request: SignedInRequest, pk: int) -> HttpResponse:
    """Undo a decision and those that were made together with it, and claim their cases again. Redirect to the page
    where it was undone: the cases of an employer, the queue (for several cases always), or the case; to the dashboard
    if nothing was undone there."""
    decision = Decision.objects.filter(pk=pk, moderator=request.user).first()
    if decision is None:
        messages.error(request, "只有作决定的人能撤销。")
        return redirect("desk:dashboard")
    together, undone = list_decided_together(decision), []
    for row in together:
        try:
            undone.append(undo_decision(row.pk, request.user))
        except REFUSALS as refused:
            which = f"没有撤销{name_decided_cases([row])}：" if len(together) > 1 else ""
            messages.error(request, f"{which}{refused}")
    if undone:
        names = name_decided_cases(undone)
        messages.success(request, f"已撤销：{names}回到原来的样子，没有通知任何人。")
    if employer := parse_row_id(request.POST.get("employer", "")):
        return redirect("desk:employer_cases", employer)
    if "from_queue" in request.POST or len(together) > 1:
        return redirect(f"desk:{CASE_TYPES[decision.kind].queue_name}")
    return (
        redirect(f"desk:{decision.kind}", decision.number) if undone else redirect("desk:dashboard")
    )
