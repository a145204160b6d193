"""The contact of a listing: behind a warning and a POST, in a ledger, never in a page before."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.employers.transitions import change_employer_status as move_employer
from listings.applications.transitions import create_application
from listings.detail import contact_reveals, contact_views
from listings.models import ContactReveal
from listings.publication.transitions import move_listing
from sitekit.models import Tally
from tests.answers import read_body
from tests.articles import make_alert
from tests.databases import read_anew
from tests.listings.seeking import (
    make_proved_seeker,
    make_seeker_user,
    post_guest_contact,
    read_code,
    sign_in_browser,
)
from tests.people import sign_in

pytestmark = pytest.mark.django_db
PHONE, WECHAT = "0743-5550178", "example-wx"


@pytest.fixture(scope="module")
def offer(publish_once):
    return publish_once(contact_phone=PHONE, contact_wechat=WECHAT, contact_name="值班的人")


@pytest.fixture
def listing(offer):
    return read_anew(offer)


@pytest.fixture
def page(listing):
    return f"/xiangxi/jobs/{listing.pk}/contact/"


def is_in(response):
    page_text = read_body(response)
    return any(secret in page_text for secret in (PHONE, "07435550178", WECHAT, "值班的人"))


def test_the_contact_is_in_no_page_before_it_was_asked_for(client, listing, page):
    somebody = sign_in(Client(), make_proved_seeker())
    places = (
        f"/xiangxi/jobs/{listing.pk}/",
        "/xiangxi/jobs/",
        "/xiangxi/jobs/?q=派发",
        "/xiangxi/",
        "/jobs/",
        "/",
        "/sitemap-listings.xml",
        page,
        f"/xiangxi/jobs/{listing.pk}/save/",
        f"/xiangxi/jobs/{listing.pk}/apply/",
    )
    for address in places:
        assert not is_in(client.get(address)), address
        assert not is_in(somebody.get(address)), address
    assert not ContactReveal.objects.exists()


def test_the_page_warns_with_the_alert_that_fits_the_work(client, place, page):
    make_alert("扫码注册被绑卡", places=[place("jishou")], fraud_type="account_tasks")
    make_alert("杀猪盘", places=[place("jishou")], fraud_type="romance", alert_level="danger")
    page_text = read_body(client.get(page))
    assert "不先交钱" in page_text and "不给卡和码" in page_text and "不转到别处聊" in page_text
    assert "扫码注册被绑卡" in page_text and "同城" in page_text and "杀猪盘" not in page_text


def test_a_place_without_a_fitting_alert_takes_it_from_farther_away(client, place, page):
    make_alert("吉首欠薪", places=[place("jishou")], fraud_type="wage_theft")
    make_alert("长沙绑卡", places=[place("changsha")], fraud_type="account_tasks")
    page_text = read_body(client.get(page))
    assert "长沙绑卡" in page_text and "同省" in page_text and "吉首欠薪" not in page_text


def test_somebody_whose_phone_is_proved_sees_it_with_one_button(listing, page):
    user = make_proved_seeker()
    client = sign_in_browser(user)
    assert 'name="contact"' not in read_body(client.get(page))
    shown = client.post(page)
    assert shown.status_code == 200 and is_in(shown)
    assert f'href="tel:{PHONE.replace("-", "")}"' in read_body(shown)
    assert "如果它后来被查实涉诈，我们会告诉你" in read_body(shown)
    row = ContactReveal.objects.get()
    assert (row.listing, row.user, row.email, row.phone) == (listing, user, "", "")
    assert row.revision == listing.revisions.get().pk


def test_who_signed_up_already_is_led_there_and_not_asked_to_sign_up(client, listing, page):
    user = make_proved_seeker()
    browser = sign_in_browser(user)
    assert "在站内报名" in read_body(browser.post(page))
    application = create_application(listing.pk, user, {"name": "小龙"}, "")
    html = read_body(browser.post(page))
    assert f'href="/me/applications/{application.pk}/">看我的报名</a>' in html
    assert "在站内报名" not in html


@pytest.fixture
def bar_page(publish):
    at_night = publish(title="晚班服务员", venue="bar", contact_phone=PHONE, contact_name="")
    return f"/xiangxi/jobs/{at_night.pk}/contact/"


def test_work_for_adults_is_confirmed_before_the_contact(client, bar_page):
    form = read_body(client.get(bar_page))
    assert "我已年满 18 周岁" in form and "checked" not in form
    refused = post_guest_contact(client, bar_page)
    assert refused.status_code == 200 and not is_in(refused)
    assert 'id="id_said_grown_error"' in read_body(refused) and "reader@example.com" in read_body(
        refused
    )
    client.post(bar_page, {"contact": "reader@example.com", "said_grown": "on"})
    assert "checked" in read_body(client.get(bar_page)), (
        "what was confirmed stays so beside the code"
    )
    code = {"code": read_code("reader@example.com")}
    assert not is_in(client.post(bar_page, code)) and not ContactReveal.objects.exists()
    assert is_in(client.post(bar_page, code | {"said_grown": "on"})), "the code is not used up"
    assert ContactReveal.objects.get().said_grown


def test_who_is_known_confirms_it_too(bar_page):
    client = sign_in_browser(make_proved_seeker())
    refused = client.post(bar_page)
    assert not is_in(refused) and 'id="id_said_grown_error"' in read_body(refused)
    assert is_in(client.post(bar_page, {"said_grown": "on"}))
    assert ContactReveal.objects.get().said_grown


def test_ordinary_work_asks_for_no_age(client, page):
    assert "周岁" not in read_body(client.get(page))
    post_guest_contact(client, page, said_grown="on")
    assert not ContactReveal.objects.get().said_grown, "nobody was asked"


def test_a_listing_that_is_for_adults_meanwhile_asks_now(client, listing, page, monkeypatch):
    before = contact_views.get_public_listing_or_404(listing.pk)
    type(listing).objects.update(venue="bar")
    monkeypatch.setattr(contact_views, "get_public_listing_or_404", {listing.pk: before}.get)
    assert post_guest_contact(client, page).url == page
    assert not ContactReveal.objects.exists()


def test_what_is_shown_is_kept_nowhere_on_the_way(client, page):
    shown = post_guest_contact(client, page)
    assert "no-store" in shown["Cache-Control"]
    assert "noindex" in read_body(shown)


def test_signed_in_with_a_proved_mailbox_it_takes_one_button_too(page):
    user = make_seeker_user("mail")
    client = sign_in_browser(user)
    assert 'name="contact"' not in read_body(client.get(page))
    assert is_in(client.post(page))
    row = ContactReveal.objects.get()
    assert (row.user, row.email, row.phone) == (user, "", "")


def test_signed_in_without_anything_proved_a_code_is_typed_and_the_account_is_known(page):
    user = make_seeker_user("unproved", phone="+8619900000009")
    type(user).objects.update(email=None)
    client = sign_in_browser(user)
    assert 'value="+8619900000009"' in read_body(client.get(page))
    assert not is_in(client.post(page))
    assert is_in(post_guest_contact(client, page, "+8619900000009"))
    row = ContactReveal.objects.get()
    assert (row.user, row.email, row.phone) == (user, "", "+8619900000009")


def test_a_program_that_fills_in_everything_sees_nothing(client, listing, page):
    assert post_guest_contact(client, page, website="x").url == listing.get_absolute_url()
    assert not ContactReveal.objects.exists()


def test_a_second_click_is_the_same_look(client, page):
    for _ in range(3):
        assert is_in(post_guest_contact(client, page))
    assert ContactReveal.objects.count() == 1
    ContactReveal.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    post_guest_contact(client, page)
    assert ContactReveal.objects.count() == 2


def test_another_visitor_and_another_listing_have_rows_of_their_own(client, publish, page):
    other = publish(title="另一份")
    post_guest_contact(client, page)
    post_guest_contact(Client(), page, "other@example.com")
    post_guest_contact(client, f"/xiangxi/jobs/{other.pk}/contact/")
    assert ContactReveal.objects.count() == 3


def test_what_is_counted_says_nothing_of_anybody(client, page):
    post_guest_contact(client, page)
    kept = " ".join(Tally.objects.values_list("key", flat=True))
    assert kept and "reader" not in kept and "127.0.0.1" not in kept


@pytest.mark.parametrize(
    "state", ["paused", "filled", "held", "removed", "removed_fraud", "withdrawn"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_not_live_leads_to_its_own_page(client, listing, page, state, method):
    move_listing(listing.pk, state, None, "核查", fraud_type="brushing_rebate")
    data = {"contact": "reader@example.com"}
    assert getattr(client, method)(page, data).url == listing.get_absolute_url()
    assert not ContactReveal.objects.exists()


def test_an_employer_banned_meanwhile_is_not_shown(client, listing, page):
    move_employer(listing.employer_id, "banned", None, "查实欺骗")
    assert post_guest_contact(client, page).status_code == 302
    assert not ContactReveal.objects.exists()


def test_held_between_the_look_and_the_lock_is_not_shown(listing):
    move_listing(listing.pk, "held", None, "核查")
    with pytest.raises(contact_reveals.ContactNotAvailable):
        contact_reveals.reveal_contact(
            listing.pk, contact_reveals.ContactViewer(email="a@example.com"), "10.0.0.1"
        )


def test_a_repost_and_a_listing_without_contact_have_no_such_page(client, publish):
    source = {"source_name": "某报", "contact_phone": PHONE}
    repost = publish(by=None, title="转载", listing_fields=source)
    bare = publish(contact_phone="", contact_wechat="")
    for listing in (repost, bare):
        address = listing.get_absolute_url()
        assert post_guest_contact(client, f"{address}contact/").url == address
        assert "contact/" not in read_body(client.get(address))
    assert not ContactReveal.objects.exists()


def test_under_another_place_it_leads_to_the_right_one(client, listing, page):
    assert client.get(f"/hefei/jobs/{listing.pk}/contact/").url == page
    assert client.get(f"/jobs/{listing.pk}/contact/").url == page
    assert client.get("/xiangxi/jobs/99999999/contact/").status_code == 404


def test_an_online_listing_has_it_without_a_place(client, publish):
    online = publish(mode="online", category="copywriting", contact_phone=PHONE)
    assert is_in(post_guest_contact(client, f"/jobs/{online.pk}/contact/"))


def test_a_draft_has_none(client, listing, page):
    type(listing).objects.filter(pk=listing.pk).update(status="pending", published_at=None)
    assert client.get(page).status_code == post_guest_contact(client, page).status_code == 404


def test_only_what_can_be_done_is_offered_on_the_listing(client, publish, listing):
    live = read_body(client.get(listing.get_absolute_url()))
    assert live.count('class="btn p"') == 1
    for what in ("save/", "contact/", "apply/"):
        assert f'href="{listing.get_absolute_url()}{what}"' in live
    move_listing(listing.pk, "paused", None)
    ended = read_body(client.get(listing.get_absolute_url()))
    assert "save/" in ended and "contact/" not in ended and "apply/" not in ended
    repost = publish(by=None, title="转载", listing_fields={"source_name": "某报"})
    page_text = read_body(client.get(repost.get_absolute_url()))
    assert "save/" in page_text and "apply/" not in page_text
