"""A listing as JobPosting of schema.org, with what Google asks for and this site knows.

https://developers.google.com/search/docs/appearance/structured-data/job-posting
"""

import datetime
from collections.abc import Sequence
from typing import Any

from django.template.defaultfilters import linebreaks_filter
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.employers.membership import KINDS_WITHOUT_LICENCE
from accounts.models import Employer
from cities.directory.regions import get_region, get_region_ancestors
from listings.choices import Education, JobTerm, PayUnit, Perk, WorkMode
from listings.models import Listing
from listings.vocabulary.categories import get_address_code
from listings.vocabulary.work_places import WorkPlace
from sitekit.seo.json_ld import MakeAbsolute, Schema, build_breadcrumbs, build_postal_address
from sitekit.web.city_urls import reverse_in_city

# What Google writes for a job whose employer is not told.
CONFIDENTIAL = "confidential"
# Pay by the piece, order, visit or lesson has no unit there, so it stands in the description only.
PAY_UNITS: dict[str, str] = {
    PayUnit.HOUR: "HOUR",
    PayUnit.DAY: "DAY",
    PayUnit.WEEK: "WEEK",
    PayUnit.MONTH: "MONTH",
}
TEMPORARY = {JobTerm.SHORT_TERM, JobTerm.SUMMER, JobTerm.WINTER, JobTerm.HOLIDAY}
KINDS_OF_EMPLOYMENT = {"intern": "INTERN", "volunteer": "VOLUNTEER"}  # by category
EDUCATION: dict[str, str] = {
    Education.HIGH_SCHOOL: "high school",
    Education.SECONDARY_VOCATIONAL: "professional certificate",
    Education.COLLEGE: "associate degree",
    Education.BACHELOR: "bachelor degree",
    Education.MASTER: "postgraduate degree",
}


def build_job_posting(
    listing: Listing,
    *,
    settlement: str,
    absolute: MakeAbsolute,
    site: str,
    direct: bool,
    photos: Sequence[str] = (),
) -> Schema:
    """Return the schema of a live listing; `direct` says that one can sign up on its page.

    `photos` are addresses. They are no logo: employers hand in none, and a drawn letter would pose as one.
    """
    return {
        "@type": "JobPosting",
        "title": listing.title,
        "description": render_description(listing, settlement),
        "identifier": {"@type": "PropertyValue", "name": site, "value": str(listing.pk)},
        "url": absolute(listing.get_absolute_url()),
        "image": list(photos),
        "datePosted": _format_day(listing.published_at),
        "validThrough": _find_last_moment(listing),
        "employmentType": _list_employment_types(listing),
        "hiringOrganization": _describe_employer(listing, absolute),
        **_describe_place(listing),
        "baseSalary": _describe_pay(listing),
        "directApply": direct and not listing.is_repost,
        "educationRequirements": _describe_education(listing),
        "totalJobOpenings": listing.headcount,
        "workHours": listing.time_words,
        "jobBenefits": "、".join(Perk(perk).label for perk in listing.perks),
        "occupationalCategory": listing.kind.label,
        "inLanguage": "zh-CN",
    }


def build_listing_breadcrumbs(listing: Listing, absolute: MakeAbsolute) -> Schema:
    """Return the same way as the page shows it."""
    site = listing.site
    jobs = reverse_in_city("listings:list", site)
    crumbs = [
        (f"{site.short_name if site else '线上'}兼职", jobs),
        (listing.kind.label, f"{jobs}{get_address_code(listing.kind)}/"),
        (listing.title, listing.get_absolute_url()),
    ]
    return build_breadcrumbs([(name, absolute(path)) for name, path in crumbs])


def render_description(listing: Listing, settlement: str) -> SafeString:
    """Return what the listing says, without its contacts, as HTML."""
    facts = [
        ("报酬", f"{listing.pay_words}{listing.pay_unit_words}"),
        ("结算", settlement),
        ("时间", listing.time_words),
        ("人数", f"招 {listing.headcount} 人"),
        ("年龄", f"年满 {listing.minimum_age} 周岁"),
    ]
    html = format_html("<p>做什么：</p>{}", linebreaks_filter(listing.duties))
    if listing.requirements:
        html += format_html("<p>要求：</p>{}", linebreaks_filter(listing.requirements))
    lines = format_html_join("", "<li>{}：{}</li>", facts)
    return html + format_html("<ul>{}</ul>", lines)


def _format_day(moment: datetime.datetime | None) -> str:
    return timezone.localtime(moment).date().isoformat() if moment else ""


def _find_last_moment(listing: Listing) -> str:
    """Return the end of its last day, or of the last one that the employer's papers are good for."""
    days = [listing.valid_through, listing.employer.recheck_due if listing.employer else None]
    last = min(filter(None, days), default=None)
    if last is None:
        return ""
    end = datetime.datetime.combine(last, datetime.time(23, 59, 59))
    return timezone.make_aware(end).isoformat()


def _list_employment_types(listing: Listing) -> list[str]:
    types = [KINDS_OF_EMPLOYMENT.get(listing.category, "PART_TIME")]
    return [*types, "TEMPORARY"] if listing.term in TEMPORARY else types


def _describe_employer(listing: Listing, absolute: MakeAbsolute) -> Schema | str:
    """Return the organisation; `CONFIDENTIAL` for a private person, because a person has no trade name."""
    employer = listing.employer
    if employer is None:
        name = listing.company_text
        return {"@type": "Organization", "name": name} if name else CONFIDENTIAL
    if employer.kind in KINDS_WITHOUT_LICENCE:
        return CONFIDENTIAL
    return build_employer_schema(employer, absolute)


def build_employer_schema(employer: Employer, absolute: MakeAbsolute) -> Schema:
    places = reversed(get_region_ancestors(get_region(employer.region_id)))
    schema: Schema = {
        "@type": "Organization",
        "name": employer.public_name,
        "url": absolute(f"/employers/{employer.pk}/"),
        "address": build_postal_address([place.name for place in places]),
    }
    return schema | ({"description": employer.intro} if employer.intro else {})


def describe_employer_name(listing: Listing) -> str:
    """Return the employer's name as search engines may read it; for a private person only the kind of employer."""
    employer = listing.employer
    if employer and employer.kind in KINDS_WITHOUT_LICENCE:
        return employer.get_kind_display()
    return listing.who


def _describe_place(listing: Listing) -> dict[str, Any]:
    if listing.mode == WorkMode.ONLINE:
        return {
            "jobLocationType": "TELECOMMUTE",
            "applicantLocationRequirements": {"@type": "Country", "name": "CN"},
        }
    places = [_describe_work_place(place) for place in listing.work_places]
    return {"jobLocation": places if len(places) > 1 else places[0]}


def _describe_work_place(place: WorkPlace) -> Schema:
    names = [region.name for region in reversed(get_region_ancestors(place.region))]
    return {"@type": "Place", "address": build_postal_address(names, place.address)}


def _describe_pay(listing: Listing) -> Schema | None:
    unit = PAY_UNITS.get(listing.pay_unit)
    if listing.pay_min is None or listing.pay_max is None or unit is None:
        return None
    low, high = float(listing.pay_min), float(listing.pay_max)
    amount = {"value": low} if low == high else {"minValue": low, "maxValue": high}
    return {
        "@type": "MonetaryAmount",
        "currency": "CNY",
        "value": {"@type": "QuantitativeValue", **amount, "unitText": unit},
    }


def _describe_education(listing: Listing) -> Schema | str | None:
    """Return None where nothing is known: nobody asked a repost, and one level has no name there."""
    if category := EDUCATION.get(listing.education):
        return {"@type": "EducationalOccupationalCredential", "credentialCategory": category}
    is_open = listing.education == Education.NONE and not listing.is_repost
    return "no requirements" if is_open else None
