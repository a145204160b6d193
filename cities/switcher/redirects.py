"""The target after a switch of the city: the same list in the new city, else the city's home."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.urls import NoReverseMatch, Resolver404, resolve

from cities.models import Region
from sitekit.web.city_urls import reverse_in_city

# A path of this site: one leading slash, slugs, a closing slash; no host, backslash or percent, and no part that
# begins with a dot.
OWN_PATH_PATTERN = re.compile(r"/(?:[a-z0-9][a-z0-9._-]*/){0,6}\Z")
MAX_NEXT_PATH_LENGTH = 1000
# URL parameters of lists; other pages, such as an article or a listing, exist in one city only.
LIST_PARTS = {"city", "fraud_type", "kind", "work"}
# Lists of a part of the city: the new city has other parts, so that all of it is shown.
LISTS_OF_A_PART = {"listings:list_place": "listings:list"}
# Query parameters that belong to the old city or its list.
LEFT_BEHIND = {"district", "after", "city"}


def clean_local_path(text: str) -> str:
    """Return the text if it can be an address of this site, else an empty string."""
    if len(text) > MAX_NEXT_PATH_LENGTH or text.startswith("//"):
        return ""
    if any(ord(char) < 0x21 or char == "\\" for char in text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    is_local = not (parts.scheme or parts.netloc or parts.fragment) and OWN_PATH_PATTERN.match(
        parts.path
    )
    return text if is_local else ""


def _build_query(text: str) -> str:
    try:
        pairs = parse_qsl(text, max_num_fields=50)
    except ValueError:
        return ""
    query = urlencode([(key, value) for key, value in pairs if key not in LEFT_BEHIND])
    return f"?{query}" if query else ""


def build_switched_url(text: str, region: Region | None) -> str:
    """Return the address `text` under the region, or under no city for None; the home page if it
    has no such address."""
    home = reverse_in_city("city_home" if region else "home", region)
    parts = urlsplit(clean_local_path(text))
    try:
        match = resolve(parts.path)
        if whole_list := LISTS_OF_A_PART.get(match.view_name):
            return reverse_in_city(whole_list, region) + _build_query(parts.query)
        is_list = not match.args and set(match.kwargs) <= LIST_PARTS
        if not is_list or match.view_name in ("home", "city_home"):
            return home
        parameters = {key: value for key, value in match.kwargs.items() if key != "city"}
        path = reverse_in_city(match.view_name, region, **parameters)
    except (Resolver404, NoReverseMatch):
        return home
    # Addresses without any city (关于, 我的) are no lists of a city.
    if region and not path.startswith(f"/{region.slug}/"):
        return home
    return path + _build_query(parts.query)
