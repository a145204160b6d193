"""Views of a listing of one's own employer."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Literal

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.employers.membership import get_own_employer
from listings.models import Listing
from sitekit.web.pages import PageView, View, page
from sitekit.workflow.refusals import Refusal

DELETED_MESSAGE = "这份草稿刚刚删掉了。"


def own_listing_page(
    *, takes: Literal["read", "form", "post"], when_deleted: View | None = None
) -> Callable[[View], PageView]:
    """Return a decorator of views, which get the listing in place of its `pk`.

    It is of an employer that the user acts for, and its `employer` has its `role`; else 404.
    A `Refusal` raised by the view is shown on the page of the listing, or on the desk if the listing
    was deleted meanwhile. `when_deleted` answers a POST if there was no listing, or none any more when
    the view looked for it.
    """

    def decorate(view: View) -> PageView:
        @wraps(view)
        def view_own_listing(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
            listing = Listing.objects.filter(pk=pk).first()
            if listing is None and when_deleted and request.method == "POST":
                return when_deleted(request)
            if listing is None or listing.employer_id is None:
                raise Http404
            listing.employer = get_own_employer(request, listing.employer_id)
            try:
                return view(request, listing, **kwargs)
            except Refusal as refused:
                messages.error(request, str(refused))
                if Listing.objects.filter(pk=pk).exists():
                    return redirect("listings:manage", pk)
                return redirect("listings:desk")
            except (ObjectDoesNotExist, IntegrityError):
                if Listing.objects.filter(pk=pk).exists():
                    raise
                if when_deleted and request.method == "POST":
                    return when_deleted(request)
                messages.error(request, DELETED_MESSAGE)
                return redirect("listings:desk")

        return page(takes=takes, login=True, cache="never")(view_own_listing)

    return decorate
