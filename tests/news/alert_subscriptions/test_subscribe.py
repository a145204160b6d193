"""Alerts by mail: asked for on a page, confirmed, renewed and ended by the links of the mails."""

import logging
from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client

from cities.directory.form_fields import format_place_words
from news.alert_subscriptions.subscriptions import ALERTS
from news.models import AlertDelivery, AlertSubscription
from sitekit.models import Mail, Tally
from tests.answers import read_body
from tests.articles import make_alert
from tests.clock import advance_clock
from tests.news.subscriptions import (
    find_mail_link,
    make_alert_subscription,
    send_due_mails,
)

FORM = "/xiangxi/alerts/subscribe/"
SENT = "/xiangxi/alerts/subscribe/sent/"
DAY = timedelta(days=1)
NIGHT = timedelta(hours=11)  # from noon until a quiet hour, and from there until the morning


def post_subscription_form(client, email="reader@example.com", place="湘西", fraud_type="", **more):
    answers = {"email": email, "place": place, "fraud_type": fraud_type, **more}
    return client.post(FORM, answers)


def the_one():
    return AlertSubscription.objects.get()


def test_from_the_form_to_the_confirmed_subscription(client, places):
    assert post_subscription_form(client, fraud_type="typing_scam").url == SENT
    assert "去邮箱点一下确认" in read_body(client.get(SENT))
    (message,) = send_due_mails()
    assert message.to == ["reader@example.com"]
    assert message.subject == "请确认：订阅湘西的打字录入预警"
    assert the_one().confirmed_at is None

    page = client.get(find_mail_link(message, "confirm"))
    assert page.status_code == 200
    assert "确认订阅湘西的打字录入预警" in read_body(page)
    assert the_one().confirmed_at is None, "a program that only looks at links confirms nothing"

    assert "订好了：湘西的打字录入预警" in read_body(
        client.post(find_mail_link(message, "confirm"))
    )
    row = the_one()
    assert (row.region, row.fraud_type) == (places["xiangxi"], "typing_scam")
    assert row.lapses_at - row.confirmed_at == timedelta(days=365)


def test_the_form_knows_the_place_and_the_type_of_the_page(client):
    page = read_body(client.get(FORM + "?type=typing_scam"))
    assert 'name="place" value="湘西"' in page
    assert '<option value="typing_scam" selected>' in page
    assert client.get(FORM + "?type=nonsense").status_code == 200


def test_an_address_typed_with_a_chinese_keyboard_is_understood(client):
    assert (
        post_subscription_form(client, email="ｒｅａｄｅｒ＠ｅｘａｍｐｌｅ。com").status_code == 302
    )
    assert the_one().email == "reader@example.com"


def test_no_place_is_the_nation(client):
    for place in ("", "全国"):
        post_subscription_form(client, email=f"a{len(place)}@example.com", place=place)
    assert set(AlertSubscription.objects.values_list("region", flat=True)) == {None}
    assert AlertSubscription.objects.count() == 2


@pytest.mark.parametrize(
    ("place", "slug"),
    [("凤凰", "fenghuang"), ("湖南", "hunan"), ("fenghuang", "fenghuang"), ("湘西州", "xiangxi")],
)
def test_a_place_is_found_by_its_names(client, places, place, slug):
    assert post_subscription_form(client, place=place).status_code == 302
    assert the_one().region == places[slug]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("火星", "没有找到「火星」"),
        ("火\u202e星", "没有找到「火星」"),
        ("朝阳区", "北京朝阳区、吉林长春朝阳区"),
        ("吉林", "吉林省、吉林吉林市"),
        ("湘" * 41, "地名不会这么长"),
    ],
)
def test_a_place_nobody_can_tell_is_asked_again_at_the_field(client, place, message):
    response = post_subscription_form(client, place=place)
    assert response.status_code == 200
    assert message in read_body(response)
    assert 'aria-invalid="true" aria-describedby="id_place_helptext id_place_error"' in read_body(
        response
    )
    assert not AlertSubscription.objects.exists()


@pytest.mark.parametrize("slug", ["jilin", "jilin-sheng", "chaoyangqu", "xiangxi", "beijing"])
def test_the_words_in_the_field_mean_the_place_of_the_page(client, place, slug):
    here = place(slug) or place("beijing")
    post_subscription_form(client, place=format_place_words(here))
    assert the_one().region == here


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a@b.cn\nBcc: c@d.cn"])
def test_an_address_that_is_none_is_asked_again(client, email):
    response = post_subscription_form(client, email=email)
    assert response.status_code == 200
    assert 'id="id_email_error"' in read_body(response)
    assert not Mail.objects.exists()


def test_a_program_is_thanked_and_ignored(client):
    assert post_subscription_form(client, website="http://spam.example").url == SENT
    assert not AlertSubscription.objects.exists() and not Mail.objects.exists()


def test_the_answer_does_not_tell_who_is_subscribed(client, places):
    make_alert_subscription("known@example.com", places["xiangxi"])
    known, unknown = (
        post_subscription_form(client, email=f"{who}@example.com") for who in ("known", "unknown")
    )
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert known.content == unknown.content
    subjects = {message.to[0]: message.subject for message in send_due_mails()}
    assert subjects == {
        "known@example.com": "已经订阅了湘西的反诈预警",
        "unknown@example.com": "请确认：订阅湘西的反诈预警",
    }


def test_the_same_address_in_other_letters_is_the_same_subscription(client, places):
    make_alert_subscription("Reader@example.com", places["xiangxi"])
    post_subscription_form(client, email="READER@EXAMPLE.COM")
    assert AlertSubscription.objects.count() == 1


def test_three_letters_a_day_and_no_more(client, monkeypatch):
    for hour in range(5):
        post_subscription_form(client)
        advance_clock(monkeypatch, timedelta(seconds=60 + hour))
    assert Mail.objects.count() == 3
    advance_clock(monkeypatch, DAY)
    assert post_subscription_form(client).url == SENT
    assert Mail.objects.count() == 4


def test_twenty_forms_an_hour_from_one_network(client):
    answers = [
        post_subscription_form(client, email=f"a{n}@example.com").status_code for n in range(22)
    ]
    assert answers == [302] * 20 + [429] * 2
    assert "请过一会儿再试" in read_body(post_subscription_form(client))
    other = Client(REMOTE_ADDR="203.0.113.5")
    assert post_subscription_form(other).status_code == 302


def test_limits_keep_nothing_that_names_anybody(client):
    post_subscription_form(client, email="somebody@example.com")
    kept = " ".join(row.key for row in Tally.objects.all())
    assert Tally.objects.count() == 2
    assert "somebody" not in kept and "127.0.0.1" not in kept


def test_links_carry_a_number_and_no_address(client, caplog):
    caplog.set_level(logging.DEBUG)
    post_subscription_form(client, email="somebody@example.com")
    (message,) = send_due_mails()
    client.post(find_mail_link(message, "confirm"))
    token = find_mail_link(message, "confirm").split("/")[-2]
    assert signing.loads(token, salt="sitekit.signed.alerts confirm") == the_one().pk
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert "somebody" not in " ".join(ours)


def test_a_link_used_again_changes_nothing(client, monkeypatch):
    post_subscription_form(client)
    (message,) = send_due_mails()
    client.post(find_mail_link(message, "confirm"))
    first = the_one().confirmed_at
    advance_clock(monkeypatch, DAY)
    client.post(find_mail_link(message, "confirm"))
    assert the_one().confirmed_at == first
    client.post(find_mail_link(message, "end"))
    ended = the_one().ended_at
    assert ended
    assert "已经退订" in read_body(client.post(find_mail_link(message, "confirm")))
    client.post(find_mail_link(message, "end"))
    assert the_one().ended_at == ended


def test_what_was_ended_before_it_was_confirmed_stays_ended(client):
    post_subscription_form(client)
    (message,) = send_due_mails()
    client.post(find_mail_link(message, "end"))
    client.post(find_mail_link(message, "confirm"))
    assert the_one().confirmed_at is None


def test_a_link_is_for_one_purpose(client):
    post_subscription_form(client)
    (message,) = send_due_mails()
    as_end = find_mail_link(message, "confirm").replace("/confirm/", "/end/")
    assert client.post(as_end).status_code == 404
    assert the_one().ended_at is None


@pytest.mark.parametrize("purpose", ["confirm", "renew", "end"])
def test_a_spoiled_link_says_so(client, purpose):
    for token in ("x", "NQ:1xWE58:aaaa", "9" * 300, "%F0%9F%90%9F"):
        response = client.get(f"/alerts/subscribe/{purpose}/{token}/")
        assert response.status_code == 404
        assert "这个链接用不了" in read_body(response)


def test_confirming_takes_a_form_of_ours_but_ending_does_not(client, settings):
    strict = Client(enforce_csrf_checks=True)
    post_subscription_form(client)
    (message,) = send_due_mails()
    assert strict.post(find_mail_link(message, "confirm")).status_code == 403
    assert strict.post(FORM, {"email": "a@b.cn"}).status_code == 403
    stop = message.extra_headers["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert strict.get(stop).status_code == 200
    assert the_one().ended_at is None
    assert strict.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert the_one().ended_at


def test_after_the_end_one_may_begin_again(client, places):
    old = make_alert_subscription(region=places["xiangxi"])
    ALERTS.end(old.pk)
    post_subscription_form(client)
    (message,) = send_due_mails()
    client.post(find_mail_link(message, "confirm"))
    fresh = AlertSubscription.objects.get(ended_at=None)
    assert fresh.pk != old.pk and fresh.confirmed_at


def test_a_year_is_over_when_it_is_over_unless_renewed(client, places, monkeypatch):
    row = make_alert_subscription(region=places["xiangxi"])
    advance_clock(monkeypatch, 350 * DAY)
    assert send_due_mails() == []
    advance_clock(monkeypatch, 2 * DAY)
    (message,) = send_due_mails()
    assert message.subject == "快到期了：湘西的反诈预警"
    assert send_due_mails() == [], "one reminder is enough"
    renewing = find_mail_link(message, "renew")
    assert "再订一年湘西的反诈预警" in read_body(client.get(renewing))
    assert the_one().lapses_at == row.lapses_at
    assert "已续订" in read_body(client.post(renewing))
    renewed = the_one().lapses_at
    assert renewed - row.lapses_at > 351 * DAY
    advance_clock(monkeypatch, DAY)
    client.post(renewing)
    assert the_one().lapses_at == renewed


@pytest.mark.usefixtures("clock_at_noon", "quiet_hours")
@pytest.mark.parametrize("move", [ALERTS.end, ALERTS.renew], ids=["ended", "renewed"])
def test_no_reminder_that_waited_for_the_morning_comes_after_the_end(monkeypatch, move):
    row = make_alert_subscription()
    advance_clock(monkeypatch, 352 * DAY + NIGHT)
    assert ALERTS.remind_lapsing() == 1
    move(row.pk)
    advance_clock(monkeypatch, NIGHT)
    assert send_due_mails() == []


@pytest.mark.usefixtures("clock_at_noon", "quiet_hours")
def test_who_takes_back_the_end_is_reminded_once(monkeypatch):
    row = make_alert_subscription()
    advance_clock(monkeypatch, 352 * DAY + NIGHT)
    assert ALERTS.remind_lapsing() == 1
    subjects = []
    for _ in range(3):
        ALERTS.end(row.pk)
        ALERTS.resume(row.pk)
        ALERTS.remind_lapsing()
        advance_clock(monkeypatch, NIGHT)
        subjects += [message.subject for message in send_due_mails()]
    assert subjects == ["快到期了：全国的反诈预警"]


def test_after_it_lapsed_one_may_begin_again(client, places, monkeypatch):
    make_alert_subscription(region=places["xiangxi"])
    advance_clock(monkeypatch, 366 * DAY)
    post_subscription_form(client)
    (message,) = send_due_mails()
    assert message.subject == "请确认：订阅湘西的反诈预警"
    client.post(find_mail_link(message, "confirm"))
    assert AlertSubscription.objects.filter(ended_at=None, confirmed_at__isnull=False).count() == 1


def test_what_nobody_confirmed_is_gone_after_a_week(client, monkeypatch):
    post_subscription_form(client)
    (message,) = send_due_mails()
    advance_clock(monkeypatch, 6 * DAY)
    send_due_mails()
    assert the_one()
    advance_clock(monkeypatch, 2 * DAY)
    send_due_mails()
    assert not AlertSubscription.objects.exists()
    assert "已经用不上了" in read_body(client.post(find_mail_link(message, "confirm")))
    assert "已经退订" in read_body(client.post(find_mail_link(message, "end")))


def test_addresses_are_forgotten_a_month_after_the_end(places, monkeypatch):
    ended, lapsed = (
        make_alert_subscription("a@b.cn", places["xiangxi"]),
        make_alert_subscription("c@d.cn", places["hunan"]),
    )
    for row in (ended, lapsed):
        AlertDelivery.objects.create(subscription=row, article=make_alert())
    ALERTS.end(ended.pk)
    advance_clock(monkeypatch, 29 * DAY)
    send_due_mails()
    assert set(AlertSubscription.objects.values_list("email", flat=True)) == {"a@b.cn", "c@d.cn"}
    advance_clock(monkeypatch, 2 * DAY)
    send_due_mails()
    assert set(AlertSubscription.objects.values_list("email", flat=True)) == {"", "c@d.cn"}
    assert list(AlertDelivery.objects.values_list("subscription", flat=True)) == [lapsed.pk]
    advance_clock(monkeypatch, 370 * DAY)
    send_due_mails()
    lapsed.refresh_from_db()
    assert (lapsed.email, lapsed.ended_at) == ("", lapsed.lapses_at)


def test_the_staff_sees_no_address(admin_client, places):
    make_alert_subscription("somebody@example.com", places["xiangxi"])
    page = read_body(admin_client.get("/admin/news/alertsubscription/"))
    assert "s***@example.com" in page and "somebody" not in page
    row = the_one().pk
    assert admin_client.get(f"/admin/news/alertsubscription/{row}/delete/").status_code == 403
    assert admin_client.get("/admin/news/alertsubscription/add/").status_code == 403
