"""The queries, and the grade of every document for each: by the rules of docs/related.md, or by hand."""

import hashlib
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from cities.directory.regions import get_city, get_province, get_region_by_slug, require_region
from cities.models import Region
from screening.fraud_types import FraudType
from tools.evaluation.corpus import Document, is_alert, is_guide

HERE = Path(__file__).parent
# Matters that a reader of one is likely to meet next.
FAMILIES = (
    "money_mule card_rental account_rental cash_courier goip_relay fake_cs_caller",
    "brushing_rebate account_tasks gift_bait paid_posters fake_recruiter_contact",
    "upfront_fee typing_scam handicraft_deposit model_card training_loan",
    "upfront_fee agency_fee id_seizure wage_theft",
    "fake_investment romance illegal_fundraising",
    "impersonate_cs impersonate_police impersonate_boss fake_cs_caller",
    "overseas_job fake_recruiter_contact info_harvest",
    # What a reader of local news on work reads next.
    "招聘会 零工驿站 校园见面会 弹性岗位 实习见习 学生兼职 快递旺季",
    "工资政策 工资窗口 劳动权益 wage_theft",
    "技能培训 服务员培训 家政技能 创业扶持",
    "志愿者 导览志愿者",
    "农业 采摘",
    "反诈宣传 被骗以后 招聘陷阱",
    "招聘陷阱 学生兼职 upfront_fee training_loan",
)
AFTERWARDS = "被骗以后"


@dataclass(frozen=True)
class Query:
    """A page: an article under a city, None on the national one."""

    document: Document
    city: Region | None
    grades: dict[int, int] = field(compare=False)
    by_hand: bool
    own_articles: int | None  # of the city; None on the national page
    is_kept_aside: bool  # nobody looks at it while the ranking is changed


def read_judged_rows(corpus):
    return tomllib.loads((HERE / f"judged_{corpus}.toml").read_text("utf-8"))["query"]


def list_judged_queries(documents, corpus):
    """All judged queries of a corpus ("demo" or one of `IMPORTED`), graded."""
    rows = read_judged_rows(corpus)
    aside = sorted(map(_hash_row, rows))[: len(rows) // 3]
    for row in rows:
        city = get_region_by_slug(row["city"]) if row.get("city") else None
        document = documents[row["article"]]
        by_hand = row.get("grades")
        grades = {
            candidate.pk: by_list(by_hand, document, candidate, city)
            if by_hand
            else by_rule(document, candidate, city)
            for candidate in documents.values()
        }
        local_count = count_own_articles(documents, city) if city else None
        yield Query(
            document, city, grades, by_hand is not None, local_count, _hash_row(row) in aside
        )


def _hash_row(row):
    return hashlib.sha256(f"{row['article']} {row.get('city', '')}".encode()).hexdigest()


def by_list(lists, document, candidate, city):
    """The grade that names its title, else the highest that names its kind; 0 for the page's own case."""
    if candidate.case == document.case:
        return 0
    for named in ({candidate.title}, _list_document_names(candidate, city)):
        for grade in sorted(lists, reverse=True):
            if named.intersection(lists[grade]):
                return int(grade)
    return 0


def _list_document_names(candidate, city):
    names_of_document = {f"about:{candidate.about}"}
    if candidate.is_scheme:
        names_of_document.add("schemes")
    if is_guide(candidate):
        names_of_document.add("guides")
    return names_of_document | {
        f"{name} here" for name in names_of_document if is_here(candidate, city)
    }


def by_rule(document, candidate, city):
    """0 to 3 by matter first, then by place; a text about the page's own case is worth nothing more."""
    if candidate.case == document.case:
        return 0
    is_local = is_here(candidate, city)
    if candidate.about == document.about != FraudType.OTHER:
        return 3 if is_local or (city is None and _is_for_all(candidate)) else 2
    if candidate.is_scheme and (is_local or _are_near(document, candidate)):
        return 1
    return int(
        _are_near(document, candidate) or (document.is_scheme and candidate.about == AFTERWARDS)
    )


def count_own_articles(documents, city):
    """How many texts concern the city itself."""
    return sum(is_here(document, city) for document in documents.values())


def _is_for_all(candidate):
    return candidate.is_national and (is_alert(candidate) or is_guide(candidate))


def _are_near(document, candidate):
    return any({document.about, candidate.about} <= set(family.split()) for family in FAMILIES)


def is_here(candidate, city):
    """Whether it concerns the city; a province's pages show what concerns any place in it."""
    if city is None:
        return False
    if own_city := get_city(city):
        return own_city.adcode in candidate.cities
    around = {get_province(require_region(code)).adcode for code in candidate.cities}
    return city.adcode in around | candidate.provinces
