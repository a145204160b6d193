"""Search engines that take addresses: IndexNow (Bing, Yandex, Naver …) and Baidu. Each is off until it is set."""

import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Protocol

from django.conf import settings

from sitekit.web.absolute_urls import build_absolute_url, get_site_domain

TIMEOUT_SECONDS = 10
MAX_ANSWER_BYTES = 100_000


class PushFailed(Exception):
    """The engine did not take the addresses; says how, and nothing of its own words or keys."""


class SearchEngine(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def batch_size(self) -> int: ...

    @property
    def takes_removed(self) -> bool:
        """Whether it also wants addresses of what is gone."""

    def push(self, addresses: Sequence[str]) -> None:
        """Raise `PushFailed`."""


@dataclass(frozen=True, repr=False)
class IndexNow:
    """https://www.indexnow.org/documentation"""

    url: str
    key: str
    name: str = "indexnow"
    batch_size: int = 1_000
    takes_removed: bool = True

    def push(self, addresses: Sequence[str]) -> None:
        body = {
            "host": get_site_domain(),
            "key": self.key,
            "keyLocation": build_absolute_url("/indexnow.txt"),
            "urlList": [*addresses],
        }
        _post_push_request(self.url, json.dumps(body).encode(), "application/json; charset=utf-8")


@dataclass(frozen=True, repr=False)
class Baidu:
    """普通收录 of ziyuan.baidu.com: the address that it shows there, with site and token."""

    url: str
    name: str = "baidu"
    batch_size: int = 500
    takes_removed: bool = False

    def push(self, addresses: Sequence[str]) -> None:
        answer = _post_push_request(self.url, "\n".join(addresses).encode(), "text/plain")
        try:
            counts = json.loads(answer)
        except ValueError:
            counts = {}
        # The day's quota may end within a batch. What Baidu calls wrong it would call so again.
        if not isinstance(counts, dict) or _count_dealt_with(counts) < len(addresses):
            raise PushFailed("baidu took only a part")


def _count_dealt_with(counts: dict[str, Any]) -> int:
    wrong = [counts.get(name) for name in ("not_same_site", "not_valid")]
    taken: int = counts.get("success", 0)
    return taken + sum(len(addresses) for addresses in wrong if isinstance(addresses, list))


def list_search_engines() -> list[SearchEngine]:
    """Return those that are set."""
    engines: list[SearchEngine] = []
    if settings.INDEXNOW_KEY:
        engines.append(IndexNow(settings.INDEXNOW_URL, settings.INDEXNOW_KEY))
    if settings.BAIDU_PUSH_URL:
        engines.append(Baidu(settings.BAIDU_PUSH_URL))
    return engines


def _post_push_request(url: str, body: bytes, content_type: str) -> bytes:
    request = urllib.request.Request(  # noqa: S310 - the operator's setting
        url, body, {"Content-Type": content_type}, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            return response.read(MAX_ANSWER_BYTES)
    except urllib.error.HTTPError as error:
        raise PushFailed(f"answered {error.code}") from None
    except (OSError, HTTPException) as error:
        raise PushFailed(type(error).__name__) from None
