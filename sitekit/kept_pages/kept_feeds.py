"""Feeds, which are kept as parts of pages are: what tells whether a reader has one, and the document."""

import hashlib
import zlib
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import SyndicationFeed
from django.utils.http import http_date, quote_etag

from sitekit.kept_pages.changes import Dependency
from sitekit.kept_pages.store import keep_while_told
from sitekit.seo.feed_formats import FORMATS

# A document has up to 160 kB; compressed quickly it takes a fifth.
PACKED_SIZE, LEVEL = 2**15, 1
FEED_MAX_AGE = 1  # seconds: what was removed is gone from caches as well


class FeedState(NamedTuple):
    """Another state is another feed: a line for each entry, and the moment of the last change if it is known."""

    lines: tuple[str, ...]
    changed_at: datetime | None = None


class FeedParts[Rows](NamedTuple):
    """How a feed is made, and the topics on which it depends."""

    topics: Sequence[str | Dependency]
    read: Callable[[], Rows]
    describe: Callable[[Rows], FeedState]
    build: Callable[[Rows], SyndicationFeed]
    # If not, it is made anew for each reader: endless query strings must not push out feeds.
    is_kept: bool = True


def answer_feed[Rows](request: HttpRequest, suffix: str, parts: FeedParts[Rows]) -> HttpResponse:
    """Return the feed, or 304 if the reader has the current one. It depends on the path, the host and what is read."""
    topics, read, describe, build, is_kept = parts
    keep = keep_while_told if is_kept else _make_anew
    address = request.build_absolute_uri(request.path)
    read_once = cache(read)
    state = keep(("feed state", address), topics, lambda: describe(read_once()))
    etag, modified = _build_validators(request, state)
    response = get_conditional_response(request, etag, modified)
    if response is None:
        packed = keep(
            ("feed", address), topics, lambda: _compress_feed(build(read_once())), PACKED_SIZE
        )
        response = HttpResponse(zlib.decompress(packed), content_type=FORMATS[suffix].content_type)
    response.headers["ETag"] = etag
    if modified:
        response.headers["Last-Modified"] = http_date(modified)
    patch_cache_control(response, public=True, max_age=FEED_MAX_AGE)
    return response


def _make_anew[Value](
    _key: object, _topics: object, make: Callable[[], Value], _size: int = 0
) -> Value:
    return make()


def _build_validators(request: HttpRequest, state: FeedState) -> tuple[str, int | None]:
    """Return (ETag, moment of the last change in seconds or None if it is younger than 2 seconds)."""
    text = "\n".join([*state.lines, request.build_absolute_uri()])
    etag = quote_etag(hashlib.sha256(text.encode()).hexdigest()[:32])
    last = state.changed_at
    if last is None or last > timezone.now() - timedelta(seconds=2):
        return etag, None
    return etag, int(last.timestamp())


def _compress_feed(feed: SyndicationFeed) -> bytes:
    return zlib.compress(feed.writeString("utf-8").encode(), LEVEL)
