from functools import lru_cache
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from django.db.models import Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from cities.directory.exchange_groups import list_groups_serving
from cities.directory.regions import get_region, get_region_cache_version
from cities.models import Region
from jobsite.announcements.shown_announcements import (
    ShownAnnouncement,
    list_announcements_in_force,
    read_shown_announcements,
)
from jobsite.frame_city import FrameCity, find_frame_city
from jobsite.monitoring.operators import describe_alarm
from jobsite.seo.share_views import build_city_picture
from jobsite.staff_site.staff_home import build_staff_home
from news.pages.hotlines import HotlineEntry, list_footer_hotlines
from sitekit.kept_pages.store import keep_while_told
from sitekit.models import Operator
from sitekit.web.city_urls import reverse_in_city


class FooterFacts(NamedTuple):
    """The facts of the `Operator` that the footer shows on every page."""

    name: str
    icp_number: str
    police_number: str
    hr_licence_number: str
    complaints_phone: str
    supervising_phone: str


class PageFrame(NamedTuple):
    """What masthead, footer and tabs show on all pages of a city, and on the national ones."""

    brand: str
    tagline: str
    seal: str
    place: str
    facts: FooterFacts
    home: str
    jobs: str
    news: str
    alerts: str
    check: str
    employers: str
    governance: str
    group: str  # the address of the exchange group, "" without one
    me: str
    leads_back: bool
    announcements: tuple[ShownAnnouncement, ...]
    hotlines: tuple[HotlineEntry, ...]  # official numbers at the foot of each page


class CityFrame(NamedTuple):
    operator: Operator
    frame: PageFrame


def add_site_context(request: HttpRequest) -> dict[str, Any]:
    """Return the context of every page, the same for all templates that are drawn for a request."""
    context: dict[str, Any] | None = getattr(request, "site_context", None)
    if context is None:
        context = request.site_context = _build_site_context(request)  # type: ignore[attr-defined]
    return context


def _build_site_context(request: HttpRequest) -> dict[str, Any]:
    """Return operator, city, and the addresses of the main pages.

    What needs the database or the host name is lazy, because the page for a bad request, which
    has this context too, needs neither.
    """
    match = request.resolver_match
    city = match.kwargs.get("city") if match else None
    city = city if isinstance(city, Region) else None
    shown = find_frame_city(request)
    city_frame = cast("CityFrame", SimpleLazyObject(lambda: _keep_city_frame(shown)))
    return {
        "operator": SimpleLazyObject(lambda: city_frame.operator),
        # Templates call what can be called.
        "frame": lambda: city_frame.frame,
        # Of the admin's pages only.
        "operator_alarm": lambda: describe_alarm(request.user),
        "staff_home": lambda: build_staff_home(request.user),
        # Of the address: what the page is about. Its frame may know another.
        "city": city,
        "brand": _build_brand(shown.city),
        "tagline": lambda: city_frame.frame.tagline,
        "site_share": lambda: build_city_picture(city),
        "origin": lambda: request.build_absolute_uri("/").removesuffix("/"),
        "canonical": lambda: request.build_absolute_uri(request.path),
        "nav": {
            **build_addresses(shown.city.slug if shown.city else "", leads_back=shown.leads_back),
            "group": lambda: city_frame.frame.group,
            "switch": f"{reverse_in_city('cities:index')}?{urlencode({'next': request.path})}",
        },
    }


def _build_brand(city: Region | None) -> str:
    return f"{city.short_name if city else ''}兼职信息网"


LED_BACK = "home jobs news alerts guides subscribe governance employers".split()


@lru_cache(maxsize=512)
def build_addresses(slug: str, *, leads_back: bool = False) -> dict[str, str]:
    """Return the addresses of the main pages of the city with this slug, of the nation for "".

    With `leads_back` they ask the visitor's browser for the city.
    """
    addresses = {
        "home": reverse_in_city("city_home" if slug else "home", slug),
        "jobs": reverse_in_city("listings:list", slug),
        "news": reverse_in_city("news:list", slug),
        "alerts": reverse_in_city("news:alerts", slug),
        "check": reverse_in_city("safety:check"),
        "employers": reverse_in_city("listings:employers", slug),
        "guides": reverse_in_city("news:kind", slug, kind="guide"),
        "subscribe": reverse_in_city("news:subscribe", slug),
        "governance": reverse_in_city("safety:governance", slug),
        "me": reverse_in_city("me"),
        "badge": reverse("seal", args=[slug or "all"]),
    }
    if leads_back:
        addresses |= {name: reverse("lead_back", args=[name]) for name in LED_BACK}
    return addresses


def _keep_city_frame(shown: FrameCity) -> CityFrame:
    key = ("frame", shown.city.adcode if shown.city else None, shown.leads_back)
    return keep_while_told(key, ["site"], lambda: _build_city_frame(shown))


def _build_city_frame(shown: FrameCity) -> CityFrame:
    """One query."""
    city = shown.city
    operator = _get_operator(city)
    addresses = build_addresses(city.slug if city else "", leads_back=shown.leads_back)
    frame = PageFrame(
        brand=_build_brand(city),
        tagline=operator.tagline,
        seal=city.short_name[:2] if city else "兼职",
        place=city.short_name if city else ("城市" if shown.leads_back else "全国"),
        facts=FooterFacts._make(getattr(operator, name) for name in FooterFacts._fields),
        group=_build_group_url(operator),
        leads_back=shown.leads_back,
        announcements=read_shown_announcements(getattr(operator, "announcements", None)),
        hotlines=tuple(list_footer_hotlines()),
        **{name: addresses[name] for name in PageFrame._fields if name in addresses},
    )
    return CityFrame(operator, frame)


def _get_operator(city: Region | None) -> Operator:
    """Return the operator, or an empty one, with `group_place`, the code of the place whose exchange group serves the
    city, and `announcements`, a JSON array. One query."""
    (row,) = Operator.objects.raw(*_build_operator_query(city, get_region_cache_version()))
    if getattr(row, "pk") is not None:  # noqa: B009 - without an operator all columns are null
        return row
    operator = Operator()
    operator.announcements = getattr(row, "announcements")  # type: ignore[attr-defined]  # noqa: B009
    return operator


@lru_cache(maxsize=512)
def _build_operator_query(city: Region | None, _directory: object) -> tuple[str, tuple[Any, ...]]:
    """Cached as text, until the places are read anew: building it took a tenth of the time of a page."""
    operators = Operator.objects.filter(pk=1)
    if city is not None:
        place = list_groups_serving(city).values("region_id")[:1]
        operators = operators.annotate(group_place=Subquery(place))
    operator_sql, parameters = operators.query.sql_with_params()
    announcement_sql, announcement_parameters = list_announcements_in_force(
        city
    ).query.sql_with_params()
    sql = (
        "SELECT operator.*, "  # noqa: S608 - both parts are built by the ORM
        f"(SELECT json_agg(shown)::text FROM ({announcement_sql}) rows (shown)) AS announcements "
        f"FROM (SELECT 1) one LEFT JOIN ({operator_sql}) operator ON true"
    )
    return sql, (*announcement_parameters, *parameters)


def _build_group_url(operator: Operator) -> str:
    """The address of the city's exchange group; empty if the operator has no name."""
    place = get_region(getattr(operator, "group_place", None))
    return reverse("news:group", args=[place]) if place and operator.name else ""
