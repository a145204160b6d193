"""The page of somebody who is signed in, and the way there."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice
from listings.applications.transitions import create_application, move_application
from listings.models import Listing, SavedListing, SavedSearch
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeker():
    return make_person("seeker")


def get_unwrapped_text(response):
    return " ".join(response.content.decode().split())


def test_a_visitor_is_sent_to_sign_in_and_back(client):
    assert client.get("/me/").url == "/accounts/login/?next=/me/"


def test_the_way_there_is_on_every_page_for_everybody(client, seeker):
    before = client.get("/jobs/").content
    assert b'href="/me/"' in before and b'href="/employers/"' in before
    sign_in(client, seeker)
    assert client.get("/jobs/").content == before


def test_what_needs_somebody_now_comes_first(client, seeker):
    for number in range(7):
        send_notice(seeker, f"k{number}", f"第 {number} 件事", kind=NoticeKind.APPLICATION)
    send_notice(make_person("other"), "other", "别人的事", kind=NoticeKind.APPLICATION)
    page = get_unwrapped_text(sign_in(client, seeker).get("/me/"))
    assert "第 6 件事" in page and "第 2 件事" in page
    assert "第 1 件事" not in page, "five, and the way to all"
    assert "7 条没看" in page
    assert "别人的事" not in page


def test_it_says_how_things_stand(client, seeker, publish):
    listings = [publish() for _ in range(3)]
    owner = make_person("owner")
    listings[0].employer.memberships.create(user=owner, role="owner")
    signed_up = [create_application(row.pk, seeker, {"name": "小龙"}) for row in listings]
    move_application(signed_up[0].pk, "accepted", owner)
    move_application(signed_up[1].pk, "withdrawn", seeker)
    SavedListing.objects.create(user=seeker, listing=listings[0])
    now = timezone.now()
    SavedSearch.objects.create(user=seeker, email="a@b.cn", title="一", confirmed_at=now)
    SavedSearch.objects.create(user=seeker, email="a@b.cn", title="二", query="q=x")
    page = get_unwrapped_text(sign_in(client, seeker).get("/me/"))
    assert "2 个在进行，1 个已录用" in page
    Listing.objects.filter(pk=listings[2].pk).update(status="held")
    assert "1 个在进行，1 个已录用" in get_unwrapped_text(client.get("/me/")), (
        "nobody answers where it is held"
    )
    Listing.objects.filter(pk=listings[0].pk).update(status="removed_fraud")
    assert "3 个，都结束了" in get_unwrapped_text(client.get("/me/")), (
        "not that there never was one"
    )
    assert '收藏的兼职</b><span class="muted">1 条' in page
    assert '岗位订阅</b><span class="muted">1 个' in page
    assert "还没有填" in page


def test_subscriptions_are_counted_as_their_page_lists_them(client, seeker):
    """With those of the mailbox from before there was an account, without those that lapsed."""
    now = timezone.now()
    SavedSearch.objects.create(email=seeker.email, title="一", confirmed_at=now)
    lapsed = now - timedelta(days=1)
    SavedSearch.objects.create(
        user=seeker, email="", title="二", confirmed_at=now, lapses_at=lapsed, query="q=x"
    )
    page = get_unwrapped_text(sign_in(client, seeker).get("/me/"))
    assert '岗位订阅</b><span class="muted">1 个' in page
    SavedSearch.objects.filter(title="一").update(lapses_at=lapsed)
    assert '岗位订阅</b><span class="muted">还没有' in get_unwrapped_text(client.get("/me/"))


def test_somebody_who_acts_for_an_employer_finds_its_desk(client, seeker, employer):
    assert "乾州清茗饮品店" not in get_unwrapped_text(sign_in(client, seeker).get("/me/"))
    employer.memberships.create(user=seeker, role="owner")
    page = get_unwrapped_text(client.get("/me/"))
    assert "乾州清茗饮品店" in page and "你是负责人" in page


def test_it_costs_few_queries_however_much_there_is(
    client, seeker, publish, django_assert_num_queries
):
    for number in range(9):
        send_notice(seeker, f"k{number}", "事", kind=NoticeKind.APPLICATION)
        SavedListing.objects.create(user=seeker, listing=publish())
    sign_in(client, seeker)
    client.get("/me/")
    # session, person, figures, notices, employers, operator
    with django_assert_num_queries(6):
        client.get("/me/")


def test_every_link_of_it_leads_somewhere(client, seeker):
    sign_in(client, seeker)
    page = client.get("/me/").content.decode()
    links = {part.split('"')[0] for part in page.split('href="')[1:] if part.startswith("/me/")}
    assert len(links) >= 8
    assert {link: client.get(link).status_code for link in links} == dict.fromkeys(links, 200)
