"""A listing's row in lists is rendered once and stored; age and marked words are filled in later.

Rendering templates costs most of a list page, so the stored HTML has comments as
placeholders, which are replaced as text.
"""

import datetime
import html as html_text
import re
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.employers.membership import get_identity_check, list_held_check_kinds
from accounts.models import CheckKind, Employer, EmployerKind
from cities.directory.regions import get_city, get_region, get_region_ancestors
from cities.models import Region, RegionLevel
from listings.choices import Perk, Requirement, SettlementCycle, WorkMode
from listings.models import Listing
from listings.vocabulary.age_limits import ADULT_AGE_YEARS
from listings.vocabulary.distances import format_locations, measure_distance, parse_locations
from listings.vocabulary.monograms import choose_background_number, choose_monogram
from listings.vocabulary.work_places import Location
from listings.vocabulary.work_slots import describe_slots
from sitekit.images.pictures import build_thumbnail_url
from sitekit.models import Picture
from sitekit.templatetags.sitekit import cn_age
from textkit.highlighting import highlight_matches

AGE_GAP = "<!--age-->"
DISTANCE_GAP = "<!--away-->"
MATCH_GAP = "<!--hit-->"
_LOCATIONS = re.compile(r'<li class="job" data-at="([^"]*)"')
_PATH = re.compile(r'<h3><a [^>]*href="([^"]*)"')
TITLE = re.compile(r"<!--t-->(.*?)<!--/t-->", re.DOTALL)
_CHECK_LABELS: dict[str, str] = {
    CheckKind.ID_CARD: "身份证",
    CheckKind.LICENCE: "执照",
    CheckKind.PHONE: "手机",
    CheckKind.SITE_VISIT: "实地",
}


def render_card(listing: Listing, first_photo: Picture | None = None) -> str:
    """Return the HTML of a listing's row, to be stored."""
    context = build_card_context(listing)
    context["record"] = get_record_words(listing.employer)
    if first_photo:
        context["thumb"] = build_thumbnail_url(first_photo.digest)
    return render_to_string("listings/search/_row.html", context)


def build_card_context(listing: Listing) -> dict[str, Any]:
    """Return the template context of a listing's row, without its photo."""
    return build_monogram_context(listing) | {
        "listing": listing,
        "url": listing.get_absolute_url(),
        "place": listing.name_work_places(describe_main_place(listing)),
        "when": format_day_range(listing.start_date, listing.end_date)
        if listing.start_date and listing.end_date
        else describe_slots(listing.slots),
        "perks": [Perk(perk).label for perk in listing.perks[:2]],
        "is_for_grown": listing.minimum_age == ADULT_AGE_YEARS,
        "student": Requirement.STUDENT_WELCOME in listing.flags,
        "settlement": "结算面议"
        if listing.settlement == SettlementCycle.NEGOTIABLE
        else listing.get_settlement_display(),
        "facts": list_card_facts(listing.employer),
        "at": format_locations(list_locations(listing)),
    }


def list_locations(listing: Listing) -> list[Location]:
    """Return where its work places are on the map, without those that are not known well enough."""
    return [*filter(None, (place.location for place in listing.work_places))]


def build_monogram_context(listing: Listing) -> dict[str, Any]:
    """Return the context of `listings/search/_monogram.html`, which is shown in place of a photo."""
    employer = listing.employer
    name = employer.public_name if employer else listing.company_text
    return {
        "initial": choose_monogram(name, get_region_ancestors(listing.place)),
        "ground": choose_background_number(listing.employer_id),
        "symbol": listing.group.code,
    }


def list_card_facts(employer: Employer | None) -> list[tuple[bool, str]]:
    """Return (was it checked, its short label) for an employer's checks; [] for a repost."""
    if employer is None:
        return []
    held = list_held_check_kinds(employer)
    kinds = [get_identity_check(employer.kind), CheckKind.PHONE]
    if employer.kind != EmployerKind.PERSON:
        kinds.append(CheckKind.SITE_VISIT)
    return [(kind in held, _CHECK_LABELS[kind]) for kind in kinds]


def get_record_words(employer: Employer | None) -> str:
    """Return two or three words on how soon the employer answers or how often work was done; "" if nothing is
    known.

    `listings.applications.card_records` writes them. No query if `employer__record` was selected.
    """
    record = getattr(employer, "record", None)
    return record.words if record else ""


def describe_main_place(listing: Listing) -> str:
    """Return the short name of the place; an urban district with its city before it."""
    place = listing.place
    if listing.mode == WorkMode.ONLINE:
        return _describe_seat(listing.employer)
    city = get_city(place)
    if city and city.adcode != place.adcode and place.name.endswith("区"):
        return f"{city.short_name} · {place.name}"
    return place.short_name if place.level == RegionLevel.PROVINCE else place.name


def _describe_seat(employer: Employer | None) -> str:
    """Return the city of the employer for online work, which stands in the lists of every city."""
    region = get_region(employer.region_id) if employer else None
    seat = region and (get_city(region) or region)
    return f"线上 · 单位在{seat.short_name}" if seat else "线上"


def format_day_range(start: datetime.date, end: datetime.date) -> str:
    """Return the days as 12 月 5–6 日, 12 月 5 日 or 12 月 30 日–2027 年 1 月 2 日.

    The year is written only where it differs from the present year and from that of the day before it.
    """
    first = f"{_format_year(start, timezone.localdate().year)}{start.month} 月 {start.day}"
    if start == end:
        return f"{first} 日"
    if (start.year, start.month) == (end.year, end.month):
        return f"{first}–{end.day} 日"
    return f"{first} 日–{_format_year(end, start.year)}{end.month} 月 {end.day} 日"


def _format_year(day: datetime.date, known_year: int) -> str:
    return "" if day.year == known_year else f"{day.year} 年 "


def fill_card(
    html: str,
    published_at: datetime.datetime,
    pattern: re.Pattern[str] | None = None,
    hit: str = "",
    start: Region | None = None,
) -> SafeString:
    """Fill a stored row: its age, `hit` (HTML of the matching text), the title marked by `pattern`, and
    how far it is from `start`, which its link then names as well."""
    html = html.replace(AGE_GAP, cn_age(published_at)).replace(MATCH_GAP, hit)
    if start is not None:
        html = _fill_distance(html, start)
    if pattern is not None:
        html = TITLE.sub(
            lambda match: highlight_matches(html_text.unescape(match[1]), pattern), html, count=1
        )
    return mark_safe(html)  # noqa: S308 (stored rows were rendered by an escaping template)


def _fill_distance(html: str, start: Region) -> str:
    match = _LOCATIONS.search(html)
    distance = measure_distance(start, parse_locations(match[1])) if match else None
    if distance is None:
        return html
    html = html.replace(
        DISTANCE_GAP, format_html('<span class="away">{}</span>', distance.words), 1
    )
    return _PATH.sub(lambda link: f'{link[0][:-1]}?near={start.slug}"', html, count=1)


def extract_card_path(html: str) -> str:
    """Return the path of the listing of a stored row."""
    match = _PATH.search(html)
    return html_text.unescape(match[1]) if match else ""


def extract_card_title(html: str) -> str:
    """Return the title of a stored row, as escaped text."""
    match = TITLE.search(html)
    return match[1] if match else ""
