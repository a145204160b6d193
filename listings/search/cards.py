"""A listing's row in lists is drawn once and kept; only its age and marked words are filled in.

Drawing templates is what costs most of a list page (DESIGN 10), so the gaps are comments in the
kept HTML, filled by replacing text.
"""

import html as html_text
import re

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from accounts.models import CheckKind, EmployerKind
from cities.directory.regions import city_of
from cities.models import RegionLevel
from listings.choices import Perk, Requirement, SettlementCycle, WorkMode
from listings.vocabulary.work_slots import describe_slots
from sitekit.templatetags.sitekit import cn_age
from textkit.highlighting import highlight_matches

AGE = "<!--age-->"
HIT = "<!--hit-->"
TITLE = re.compile(r"<!--t-->(.*?)<!--/t-->", re.DOTALL)
# What a card says was looked at, by kind of employer: the paper that stands for who it is first.
PAPERS = {EmployerKind.PERSON: CheckKind.ID_CARD, EmployerKind.CREW_LEADER: CheckKind.ID_CARD}
SHORT = {
    CheckKind.ID_CARD: "身份证",
    CheckKind.LICENCE: "执照",
    CheckKind.PHONE: "手机",
    CheckKind.SITE_VISIT: "实地",
}


def render_card(listing) -> str:
    """The kept HTML of one row."""
    return render_to_string("listings/search/_row.html", build_card_context(listing))


def build_card_context(listing) -> dict:
    """What a row shows, as plain values."""
    return {
        "listing": listing,
        "url": listing.get_absolute_url(),
        "place": _place(listing),
        "when": _when(listing),
        "perks": [Perk(perk).label for perk in listing.perks[:2]],
        "student": Requirement.STUDENT_WELCOME in listing.flags,
        "settlement": "结算面议"
        if listing.settlement == SettlementCycle.NEGOTIABLE
        else listing.get_settlement_display(),
        "facts": list_card_facts(listing.employer),
    }


def list_card_facts(employer) -> list[tuple[bool, str]]:
    """What was checked of an employer and what was not, in short words; [] for a repost."""
    if employer is None:
        return []
    held = {check.kind for check in employer.checks.all() if check.holds}
    kinds = [PAPERS.get(employer.kind, CheckKind.LICENCE), CheckKind.PHONE]
    if employer.kind != EmployerKind.PERSON:
        kinds.append(CheckKind.SITE_VISIT)
    return [(kind in held, SHORT[kind]) for kind in kinds]


def _place(listing):
    """Short, yet clear in a list of the whole nation: an urban district says its city."""
    place = listing.place
    if listing.mode == WorkMode.ONLINE:
        return "线上"
    city = city_of(place)
    if city and city.adcode != place.adcode and place.name.endswith("区"):
        return f"{city.short_name} · {place.name}"
    return place.short_name if place.level == RegionLevel.PROVINCE else place.name


def _when(listing):
    if listing.start_date and listing.end_date:
        return day_range(listing.start_date, listing.end_date)
    return describe_slots(listing.slots)


def day_range(start, end) -> str:
    """12 月 5–6 日, 12 月 30 日–1 月 2 日, 12 月 5 日."""
    first = f"{start.month} 月 {start.day}"
    if start == end:
        return f"{first} 日"
    if (start.year, start.month) == (end.year, end.month):
        return f"{first}–{end.day} 日"
    return f"{first} 日–{end.month} 月 {end.day} 日"


def fill_card(html: str, published_at, pattern=None, hit: str = "") -> SafeString:
    """A kept row made ready for a page: its age, its marked title, the piece of text that fits."""
    html = html.replace(AGE, cn_age(published_at)).replace(HIT, hit)
    if pattern is not None:
        html = TITLE.sub(
            lambda found: highlight_matches(html_text.unescape(found[1]), pattern), html, count=1
        )
    return mark_safe(html)  # noqa: S308 (kept rows were drawn by an escaping template)


def title_of(html: str) -> str:
    """The title of a kept row, as escaped text."""
    found = TITLE.search(html)
    return found[1] if found else ""
