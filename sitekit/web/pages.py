"""The rules of a view: allowed methods, whether login is required, how long it may be cached."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, Literal, NamedTuple, Protocol, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods

from sitekit.refused_posts.ended_login import find_ended_login_answer, get_form_address
from sitekit.workflow.refusals import Refusal

type View = Callable[..., HttpResponseBase]

PAGE_METHODS = {
    "read": ["GET", "HEAD"],
    "form": ["GET", "HEAD", "POST"],  # a page that shows its form and receives it
    "post": ["POST"],
}
PRIVATE_FILE_HEADERS = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, nofollow",
}


class PageRules(NamedTuple):
    takes: Literal["read", "form", "post"]
    login: bool
    cache: Literal["never"] | int | None
    purpose: str = ""


class PageView(Protocol):
    page_rules: PageRules

    def __call__(self, request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def page(
    *,
    takes: Literal["read", "form", "post"],
    login: bool = False,
    cache: Literal["never"] | int | None = None,
    purpose: str = "",
) -> Callable[[View], PageView]:
    """Return a decorator of views. It answers 405 to other methods, then forbids caching or allows
    it for `cache` seconds, then, if `login` is set, redirects visitors to the login page, or shows
    them what they typed: their login has ended meanwhile.

    In this order, so that 405 does not depend on the login, and the redirect has the cache header
    too. `view.page_rules` has the rules; `purpose` is what somebody signs in for who came from here.
    """

    def decorate(view: View) -> PageView:
        if login:
            view = _require_login(view, takes)
        if cache == "never":
            view = never_cache(view)
        elif cache is not None:
            view = cache_control(public=True, max_age=cache)(view)
        page_view = cast(
            "PageView", _explain_refused_get(require_http_methods(PAGE_METHODS[takes])(view))
        )
        page_view.page_rules = PageRules(takes, login, cache, purpose)
        return page_view

    return decorate


def find_page_purpose(address: str) -> str:
    """Return what the page of an address is for, in words that follow 接着; "" if it has none."""
    try:
        view = resolve(urlsplit(address).path).func
    except (Resolver404, ValueError):
        return ""
    rules: PageRules | None = getattr(view, "page_rules", None)
    return rules.purpose if rules else ""


def _require_login(view: View, takes: str) -> View:
    @wraps(view)
    def view_signed_in(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        present_address = request.get_full_path()
        # The address of a button cannot be opened: the page is meant that it stood on.
        way_back = (
            get_form_address(request, settings.LOGIN_REDIRECT_URL)
            if takes == "post"
            else present_address
        )
        return find_ended_login_answer(request, way_back) or redirect_to_login(present_address)

    return view_signed_in


def _explain_refused_get(view: View) -> View:
    """Give people who open the address of a button words and a way on instead of an empty page."""

    @wraps(view)
    def explained(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        is_reader = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
        if not (is_reader and isinstance(response, HttpResponseNotAllowed)):
            return response
        explanation = render(request, "405.html", status=405)
        explanation["Allow"] = response["Allow"]
        return explanation

    return explained


def forbid_caching(response: HttpResponse) -> HttpResponse:
    """Mark a response that shows or leaves out something for one reader, so that no cache shows it to others."""
    patch_cache_control(response, private=True, no_store=True)
    return response


def redirect_moved(address: str) -> HttpResponse:
    """Redirect for good, as engines understand it; but a browser asks each time: what moved may move back, and of
    two such answers that it remembers each would lead to the other."""
    response = redirect(address, permanent=True)
    patch_cache_control(response, no_cache=True)
    return response


@contextmanager
def show_refusal(request: HttpRequest) -> Iterator[None]:
    """Show the words of a `Refusal` raised inside as an error on the next page."""
    try:
        yield
    except Refusal as refused:
        messages.error(request, str(refused))
