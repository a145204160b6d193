from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpRequest, HttpResponseBadRequest
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils.http import parse_header_parameters

from listings.own_states.blocked_employers import set_hiding_cookie


class Utf8Request(WSGIRequest):
    """A request whose query is read as UTF-8 whatever its Content-Type says: at a charset that is none of text, and at
    a header that cannot be read, Django raises before anything could answer."""

    def __init__(self, environ: dict[str, Any]) -> None:
        try:
            parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        except ValueError:
            environ["CONTENT_TYPE"] = "application/octet-stream; charset=unreadable"
        super().__init__(environ)

    @property
    def encoding(self) -> None:
        return None

    @encoding.setter
    def encoding(self, named: str | None) -> None:
        """`CleanQueryMiddleware` refuses forms in another charset."""


class CleanQueryMiddleware:
    """Remove NUL from the query, since PostgreSQL cannot store it. Answer 400 to NUL in the path, to one that only
    appears where another is removed, and to a form in another charset than UTF-8, at which Django raises. JSON is
    UTF-8 whatever it is called."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        query = request.META.get("QUERY_STRING", "")
        clean_query = query.replace("%00", "")
        if "\0" in request.path_info or "%00" in clean_query or _is_in_another_charset(request):
            return HttpResponseBadRequest(render_to_string("400.html"))
        if clean_query != query:
            request.META["QUERY_STRING"] = clean_query
        return self.get_response(request)


def _is_in_another_charset(request: HttpRequest) -> bool:
    charset = (request.content_params or {}).get("charset", "utf-8")
    is_json = request.content_type == "application/json"
    return request.method == "POST" and not is_json and charset.lower() not in ("utf-8", "utf8")


class SessionHintMiddleware:
    """Sets and deletes a second cookie with the session's, which scripts may read: whether it is of use to
    ask what the reader has done.

    Pages are the same for everybody, so they cannot tell. It says nothing else, and nothing is decided by it.
    A third one has lists leave out the employers that the reader has blocked.
    """

    COOKIE = "session_hint"
    ATTRIBUTES = ("max-age", "expires", "path", "domain", "secure", "samesite")

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        session = response.cookies.get(settings.SESSION_COOKIE_NAME)
        if session is not None:
            response.cookies[self.COOKIE] = "1" if session.value else ""
            for name in self.ATTRIBUTES:
                response.cookies[self.COOKIE][name] = session[name]
            set_hiding_cookie(request, response)
        return response


class PermissionsPolicyMiddleware:
    """Forbids pages, and anything that might be injected into them, to use these features. Only the site's own script
    asks for the position, when somebody presses the button for it."""

    POLICY = ", ".join(
        [
            "geolocation=(self)",
            *(
                f"{feature}=()"
                for feature in ("camera", "display-capture", "microphone", "payment", "usb")
            ),
        ]
    )

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", self.POLICY)
        return response
