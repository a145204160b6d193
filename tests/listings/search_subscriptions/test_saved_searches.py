"""Searches that send mail: saved on a page, confirmed, changed and ended by their owners alone."""

from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from accounts.models import Notice
from listings.models import SavedSearch, SavedSearchHit
from listings.search_subscriptions import saved_searches
from sitekit.messages.subscriptions import LAPSES_AFTER
from sitekit.models import Mail
from tests.answers import read_body
from tests.clock import advance_clock
from tests.listings.searches import deliver_due_mails, find_mail_link, make_saved_search
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
FORM = "/searches/new/?category=flyer&settlement=daily&city=xiangxi"
SENT = "/searches/sent/"
MINE = "/me/searches/"
DAY = timedelta(days=1)


@pytest.fixture
def reader(client):
    return sign_in(client, make_person("reader"))


def post_saved_search(client, address=FORM, email="reader@example.com", frequency="daily", **more):
    return client.post(address, {"email": email, "frequency": frequency, **more})


def the_one():
    return SavedSearch.objects.get()


def test_the_list_links_to_the_form_with_what_it_shows(client, place):
    page = read_body(
        client.get("/xiangxi/jobs/?settlement=daily&sort=pay&x=1&category=flyer&after=9-9")
    )
    address = page.partition('rel="nofollow" href="/searches/new/')[2].partition('"')[0]
    asked = parse_qs(urlsplit(address.replace("&amp;", "&")).query)
    assert asked == {"category": ["flyer"], "settlement": ["daily"], "city": ["xiangxi"]}
    assert 'href="/searches/new/"' in read_body(client.get("/jobs/"))


def test_the_form_says_what_is_saved(client):
    page = read_body(client.get("/searches/new/?q=传单&slots=6a&pay_min=20&city=xiangxi"))
    assert "湘西周六下午能做、时薪 20 元起的“传单”兼职" in page
    assert "/xiangxi/jobs/?pay_min=20&amp;q=" in page


@pytest.mark.parametrize("bait", ["加微信lulu88990领红包 t.cn/abc", "不要加微信lulu88990领红包"])
def test_no_mail_has_a_strangers_bait_in_the_name_of_the_site(client, bait):
    assert post_saved_search(client, f"/searches/new/?q={quote(bait)}&city=xiangxi").url == SENT
    (message,) = deliver_due_mails()
    assert message.subject == "请确认：订阅你的搜索"
    assert "你的搜索" in message.body and "lulu88990" not in message.body + message.subject
    assert "lulu88990" not in the_one().title, "as in all further mails and notices"
    SavedSearch.objects.update(title=f"湘西“{bait}”兼职")  # stored by a former release
    Mail.objects.all().delete()
    post_saved_search(client, f"/searches/new/?q={quote(bait)}&city=xiangxi")
    (message,) = deliver_due_mails()
    assert message.subject == "请确认：订阅你的搜索"


def test_from_the_form_to_the_confirmed_search(client, place):
    assert post_saved_search(client).url == SENT
    assert "去邮箱点一下确认" in read_body(client.get(SENT))
    (message,) = deliver_due_mails()
    assert message.to == ["reader@example.com"]
    assert message.subject == "请确认：订阅湘西日结传单派发兼职"
    assert the_one().confirmed_at is None

    page = client.get(find_mail_link(message, "confirm"))
    assert "确认订阅「湘西日结传单派发兼职」" in read_body(page)
    assert the_one().confirmed_at is None, "a program that only looks at links confirms nothing"
    assert "订好了：「湘西日结传单派发兼职」" in read_body(
        client.post(find_mail_link(message, "confirm"))
    )
    row = the_one()
    assert (row.region, row.query) == (place("xiangxi"), "category=flyer&settlement=daily")
    assert row.lapses_at - row.confirmed_at == timedelta(days=365)
    assert row.looked_at == row.confirmed_at


def test_somebody_signed_in_begins_at_once_at_the_own_address(reader):
    page = read_body(reader.get(FORM))
    assert 'value="reader@example.com"' in page
    assert post_saved_search(reader, frequency="instant").url == MINE
    row = the_one()
    assert row.confirmed_at and row.frequency == "instant" and row.user.email == row.email
    assert not Mail.objects.exists()
    assert "湘西日结传单派发兼职" in read_body(reader.get(MINE))


def test_another_address_is_confirmed_by_its_mailbox_even_so(reader):
    assert post_saved_search(reader, email="somebody@example.com").url == SENT
    assert the_one().confirmed_at is None
    assert [mail.to for mail in deliver_due_mails()] == [["somebody@example.com"]]


def test_the_same_search_in_another_order_is_the_same(reader):
    post_saved_search(
        reader, "/searches/new/?settlement=daily&category=flyer&city=xiangxi&sort=pay"
    )
    post_saved_search(reader, FORM, frequency="instant")
    assert the_one().frequency == "instant"


def test_the_answer_does_not_tell_who_has_the_search(client):
    make_saved_search("category=flyer&settlement=daily", email="known@example.com")
    known, unknown = (
        post_saved_search(client, email=f"{who}@example.com") for who in ("known", "unknown")
    )
    assert (known.status_code, known.url, known.content) == (302, unknown.url, unknown.content)
    subjects = {message.to[0]: message.subject[:4] for message in deliver_due_mails()}
    assert subjects == {"known@example.com": "已经订了", "unknown@example.com": "请确认："}


@pytest.mark.parametrize("email", ["", "nobody", "a@b.cn\nBcc: c@d.cn"])
def test_an_address_that_is_none_is_asked_again(client, email):
    response = post_saved_search(client, email=email)
    assert response.status_code == 200
    assert 'id="id_email_error"' in read_body(response)
    assert not Mail.objects.exists()


def test_how_often_must_be_said(client):
    assert "请选多久发一次" in read_body(post_saved_search(client, frequency=""))
    assert "在两个里选一个" in read_body(post_saved_search(client, frequency="hourly"))


def test_a_program_is_thanked_and_ignored(client):
    assert post_saved_search(client, website="http://spam.example").url == SENT
    assert not SavedSearch.objects.exists() and not Mail.objects.exists()


def test_unknown_places_and_conditions_are_left_out(client):
    address = "/searches/new/?city=mars&category=nonsense&pay_min=abc&q=%00"
    assert client.get(address).status_code in (200, 400)
    assert post_saved_search(client, address.removesuffix("&q=%00")).status_code == 302
    assert (the_one().region, the_one().query) == (None, "")


def test_more_conditions_than_can_be_kept_are_said_so(client):
    from listings.search.filters import ListingFilter

    codes = [code for code, _ in ListingFilter.base_fields["category"].choices]
    address = "/searches/new/?" + "&".join(f"category={code}" for code in codes)
    assert "条件选得太多" in read_body(post_saved_search(client, address))
    assert not SavedSearch.objects.exists()


def test_three_letters_a_day_to_one_address_and_no_more(client, monkeypatch):
    for hour in range(5):
        post_saved_search(client)
        advance_clock(monkeypatch, timedelta(seconds=60 + hour))
    assert Mail.objects.count() == 3


@pytest.mark.parametrize("confirmed", [False, True])
def test_pressed_again_a_second_later_there_is_no_second_letter(client, monkeypatch, confirmed):
    if confirmed:
        make_saved_search("category=flyer&settlement=daily")
    post_saved_search(client)
    advance_clock(monkeypatch, timedelta(seconds=1))
    post_saved_search(client)
    assert Mail.objects.count() == 1


def test_twenty_forms_an_hour_from_one_network(client):
    answers = [post_saved_search(client, email=f"a{n}@example.com").status_code for n in range(22)]
    assert answers == [302] * 20 + [429] * 2
    assert "请过一会儿再试" in read_body(post_saved_search(client))


def test_a_person_has_twenty_searches_at_the_most(reader, monkeypatch):
    monkeypatch.setattr(saved_searches, "MAX_SEARCHES", 2)
    for category in ("flyer", "tutor", "waiter"):
        response = post_saved_search(reader, f"/searches/new/?category={category}")
    assert "先停止不用的" in read_body(response)
    assert SavedSearch.objects.count() == 2


def test_links_carry_a_number_and_no_address(client):
    post_saved_search(client, email="somebody@example.com")
    (message,) = deliver_due_mails()
    token = find_mail_link(message, "confirm").split("/")[-2]
    assert signing.loads(token, salt="sitekit.signed.search confirm") == the_one().pk


@pytest.mark.parametrize("purpose", ["confirm", "renew", "end"])
def test_a_spoiled_link_says_so(client, purpose):
    for token in ("x", "NQ:1xWE58:aaaa", "9" * 300, "%F0%9F%90%9F"):
        response = client.get(f"/searches/{purpose}/{token}/")
        assert response.status_code == 404
        assert "这个链接用不了" in read_body(response)


def test_a_link_is_for_one_purpose(client):
    post_saved_search(client)
    (message,) = deliver_due_mails()
    assert (
        client.post(find_mail_link(message, "confirm").replace("/confirm/", "/end/")).status_code
        == 404
    )
    assert the_one().ended_at is None


def test_confirming_takes_a_form_of_ours_but_ending_does_not(client, settings):
    strict = Client(enforce_csrf_checks=True)
    post_saved_search(client)
    (message,) = deliver_due_mails()
    assert strict.post(find_mail_link(message, "confirm")).status_code == 403
    stop = message.extra_headers["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert strict.get(stop).status_code == 200
    assert the_one().ended_at is None
    assert strict.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert the_one().ended_at
    client.post(find_mail_link(message, "confirm"))
    assert the_one().confirmed_at is None, "what was ended stays ended"


def test_after_the_end_one_may_begin_again(client):
    old = make_saved_search("category=flyer&settlement=daily")
    saved_searches.SEARCHES.end(old.pk)
    post_saved_search(client)
    (message,) = deliver_due_mails()
    client.post(find_mail_link(message, "confirm"))
    fresh = SavedSearch.objects.get(ended_at=None)
    assert fresh.pk != old.pk and fresh.confirmed_at


def test_a_year_is_over_when_it_is_over_unless_renewed(client, monkeypatch):
    row = make_saved_search()
    advance_clock(monkeypatch, 350 * DAY)
    assert saved_searches.SEARCHES.remind_lapsing() == 0
    advance_clock(monkeypatch, 2 * DAY)
    assert (saved_searches.SEARCHES.remind_lapsing(), saved_searches.SEARCHES.remind_lapsing()) == (
        1,
        0,
    )
    (message,) = deliver_due_mails()
    assert message.subject == "快到期了：订阅湘西兼职"
    assert "再订一年" in read_body(client.get(find_mail_link(message, "renew")))
    assert "已续订" in read_body(client.post(find_mail_link(message, "renew")))
    assert the_one().lapses_at - row.lapses_at > 351 * DAY
    advance_clock(monkeypatch, 400 * DAY)
    assert "已续订" not in read_body(client.get(find_mail_link(message, "renew")))


def test_what_nobody_confirmed_is_gone_after_a_week_and_addresses_after_the_end(
    client, monkeypatch, publish
):
    post_saved_search(client)
    ended = make_saved_search("category=tutor")
    SavedSearchHit.objects.create(search=ended, listing=publish())
    saved_searches.SEARCHES.end(ended.pk)
    advance_clock(monkeypatch, 8 * DAY)
    saved_searches.purge_dead_searches()
    assert the_one().pk == ended.pk
    advance_clock(monkeypatch, 23 * DAY)
    saved_searches.purge_dead_searches()
    assert not SavedSearch.objects.exists() and not SavedSearchHit.objects.exists()


def test_ones_own_searches_are_changed_and_stopped(reader):
    post_saved_search(reader)
    post_saved_search(reader, "/searches/new/?category=tutor")
    row = SavedSearch.objects.earliest("pk")
    page = read_body(reader.get(MINE))
    assert "改成有了马上发" in page and f"{MINE}{row.pk}/stop/" in page
    assert reader.post(f"{MINE}{row.pk}/frequency/", {"frequency": "instant"}).url == MINE
    row.refresh_from_db()
    assert row.frequency == "instant"
    for _ in range(2):
        assert reader.post(f"{MINE}{row.pk}/stop/").url == MINE
    page, undo = read_body(reader.get(MINE)), f"{MINE}{row.pk}/stop/?undo=1"
    assert page.count('/stop/"') == 1 and page.count(f'action="{undo}"') == 1
    assert reader.post(f"{MINE}{row.pk}/frequency/", {"frequency": "daily"}).url == MINE
    assert "这个订阅已经停了" in read_body(reader.get(MINE))
    # and back again, unless the same was subscribed to meanwhile
    assert reader.post(undo).url == MINE
    assert read_body(reader.get(MINE)).count('/stop/"') == 2
    reader.post(f"{MINE}{row.pk}/stop/")
    post_saved_search(reader)
    assert reader.post(undo).url == MINE
    assert read_body(reader.get(MINE)).count('/stop/"') == 2


def test_a_member_reads_of_the_end_in_the_inbox_and_renews_by_one_press(reader, monkeypatch):
    post_saved_search(reader)
    row = the_one()
    assert "再订一年" not in read_body(reader.get(MINE))
    advance_clock(monkeypatch, 352 * DAY)
    sign_in(reader, row.user)
    assert (saved_searches.SEARCHES.remind_lapsing(), saved_searches.SEARCHES.remind_lapsing()) == (
        1,
        0,
    )
    notice = row.user.notices.get()
    assert "快到期了" in notice.title and notice.address == MINE
    assert f'action="{MINE}{row.pk}/renew/"' in read_body(reader.get(MINE))
    stranger = sign_in(Client(), make_person("stranger"))
    assert stranger.post(f"{MINE}{row.pk}/renew/").url == MINE
    assert the_one().lapses_at == row.lapses_at
    for _ in range(2):
        assert reader.post(f"{MINE}{row.pk}/renew/").url == MINE
    assert the_one().lapses_at == timezone.now() + LAPSES_AFTER
    page = read_body(reader.get(MINE))
    assert "已续订" in page and "再订一年" not in page
    assert saved_searches.SEARCHES.remind_lapsing() == 0


def test_whose_search_is_no_members_reads_of_its_end_by_mail_alone(reader, monkeypatch):
    make_saved_search(email="somebody@example.com")
    advance_clock(monkeypatch, 352 * DAY)
    assert saved_searches.SEARCHES.remind_lapsing() == 1
    assert not Notice.objects.exists()


def test_a_search_saved_without_an_account_is_the_persons_once_signed_in(reader):
    make_saved_search(email="READER@example.com")
    make_saved_search(email="somebody@example.com")
    assert read_body(reader.get(MINE)).count("/stop/") == 1


def test_nobody_else_changes_or_stops_a_search(client):
    row = make_saved_search(email="somebody@example.com")
    other = sign_in(client, make_person("other"))
    for address in (f"{MINE}{row.pk}/stop/", f"{MINE}{row.pk}/frequency/", f"{MINE}0/stop/"):
        assert other.post(address, {"frequency": "daily"}).url == MINE
        assert other.get(address).status_code == 405
    row.refresh_from_db()
    assert row.ended_at is None and row.frequency == "instant"


def test_ones_own_searches_cost_the_same_queries_however_many(reader, django_assert_num_queries):
    def queries():
        with django_assert_num_queries(
            5, exact=False, info="session, user, searches, alerts, operator"
        ):
            reader.get(MINE)

    post_saved_search(reader)
    reader.get(MINE)  # shows the message
    queries()
    for category in ("tutor", "waiter", "cashier"):
        post_saved_search(reader, f"/searches/new/?category={category}")
    reader.get(MINE)
    queries()


def test_what_others_wrote_a_members_address_into_does_not_count(client, reader, monkeypatch):
    monkeypatch.setattr(saved_searches, "MAX_SEARCHES", 1)
    for category in ("flyer", "tutor"):
        saved_searches.SEARCHES.request(
            "reader@example.com", region=None, query=f"category={category}", title="别人写的"
        )
    answer = post_saved_search(reader, "/searches/new/?category=waiter")
    assert "先停止不用的" not in read_body(answer)
    assert SavedSearch.objects.filter(query__contains="waiter").exists()
