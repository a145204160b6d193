"""Alerts for members: of one with only a phone by inbox and text message, without a confirmation."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.inbox.digests import send_due_digests
from news.alert_subscriptions.sending import send_due_alerts, withdraw_unsent_alerts
from news.alert_subscriptions.subscriptions import ALERTS
from news.articles.transitions import publish_article, return_article_to_draft, withdraw_article
from news.models import AlertSubscription, Article
from news.personal_data import erase, export
from sitekit.messages.subscriptions import LAPSES_AFTER
from sitekit.models import Mail, TextMessage
from tests.answers import read_body
from tests.articles import make_alert
from tests.clock import advance_clock
from tests.news.editing import press_button
from tests.news.subscriptions import make_alert_subscription
from tests.people import make_person, sign_in
from tools.demo.factories import make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock_at_noon", "notice_template", "quiet_hours"),
]
FORM, MINE = "/xiangxi/alerts/subscribe/", "/me/searches/"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIELDS = {"place": "湘西", "fraud_type": ""}


def make_member_with_phone(number=1):
    return make_user(phone=f"+861390013901{number}", phone_proved_at=timezone.now())


def send_new_alert(place, monkeypatch, title="冒充客栈招前台收代办费"):
    advance_clock(monkeypatch, MINUTE)
    make_alert(title, f"<p>{title}，交了钱就失去联系。</p>", places=[place("xiangxi")])
    return send_due_alerts()


def test_who_has_only_a_phone_subscribes_reads_and_stops(client, monkeypatch, place):
    user, other = make_member_with_phone(), make_member_with_phone(2)
    for subscriber in (other, user):
        sign_in(client, subscriber)
        assert 'name="email"' not in read_body(client.get(FORM))
        for _ in range(2):
            assert client.post(FORM, FIELDS).url == MINE
    assert AlertSubscription.objects.filter(email="", lapses_at=None).count() == 2
    assert send_new_alert(place, monkeypatch) == 2 and send_due_alerts() == 0
    assert "湘西的反诈预警：1 条新的" in read_body(client.get("/me/inbox/"))
    assert send_due_digests() == 2 and not Mail.objects.exists()
    assert {text.words["what"] for text in TextMessage.objects.all()} == {"1 条反诈预警"}
    row = AlertSubscription.objects.get(user=user)
    assert "湘西的反诈预警" in read_body(client.get(MINE))
    assert client.post(f"/me/alerts/{row.pk}/stop/").url == MINE
    others = AlertSubscription.objects.get(pk=row.pk - 1)
    assert client.post(f"/me/alerts/{others.pk}/stop/").url == MINE, "another member's"
    others.refresh_from_db()
    assert others.ended_at is None
    undo = f"/me/alerts/{row.pk}/stop/?undo=1"
    page = read_body(client.get(MINE))
    assert "已停止订阅「湘西的反诈预警」" in page and f'action="{undo}"' in page
    assert "湘西的反诈预警" not in read_body(client.get(MINE))
    assert client.post(undo).url == MINE and "湘西的反诈预警" in read_body(client.get(MINE))
    client.post(f"/me/alerts/{row.pk}/stop/")
    advance_clock(monkeypatch, DAY)
    assert send_new_alert(place, monkeypatch, "驾校门口高价收电话卡两天后被传唤") == 1


def send_two_alerts(place, monkeypatch, **fields):
    user = make_user(phone="+8613900139011", phone_proved_at=timezone.now(), **fields)
    ALERTS.begin_for_member(user, {"region": place("xiangxi"), "fraud_type": ""})
    advance_clock(monkeypatch, MINUTE)
    alerts = [
        make_alert(title, f"<p>{title}，交了钱就失去联系。</p>", places=[place("xiangxi")])
        for title in ("冒充客栈招前台收代办费", "驾校门口高价收电话卡两天后被传唤")
    ]
    assert send_due_alerts() == 1 and user.digest_lines.get().count == 2
    return user, alerts


def test_an_alert_withdrawn_before_it_was_read_is_left_out(monkeypatch, place):
    user, (stays, goes) = send_two_alerts(place, monkeypatch)
    assert user.notices.get().title == "湘西的反诈预警：2 条新的"
    withdraw_article(goes.pk, "有误")
    for _ in range(2):
        withdraw_unsent_alerts()
        notice = user.notices.get()
        assert (notice.title, notice.text) == ("湘西的反诈预警：1 条新的", stays.title)
        assert user.digest_lines.get().count == 1
    assert send_due_digests() == 1
    assert TextMessage.objects.get().words["what"] == "1 条反诈预警"
    withdraw_article(stays.pk, "有误")
    withdraw_unsent_alerts()
    assert not user.notices.exists() and user.digest_lines.exists(), "the message was written"


def test_of_alerts_that_were_all_withdrawn_nothing_is_told_until_they_are_public_again(
    monkeypatch, place
):
    user, alerts = send_two_alerts(place, monkeypatch)
    for alert in alerts:
        withdraw_article(alert.pk, "有误")
    withdraw_unsent_alerts()
    assert not user.notices.exists() and not user.digest_lines.exists()
    assert send_due_digests() == 0
    return_article_to_draft(alerts[0].pk)
    publish_article(alerts[0].pk)
    advance_clock(monkeypatch, DAY)
    assert send_due_alerts() == 1
    assert user.notices.get().text == alerts[0].title


def test_one_that_an_editor_corrected_to_be_no_alert_is_left_out(admin_client, monkeypatch, place):
    user, (stays, goes) = send_two_alerts(place, monkeypatch)
    no_alert = {"kind": "news", "fraud_type": "", "alert_level": ""}
    assert press_button(admin_client, goes, "_save", **no_alert).redirect_chain
    press_button(admin_client, stays, "_save", title="冒充客栈收代办费")
    withdraw_unsent_alerts()
    assert user.notices.get().title == "湘西的反诈预警：1 条新的"
    assert user.digest_lines.get().count == 1
    press_button(admin_client, stays, "_save", **no_alert)
    withdraw_unsent_alerts()
    assert not user.notices.exists() and not user.digest_lines.exists()


def test_one_that_an_editor_corrected_to_another_place_or_type_is_left_out_where_it_is_none_now(
    admin_client, monkeypatch, place
):
    reads_all, (stays, goes) = send_two_alerts(place, monkeypatch)
    of_type, elsewhere = make_member_with_phone(2), make_member_with_phone(3)
    for user, slug, fraud_type in ((of_type, "xiangxi", goes.fraud_type), (elsewhere, "hunan", "")):
        ALERTS.begin_for_member(user, {"region": place(slug), "fraud_type": fraud_type})
    AlertSubscription.objects.update(confirmed_at=timezone.now() - DAY)
    assert send_due_alerts() == 2
    press_button(admin_client, goes, "_save", fraud_type="typing_scam")
    withdraw_unsent_alerts()
    assert of_type.notices.get().text == stays.title and of_type.digest_lines.get().count == 1
    assert reads_all.digest_lines.get().count == elsewhere.digest_lines.get().count == 2
    press_button(admin_client, goes, "_save", named_places=[place("changsha").pk])
    withdraw_unsent_alerts()
    assert reads_all.notices.get().text == stays.title
    assert reads_all.digest_lines.get().count == 1
    assert elsewhere.notices.get().title == "湖南的反诈预警：2 条新的"
    assert elsewhere.digest_lines.get().count == 2


def test_one_whose_last_day_passes_before_it_was_read_is_left_out(monkeypatch, place):
    user, (stays, ends) = send_two_alerts(place, monkeypatch)
    today = timezone.localdate()
    Article.objects.filter(pk=stays.pk).update(alert_until=today + DAY)
    Article.objects.filter(pk=ends.pk).update(alert_until=today)
    withdraw_unsent_alerts()
    assert user.notices.get().title == "湘西的反诈预警：2 条新的"
    advance_clock(monkeypatch, DAY)
    withdraw_unsent_alerts()
    notice = user.notices.get()
    assert (notice.title, notice.text) == ("湘西的反诈预警：1 条新的", stays.title)
    assert user.digest_lines.get().count == 1
    user.digest_lines.all().delete()
    with CaptureQueriesContext(connection) as queries:
        withdraw_unsent_alerts()
    assert not [q for q in queries if "FOR UPDATE" in q["sql"]], "nothing is left to look at"
    advance_clock(monkeypatch, DAY)
    withdraw_unsent_alerts()
    assert not user.notices.exists()


def test_of_a_member_with_mail_it_is_left_out_of_the_mail_and_of_the_text_message(
    monkeypatch, place
):
    choices = {"alerts": {"text_messages": True}}
    user, (stays, goes) = send_two_alerts(
        place, monkeypatch, email="reader@example.com", notice_choices=choices
    )
    withdraw_article(goes.pk, "有误")
    withdraw_unsent_alerts()
    assert user.digest_lines.get().count == 1
    assert stays.title in Mail.objects.get().text and goes.title not in Mail.objects.get().text


def test_what_was_read_stays_when_its_alert_is_withdrawn(monkeypatch, place):
    user, alerts = send_two_alerts(place, monkeypatch)
    user.notices.update(read_at=timezone.now())
    withdraw_article(alerts[0].pk, "有误")
    withdraw_unsent_alerts()
    assert user.notices.get().title == "湘西的反诈预警：2 条新的"


def test_a_members_own_mailbox_needs_no_confirmation_but_another_does(client, place):
    sign_in(client, make_person("reader"))
    assert client.post(FORM, FIELDS | {"email": "Reader@example.com"}).url == MINE
    assert AlertSubscription.objects.get().confirmed_at
    assert client.post(FORM, FIELDS | {"email": "other@example.com"}).url != MINE
    assert AlertSubscription.objects.filter(confirmed_at=None).get().email == "other@example.com"


def test_what_a_guest_subscribed_to_becomes_the_members(client, place):
    row = make_alert_subscription("reader@example.com", place("xiangxi"))
    user = make_person("reader")
    sign_in(client, user).post(FORM, FIELDS | {"email": "reader@example.com"})
    row.refresh_from_db()
    assert row.user == user and AlertSubscription.objects.count() == 1


@pytest.mark.parametrize("wider", [False, True], ids=["the same once more", "of the nation, too"])
def test_who_gets_a_mailbox_later_gets_each_alert_once(monkeypatch, place, wider):
    user = make_member_with_phone()
    key = {"region": place("xiangxi"), "fraud_type": ""}
    ALERTS.begin_for_member(user, key)
    user.email = "late@example.com"
    user.save()
    ALERTS.begin_for_member(user, {**key, "region": None} if wider else key)
    assert AlertSubscription.objects.count() == 1 + wider
    assert send_new_alert(place, monkeypatch) == 1
    assert Mail.objects.get().to == user.email
    assert send_due_alerts() == 0


def test_a_guests_subscription_and_an_older_one_of_the_member_are_one_readers(monkeypatch, place):
    user = make_member_with_phone()
    make_alert_subscription("late@example.com", place("xiangxi"))
    ALERTS.begin_for_member(user, {"region": None, "fraud_type": ""})
    user.email = "late@example.com"
    user.save()
    assert send_new_alert(place, monkeypatch) == 1 and send_due_alerts() == 0


def test_a_mail_for_what_has_no_end_names_none(client, monkeypatch, place):
    user = make_member_with_phone()
    row = ALERTS.begin_for_member(user, {"region": place("xiangxi"), "fraud_type": ""})
    user.email = "late@example.com"
    user.save()
    send_new_alert(place, monkeypatch)
    assert f"（{timezone.localdate(row.confirmed_at)} 起）" in Mail.objects.get().text
    (end,) = re.findall(r"http://[^/]+(/alerts/subscribe/end/\S+)", Mail.objects.get().text)
    assert client.get(end).status_code == 200 and client.post(end).status_code == 200
    row.refresh_from_db()
    assert row.ended_at


def test_it_is_exported_and_goes_with_the_account():
    user = make_member_with_phone()
    ALERTS.begin_for_member(user, {"region": None, "fraud_type": ""})
    assert len(export(user)["alert_subscriptions"]) == 1
    erase(user)
    assert not AlertSubscription.objects.exists()


def test_a_month_after_its_end_nobody_knows_whose_it_was(monkeypatch):
    row = ALERTS.begin_for_member(make_member_with_phone(), {"region": None, "fraud_type": ""})
    ALERTS.end(row.pk)
    advance_clock(monkeypatch, 31 * DAY)
    ALERTS.purge_dead()
    row.refresh_from_db()
    assert row.user is None


def test_a_member_reads_of_the_end_in_the_inbox_and_renews_by_one_press(client, monkeypatch):
    user = make_person("reader")
    row = ALERTS.begin_for_member(user, {"region": None, "fraud_type": ""})
    advance_clock(monkeypatch, 352 * DAY)
    assert (ALERTS.remind_lapsing(), ALERTS.remind_lapsing()) == (1, 0)
    assert "全国的反诈预警" in user.notices.get().title
    address = f"/me/alerts/{row.pk}/renew/"
    assert address in read_body(sign_in(client, user).get("/me/searches/"))
    before = row.lapses_at
    sign_in(Client(), make_person("stranger")).post(address)
    row.refresh_from_db()
    assert row.lapses_at == before
    for _ in range(2):
        assert client.post(address).url == "/me/searches/"
    assert address not in read_body(client.get("/me/searches/"))
    row.refresh_from_db()
    assert row.lapses_at == timezone.now() + LAPSES_AFTER and row.reminded_at is None
    assert ALERTS.remind_lapsing() == 0


def test_nobody_stops_one_by_looking(client):
    user = make_member_with_phone()
    row = ALERTS.begin_for_member(user, {"region": None, "fraud_type": ""})
    assert sign_in(client, user).get(f"/me/alerts/{row.pk}/stop/").status_code == 405
    assert Client().post(f"/me/alerts/{row.pk}/stop/").status_code == 302
    row.refresh_from_db()
    assert row.ended_at is None


def test_the_links_of_a_member_whose_mailbox_is_gone_open(client, place):
    row = make_alert_subscription("reader@example.com", place("xiangxi"))
    AlertSubscription.objects.update(email="", lapses_at=None, user=make_person("reader"))
    for purpose in ("confirm", "renew", "end"):
        answer = client.get(ALERTS.mails.build_link(purpose, row))
        assert answer.status_code == 200 and "到 自动停" not in read_body(answer), purpose
        assert "会继续发到 。" not in read_body(answer)
