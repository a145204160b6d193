"""Pages that a new web process draws for itself before it takes requests: its first ones take half a second, since
templates, parts of the interpreter and kept values are loaded with them."""

import io
import logging
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.db import connections

logger = logging.getLogger(__name__)
SEARCHED_WORD = "传单"
FIRST_PAGES = (
    "/",
    f"/jobs/?q={quote(SEARCHED_WORD)}",
    "/news/",
    "/alerts/",
    "/accounts/login/",
    "/jobs/",
)
_LISTING = re.compile(rb'href="(/(?:[a-z]+/)?jobs/\d+/)"')


def draw_first_pages(application: Callable[..., Iterable[bytes]]) -> None:
    """Draw the pages. An error is only logged as a warning: whoever requests such a page will get the error
    themselves."""
    try:
        _draw_pages(application)
    except Exception as error:
        logger.warning("a first page was not drawn (%s)", type(error).__name__)
    connections.close_all()  # requests have threads and connections of their own


def _draw_pages(application: Callable[..., Iterable[bytes]]) -> None:
    for address in FIRST_PAGES:
        page = _draw_page(application, address)
    if listing := _LISTING.search(page):
        _draw_page(application, listing[1].decode())


def _draw_page(application: Callable[..., Iterable[bytes]], address: str) -> bytes:
    path, _, query = address.partition("?")
    site = urlsplit(settings.SITE_URL)
    environment: dict[str, Any] = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": site.hostname,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": site.netloc,
        "HTTP_X_FORWARDED_PROTO": site.scheme,
        "HTTP_X_FORWARDED_FOR": "127.0.0.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.url_scheme": site.scheme,
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(),
        "wsgi.version": (1, 0),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    answer = application(environment, lambda *_: None)
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return body
