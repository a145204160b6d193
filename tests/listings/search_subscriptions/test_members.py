"""A member who has only a phone: from signing in to a search, its digest, and its end."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.digests import send_due_digests
from accounts.inbox.preferences import INBOX
from accounts.models import User
from jobsite.operations.housekeeping import deliver_messages
from listings.models import SavedSearch, SavedSearchHit
from listings.publication.employer_status import move_employer_with_listings
from listings.publication.transitions import move_listing, restore_listing
from listings.search_subscriptions.member_news import withdraw_member_listings
from listings.search_subscriptions.saved_searches import (
    MAX_SEARCHES,
    SEARCHES,
    start_search_subscription,
)
from listings.search_subscriptions.sending import send_new_listing_mails
from news.alert_subscriptions.mails import ALERT_MAILS
from news.alert_subscriptions.sending import send_due_alerts
from news.models import AlertSubscription
from sitekit.messages.outbox import enqueue_messages
from sitekit.models import Mail, TextMessage
from tests.accounts.sign_in_pages import AGREEMENT
from tests.answers import read_body
from tests.articles import make_alert
from tests.clock import advance_clock
from tests.edit_marks import read_edit_mark
from tests.listings.seeking import read_code
from tests.people import make_person, sign_in
from tools.demo.factories import make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock_at_noon", "notice_template", "quiet_hours"),
]
FORM, MINE = "/searches/new/?city=xiangxi", "/me/searches/"
PHONE, TYPED = "+8613900139011", "139 0013 9011"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def read_mine(client):
    return re.sub(r"\s|&nbsp;", "", read_body(client.get(MINE)))


@pytest.fixture
def reader(client):
    user = make_user(phone=PHONE, phone_proved_at=timezone.now())
    sign_in(client, user)
    return user


def test_from_signing_in_to_the_end_of_the_digest(client, monkeypatch, publish):
    client.post("/accounts/signup/", {"contact": TYPED, **AGREEMENT})
    client.post("/accounts/login/code/", {"code": read_code(PHONE)})
    page = read_body(client.get(FORM))
    assert TYPED in page and 'name="email"' not in page
    assert client.post(FORM, {"frequency": "instant"}).url == MINE
    row = SavedSearch.objects.get()
    assert (row.email, row.user.phone, row.lapses_at) == ("", PHONE, None) and row.confirmed_at
    assert "湘西兼职" in read_body(client.get(MINE))
    assert "有了马上进站内信·站内信、短信</p>" in read_mine(client)
    advance_clock(monkeypatch, MINUTE)
    publish(title="周末传单派发")
    advance_clock(monkeypatch, MINUTE)
    assert send_new_listing_mails() == 1 and send_new_listing_mails() == 0
    assert "「湘西兼职」有 1 条新的" in read_body(client.get("/me/inbox/"))
    assert send_due_digests() == 1 and not Mail.objects.exists()
    message = TextMessage.objects.get(kind="digest")
    assert message.words["what"] == "1 条新兼职"
    stranger = Client()
    address = f"/n/{message.words['code']}/"
    assert "湘西兼职" in read_body(stranger.get(address))
    assert "已退订" in read_body(stranger.post(address))
    assert "有了马上进站内信·站内信</p>" in read_mine(client)
    publish(title="发单二")
    advance_clock(monkeypatch, DAY)
    assert send_new_listing_mails() == 1 and send_due_digests() == 0
    assert User.objects.get().notices.count() == 2, "the inbox goes on"
    client.post(f"/me/searches/{row.pk}/stop/")
    publish(title="发单三")
    advance_clock(monkeypatch, DAY)
    assert send_new_listing_mails() == 0


def test_what_comes_once_a_day_without_a_mailbox_is_no_letter(client, reader):
    client.post(FORM, {"frequency": "daily"})
    client.post("/alerts/subscribe/", {"place": "湘西"})
    assert "每天一次·站内信、短信</p>" in read_mine(client)
    assert "一封" not in read_mine(client)
    choices = {name: {"inbox": False, "text_messages": False} for name in ("searches", "alerts")}
    User.objects.filter(pk=reader.pk).update(notice_choices=choices)
    assert read_mine(client).count("通知都关了") == 2


def test_the_same_search_once_more_only_changes_how_often(client, reader):
    for frequency in ("daily", "instant"):
        client.post(FORM, {"frequency": frequency})
    assert SavedSearch.objects.get().frequency == "instant"
    other = sign_in(Client(), make_user(phone="+8613900139012", phone_proved_at=timezone.now()))
    other.post(FORM, {"frequency": "daily"})
    assert SavedSearch.objects.count() == 2, "another member's is another"


def test_a_member_has_few_searches(client, reader):
    for number in range(int(MAX_SEARCHES)):
        start_search_subscription(reader, None, f"pay_min={number + 10}", "兼职", "daily")
    assert "一个人最多订" in read_body(client.post(FORM, {"frequency": "daily"}))


def test_who_gets_a_mailbox_later_is_written_to_there(client, reader, monkeypatch, publish):
    client.post(FORM, {"frequency": "instant"})
    User.objects.filter(pk=reader.pk).update(email="reader@example.com")
    advance_clock(monkeypatch, MINUTE)
    publish(title="周末传单派发")
    advance_clock(monkeypatch, MINUTE)
    send_new_listing_mails()
    assert "自动停" not in Mail.objects.get().text, "it has no end"
    assert Mail.objects.get().to == "reader@example.com" and not reader.notices.exists()
    assert send_due_digests() == 0


def test_who_has_a_mailbox_may_want_the_inbox_instead(client, monkeypatch, publish):
    choices = {"searches": {"mails": False, "inbox": True}}
    user = make_person("reader", notice_choices=choices)
    sign_in(client, user)
    client.post(FORM, {"email": "reader@example.com", "frequency": "instant"})
    advance_clock(monkeypatch, MINUTE)
    publish(title="周末传单派发")
    advance_clock(monkeypatch, MINUTE)
    send_new_listing_mails()
    assert not Mail.objects.exists() and user.notices.exists()


def test_at_night_the_mail_waits_for_the_morning(client, monkeypatch, publish):
    sign_in(client, make_person("reader"))
    client.post(FORM, {"email": "reader@example.com", "frequency": "instant"})
    advance_clock(monkeypatch, timedelta(hours=11))
    publish(title="夜里发的")
    advance_clock(monkeypatch, MINUTE)
    send_new_listing_mails()
    start = timezone.localtime(Mail.objects.get().not_before)
    assert (start.day, start.hour) == (21, 8)


def test_who_has_none_is_told_of_the_button_by_its_name(client, publish):
    publish()
    sign_in(client, make_person("reader"))
    name = re.search("点“(.*?)”", client.get("/me/searches/").content.decode())[1]
    for address in ("/xiangxi/jobs/", "/xiangxi/jobs/?q=没有这样的"):
        page = client.get(address).content.decode()
        links = re.findall(r'href="/searches/new/[^"]*">(.*?)</a>', page)
        assert links and set(links) == {name}, address


def make_mail_member():
    return make_person("reader", phone=PHONE, phone_proved_at=timezone.now())


def change_mailbox(client, new):
    client.post("/accounts/email/", {"contact": new})
    return client.post("/accounts/email/code/", {"code": read_code(new)})


def test_subscriptions_follow_their_member_to_another_mailbox(client, monkeypatch, publish):
    user = make_mail_member()
    sign_in(client, user)
    client.post(FORM, {"frequency": "instant", "email": user.email})
    client.post("/alerts/subscribe/", {"place": "湘西", "email": user.email})
    assert change_mailbox(client, "new@example.com").url == "/accounts/"
    search, alert = SavedSearch.objects.get(), AlertSubscription.objects.get()
    assert (search.email, alert.email) == ("new@example.com", "new@example.com")
    assert search.lapses_at and alert.lapses_at
    advance_clock(monkeypatch, MINUTE)
    publish(title="周末传单派发")
    advance_clock(monkeypatch, MINUTE)
    Mail.objects.all().delete()
    assert send_new_listing_mails() == 1
    assert Mail.objects.get().to == "new@example.com"


def test_mails_of_subscriptions_that_wait_follow_to_another_mailbox(client, monkeypatch, publish):
    user = make_mail_member()
    sign_in(client, user)
    client.post(FORM, {"frequency": "instant", "email": user.email})
    client.post("/alerts/subscribe/", {"place": "湘西", "email": user.email})
    advance_clock(monkeypatch, MINUTE)
    publish(title="周末传单派发")
    advance_clock(monkeypatch, MINUTE)
    assert send_new_listing_mails() == 1
    alert = AlertSubscription.objects.get()
    enqueue_messages([ALERT_MAILS.build_lapse_mail(alert)])
    confirmation = Mail.objects.create(key=f"alert-confirm-{alert.pk}-1", to=user.email)
    waiting = Mail.objects.filter(key__startswith="search-news-") | Mail.objects.filter(
        key__startswith="alert-lapse-"
    )
    assert {mail.to for mail in waiting} == {user.email} and waiting.count() == 2
    change_mailbox(client, "new@example.com")
    assert {mail.to for mail in waiting.all()} == {"new@example.com"}
    confirmation.refresh_from_db()
    assert confirmation.to == user.email


def test_what_the_new_mailbox_has_asked_for_already_goes_on_alone(client):
    user = make_mail_member()
    sign_in(client, user)
    client.post(FORM, {"frequency": "instant", "email": user.email})
    row = SavedSearch.objects.get()
    there = SavedSearch.objects.create(email="new@example.com", region=row.region, query=row.query)
    typed = SavedSearch.objects.create(email=user.email, region=row.region, query="q=x")
    change_mailbox(client, "new@example.com")
    for each in (row, there, typed):
        each.refresh_from_db()
    assert row.ended_at and there.ended_at is None
    assert there.user == user and there.confirmed_at, "the mailbox was proved by the code"
    assert typed.email == user.email, "nobody has confirmed it: it may be anybody's"


@pytest.mark.parametrize("new", ["new@example.com", ""])
def test_what_was_confirmed_without_signing_in_follows_the_mailbox(client, admin_client, new):
    user, other = make_mail_member(), make_person("other")
    row = make_guest_search(user.email, "q=x")
    others = make_guest_search(user.email, "q=y")
    SavedSearch.objects.filter(pk=others.pk).update(user=other)
    if new:
        sign_in(client, user)
        change_mailbox(client, new)
    else:
        take_mailbox_away(admin_client, user)
    for each in (row, others):
        each.refresh_from_db()
    assert (row.email, row.user, row.ended_at) == (new, None if new else user, None)
    assert bool(row.lapses_at) == bool(new)
    assert others.email == user.email


def make_guest_search(email, query):
    row = SavedSearch.objects.create(email=email, query=query, title="传单")
    SEARCHES.confirm(row.pk)
    return row


def take_mailbox_away(admin_client, user):
    data = {"email": "", "phone": PHONE, "name": user.name, "edit_reason": "邮箱被人盗了"}
    return admin_client.post(f"/admin/accounts/user/{user.pk}/change/", data | read_edit_mark(user))


def test_staff_who_take_a_mailbox_away_end_no_subscription(client, admin_client):
    user = make_mail_member()
    sign_in(client, user)
    client.post(FORM, {"frequency": "instant", "email": user.email})
    assert take_mailbox_away(admin_client, user).status_code == 302
    row = SavedSearch.objects.get()
    assert (row.email, row.ended_at, row.lapses_at) == ("", None, None)


def test_what_waits_for_a_mailbox_that_staff_take_away_is_told_without_it(
    client, admin_client, monkeypatch, publish, place
):
    user = make_mail_member()
    sign_in(client, user)
    client.post(FORM, {"frequency": "instant", "email": user.email})
    client.post("/alerts/subscribe/", {"place": "湘西", "email": user.email})
    advance_clock(monkeypatch, MINUTE)
    publish(title="周末传单派发")
    make_alert("冒充客栈招前台收代办费", "<p>交了钱就失去联系。</p>", places=[place("xiangxi")])
    advance_clock(monkeypatch, MINUTE)
    assert (send_new_listing_mails(), send_due_alerts()) == (1, 1)
    news = Mail.objects.filter(to=user.email).exclude(key__contains="security")
    assert news.count() == 2 and not user.notices.filter(title__contains="新的").exists()
    assert take_mailbox_away(admin_client, user).status_code == 302
    assert not news.exists()
    advance_clock(monkeypatch, MINUTE)
    assert (send_new_listing_mails(), send_due_alerts()) == (1, 1)
    titles = user.notices.filter(title__contains="新的").values_list("title", flat=True)
    assert len(titles) == 2 and user.digest_lines.count() == 2 and not news.exists()
    assert (send_new_listing_mails(), send_due_alerts()) == (0, 0)


def test_what_ended_before_the_digest_is_not_told_in_it(client, monkeypatch, reader, publish):
    for query in ("", "&q=传单"):
        client.post(f"{FORM}{query}", {"frequency": "instant"})
    advance_clock(monkeypatch, MINUTE)
    publish(title="周末传单派发")
    advance_clock(monkeypatch, MINUTE)
    assert send_new_listing_mails() == 2
    kept, ended = SavedSearch.objects.order_by("pk")
    client.post(f"/me/searches/{ended.pk}/stop/")
    waiting = reader.digest_lines.filter(texted_at=None)
    assert [line.title for line in waiting] == [kept.title]
    client.post(f"/me/searches/{kept.pk}/stop/")
    assert send_due_digests() == 0


@pytest.fixture
def new_listings(client, monkeypatch, reader, publish):
    """Two listings of which a notice and a line of the daily text message tell."""
    client.post(FORM, {"frequency": "instant"})
    advance_clock(monkeypatch, MINUTE)
    listings = [publish(title=title) for title in ("活一", "活二")]
    advance_clock(monkeypatch, MINUTE)
    assert send_new_listing_mails() == 1 and reader.digest_lines.get().count == 2
    return listings


@pytest.mark.parametrize("stop", ["removed_fraud", "held", "frozen"])
def test_what_was_taken_down_before_it_was_read_is_left_out(
    monkeypatch, reader, new_listings, employer, django_assert_num_queries, stop
):
    first, second = new_listings
    with django_assert_num_queries(2):
        assert withdraw_member_listings() == 0
    if stop == "frozen":
        move_employer_with_listings(employer.pk, stop, None, "核实投诉")
        assert withdraw_member_listings() == 1
        assert not reader.notices.exists() and not reader.digest_lines.exists()
        return
    fraud_type = "brushing_rebate" if stop == "removed_fraud" else ""
    move_listing(second.pk, stop, None, "骗人的", fraud_type=fraud_type)
    assert withdraw_member_listings() == 1
    notice = reader.notices.get()
    assert notice.title == "「湘西兼职」有 1 条新的" and notice.text.startswith("活一")
    assert reader.digest_lines.get().count == 1
    assert [hit.listing for hit in SavedSearchHit.objects.all()] == [first]
    assert withdraw_member_listings() == 0, "nothing is left to do"
    if stop == "held":
        restore_listing(second.pk, None, "查过了，没问题")
        advance_clock(monkeypatch, MINUTE)
        assert send_new_listing_mails() == 1
        assert reader.notices.latest("pk").text.startswith("活二")


def test_what_was_read_or_written_stays_when_a_listing_is_taken_down(
    monkeypatch, reader, new_listings
):
    advance_clock(monkeypatch, MINUTE)
    assert send_due_digests() == 1
    reader.notices.update(read_at=timezone.now())
    move_listing(new_listings[0].pk, "held", None, "有人举报")
    assert withdraw_member_listings() == 0
    assert reader.notices.get().title == "「湘西兼职」有 2 条新的"
    assert reader.digest_lines.get().count == 2


def test_a_line_of_another_moment_keeps_its_count(monkeypatch, reader, new_listings, publish):
    publish(title="活三")
    advance_clock(monkeypatch, MINUTE)
    assert send_new_listing_mails() == 1
    for listing in new_listings:
        move_listing(listing.pk, "held", None, "有人举报")
    assert withdraw_member_listings() == 1
    assert reader.digest_lines.get().count == 1
    assert reader.notices.get().text.startswith("活三")


def test_a_notice_of_the_night_changes_with_its_mail(client, monkeypatch, reader, publish):
    client.post(FORM, {"frequency": "instant"})
    both = {NoticeKind.SEARCHES.value: {INBOX: True}}
    User.objects.filter(pk=reader.pk).update(email="reader@example.com", notice_choices=both)
    advance_clock(monkeypatch, 11 * HOUR)
    listings = [publish(title=title) for title in ("活一", "活二")]
    advance_clock(monkeypatch, MINUTE)
    assert send_new_listing_mails() == 1 and Mail.objects.get().not_before
    move_listing(listings[1].pk, "held", None, "有人举报")
    deliver_messages()
    assert reader.notices.get().text.startswith("活一") and "活二" not in Mail.objects.get().text
