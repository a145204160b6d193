"""What somebody has done with listings: one private answer for all rows, and the same on a listing's page."""

import pytest
from django.test import Client

from accounts.choices import NoticeKind
from accounts.inbox.notices import send_notice
from listings.applications.transitions import create_application, move_application
from listings.detail.contact_reveals import ContactViewer, record_reveal
from listings.publication.transitions import move_listing
from sitekit.models import Operator
from tests.answers import read_body
from tests.listings.seeking import (
    PROFILE,
    client,
    make_owner,
    make_seeker_user,
    sign_in_browser,
    user,
)
from tools.demo.factories import make_user

__all__ = ["client", "user"]
pytestmark = pytest.mark.django_db


def get_listing_states(client, *listings):
    return client.get("/me/states/", {"listings": ",".join(str(row.pk) for row in listings)})


def sign_up(listing, user, *moves, actor=None):
    application = create_application(listing.pk, user, PROFILE | {"grown": True})
    for move in moves:
        move_application(application.pk, move, actor or user, "时间不合适")
    return application


def test_one_word_for_each_row_the_furthest_that_was_done(client, user, publish, employer):
    boss = make_owner(employer)
    rows = {
        name: publish(title=name, headcount=9)
        for name in ("nothing", "saved", "seen", "applied", "accepted", "declined", "withdrawn")
    }
    for name in ("saved", "seen", "applied", "accepted"):
        user.saved.create(listing=rows[name])
    record_reveal(rows["seen"], ContactViewer(user))
    for name in ("applied", "accepted", "declined", "withdrawn"):
        moves = [] if name == "applied" else [name]
        sign_up(rows[name], user, *moves, actor=None if name == "withdrawn" else boss)
    states = get_listing_states(client, *rows.values()).json()["states"]
    assert {name: states.get(str(row.pk)) for name, row in rows.items()} == {
        "nothing": None,
        "saved": ["已收藏", False],
        "seen": ["已联系", False],
        "applied": ["已报名", False],
        "accepted": ["已录用", False],
        "declined": ["未录用", True],
        "withdrawn": ["已取消", True],
    }


def test_nobody_is_told_what_others_did(client, publish):
    listing = publish()
    other = make_seeker_user("other")
    other.saved.create(listing=listing)
    sign_up(listing, other)
    states = get_listing_states(client, listing).json()
    assert (states["unread"], states["states"], states["name"]) == (0, {}, "seeker")


def test_it_tells_how_many_notices_are_new(client, user):
    send_notice(user, "one", "录用了你", kind=NoticeKind.APPLICATION)
    send_notice(user, "two", "招满了", kind=NoticeKind.APPLICATION)
    states = client.get("/me/states/").json()
    assert (states["unread"], states["states"]) == (2, {})


@pytest.mark.parametrize(
    ("fields", "name", "short_name"),
    [
        ({"name": "小龙", "phone": "+8613900139011"}, "小龙", "小龙"),
        ({"name": "", "phone": "+8613900139011"}, "139****9011", "尾号9011"),
        ({"name": "", "email": "somebody@example.com"}, "s***@example.com", "s***"),
    ],
)
def test_it_tells_who_reads_without_the_whole_contact(fields, name, short_name):
    states = sign_in_browser(make_user(**fields)).get("/me/states/").json()
    assert (states["name"], states["short_name"]) == (name, short_name)
    assert name not in read_body(Client().get("/xiangxi/jobs/"))


def test_it_is_kept_by_nobody_and_empty_for_a_visitor(client, publish):
    answer = get_listing_states(client, publish())
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    answer = get_listing_states(Client(), publish())
    assert (answer.status_code, answer.json()) == (200, {})


@pytest.mark.parametrize("listings", ["x", "-1", "9" * 30, "٣", ",,,", "1," * 5000])
def test_whatever_is_asked_gets_an_answer(client, listings):
    assert client.get("/me/states/", {"listings": listings}).json()["states"] == {}


@pytest.mark.parametrize("number", [1, 6])
def test_many_rows_cost_no_more(client, user, publish, number, django_assert_num_queries):
    rows = [publish(title=f"活 {n}") for n in range(number)]
    for row in rows:
        user.saved.create(listing=row)
    with django_assert_num_queries(7):  # session, user, three kinds of state, notices, employers
        assert len(get_listing_states(client, *rows).json()["states"]) == number


def test_the_page_of_a_listing_says_it_without_script(client, user, publish, employer):
    boss, listing = make_owner(employer), publish()
    address = listing.get_absolute_url()
    first = client.get(address)
    assert "no-store" in first["Cache-Control"]
    assert f'<form method="post" action="{address}save/"' in first.content.decode()
    client.post(f"{address}save/", {"keep": "1"})
    page_text = read_body(client.get(address))
    assert "已收藏，在“我的收藏”里" in page_text and "撤销" in page_text
    record_reveal(listing, ContactViewer(user))
    page_text = read_body(client.get(address))
    assert "看过联系方式" in page_text and "对方不对劲？举报" in page_text
    application = sign_up(listing, user)
    page_text = read_body(client.get(address))
    assert "已报名，等单位回复" in page_text and "取消报名" in page_text
    bar = page_text.split('aria-label="这份兼职"')[1].split("</nav>")[0]
    assert 'class="btn p"' not in bar and f"{address}apply/" not in bar
    move_application(application.pk, "accepted", boss)
    page_text = read_body(client.get(address))
    assert "单位录用了你" in page_text and f'/me/applications/{application.pk}/"' in page_text


def test_the_page_of_a_visitor_knows_nothing_of_anybody(client, user, publish):
    listing = publish()
    user.saved.create(listing=listing)
    before = Client().get(listing.get_absolute_url())
    client.get(listing.get_absolute_url())
    after = Client().get(listing.get_absolute_url())
    assert before.content == after.content and {*after.cookies} == {"here"}
    assert "Cookie" not in after.get("Vary", "")
    assert "csrfmiddlewaretoken" not in after.content.decode()


def test_what_ended_can_be_saved_and_leads_to_similar_work(client, publish):
    publish(title="还在招的派发员")
    listing = publish()
    move_listing(listing.pk, "filled", None, "招满")
    for reader in (client, Client()):
        page_text = read_body(reader.get(listing.get_absolute_url()))
        assert "看相似的活" in page_text and "收藏" in page_text and ">报名<" not in page_text


def test_without_sign_ups_on_the_site_contacts_lead(client, publish):
    Operator.objects.create(pk=1, takes_applications=False)
    page_text = read_body(client.get(publish(contact_phone="13900001111").get_absolute_url()))
    bar = page_text.split('aria-label="这份兼职"')[1].split("</nav>")[0]
    assert 'class="btn p"' in bar and "看联系方式" in bar and ">报名<" not in bar
