"""One decision with one reason for several listings; each is decided as a single one is."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from accounts.models import SignedInRequest, User
from listings.choices import ListingStatus as S
from listings.models import Listing
from safety.casework.listing_case import ListingCase, ListingUnderReview
from safety.choices import CaseKind
from safety.moderation.canned_reasons import list_canned_reasons
from safety.moderation.case_views import QUEUE_PAGE_SIZE, render_queue
from safety.moderation.decisions import REFUSALS, make_decision
from safety.moderation.desk_layout import moderator_page
from safety.moderation.forms import REASON
from sitekit.web.row_ids import parse_row_id

# The decisions for several listings: the action for a new text (True) and for an edit (False).
APPROVE, REFUSE = "approve", "refuse"
_ACTIONS: dict[str, dict[bool, str]] = {
    APPROVE: {True: S.PUBLISHED, False: "approve_edit"},
    REFUSE: {True: S.REJECTED, False: "refuse_edit"},
}


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
        return _redirect_to_queue(request)
    is_approval = actions is _ACTIONS[APPROVE]
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.warning(request, f"一条也没有处理：原因最多 {REASON} 个字，不能有看不见的字符。")
        return _redirect_to_queue(request)
    if not is_approval and not any(form.cleaned_data.values()):
        error = "不通过要有原因：选一条常用理由，或者自己写。"
        return render_queue(request, ListingCase(), 422, wrong=error)
    decided, refusals = 0, []
    for listing in Listing.objects.select_related("employer").filter(pk__in=seen):
        try:
            _decide_listing(
                request.user,
                listing,
                actions[listing.status == S.PENDING],
                seen[listing.pk],
                **form.cleaned_data,
            )
        except REFUSALS as refused:
            refusals.append(f"「{listing.title}」：{refused}")
        else:
            decided += 1
    if decided:
        verb = "通过" if is_approval else "退回"
        messages.success(request, f"已{verb} {decided} 条，一分钟后通知发布方。")
    for refusal in refusals:
        messages.warning(request, f"没有处理{refusal}")
    return _redirect_to_queue(request)


def _redirect_to_queue(request: SignedInRequest) -> HttpResponse:
    """Redirect to the queue with the same filters."""
    filters = request.GET.urlencode()
    return redirect(reverse("desk:listings") + (f"?{filters}" if filters else ""))


def _decide_listing(
    moderator: User, listing: Listing, action: str, seen: str, *, reason: str, canned: str
) -> None:
    if not reason and ListingCase.actions[action].needs_reason:
        reason = _fill_canned_reason(listing, canned)
    make_decision(
        CaseKind.LISTING,
        listing.pk,
        action,
        moderator,
        reason[:REASON],
        canned=canned,
        seen=seen,
    )


def _fill_canned_reason(listing: Listing, code: str) -> str:
    facts = ListingCase().collect_reason_facts(ListingUnderReview(listing))
    return next(
        (r.words for r in list_canned_reasons(CaseKind.LISTING, facts) if r.code == code), ""
    )
