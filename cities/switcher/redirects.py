"""Where to go after the city was chosen: the same list in the new city, else the city's home."""

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.urls import NoReverseMatch, Resolver404, resolve

from sitekit.web.city_urls import reverse_in_city

# A path of ours: one leading slash, slugs, a closing slash; no host, backslash, percent or dot.
OURS = re.compile(r"/(?:[a-z0-9][a-z0-9_-]*/){0,6}\Z")
LONGEST = 1000
# What says more than which list: an article's or listing's page exists in one city only.
LIST_PARTS = {"city", "fraud_type"}
# The district belongs to the city that is left, the cursor to its list.
LEFT_BEHIND = {"district", "after", "city"}


def local_path(text):
    """`text` if it can be an address of this site, else an empty string."""
    if not isinstance(text, str) or len(text) > LONGEST:
        return ""
    if any(ord(char) < 0x21 or char == "\\" for char in text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.scheme or parts.netloc or parts.fragment or not OURS.match(parts.path):
        return ""
    return text


def _home(region):
    return reverse_in_city("city_home" if region else "home", region)


def _query(text):
    try:
        pairs = parse_qsl(text, max_num_fields=50)
    except ValueError:
        return ""
    kept = urlencode([(key, value) for key, value in pairs if key not in LEFT_BEHIND])
    return f"?{kept}" if kept else ""


def build_switched_url(text, region):
    """The address of `text` under `region`, or under no city; anything odd leads home."""
    text = local_path(text)
    if not text:
        return _home(region)
    parts = urlsplit(text)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return _home(region)
    rest = {key: value for key, value in match.kwargs.items() if key != "city"}
    if (
        match.args
        or not set(match.kwargs) <= LIST_PARTS
        or match.view_name in ("home", "city_home")
    ):
        return _home(region)
    try:
        path = reverse_in_city(match.view_name, region, **rest)
    except NoReverseMatch:
        return _home(region)
    # An address that has no city at all (关于, 我的) is no list of a city.
    if region and not path.startswith(f"/{region.slug}/"):
        return _home(region)
    return path + _query(parts.query)
