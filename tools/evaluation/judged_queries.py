"""The queries, and the grade of every document for each: by the rules of docs/related.md, or by hand."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from cities.directory.regions import get_city, get_province, get_region_by_slug, require_region
from cities.models import Region
from tools.evaluation.corpus import Document, is_alert, is_guide

HERE = Path(__file__).parent
# Schemes that a reader of one is likely to meet next.
FAMILIES = (
    "money_mule card_rental account_rental cash_courier goip_relay fake_cs_caller",
    "brushing_rebate account_tasks gift_bait paid_posters fake_recruiter_contact",
    "upfront_fee typing_scam handicraft_deposit model_card training_loan",
    "upfront_fee agency_fee id_seizure wage_theft",
    "fake_investment romance illegal_fundraising",
    "impersonate_cs impersonate_police impersonate_boss fake_cs_caller",
    "overseas_job fake_recruiter_contact info_harvest",
)
AFTERWARDS = "被骗以后"


@dataclass(frozen=True)
class Query:
    """A page: an article under a city, None on the national one."""

    document: Document
    city: Region | None
    grades: dict[int, int] = field(compare=False)
    by_hand: bool


def read_judged_rows():
    return tomllib.loads((HERE / "judged.toml").read_text("utf-8"))["query"]


def list_nameable_items(documents):
    """What a list made by hand can name besides titles."""
    return {"alerts", "guides"} | {f"about:{document.about}" for document in documents.values()}


def list_judged_queries(documents):
    """All judged queries, graded."""
    for row in read_judged_rows():
        city = get_region_by_slug(row["city"]) if row.get("city") else None
        document = documents[row["article"]]
        by_hand = row.get("grades")
        grades = {
            other.pk: by_list(by_hand, other, city) if by_hand else by_rule(document, other, city)
            for other in documents.values()
        }
        yield Query(document, city, grades, by_hand is not None)


def by_list(lists, other, city):
    """The grade that names its title, else the highest that names its kind."""
    for named in ({other.title}, _names(other, city)):
        for grade in sorted(lists, reverse=True):
            if named.intersection(lists[grade]):
                return int(grade)
    return 0


def _names(other, city):
    names_of_document = {f"about:{other.about}"}
    if is_alert(other):
        names_of_document.add("alerts")
    if is_guide(other):
        names_of_document.add("guides")
    return names_of_document | {
        f"{name} here" for name in names_of_document if _is_here(other, city)
    }


def by_rule(document, other, city):
    """0 to 3; a text about the page's own case is worth nothing more."""
    if other.case == document.case:
        return 0
    here = _is_here(other, city)
    if not document.is_scheme:
        return _of_news(document, other, city, here)
    if other.about == document.about:
        return 3 if here or (city is None and _is_for_all(other)) else 2
    if here and is_alert(other):
        return 2
    return int(other.about == AFTERWARDS or (_are_near(document, other) and _warns(other)))


def _of_news(document, other, city, here):
    if here and is_alert(other):
        return 2
    if other.about != document.about:
        return 0
    # On the national page there is no nearer place, so the same matter is all that helps.
    return 2 if here or city is None or is_guide(other) else 1


def _is_for_all(other):
    return other.is_national and _warns(other)


def _warns(other):
    return is_alert(other) or is_guide(other)


def _are_near(document, other):
    return any({document.about, other.about} <= set(family.split()) for family in FAMILIES)


def _is_here(other, city):
    """A province's pages show what concerns any place in it."""
    if city is None:
        return False
    if own_city := get_city(city):
        return own_city.adcode in other.cities
    around = {get_province(require_region(code)).adcode for code in other.cities}
    return city.adcode in around | other.provinces
