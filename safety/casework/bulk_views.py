"""One decision with one reason for several listings; each is decided as a single one is."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.models import SignedInRequest
from listings.choices import ListingStatus as S
from listings.models import Listing
from safety.case_pages.queue_views import QUEUE_PAGE_SIZE, render_queue
from safety.casework.listing_case import (
    APPROVALS,
    REFUSAL_ACTIONS,
    ListingCase,
    ListingUnderReview,
    choose_approval,
)
from safety.choices import CaseKind
from safety.moderation.canned_reasons import list_canned_reasons
from safety.moderation.decisions import REFUSALS, make_decision
from safety.moderation.desk_layout import moderator_page
from safety.moderation.forms import REASON
from sitekit.web.row_ids import parse_row_id

# The decisions for several listings: the action for a new text and for an edit.
APPROVE, REFUSE = APPROVALS, REFUSAL_ACTIONS
_ACTIONS = {"approve": APPROVE, "refuse": REFUSE}


class ReasonForm(forms.Form):
    reason = forms.CharField(required=False, max_length=REASON)
    canned = forms.CharField(required=False, max_length=20)


@moderator_page(takes="post")
def decide_listings_in_bulk(request: SignedInRequest) -> HttpResponseBase:
    """Each `case` is the number of a listing and the state in which the moderator saw it."""
    actions = _ACTIONS.get(request.POST.get("action", ""))
    cases = [case.partition(":") for case in request.POST.getlist("case")[:QUEUE_PAGE_SIZE]]
    seen = {number: state for pk, _, state in cases if (number := parse_row_id(pk))}
    if not actions or not seen:
        messages.warning(request, "先勾选几条，再选通过或不通过。")
        return redirect("desk:listings")
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.warning(request, f"一条也没有处理：原因最多 {REASON} 个字，不能有看不见的字符。")
        return redirect("desk:listings")
    if actions == REFUSE and not any(form.cleaned_data.values()):
        error = "不通过要有原因：选一条常用理由，或者自己写。"
        return render_queue(request, ListingCase(), 422, wrong=error)
    decided, refusals = [], []
    for listing in Listing.objects.select_related("employer").filter(pk__in=seen):
        action = actions[0] if listing.status == S.PENDING else actions[1]
        if actions == APPROVE:
            case = ListingUnderReview(listing)
            action = choose_approval(case, request.user, action) or action
        answers = _fill_reason(listing, action, **form.cleaned_data)
        try:
            make_decision(
                CaseKind.LISTING, listing.pk, action, request.user, seen=seen[listing.pk], **answers
            )
        except REFUSALS as refused:
            refusals.append(f"「{listing.title}」：{refused}")
        else:
            decided.append(action)
    _show_outcome(request, decided)
    for refusal in refusals:
        messages.warning(request, f"没有处理{refusal}")
    return redirect("desk:listings")


def _show_outcome(request: SignedInRequest, decided: list[str]) -> None:
    """`decided` are the actions that were carried out."""
    groups = {"通过": APPROVE, "退回": REFUSE}
    for verb, actions in groups.items():
        if count := sum(action in actions for action in decided):
            messages.success(request, f"已{verb} {count} 条，一分钟后通知发布方。")
    if count := decided.count("approve_first"):
        messages.success(request, f"第一遍通过 {count} 条，等另一位审核员。")


def _fill_reason(listing: Listing, action: str, reason: str, canned: str) -> dict[str, Any]:
    """Return the reason, the canned one in the words for this listing if no other was written."""
    if not reason and ListingCase.actions[action].needs_reason:
        facts = ListingCase().collect_reason_facts(ListingUnderReview(listing))
        canned_reasons = list_canned_reasons(CaseKind.LISTING, facts)
        reason = next((row.words for row in canned_reasons if row.code == canned), "")
    return {"reason": reason[:REASON], "canned": canned}
