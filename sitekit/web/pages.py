"""How a page may be asked for: its methods, whether one has to sign in, how long it may be kept."""

from collections.abc import Callable
from typing import Any, Literal, NamedTuple, Protocol, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_http_methods

type View = Callable[..., HttpResponseBase]

PAGE_METHODS = {
    "read": ["GET", "HEAD"],
    "form": ["GET", "HEAD", "POST"],  # a page that shows its form, and takes it
    "post": ["POST"],
}


class PageRules(NamedTuple):
    takes: Literal["read", "form", "post"]
    login: bool
    cache: Literal["never"] | int | None


class PageView(Protocol):
    page_rules: PageRules

    def __call__(self, request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase: ...


def page(
    *,
    takes: Literal["read", "form", "post"],
    login: bool = False,
    cache: Literal["never"] | int | None = None,
) -> Callable[[View], PageView]:
    """Make a view refuse other methods, then forbid caching or allow it for `cache` seconds, then
    send visitors to the sign-in page.

    In this order: another method is answered 405 whoever asks, and the way to the sign-in page is
    not cached either. The rules stay readable as `view.page_rules`.
    """

    def decorate(view: View) -> PageView:
        if login:
            view = login_required(view)
        if cache == "never":
            view = never_cache(view)
        elif cache is not None:
            view = cache_control(public=True, max_age=cache)(view)
        page_view = cast("PageView", require_http_methods(PAGE_METHODS[takes])(view))
        page_view.page_rules = PageRules(takes, login, cache)
        return page_view

    return decorate
