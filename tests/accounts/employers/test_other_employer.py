"""A form that was opened for one employer is not carried out for another one that was chosen since."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.employers.member_notices import MemberMessage, notify_members
from accounts.models import Notice
from listings.models import BulkUpload, JobFeed, Listing
from tests.answers import read_body
from tests.listings import pasting
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer

pytestmark = pytest.mark.django_db
FEED = {"name": "招聘系统", "address": "https://jobs.example.cn/feed.xml"}


@pytest.fixture
def desks(client):
    """Two employers of one owner, with the second one chosen."""
    owner = make_person("owner")
    employers = [make_employer(name, checks="LP", member=owner) for name in ("甲店", "乙店")]
    sign_in(client, owner)
    client.post("/employer/switch/", {"employer": employers[1].pk})
    return employers


def test_a_table_is_not_published_under_another_employer(client, desks):
    first, second = desks
    lines = "标题,类别\n传单派发员,传单派发\n".encode()
    for named, code in ((first.pk, 409), ("", 409), (second.pk, 302)):
        data = {"no_fee": "on", "file": SimpleUploadedFile("a.csv", lines, "text/csv")}
        answer = client.post("/employer/upload/", data | {"for_employer": named})
        assert answer.status_code == code
    assert BulkUpload.objects.get().employer == second


def test_the_refusal_names_both_and_leads_on(client, desks):
    first, _second = desks
    answer = client.post(
        "/employer/feeds/",
        FEED | {"for_employer": first.pk},
        headers={"Referer": "http://testserver/employer/feeds/"},
    )
    page = read_body(answer)
    assert answer.status_code == 409 and not JobFeed.objects.exists()
    assert "现在选的单位是「乙店」，这一页是替「甲店」填的" in page
    assert f'name="employer" value="{first.pk}">换回「甲店」' in page
    assert 'href="/employer/feeds/"' in page and FEED["address"] in page
    assert "no-store" in answer["Cache-Control"]
    client.post("/employer/switch/", {"employer": first.pk})
    client.post("/employer/feeds/", FEED | {"for_employer": first.pk})
    assert JobFeed.objects.get().employer == first


def test_an_employer_that_one_has_left_is_not_named(client, desks):
    desks[0].memberships.all().delete()
    answer = client.post("/employer/feeds/", FEED | {"for_employer": desks[0].pk})
    assert answer.status_code == 409 and "甲店" not in read_body(answer)


def test_who_has_one_employer_needs_to_name_none(client, desks):
    desks[0].memberships.all().delete()
    assert client.post("/employer/feeds/", FEED).status_code == 302


def test_a_pasted_post_stays_on_its_page(client, desks):
    page = pasting.post_pasted_text(client)
    typed = {"for_employer": desks[0].pk, "no_fee": "yes", "title": "商场派发试饮券"}
    answer = pasting.press_button(client, page, "submit", **typed)
    body = read_body(answer)
    assert answer.status_code == 409 and not Listing.objects.exists()
    assert "再按一次，就替「乙店」做" in body and "商场派发试饮券" in body
    assert f'name="for_employer" value="{desks[1].pk}"' in body
    pasting.press_button(client, answer, "submit", **typed | {"for_employer": desks[1].pk})
    assert Listing.objects.get().employer == desks[1]


def test_a_notice_of_another_employer_leads_to_the_page_of_that_one(client, desks):
    first, second = desks
    for employer in desks:
        message = MemberMessage(f"due {employer.pk}", "该复核了", address="/employer/papers/")
        notify_members(employer, message)
    of_first, of_second = Notice.objects.order_by("pk")
    link = client.post(f"/me/inbox/{of_first.pk}/open/").url
    page = read_body(client.get(link))
    assert "现在选的单位是「乙店」，这个链接说的是「甲店」" in page
    assert 'href="/employer/papers/"' in page, "the page of the one that is chosen"
    assert f'name="next" value="{link}"' in page
    assert client.session["employer"] == second.pk, "looking changes nothing"
    assert client.post("/employer/switch/", {"employer": first.pk, "next": link}).url == link
    assert client.get(link).context["employer"] == first
    assert client.get(client.post(f"/me/inbox/{of_second.pk}/open/").url).status_code == 409


def test_a_notice_of_an_employer_that_one_has_left_leads_to_the_chosen_one(client, desks):
    first, second = desks
    first.memberships.all().delete()
    assert client.get(f"/employer/papers/?employer={first.pk}").context["employer"] == second
    assert client.get("/employer/papers/?employer=x").context["employer"] == second


@pytest.mark.parametrize(
    "address", ["", "/me/", "/employer/listings/7/", "/employer/reply/?employer=7", "/appeal/7/"]
)
def test_an_address_that_says_whose_it_is_stays(desks, address):
    notify_members(desks[0], MemberMessage("key", "好", address=address))
    assert Notice.objects.get().address == address
