"""What others, or the person in another window, write at the moment in which an account is closed."""

import pytest
from django.db import transaction

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice
from accounts.inbox.open_accounts import AccountClosing
from accounts.models import Notice
from jobsite.me import personal_data as personal
from listings.bulk_upload.upload_run import begin_upload
from listings.employer_desk.drafts import begin_edit, create_listing_with_draft_once
from listings.models import BlockedEmployer, BulkUpload, ListingDraft, SavedListing, SavedSearch
from listings.own_states.blocked_employers import add_blocked_employer
from listings.own_states.saved_listings import add_saved_listing
from listings.search_subscriptions.saved_searches import start_search_subscription
from sitekit.models import Mail
from tests.at_once import act_before_commit, at_once, has_to_wait
from tests.conftest import build_listing_publisher, tea_shop
from tests.people import make_person

pytestmark = pytest.mark.django_db


def test_of_a_notice_at_the_moment_of_closing_nothing_is_left(committed):
    user = make_person("leaving")

    def notify():
        send_notice(user, "late", "有人回了你", kind=NoticeKind.APPLICATION)

    assert act_before_commit(lambda: personal.close_account(user.pk), notify) is None
    notify()  # by whoever read the account before
    assert not Notice.objects.filter(user=user).exists()
    assert not Mail.objects.filter(key="late").exists()


def test_closing_waits_for_a_notice_that_is_being_written(committed):
    user = make_person("leaving")
    with transaction.atomic():
        send_notice(user, "early", "有人回了你", kind=NoticeKind.APPLICATION)
        assert has_to_wait(lambda: personal.close_account(user.pk))
    personal.close_account(user.pk)
    assert not Notice.objects.filter(user=user).exists()


def test_a_notice_to_others_does_not_wait_for_closing(committed):
    user, other = make_person("leaving"), make_person("other")
    with transaction.atomic():
        personal.close_account(user.pk)
        at_once(lambda: send_notice(other, "other", "有人回了你", kind=NoticeKind.APPLICATION))
        assert Notice.objects.get().user == other


@pytest.mark.parametrize("is_new", [True, False])
def test_no_draft_begins_while_its_author_closes_the_account(committed, is_new):
    shop, user = tea_shop(), make_person("leaving")
    listing = build_listing_publisher(shop)(title="一")
    for person in (user, make_person("other")):
        shop.memberships.create(user=person, role="owner")

    def begin():
        return create_listing_with_draft_once(shop, user) if is_new else begin_edit(listing, user)

    answer = act_before_commit(lambda: personal.close_account(user.pk), begin)
    assert isinstance(answer, AccountClosing)
    assert not ListingDraft.objects.exists()


def test_closing_waits_for_a_draft_that_is_begun(committed):
    shop, user = tea_shop(), make_person("leaving")
    listing = build_listing_publisher(shop)(title="一")
    with transaction.atomic():
        begin_edit(listing, user)
        assert has_to_wait(lambda: personal.close_account(user.pk))
    personal.close_account(user.pk)
    assert not ListingDraft.objects.exists()


ACTS = {
    "saved": add_saved_listing,
    "blocked": lambda user, listing: add_blocked_employer(user, listing.employer),
    "search": lambda user, _listing: start_search_subscription(user, None, "", "全部", "daily"),
    "upload": lambda user, listing: begin_upload(listing.employer, user, "x.csv", []),
}


@pytest.mark.parametrize("name", ACTS)
def test_an_act_in_another_window_leaves_nothing_behind(committed, name):
    user = make_person("leaving")
    listing = build_listing_publisher(tea_shop())(title="一")
    answer = act_before_commit(
        lambda: personal.close_account(user.pk), lambda: ACTS[name](user, listing)
    )
    assert isinstance(answer, AccountClosing)
    for model in (SavedListing, BlockedEmployer, SavedSearch, BulkUpload):
        assert not model.objects.exists()
