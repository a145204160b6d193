"""Asks users who have not agreed to a new version of the rules before it shows a page of their own."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from accounts.sign_in.consents import list_missing_consents
from sitekit.site_settings.site_texts import list_consent_requests

# Leaving the site, and exporting one's data, needs no agreement.
OPEN_PAGES = frozenset(["agree_anew", "export", "close", "account_logout"])
AGREED_SESSION_KEY = "agreed_to"  # in the session: what need not be asked of the database again


class ConsentGateMiddleware:
    """Does not touch public pages and sent forms, so that nothing typed is lost."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], _args: Any, _kwargs: Any
    ) -> HttpResponseBase | None:
        rules = getattr(view, "page_rules", None)
        if rules is None or not rules.login or request.method != "GET":
            return None
        if request.resolver_match and request.resolver_match.view_name in OPEN_PAGES:
            return None
        versions = [f"{kind} {version}" for (kind, version, *_), _ in list_consent_requests()]
        if (
            not versions
            or not request.user.is_authenticated
            or request.session.get(AGREED_SESSION_KEY) == versions
        ):
            return None
        if not list_missing_consents(request.user):
            request.session[AGREED_SESSION_KEY] = versions
            return None
        next_query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('agree_anew')}?{next_query}")
