"""The public pages show the name that was checked, until the new one is."""

import pytest
from django.urls import reverse

from accounts.employers.registration import correct_employer
from accounts.models import Employer, Notice
from listings.applications.transitions import create_application, move_application
from listings.models import Listing, ListingCard, ListingSearch
from listings.search.search_index import refresh_search_rows
from tests.answers import read_body
from tests.people import make_person, sign_in
from tools.demo.factories import make_employer, make_listing

pytestmark = pytest.mark.django_db
CHECKED, NEW = "吉首边城茶店", "湘西州人民医院"


@pytest.fixture
def owner():
    return make_person("owner")


@pytest.fixture
def shop(owner):
    shop = make_employer(
        CHECKED,
        kind="individual_business",
        licence_code="92433101MA0000001N",
        contact_name="小田",
        contact_phone="+8613800000041",
        member=owner,
    )
    make_listing(employer=shop, title="周末奶茶店员")
    return shop


def rename_employer(shop, owner):
    """As in the finding: it has lapsed, and takes another name and code."""
    Employer.objects.filter(pk=shop.pk).update(status="lapsed")
    names = "kind licence_code region contact_name contact_phone intro".split()
    answers = {name: getattr(shop, name) for name in names}
    answers |= {"name": NEW, "licence_code": "91433101MA0000003T"}
    correct_employer(shop.pk, owner, answers)


def show_again(shop):
    """Its listings are shown again while the new name is not checked: the worst case."""
    due = make_employer().recheck_due
    Employer.objects.filter(pk=shop.pk).update(status="verified", recheck_due=due)
    refresh_search_rows(shop.listings.values_list("pk", flat=True))


def test_a_lapsed_shop_that_takes_another_name(client, shop, owner):
    rename_employer(shop, owner)
    page = read_body(client.get(reverse("listings:employer", args=[shop.pk])))
    assert CHECKED in page and NEW not in page
    assert "营业执照核对过，资料后来改了，已经作废" in page
    event = shop.events.get(action="edit")
    assert event.changes["name"] == [CHECKED, NEW]
    assert event.changes["licence_code"] == ["92433101MA0000001N", "91433101MA0000003T"]


def test_no_public_page_shows_the_new_name(client, shop, owner):
    rename_employer(shop, owner)
    show_again(shop)
    listing = shop.listings.get()
    for address in (
        listing.get_absolute_url(),
        reverse("listings:employer", args=[shop.pk]),
        "/jishou/",
        "/jishou/jobs/",
        f"/jishou/jobs/?q={CHECKED}",
        reverse("safety:report_listing", args=[listing.pk]),
    ):
        answer = client.get(address)
        page = answer.content.decode()
        assert NEW not in page, address
        assert answer.status_code == 200, address
    assert CHECKED in read_body(client.get(listing.get_absolute_url()))
    assert CHECKED in ListingCard.objects.get(pk=listing.pk).html
    assert not ListingSearch.objects.filter(tokens__contains=NEW).exists()


def test_seekers_read_the_checked_name_and_its_people_both(client, shop, owner):
    rename_employer(shop, owner)
    show_again(shop)
    seeker, listing = make_person("seeker"), Listing.objects.get(employer=shop)
    application = create_application(listing.pk, seeker, {"name": "小龙"}, "")
    move_application(application.pk, "accepted", owner)
    text = Notice.objects.filter(user=seeker).latest("pk").text
    assert CHECKED in text and NEW not in text
    page = read_body(sign_in(client, owner).get("/employer/papers/"))
    assert NEW in page and f"公开页写的是核对过的“{CHECKED}”" in page


@pytest.mark.parametrize("status", ["unverified", "pending"])
def test_a_listing_approved_before_its_employer_was_checked_is_no_page_of_any_name(client, status):
    shop = make_employer(CHECKED, kind="individual_business", status=status, checks="")
    address = make_listing(employer=shop, title="周末奶茶店员").get_absolute_url()
    Employer.objects.update(name=NEW)
    answer = client.get(address)
    assert answer.status_code == 404 and NEW not in answer.content.decode()
