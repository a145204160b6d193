"""An edit that changes what applicants agreed to is told to those who wait or were accepted, once."""

from decimal import Decimal

import pytest

from accounts.models import Notice
from listings.applications.transitions import create_application, move_application
from listings.models import ListingRevision
from listings.publication.edit_notices import find_changed_terms, notify_of_changed_terms
from listings.publication.transitions import approve_listing_edit, submit_revision
from tests.listings.posting import submit_edited_text
from tests.listings.seeking import PROFILE, make_owner, make_seeker_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop_owner(employer):
    return make_owner(employer)


@pytest.fixture
def open_listing(publish):
    return publish(title="展会检票", headcount=9, pay_min=Decimal(22), pay_max=Decimal(22))


def sign_up(listing, name):
    return create_application(listing.pk, make_seeker_user(name), PROFILE)


def list_change_notices(application):
    rows = Notice.objects.filter(user=application.seeker, title__contains="改了")
    return [(row.title, row.text, row.address) for row in rows.order_by("pk")]


def test_who_waits_or_was_accepted_hears_what_changed_and_where_to_withdraw(
    open_listing, shop_owner
):
    waiting, accepted, declined = (sign_up(open_listing, name) for name in ("a", "b", "c"))
    move_application(accepted.pk, "accepted", shop_owner)
    move_application(declined.pk, "declined", shop_owner, reason="人够了")
    fields = {"pay_min": Decimal(12), "pay_max": Decimal(12), "address": "吉首市 火车站货场"}
    assert submit_edited_text(open_listing, shop_owner, **fields).outcome == "publish"
    for application in (waiting, accepted):
        ((title, text, address),) = list_change_notices(application)
        assert title == "你报名的兼职改了：展会检票"
        assert text.startswith("改了工作地点、报酬。") and "取消" in text
        assert address == f"/me/applications/{application.pk}/"
    assert list_change_notices(declined) == []


def test_an_edit_that_a_moderator_approves_is_told_once(open_listing, shop_owner):
    application = sign_up(open_listing, "a")
    content = open_listing.get_content() | {"work_hours": "6:00–23:00"}
    submit_revision(open_listing, ListingRevision(author=shop_owner, **content))
    assert list_change_notices(application) == [], "nothing is public yet"
    approve_listing_edit(open_listing.pk, None)
    ((_title, text, _address),) = list_change_notices(application)
    assert text.startswith("改了时间。")
    open_listing.refresh_from_db()
    submit_edited_text(open_listing, shop_owner, requirements="能站得住，会用手机扫码。")
    assert len(list_change_notices(application)) == 1, "nothing that was agreed to"


def test_blanks_are_no_change_and_a_new_kind_of_work_is(open_listing):
    text = ListingRevision(**open_listing.get_content())
    text.duties += "\n"
    assert find_changed_terms(open_listing, text).terms == ()
    text.category = "warehouse" if open_listing.category != "warehouse" else "flyer"
    assert find_changed_terms(open_listing, text).terms == ("工作内容",)


@pytest.mark.parametrize("number", [2, 6])
def test_many_applicants_take_no_more_queries(
    open_listing, shop_owner, number, django_assert_max_num_queries
):
    for index in range(number):
        application = sign_up(open_listing, f"seeker{index}")
        if index % 2:
            move_application(application.pk, "accepted", shop_owner)
    text = ListingRevision(**open_listing.get_content() | {"pay_min": Decimal(12)})
    changed = find_changed_terms(open_listing, text)
    # Applications, accounts that are open, notices and mails, for the accepted and for those who wait.
    with django_assert_max_num_queries(9):
        notify_of_changed_terms([(changed, 1)])
    assert Notice.objects.filter(title__contains="改了").count() == number
