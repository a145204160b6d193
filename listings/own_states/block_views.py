"""不再看这家单位, its undo, and the list of them."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from accounts.models import Employer, SignedInRequest
from listings.models import Listing
from listings.own_states.blocked_employers import (
    TooManyBlocked,
    add_blocked_employer,
    delete_blocked_employer,
    set_hiding_cookie,
)
from sitekit.forms.undo import add_undo, is_undo, offer_undo
from sitekit.web.pages import page
from sitekit.web.paging import IdOrder, paginate
from sitekit.web.row_ids import parse_row_id

BLOCKED_EMPLOYERS_PAGE_SIZE = 30
ANCHOR = "own-employer"  # where pages say it, beside the employer's name


@page(takes="post", login=True, cache="never")
def block_employer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Block the employer, or unblock it with `hide` 0; then go back to the listing or list with the button."""
    # As on its public page: an employer that was never verified has none.
    employer = get_object_or_404(Employer.objects.exclude(recheck_due=None), pk=pk)
    is_blocked = is_undo(request) or request.POST.get("hide") != "0"
    back = _find_way_back(request, employer)
    if is_blocked:
        try:
            add_blocked_employer(request.user, employer)
        except TooManyBlocked as refused:
            messages.warning(request, str(refused))
            return redirect("listings:blocked")
    else:
        delete_blocked_employer(request.user, employer)
        if _is_from_list(request):
            words = f"已恢复，{employer.public_name}的兼职会再出现。"
            offer_undo(request, words, add_undo(request.path))
    response = redirect(back)
    set_hiding_cookie(request, response)
    return response


def _is_from_list(request: SignedInRequest) -> bool:
    return is_undo(request) or request.POST.get("next") == "blocked"


def _find_way_back(request: SignedInRequest, employer: Employer) -> str:
    if _is_from_list(request):
        return reverse("listings:blocked")
    pk = parse_row_id(request.POST.get("listing", ""))
    listing = Listing.objects.filter(pk=pk, employer=employer).first() if pk else None
    address = (
        listing.get_absolute_url() if listing else reverse("listings:employer", args=[employer.pk])
    )
    return f"{address}#{ANCHOR}"


@page(takes="read", login=True, cache="never")
def list_blocked_employers(request: SignedInRequest) -> HttpResponse:
    blocked = request.user.blocked_employers.select_related("employer")
    blocked_page = paginate(blocked, request, size=BLOCKED_EMPLOYERS_PAGE_SIZE, order=IdOrder())
    context = {"rows": blocked_page.rows, **blocked_page.links}
    return render(request, "listings/own_states/blocked.html", context)
