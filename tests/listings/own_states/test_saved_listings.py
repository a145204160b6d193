"""Listings that somebody keeps: saved by one press and undone by one, listed with what became of them."""

import pytest
from django.test import Client

from accounts.models import Employer
from listings.models import SavedListing
from listings.own_states import saved_listings
from listings.publication.transitions import move_listing
from tests.answers import read_body
from tests.listings.seeking import WORDS_OF_STOPPED_EMPLOYERS, client, make_seeker_user, user

__all__ = ["client", "user"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def listing(publish):
    return publish()


@pytest.fixture
def page(listing):
    return f"{listing.get_absolute_url()}save/"


def test_saved_once_however_often_it_is_clicked(client, user, listing, page):
    assert "收藏这份兼职" in read_body(client.get(page))
    for _ in range(2):
        assert client.post(page).url == listing.get_absolute_url()
    assert "已收藏" in read_body(client.get(page))
    assert user.saved.get().listing == listing


def test_undone_as_often_as_it_is_clicked_in_two_tabs(client, user, listing, page):
    user.saved.create(listing=listing)
    for _ in range(2):
        assert client.post(page, {"keep": "0"}).url == listing.get_absolute_url()
        assert not user.saved.exists()
    client.post(page, {"keep": "1"})
    assert user.saved.count() == 1


def test_a_script_is_answered_by_the_bar_alone(client, user, listing, page):
    answer = client.post(page, {"keep": "1"}, headers={"X-Fragment": "1"})
    html = answer.content.decode()
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert html.strip().endswith("</nav>") and "<html" not in html
    assert "已收藏" in html and "撤销" in html and 'aria-pressed="true"' in html
    html = client.post(page, {"keep": "0"}, headers={"X-Fragment": "1"}).content.decode()
    assert "已收藏" not in html and 'aria-pressed="false"' in html


def test_looking_saves_nothing(client, page):
    client.get(page)
    assert not SavedListing.objects.exists()


def test_a_visitor_is_asked_to_sign_in(page):
    assert Client().get(page).url == f"/accounts/login/?next={page}"
    assert Client().get("/me/saved/").url == "/accounts/login/?next=/me/saved/"


def test_the_list_says_what_became_of_each(client, user, publish):
    listings = {
        state: publish(title=f"活 {state}")
        for state in ("published", "paused", "held", "removed_fraud", "withdrawn")
    }
    for state, listing in listings.items():
        user.saved.create(listing=listing)
        if state != "published":
            move_listing(listing.pk, state, None, "核查", fraud_type="brushing_rebate")
    page_text = read_body(client.get("/me/saved/"))
    assert page_text.count("在招") == 1 and "现在不招人了" in page_text
    assert "正在核查" in page_text and page_text.count("已经不在了") == 2
    assert "活 published" in page_text and "活 paused" in page_text
    assert (
        "活 held" not in page_text
        and "活 removed_fraud" not in page_text
        and "活 withdrawn" not in page_text
    )


@pytest.mark.parametrize(("status", "words"), WORDS_OF_STOPPED_EMPLOYERS)
def test_what_was_decided_of_the_employer_is_no_examination(client, user, listing, status, words):
    user.saved.create(listing=listing)
    Employer.objects.filter(pk=listing.employer_id).update(status=status)
    page_text = read_body(client.get("/me/saved/"))
    assert words in page_text and ("正在核查" in page_text) == (status == "frozen")


def test_taken_out_again_and_only_from_ones_own_list(client, user, listing):
    other = make_seeker_user("other")
    other.saved.create(listing=listing)
    user.saved.create(listing=listing)
    for _ in range(2):
        answer = client.post(f"/me/saved/{listing.pk}/remove/")
        assert answer.url == "/me/saved/"
    assert SavedListing.objects.get().user == other
    assert client.get(f"/me/saved/{listing.pk}/remove/").status_code == 405


def test_what_was_removed_can_be_put_back(client, user, listing):
    user.saved.create(listing=listing)
    html = client.post(f"/me/saved/{listing.pk}/remove/", follow=True).content.decode()
    assert f"已取消收藏「{listing.title}」" in html and "撤销" in html
    back = f"{listing.get_absolute_url()}save/?undo=1"
    assert f'action="{back}"' in html
    assert client.post(back).url == "/me/saved/"
    assert user.saved.get().listing == listing


def test_nothing_is_offered_back_that_was_not_there_or_is_held(client, user, listing):
    assert "已取消收藏" not in read_body(
        client.post(f"/me/saved/{listing.pk}/remove/", follow=True)
    )
    user.saved.create(listing=listing)
    move_listing(listing.pk, "held", None, "核查")
    assert listing.title not in read_body(
        client.post(f"/me/saved/{listing.pk}/remove/", follow=True)
    )


def test_there_is_an_end_to_it(client, user, publish, page, monkeypatch):
    monkeypatch.setattr(saved_listings, "MAX_SAVED", 1)
    user.saved.create(listing=publish(title="另一份"))
    page_text = read_body(client.post(page, follow=True))
    assert "最多收藏 1 条" in page_text and user.saved.count() == 1


@pytest.mark.parametrize("state", ["held", "removed", "withdrawn"])
def test_what_is_gone_cannot_be_saved(client, listing, page, state):
    move_listing(listing.pk, state, None, "核查")
    assert client.post(page).url == listing.get_absolute_url()
    assert not SavedListing.objects.exists()


def test_a_repost_and_an_online_listing_can_be_saved(client, user, publish):
    repost = publish(by=None, title="转载", listing_fields={"source_name": "某报"})
    online = publish(mode="online", category="copywriting")
    for listing in (repost, online):
        assert client.post(f"{listing.get_absolute_url()}save/").status_code == 302
    assert user.saved.count() == 2


def test_a_long_list_costs_no_more_and_goes_on(client, user, publish, django_assert_num_queries):
    for n in range(saved_listings.SAVED_PAGE_SIZE + 2):
        user.saved.create(listing=publish(title=f"活 {n:02}"))
    with django_assert_num_queries(4):  # session, user, the list, the operator
        first = read_body(client.get("/me/saved/"))
    assert first.count("<li>") >= saved_listings.SAVED_PAGE_SIZE and "活 00" not in first
    (after,) = [part.split('"')[0] for part in first.split('href="?after=')[1:]]
    assert "活 00" in read_body(client.get(f"/me/saved/?after={after}"))


@pytest.mark.parametrize("after", ["x", "-1", "9" * 30, "٣", "%00"])
def test_a_hostile_cursor_gets_a_page(client, after):
    assert client.get(f"/me/saved/?after={after}").status_code == 200
