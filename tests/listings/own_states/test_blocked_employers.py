"""不再看这家单位: gone from all that one person is shown or sent, and from nobody else's."""

import json
import re

import pytest
from django.test import Client
from django.utils import timezone

from listings.models import BlockedEmployer
from listings.own_states import blocked_employers
from listings.own_states.blocked_employers import list_hidden_listings
from listings.publication.transitions import move_listing
from listings.search.facets import count_facets
from listings.search.listing_search import ListingSearchQuery
from listings.search.scope import get_search_scope
from listings.search_subscriptions.saved_searches import start_search_subscription
from listings.search_subscriptions.sending import send_new_listing_mails
from sitekit.kept_pages.store import forget_values
from sitekit.models import Mail
from tests.answers import read_body
from tests.listings.lists import list_titles
from tests.listings.searches import make_saved_search
from tests.listings.seeking import (
    client,
    make_owner,
    make_seeker_user,
    read_code,
    sign_in_browser,
    sign_up,
    user,
)
from tools.demo.factories import make_employer, make_user

__all__ = ["client", "user"]
pytestmark = pytest.mark.django_db
HIDDEN = "已为你隐藏 {} 条"
# Every list of 湘西 and the nation that has the listings below: plain, by words, kind, place, mode, nearness, order.
LISTS = (
    "/xiangxi/jobs/",
    "/jobs/",
    "/hunan/jobs/",
    "/xiangxi/jobs/?q=派发",
    "/xiangxi/jobs/?q=派发&sort=newest",
    "/xiangxi/jobs/flyer/",
    "/xiangxi/jobs/in/jishou/",
    "/xiangxi/jobs/?near=jishou&sort=near",
    "/hunan/jobs/?near=jishou&sort=near",
    "/xiangxi/jobs/?settlement=daily&sort=start",
    "/jobs/?category=flyer&sort=pay",
    "/xiangxi/",
    "/",
)


@pytest.fixture
def other():
    return make_employer("吉首峒河文印店")


@pytest.fixture
def board(publish, other):
    """Two of the tea shop's, one of another employer."""
    its = publish(by=other, title="文印店派发员")
    return [*(publish(title=f"清茗派发员{n}") for n in "一二"), its]


def post_employer_block(client, employer, **more):
    return client.post(f"/employers/{employer.pk}/block/", more)


def test_its_listings_are_gone_from_every_list_and_counted(client, board, employer):
    for address in LISTS:
        assert set(list_titles(client.get(address, follow=True))) == {row.title for row in board}, (
            address
        )
    assert HIDDEN[:4] not in read_body(client.get("/xiangxi/jobs/"))
    post_employer_block(client, employer)
    for address in LISTS:
        answer = client.get(address, follow=True)
        assert list_titles(answer) == ["文印店派发员"], address
        assert HIDDEN.format(2) in read_body(answer), address
        assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert list_titles(client.get("/xiangxi/employers/")) == ["文印店派发员"]  # its example
    html = read_body(client.get("/xiangxi/jobs/"))
    assert '<span class="n">1</span> 条' in html
    # Filters promise only what their links show; so do the ways to narrower lists and the suggestions.
    assert "清茗" not in html and "3" not in re.findall(r'class="n">(\d+)', html)
    suggestions = json.loads(client.get("/xiangxi/jobs/suggestions.json").content)["suggestions"]
    assert {row[1]: row[4] for row in suggestions if row[0] == "单位"} == {"吉首峒河文印店": 1}
    assert {row[4] for row in suggestions} == {1}


def read_counts(place, hidden=()):
    counts = count_facets(ListingSearchQuery(get_search_scope(place), hidden=hidden), {})
    return {
        name: {value: number for value, number in numbers.items() if number}
        for name, numbers in counts.items()
    }


def test_counts_are_those_of_a_site_without_them(user, board, employer, publish, place):
    """Of a city they are counted anew, of a province or the nation taken off what is kept for all."""
    gone = [*board[:2], publish(title="线上客服甲", mode="online", category="copywriting")]
    publish(title="线上客服乙", mode="online", category="copywriting", by=board[2].employer)
    user.blocked_employers.create(employer=employer)
    hidden = list_hidden_listings(user)
    assert {*hidden} == {row.pk for row in gone}
    places = (place("xiangxi"), place("jishou"), place("hunan"), None)
    counts = [read_counts(each, hidden) for each in places]
    assert counts != [read_counts(each) for each in places]
    for row in gone:
        move_listing(row.pk, "withdrawn", None)
    forget_values()
    assert counts == [read_counts(each) for each in places]


def test_others_see_what_they_saw(client, board, employer):
    other_member, visitor = sign_in_browser(make_seeker_user("somebody")), Client()
    addresses = (*LISTS, board[2].get_absolute_url(), f"/employers/{employer.pk}/")
    before = [visitor.get(address, follow=True).content for address in addresses]
    post_employer_block(client, employer)
    client.get("/xiangxi/jobs/")
    assert [visitor.get(address, follow=True).content for address in addresses] == before
    for address in LISTS:
        assert len(list_titles(other_member.get(address, follow=True))) == 3
    boss = sign_in_browser(make_owner(employer))
    for address in ("/employer/", f"/employer/listings/{board[0].pk}/figures/"):
        assert "不看" not in read_body(boss.get(address, follow=True))


def test_each_member_hides_their_own(client, board, employer, other):
    somebody = sign_in_browser(make_seeker_user("somebody"))
    post_employer_block(client, employer)
    for hidden in (employer, other):
        post_employer_block(somebody, hidden)
    assert list_titles(client.get(LISTS[0])) == ["文印店派发员"]
    post_employer_block(somebody, employer, hide="0")
    assert list_titles(client.get(LISTS[0])) == ["文印店派发员"]
    assert set(list_titles(somebody.get(LISTS[0]))) == {"清茗派发员一", "清茗派发员二"}


def test_the_pages_of_listing_and_employer_offer_it_and_its_undo(client, board, employer, other):
    address, page = board[0].get_absolute_url(), f"/employers/{employer.pk}/"
    similar = board[2].get_absolute_url()
    assert "清茗派发员" in read_body(client.get(similar)).split('id="similar"')[1]
    for where in (address, page):
        html = read_body(client.get(where))
        assert f'action="/employers/{employer.pk}/block/"' in html and "不再看这家单位" in html
        assert "不再看这家单位" not in read_body(Client().get(where))
    answer = post_employer_block(client, employer, listing=board[0].pk)
    assert answer.url == f"{address}#own-employer"
    assert post_employer_block(client, employer).url == f"{page}#own-employer"  # pressed twice
    assert BlockedEmployer.objects.count() == 1
    for where in (address, page):
        html = read_body(client.get(where))
        assert "你不看这家单位" in html and 'name="hide" value="0"' in html
    assert "清茗派发员一" not in read_body(client.get(page))
    assert 'id="similar"' not in read_body(client.get(similar))
    # A listing of another employer is no way back.
    assert post_employer_block(client, employer, listing=board[2].pk).url == f"{page}#own-employer"
    mine = read_body(client.get("/me/blocked/"))
    assert "乾州清茗饮品店" in mine and "吉首峒河文印店" not in mine
    assert "不看的单位" in read_body(client.get("/me/")) and "1 家" in read_body(client.get("/me/"))
    assert post_employer_block(client, employer, hide="0", next="blocked").url == "/me/blocked/"
    undo, html = f"/employers/{employer.pk}/block/?undo=1", read_body(client.get("/me/blocked/"))
    assert "没有不看的单位" in html and f'action="{undo}"' in html
    assert client.post(undo).url == "/me/blocked/" and BlockedEmployer.objects.count() == 1
    post_employer_block(client, employer, hide="0", next="blocked")
    assert len(list_titles(client.get("/xiangxi/jobs/"))) == 3


def test_only_a_post_of_a_member_blocks_and_not_without_end(client, employer, other, monkeypatch):
    assert client.get(f"/employers/{employer.pk}/block/").status_code == 405
    assert post_employer_block(Client(), employer).url.startswith("/accounts/login/")
    unknown = make_employer("没核对过的店", status="pending", recheck_due=None)
    assert post_employer_block(client, unknown).status_code == 404
    monkeypatch.setattr(blocked_employers, "MAX_BLOCKED", 1)
    post_employer_block(client, employer)
    assert post_employer_block(client, other).url == "/me/blocked/"
    assert "最多选 1 家" in read_body(client.get("/me/blocked/"))
    assert [row.employer for row in BlockedEmployer.objects.all()] == [employer]


def test_nothing_of_it_is_sent_for_a_search(user, publish, employer, other, monkeypatch):
    place = make_saved_search().region  # of a mailbox that is nobody's
    start_search_subscription(user, place, "", "湘西兼职", "instant")
    phone_only = make_user(phone="+8613900139011", phone_proved_at=timezone.now())
    start_search_subscription(phone_only, place, "", "湘西兼职", "instant")
    phone_only.blocked_employers.create(employer=employer)
    before = make_saved_search(
        email=user.email.upper(), query="settlement=daily"
    )  # made before signing in
    assert before.user is None
    user.blocked_employers.create(employer=employer)
    moment = timezone.now() + timezone.timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    publish(title="清茗派发员")
    publish(by=other, title="文印店派发员")
    send_new_listing_mails()
    texts = {}
    for mail in Mail.objects.all():
        texts.setdefault(mail.to.lower(), []).append(mail.text)
    assert len(texts[user.email]) == 2
    assert all("文印店派发员" in t and "清茗" not in t for t in texts[user.email])
    (stranger,) = texts["reader@example.com"]
    assert "文印店派发员" in stranger and "清茗派发员" in stranger
    notice = phone_only.notices.get()
    assert "清茗" not in f"{notice.title}{notice.text}" and "1 条新的" in notice.title


def test_what_becomes_of_ones_sign_up_still_comes(client, user, board, employer):
    application = sign_up(board[0], user)
    post_employer_block(client, employer)
    assert "清茗派发员一" in read_body(client.get("/me/applications/"))
    boss = sign_in_browser(make_owner(employer))
    boss.post(f"/employer/applications/{application.pk}/move/", {"to": "accepted"})
    assert user.notices.filter(title__contains="录用").exists()


def test_another_browser_learns_it_and_forgets_it(client, user, board, employer):
    """Of a member who blocked nobody lists look at no session, so a cookie says whether to."""
    phone = sign_in_browser(user)
    assert "Cookie" not in phone.get("/xiangxi/jobs/").get("Vary", "")
    post_employer_block(client, employer)
    assert len(list_titles(phone.get("/xiangxi/jobs/"))) == 3
    assert phone.get("/me/states/").cookies["hides_employers"]["httponly"]
    answer = phone.get("/xiangxi/jobs/")
    assert list_titles(answer) == ["文印店派发员"] and "Cookie" in answer["Vary"]
    assert "hides_employers" not in phone.get("/me/states/").cookies  # nothing to say
    post_employer_block(client, employer, hide="0")
    assert "hides_employers" not in client.cookies or not client.cookies["hides_employers"].value
    assert phone.get("/me/states/").cookies["hides_employers"]["max-age"] == 0
    post_employer_block(client, employer)
    client.post("/accounts/logout/")
    assert not client.cookies["hides_employers"].value
    forged = Client()
    forged.cookies["hides_employers"] = "1"
    assert len(list_titles(forged.get("/xiangxi/jobs/"))) == 3


def test_signing_in_learns_it_too(user, board, employer):
    user.blocked_employers.create(employer=employer)
    fresh = Client()
    fresh.post("/accounts/login/", {"contact": user.email})
    answer = fresh.post("/accounts/login/code/", {"code": read_code(user.email)})
    assert answer.status_code == 302
    assert list_titles(fresh.get("/xiangxi/jobs/")) == ["文印店派发员"]


@pytest.mark.parametrize("number", [1, 4])
def test_many_blocked_employers_cost_no_more(
    client, user, board, publish, number, django_assert_num_queries
):
    for n in range(number):
        firm = make_employer(f"隐藏{n}号店")
        publish(by=firm, title=f"隐藏{n}")
        user.blocked_employers.create(employer=firm)
    client.get("/me/states/")
    with django_assert_num_queries(8):
        client.get("/xiangxi/jobs/")
    with django_assert_num_queries(4):
        client.get("/me/blocked/")
