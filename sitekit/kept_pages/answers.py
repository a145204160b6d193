"""A page as it is kept and sent: its bytes, compressed once, and the answers to browsers that have it already."""

import gzip
import hashlib
import re
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import has_vary_header, patch_vary_headers
from django.utils.http import http_date, parse_etags
from django.utils.text import compress_string

# A browser must ask each time, else it could show a listing that was removed meanwhile.
CACHE_CONTROL = "public, max-age=0, must-revalidate"
_OWN_HEADERS = {"etag", "last-modified", "cache-control", "content-length"}
# "gzip;q=0" refuses it, which Django's own pattern overlooks.
_ACCEPTS_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q\s*=\s*0(?:\.0*)?\s*(?:,|$))", re.IGNORECASE)
_OVERHEAD_BYTES = 2000  # bytes, about, of all that a page takes besides its body


class PageBytes(NamedTuple):
    """A page in memory, only compressed: so it takes a fifth of the room, and nearly every browser accepts it."""

    headers: tuple[tuple[str, str], ...]
    compressed: bytes
    tag: str
    drawn_at: int  # seconds since 1970

    @property
    def size(self) -> int:
        return len(self.compressed) + _OVERHEAD_BYTES


def is_keepable(response: HttpResponse) -> bool:
    """Whether everybody may get this answer. This is a precaution: only pages for everybody are declared as kept."""
    return (
        response.status_code == 200
        and not response.streaming
        and not response.cookies
        and not has_vary_header(response, "Cookie")
        and not response.has_header("Cache-Control")
        and not response.has_header("Content-Encoding")
    )


def pack_page(response: HttpResponse, drawn_at: float) -> PageBytes:
    patch_vary_headers(response, ["Accept-Encoding"])
    headers = [pair for pair in response.items() if pair[0].lower() not in _OWN_HEADERS]
    plain = response.content
    tag = hashlib.sha256(plain).hexdigest()[:32]
    return PageBytes(tuple(headers), compress_string(plain), tag, int(drawn_at))


def build_answer(
    request: HttpRequest, page: PageBytes, now: float, *, is_stale: bool = False
) -> HttpResponse:
    """Return the page, or 304 if `If-None-Match` or `If-Modified-Since` says that the browser has it.

    A date says only the second. It is sent once that second is over, and must come back exactly the same, so that two
    versions of one second are never mixed up. A stale page (`is_stale`) may not be stored.
    """
    takes_gzip = bool(_ACCEPTS_GZIP.search(request.META.get("HTTP_ACCEPT_ENCODING", "")))
    etag = f'"{page.tag}-gzip"' if takes_gzip else f'"{page.tag}"'
    date = "" if is_stale or int(now) <= page.drawn_at else http_date(page.drawn_at)
    if not is_stale and _is_copy_current(request, etag, date):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(page.compressed if takes_gzip else gzip.decompress(page.compressed))
        response.headers["Content-Length"] = str(len(response.content))
        if takes_gzip:
            response.headers["Content-Encoding"] = "gzip"
    for name, value in page.headers:
        if response.status_code == 200 or name == "Vary":
            response.headers[name] = value
    response.headers["Cache-Control"] = "no-store" if is_stale else CACHE_CONTROL
    if is_stale:
        response.headers["Warning"] = '110 - "Response is Stale"'
        return response
    response.headers["ETag"] = etag
    if date:
        response.headers["Last-Modified"] = date
    return response


def _is_copy_current(request: HttpRequest, etag: str, date: str) -> bool:
    tags = request.META.get("HTTP_IF_NONE_MATCH")
    if tags is not None:
        known_tags = [tag.removeprefix("W/") for tag in parse_etags(tags)]
        return "*" in known_tags or etag in known_tags
    return bool(date) and request.META.get("HTTP_IF_MODIFIED_SINCE") == date
