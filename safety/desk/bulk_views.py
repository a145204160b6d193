"""One decision with one reason for several listings; each through the same door as a single one."""

from django.contrib import messages
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from listings.choices import ListingStatus as S
from listings.models import Listing
from safety import canned, deciding
from safety.choices import CaseKind
from safety.desk import frame, listing_desk, queue

# What may be decided of many at once, by what it is for a new text and for an edit.
APPROVE, REFUSE = "approve", "refuse"
_STEPS = {
    APPROVE: {True: S.PUBLISHED, False: "approve_edit"},
    REFUSE: {True: S.REJECTED, False: "refuse_edit"},
}


@require_POST
@frame.desk
def decide(request):
    """What the reader of the queue saw of each comes along as `case` = number and state."""
    steps = _STEPS.get(request.POST.get("action", ""))
    chosen = [one.partition(":") for one in request.POST.getlist("case")[: queue.PAGE]]
    seen = {int(pk): state for pk, _, state in chosen if pk.isascii() and pk.isdigit()}
    if not steps or not seen:
        messages.warning(request, "先勾选几条，再选通过或不通过。")
        return redirect("desk:listings")
    done, left = 0, []
    for listing in Listing.objects.select_related("employer").filter(pk__in=seen):
        try:
            _one(request, listing, steps, seen[listing.pk])
        except deciding.REFUSALS as refused:
            left.append(f"「{listing.title}」：{refused}")
        else:
            done += 1
    if done:
        word = "通过" if steps is _STEPS[APPROVE] else "退回"
        messages.success(request, f"已{word} {done} 条，一分钟后通知发布方。")
    for words in left:
        messages.warning(request, f"没有处理{words}")
    return redirect("desk:listings")


def _one(request, listing, steps, seen):
    reason = request.POST.get("reason", "").strip()
    chosen = request.POST.get("canned", "")
    if steps is _STEPS[REFUSE] and not reason:
        reason = _words(listing, chosen)
    deciding.decide(
        CaseKind.LISTING,
        listing.pk,
        steps[listing.status == S.PENDING],
        request.user,
        reason[:180],
        canned=chosen,
        seen=seen,
    )


def _words(listing, code):
    """The canned reason as it reads for this one."""
    known = listing_desk.known(listing)
    return next(
        (one.words for one in canned.filled(CaseKind.LISTING, known) if one.code == code), ""
    )
