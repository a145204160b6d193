"""Who signed up for an employer's listings, and the buttons that answer them."""

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.employers.membership import get_own_employer
from listings.applications.application_rows import dress_for_employer
from listings.applications.ratings import of_seekers
from listings.applications.transitions import (
    TAKES_A_PLACE,
    ListingMoveRefused,
    get_employer_application,
    move_application,
)
from listings.choices import ApplicationStatus as S
from listings.employer_desk.dashboard import get_own_listing
from listings.models import Application
from sitekit.web.pages import page
from sitekit.web.paging import IdOrder, paginate

A_PAGE = 30
# The parts of a list: what waits for an answer comes first, oldest first.
PARTS = {
    "waiting": ("等你回复", [S.APPLIED]),
    "accepted": ("已录用", [S.ACCEPTED]),
    "over": ("结束的", [S.DECLINED, S.WITHDRAWN, S.DONE, S.NO_SHOW]),
}
REASONS: dict[str, list[str]] = {
    S.DECLINED: ["人已经够了", "时间对不上", "要求的条件不符合", "联系不上", "这份活不做了"],
    S.NO_SHOW: ["到时间没来，也没说", "来了没做完就走了", "联系不上"],
}
SAID = {
    S.ACCEPTED: "录用了，已经告诉对方，联系方式也给了他。",
    S.DECLINED: "没有录用，已经告诉对方原因。",
    S.DONE: "记好了。可以评一评。",
    S.NO_SHOW: "记好了，对方会收到通知。",
}


class MoveForm(forms.Form):
    to = forms.ChoiceField(choices=[(status, status) for status in SAID])
    reason = forms.CharField(required=False, max_length=60)
    back = forms.CharField(required=False, max_length=200)

    def clean(self):
        answers = super().clean()
        known = REASONS.get(answers.get("to", ""))
        if known and answers.get("reason") not in known:
            raise forms.ValidationError("选一个原因。")
        return answers


@page(takes="read", login=True, cache="never")
def of_listing(request, pk):
    listing = get_own_listing(request, pk)
    counts = _counts(Application.objects.filter(listing=listing))
    taken = sum(counts.get(status, 0) for status in TAKES_A_PLACE)
    context = _page(request, Application.objects.filter(listing=listing), counts)
    context |= {"employer": listing.employer, "listing": listing, "taken": taken}
    return render(request, "listings/employer_desk/applications.html", context)


@page(takes="read", login=True, cache="never")
def of_all(request):
    employer = get_own_employer(request)
    found = Application.objects.filter(listing__employer=employer)
    context = _page(request, found, _counts(found)) | {"employer": employer, "listing": None}
    return render(request, "listings/employer_desk/applications.html", context)


def _counts(found):
    return dict(found.order_by().values_list("status").annotate(n=Count("pk")))


def _page(request, found, counts):
    """One part of the list: the one asked for, else the first that has somebody."""
    sizes = {part: sum(counts.get(s, 0) for s in states) for part, (_, states) in PARTS.items()}
    chosen = request.GET.get("part", "")
    if chosen not in PARTS:
        chosen = next((part for part in PARTS if sizes[part]), "waiting")
    rows = found.filter(status__in=PARTS[chosen][1]).select_related("listing__employer")
    oldest_first = IdOrder(oldest_first=True)
    part_page = paginate(rows, request, size=A_PAGE, order=oldest_first, kept=f"part={chosen}&")
    shown = [dress_for_employer(application) for application in part_page.rows]
    said = of_seekers({application.seeker_id for application in shown})
    for application in shown:
        application.said = said.get(application.seeker_id)
        application.may_rate = application.status in (S.DONE, S.NO_SHOW)
    return {
        "applications": shown,
        "parts": [
            {"code": part, "label": label, "count": sizes[part], "current": part == chosen}
            for part, (label, _) in PARTS.items()
        ],
        "chosen": chosen,
        "reasons": {str(status): words for status, words in REASONS.items()},
        "back": request.get_full_path(),
        **part_page.links,
    }


@page(takes="post", login=True)
def decide_application(request, pk):
    application = get_employer_application(request.user, pk)
    if application is None:
        raise Http404
    form = MoveForm(request.POST)
    back = _back(request, application)
    if not form.is_valid():
        messages.error(request, "没有记下来：请选一个原因，再按一次。")
        return redirect(back)
    to = form.cleaned_data["to"]
    try:
        move_application(pk, to, request.user, form.cleaned_data["reason"])
        messages.success(request, SAID[to])
    except ListingMoveRefused as words:
        application.refresh_from_db()
        if application.status != to:  # else clicked twice
            messages.error(request, str(words))
    return redirect(back)


def _back(request, application):
    asked = request.POST.get("back", "")
    inside = asked.startswith("/employer/") and url_has_allowed_host_and_scheme(asked, None)
    return asked if inside else f"/employer/listings/{application.listing_id}/applications/"
