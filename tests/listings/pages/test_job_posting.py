"""A listing as search engines read it, for as long as somebody may apply."""

import datetime
import re

import pytest
from django.utils import timezone

from cities.directory.regions import get_region_by_slug
from listings.applications.transitions import move_application
from listings.models import Listing
from listings.publication.transitions import move_listing
from sitekit.models import Operator
from tests.json_ld import find_job_posting_faults, read_schemas
from tests.listings.seeking import make_owner, make_seeker_user, sign_up
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db


def read_posting(client, listing):
    posting = read_schemas(client.get(listing.get_absolute_url()))["JobPosting"]
    assert find_job_posting_faults(posting) == []
    return posting


def test_a_listing_tells_all_that_is_asked_and_known(client, publish, employer, today):
    at = timezone.now() - datetime.timedelta(days=2)
    listing = publish(
        at=at, address="乾州新区商业街", pay_min=20, pay_max=25.5, education="bachelor",
        perks=["meals", "transport"], work_hours="9:00–17:00",
    )  # fmt: skip
    posting = read_posting(client, listing)
    assert posting["title"] == "商场新品派发员"
    assert "<p>在商场一楼介绍新口味" in posting["description"]
    assert "<li>报酬：20–25.5元/小时</li>" in posting["description"]
    assert posting["datePosted"] == timezone.localtime(at).date().isoformat()
    last = min(listing.valid_through, employer.recheck_due)
    assert posting["validThrough"] == f"{last}T23:59:59+08:00"
    assert posting["employmentType"] == ["PART_TIME"]
    assert posting["hiringOrganization"] == {
        "@type": "Organization",
        "name": "乾州清茗饮品店",
        "url": f"http://testserver/employers/{employer.pk}/",
        "address": {
            "@type": "PostalAddress",
            "addressCountry": "CN",
            "addressRegion": "湖南省",
            "addressLocality": "湘西土家族苗族自治州",
        },
    }
    assert posting["jobLocation"]["address"] == {
        "@type": "PostalAddress",
        "addressCountry": "CN",
        "addressRegion": "湖南省",
        "addressLocality": "湘西土家族苗族自治州吉首市",
        "streetAddress": "乾州新区商业街",
    }
    assert posting["baseSalary"]["value"] == {
        "@type": "QuantitativeValue", "minValue": 20.0, "maxValue": 25.5, "unitText": "HOUR",
    }  # fmt: skip
    assert posting["identifier"]["value"] == str(listing.pk)
    assert posting["directApply"] is True
    assert posting["educationRequirements"]["credentialCategory"] == "bachelor degree"
    assert (posting["totalJobOpenings"], posting["jobBenefits"]) == (4, "包餐、交通补助")
    assert "applicantLocationRequirements" not in posting


def test_work_on_line_is_done_from_anywhere_in_the_country(client, publish):
    posting = read_posting(client, publish(mode="online", category="copywriting", term="summer"))
    assert posting["jobLocationType"] == "TELECOMMUTE"
    assert posting["applicantLocationRequirements"] == {"@type": "Country", "name": "CN"}
    assert "jobLocation" not in posting
    assert posting["employmentType"] == ["PART_TIME", "TEMPORARY"]


def test_a_municipality_is_its_own_city(client, publish, place):
    region = place("chaoyang-beijing").adcode
    address = read_posting(client, publish(region_id=region, address=""))["jobLocation"]["address"]
    assert (address["addressRegion"], address["addressLocality"]) == ("北京市", "朝阳区")
    assert "streetAddress" not in address


@pytest.mark.parametrize(
    "pay",
    [
        {"pay_min": None, "pay_max": None, "pay_unit": ""},
        {"pay_min": 2, "pay_max": 2, "pay_unit": "piece"},
    ],
)
def test_pay_that_no_time_is_stated_for_is_told_in_words_only(client, publish, pay):
    assert "baseSalary" not in read_posting(client, publish(**pay))


def test_nobody_can_apply_on_the_page_where_the_site_takes_no_applications(client, publish):
    Operator.objects.create(takes_applications=False)
    assert read_posting(client, publish())["directApply"] is False


def test_nobody_can_apply_on_the_page_once_no_more_sign_ups_are_taken(client, publish, employer):
    listing = publish(headcount=2)
    Listing.objects.filter(pk=listing.pk).update(most_applications=2)
    first, second = (sign_up(listing, make_seeker_user(name)) for name in ("first", "second"))
    assert read_posting(client, listing)["directApply"] is False, "as many as are read"
    Listing.objects.filter(pk=listing.pk).update(most_applications=None)
    assert read_posting(client, listing)["directApply"] is True
    boss = make_owner(employer)
    for application in (first, second):
        move_application(application.pk, "accepted", boss)
    Listing.objects.filter(pk=listing.pk).update(status="published")
    assert read_posting(client, listing)["directApply"] is False, "all places are taken"
    move_application(second.pk, "withdrawn", second.seeker)
    assert read_posting(client, listing)["directApply"] is True


def test_a_person_is_not_named_to_search_engines(client, publish):
    person = make_employer("田示例", kind="person", checks="IP")
    page = client.get(publish(by=person).get_absolute_url())
    posting = read_schemas(page)["JobPosting"]
    assert find_job_posting_faults(posting) == []
    assert posting["hiringOrganization"] == "confidential"


@pytest.mark.parametrize(("name", "hiring_name"), [("凤凰某民宿", "凤凰某民宿"), ("", None)])
def test_a_repost_says_what_its_source_said(client, name, hiring_name):
    listing = make_listing(
        employer=None, source_name="某校就业网", company_text=name, title="前台", category="waiter",
        region=get_region_by_slug("fenghuang").adcode, settlement="monthly", duties="接待客人。",
        valid_through=timezone.localdate() + datetime.timedelta(9),
    )  # fmt: skip
    posting = read_posting(client, listing)
    named = posting["hiringOrganization"]
    assert (named["name"] if hiring_name else named) == (hiring_name or "confidential")
    assert posting["directApply"] is False
    assert "educationRequirements" not in posting  # nobody asked


@pytest.mark.parametrize(
    ("status", "answer"), [("filled", 200), ("paused", 200), ("held", 200), ("removed", 410)]
)
def test_it_is_gone_once_the_listing_has_ended(client, publish, status, answer):
    listing = publish()
    move_listing(listing.pk, status, None, "核实")
    page = client.get(listing.get_absolute_url())
    assert page.status_code == answer and b"ld+json" not in page.content


def test_it_is_gone_after_the_last_day(client, publish, today):
    listing = publish(valid_through=today)
    assert b"JobPosting" in client.get(listing.get_absolute_url()).content
    type(listing).objects.update(valid_through=today - datetime.timedelta(1))
    assert b"ld+json" not in client.get(listing.get_absolute_url()).content


def test_no_word_ends_the_data(client, publish):
    evil = "</script><script>alert(1)</script><!-- & “x”"
    listing = publish(title=evil[:60], duties=f"{evil}好好干活。", address=evil)
    page = client.get(listing.get_absolute_url())
    posting = read_schemas(page)["JobPosting"]
    assert posting["title"] == evil[:60]
    assert "<script" not in posting["description"] and "&lt;script" in posting["description"]
    assert b"<script>alert" not in page.content
    assert len(re.findall(b"<script", page.content)) == len(re.findall(b"</script>", page.content))


def test_contacts_are_not_in_it(client, publish):
    fields = {
        "contact_name": "龙女士",
        "contact_phone": "13787430001",
        "contact_wechat": "longlong2026",
    }
    page = client.get(publish(**fields).get_absolute_url()).content.decode()
    assert not [words for words in fields.values() if words in page]


def test_the_way_to_it_is_that_of_the_page(client, publish):
    way = read_schemas(client.get(publish().get_absolute_url()))["BreadcrumbList"]
    assert [item["name"] for item in way["itemListElement"]] == [
        "湘西兼职",
        "传单派发",
        "商场新品派发员",
    ]
