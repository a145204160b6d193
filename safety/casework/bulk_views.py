"""One decision with one reason for several listings; each through the same door as a single one."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.urls import reverse

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

# What may be decided of many at once, by what it is for a new text and for an edit.
APPROVE, REFUSE = "approve", "refuse"
_STEPS = {
    APPROVE: {True: S.PUBLISHED, False: "approve_edit"},
    REFUSE: {True: S.REJECTED, False: "refuse_edit"},
}


class ReasonForm(forms.Form):
    reason = forms.CharField(required=False, max_length=REASON)
    canned = forms.CharField(required=False, max_length=20)


@moderator_page(takes="post")
def decide_listings_in_bulk(request):
    """What the reader of the queue saw of each comes along as `case` = number and state."""
    steps = _STEPS.get(request.POST.get("action", ""))
    chosen = [one.partition(":") for one in request.POST.getlist("case")[:QUEUE_PAGE_SIZE]]
    seen = {number: state for pk, _, state in chosen if (number := parse_row_id(pk))}
    if not steps or not seen:
        messages.warning(request, "先勾选几条，再选通过或不通过。")
        return _back(request)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        messages.warning(request, f"一条也没有处理：原因最多 {REASON} 个字，不能有看不见的字符。")
        return _back(request)
    if steps is _STEPS[REFUSE] and not any(form.cleaned_data.values()):
        wrong = "不通过要有原因：选一条常用理由，或者自己写。"
        return render_queue(request, ListingCase(), 422, wrong=wrong)
    done, left = 0, []
    for listing in Listing.objects.select_related("employer").filter(pk__in=seen):
        try:
            _one(request.user, listing, steps, seen[listing.pk], **form.cleaned_data)
        except REFUSALS as refused:
            left.append(f"「{listing.title}」：{refused}")
        else:
            done += 1
    if done:
        word = "通过" if steps is _STEPS[APPROVE] else "退回"
        messages.success(request, f"已{word} {done} 条，一分钟后通知发布方。")
    for words in left:
        messages.warning(request, f"没有处理{words}")
    return _back(request)


def _back(request):
    """To the queue, filtered as it was."""
    asked = request.GET.urlencode()
    return redirect(reverse("desk:listings") + (f"?{asked}" if asked else ""))


def _one(moderator, listing, steps, seen, *, reason, canned):
    if steps is _STEPS[REFUSE] and not reason:
        reason = _words(listing, canned)
    make_decision(
        CaseKind.LISTING,
        listing.pk,
        steps[listing.status == S.PENDING],
        moderator,
        reason[:REASON],
        canned=canned,
        seen=seen,
    )


def _words(listing, code):
    """The canned reason as it reads for this one."""
    known = ListingCase().collect_reason_facts(ListingUnderReview(listing))
    return next(
        (one.words for one in list_canned_reasons(CaseKind.LISTING, known) if one.code == code),
        "",
    )
