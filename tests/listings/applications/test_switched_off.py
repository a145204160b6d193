"""An operator without a licence for it takes signing up away; contacts and old sign-ups stay."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from listings.applications.transitions import ListingMoveRefused
from listings.models import Application, SeekerProfile
from sitekit.models import Operator
from tests.answers import words
from tests.listings.seeking import FORM, browser, leave, member, seeker, sign_up

pytestmark = pytest.mark.django_db
PHONE = "0743-5550178"


@pytest.fixture
def boss(employer):
    return member(employer)


@pytest.fixture
def listing(publish, boss):
    return publish(contact_phone=PHONE)


def switch_off():
    Operator.objects.update_or_create(pk=1, defaults={"takes_applications": False})


def read_counted(client, address):
    """What the page says, and how many queries it needs when what is kept in memory is there."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        page = words(client.get(address))
    return page, len(asked)


def test_a_listing_offers_its_contact_alone_at_the_same_cost(client, listing):
    address = listing.get_absolute_url()
    offered, queries = read_counted(client, address)
    assert f"{address}apply/" in offered
    switch_off()
    page, queries_off = read_counted(client, address)
    assert "apply/" not in page and "报名" not in page.replace("报名截止", "")
    assert page.count('class="btn p"') == 1 and f"{address}contact/" in page
    assert queries_off == queries
    shown = words(leave(client, f"{address}contact/"))
    assert PHONE in shown and "apply/" not in shown


def test_without_a_contact_only_saving_is_left(client, publish):
    switch_off()
    address = publish(contact_phone="", contact_wechat="").get_absolute_url()
    page = words(client.get(address))
    assert f"{address}save/" in page and "apply/" not in page and "contact/" not in page
    refused = words(browser(seeker()).get(f"{address}apply/"))
    assert "没有留联系方式" in refused and "contact/" not in refused


def test_its_address_leads_to_the_contact_and_creates_nothing(listing):
    switch_off()
    address, somebody = listing.get_absolute_url(), browser(seeker())
    for answer in (somebody.get(f"{address}apply/"), somebody.post(f"{address}apply/", FORM)):
        assert answer.status_code == 200
        assert "直接联系招聘单位" in words(answer) and f"{address}contact/" in words(answer)
        assert "<textarea" not in words(answer)
    assert not Application.objects.exists() and not SeekerProfile.objects.exists()


def test_switched_off_while_the_form_was_open_is_refused_in_words(listing, monkeypatch):
    """The view has looked, then the switch is turned: the transition looks again."""
    from listings.applications import views

    show_form = views._show_form

    def switch_off_first(request, listing):
        switch_off()
        return show_form(request, listing)

    monkeypatch.setattr(views, "_show_form", switch_off_first)
    answer = browser(seeker()).post(f"{listing.get_absolute_url()}apply/", FORM)
    assert answer.status_code == 200 and "直接联系招聘单位" in words(answer)
    assert not Application.objects.exists() and not SeekerProfile.objects.exists()
    with pytest.raises(ListingMoveRefused, match="不在网上收报名"):
        sign_up(listing, seeker("other"))


def test_who_signed_up_before_is_still_answered(listing, boss):
    user = seeker()
    application = sign_up(listing, user)
    switch_off()
    shop, somebody = browser(boss), browser(user)
    desk = f"/employer/listings/{listing.pk}/applications/"
    assert "小龙" in words(shop.get(desk))
    shop.post(reverse("listings:decide", args=[application.pk]), {"to": "accepted"})
    application.refresh_from_db()
    assert application.status == "accepted"
    own = f"/me/applications/{application.pk}/"
    assert PHONE in words(somebody.get(own)) and "下次报名" not in words(somebody.get(own))
    assert somebody.get(f"{listing.get_absolute_url()}apply/").url == own


def test_pages_of_both_sides_promise_none(listing, boss):
    somebody, shop = browser(seeker()), browser(boss)
    promises = [
        (somebody, "/me/applications/", "点「报名」"),
        (somebody, "/me/profile/", "报名时自动填上"),
        (somebody, "/me/inbox/", "报名有了结果"),
        (shop, "/employer/applications/", "有人报名"),
        (shop, f"/employer/listings/{listing.pk}/preview/", ">报名</span>"),
    ]
    for client, address, promise in promises:
        assert promise in words(client.get(address)), address
    switch_off()
    for client, address, promise in promises:
        assert promise not in words(client.get(address)), address


def test_staff_turn_it_in_the_admin(admin_client):
    address = reverse("admin:sitekit_operator_add")
    page = words(admin_client.get(address))
    assert "没有人力资源服务许可证的，请关掉" in page
    (box,) = [part for part in page.split("<input ") if 'name="takes_applications"' in part]
    assert "checked" in box.split(">")[0]
    admin_client.post(
        address, {"name": "示例公司", "tagline": "找兼职", "edit_reason": "没有许可证"}
    )
    assert not Operator.current().takes_applications
