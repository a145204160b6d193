"""An operator without a licence for it takes signing up away; contacts and old sign-ups stay."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from listings.applications.transitions import MoveRefused
from listings.models import Application, SeekerProfile
from sitekit.models import Operator
from tests.answers import read_body
from tests.listings.seeking import (
    FORM,
    make_owner,
    make_seeker_user,
    post_guest_contact,
    sign_in_browser,
    sign_up,
)

pytestmark = pytest.mark.django_db
PHONE = "0743-5550178"


@pytest.fixture
def boss(employer):
    return make_owner(employer)


@pytest.fixture
def listing(publish, boss):
    return publish(contact_phone=PHONE)


def switch_off():
    Operator.objects.update_or_create(pk=1, defaults={"takes_applications": False})


def read_counted(client, address):
    """What the page says, and how many queries it needs when what is kept in memory is there."""
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        page = read_body(client.get(address))
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
    shown = read_body(post_guest_contact(client, f"{address}contact/"))
    assert PHONE in shown and "apply/" not in shown


def test_without_a_contact_only_saving_is_left(client, publish):
    switch_off()
    address = publish(contact_phone="", contact_wechat="").get_absolute_url()
    page = read_body(client.get(address))
    assert f"{address}save/" in page and "apply/" not in page and "contact/" not in page
    refused = read_body(sign_in_browser(make_seeker_user()).get(f"{address}apply/"))
    assert "没有留联系方式" in refused and "contact/" not in refused


def test_its_address_leads_to_the_contact_and_creates_nothing(listing):
    switch_off()
    address, somebody = listing.get_absolute_url(), sign_in_browser(make_seeker_user())
    for answer in (somebody.get(f"{address}apply/"), somebody.post(f"{address}apply/", FORM)):
        assert answer.status_code == 200
        assert "直接联系招聘单位" in read_body(answer) and f"{address}contact/" in read_body(answer)
        assert "<textarea" not in read_body(answer)
    assert not Application.objects.exists() and not SeekerProfile.objects.exists()


def test_switched_off_while_the_form_was_open_is_refused_in_words(listing, monkeypatch):
    """The view has looked, then the switch is turned: the transition looks again."""
    from listings.applications import views

    show_form = views._show_form

    def switch_off_first(request, listing):
        switch_off()
        return show_form(request, listing)

    monkeypatch.setattr(views, "_show_form", switch_off_first)
    answer = sign_in_browser(make_seeker_user()).post(f"{listing.get_absolute_url()}apply/", FORM)
    assert answer.status_code == 200 and "直接联系招聘单位" in read_body(answer)
    assert not Application.objects.exists() and not SeekerProfile.objects.exists()
    with pytest.raises(MoveRefused, match="不在网上收报名"):
        sign_up(listing, make_seeker_user("other"))


def test_who_signed_up_before_is_still_answered(listing, boss):
    user = make_seeker_user()
    application = sign_up(listing, user)
    switch_off()
    shop, somebody = sign_in_browser(boss), sign_in_browser(user)
    desk = f"/employer/listings/{listing.pk}/applications/"
    assert "小龙" in read_body(shop.get(desk))
    shop.post(reverse("listings:decide", args=[application.pk]), {"to": "accepted"})
    application.refresh_from_db()
    assert application.status == "accepted"
    own_address = f"/me/applications/{application.pk}/"
    assert PHONE in read_body(somebody.get(own_address)) and "下次报名" not in read_body(
        somebody.get(own_address)
    )
    assert somebody.get(f"{listing.get_absolute_url()}apply/").url == own_address


def test_pages_of_both_sides_promise_none(listing, boss):
    somebody, shop = sign_in_browser(make_seeker_user()), sign_in_browser(boss)
    promises = [
        (somebody, "/me/applications/", "点「报名」"),
        (somebody, "/me/profile/", "报名时自动填上"),
        (somebody, "/me/inbox/", "报名有了结果"),
        (shop, "/employer/applications/", "有人报名"),
        (shop, f"/employer/listings/{listing.pk}/preview/", ">报名</span>"),
    ]
    for client, address, promise in promises:
        assert promise in read_body(client.get(address)), address
    switch_off()
    for client, address, promise in promises:
        assert promise not in read_body(client.get(address)), address


def test_staff_turn_it_in_the_admin(admin_client):
    address = reverse("admin:sitekit_operator_add")
    page = read_body(admin_client.get(address))
    assert "没有人力资源服务许可证的，请关掉" in page
    (box,) = [part for part in page.split("<input ") if 'name="takes_applications"' in part]
    assert "checked" in box.split(">")[0]
    admin_client.post(
        address, {"name": "示例公司", "tagline": "找兼职", "edit_reason": "没有许可证"}
    )
    assert not Operator.current().takes_applications
