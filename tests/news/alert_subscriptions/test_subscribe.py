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
from tests.answers import words
from tests.articles import make_alert
from tests.news.subscriptions import at_another_moment, link, send, subscribe

FORM = "/xiangxi/alerts/subscribe/"
SENT = "/xiangxi/alerts/subscribe/sent/"
DAY = timedelta(days=1)


def ask(client, email="reader@example.com", place="湘西", fraud_type="", **more):
    answers = {"email": email, "place": place, "fraud_type": fraud_type, **more}
    return client.post(FORM, answers)


def the_one():
    return AlertSubscription.objects.get()


def test_from_the_form_to_the_confirmed_subscription(client, places):
    assert ask(client, fraud_type="typing_scam").url == SENT
    assert "去邮箱点一下确认" in words(client.get(SENT))
    (message,) = send()
    assert message.to == ["reader@example.com"]
    assert message.subject == "请确认：订阅湘西的打字录入预警"
    assert the_one().confirmed_at is None

    page = client.get(link(message, "confirm"))
    assert page.status_code == 200
    assert "确认订阅湘西的打字录入预警" in words(page)
    assert the_one().confirmed_at is None, "a program that only looks at links confirms nothing"

    assert "订好了：湘西的打字录入预警" in words(client.post(link(message, "confirm")))
    row = the_one()
    assert (row.region, row.fraud_type) == (places["xiangxi"], "typing_scam")
    assert row.lapses_at - row.confirmed_at == timedelta(days=365)


def test_the_form_knows_the_place_and_the_type_of_the_page(client):
    page = words(client.get(FORM + "?type=typing_scam"))
    assert 'name="place" value="湘西"' in page
    assert '<option value="typing_scam" selected>' in page
    assert client.get(FORM + "?type=nonsense").status_code == 200


def test_an_address_typed_with_a_chinese_keyboard_is_understood(client):
    assert ask(client, email="ｒｅａｄｅｒ＠ｅｘａｍｐｌｅ。com").status_code == 302
    assert the_one().email == "reader@example.com"


def test_no_place_is_the_nation(client):
    for place in ("", "全国"):
        ask(client, email=f"a{len(place)}@example.com", place=place)
    assert set(AlertSubscription.objects.values_list("region", flat=True)) == {None}
    assert AlertSubscription.objects.count() == 2


@pytest.mark.parametrize(
    ("place", "slug"),
    [("凤凰", "fenghuang"), ("湖南", "hunan"), ("fenghuang", "fenghuang"), ("湘西州", "xiangxi")],
)
def test_a_place_is_found_by_its_names(client, places, place, slug):
    assert ask(client, place=place).status_code == 302
    assert the_one().region == places[slug]


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("火星", "没有找到「火星」"),
        ("朝阳区", "北京朝阳区、吉林长春朝阳区"),
        ("吉林", "吉林省、吉林吉林市"),
        ("湘" * 41, "地名不会这么长"),
    ],
)
def test_a_place_nobody_can_tell_is_asked_again_at_the_field(client, place, message):
    response = ask(client, place=place)
    assert response.status_code == 200
    assert message in words(response)
    assert 'aria-invalid="true" aria-describedby="id_place_helptext id_place_error"' in words(
        response
    )
    assert not AlertSubscription.objects.exists()


@pytest.mark.parametrize("slug", ["jilin", "jilin-sheng", "chaoyangqu", "xiangxi", "beijing"])
def test_the_words_in_the_field_mean_the_place_of_the_page(client, place, slug):
    here = place(slug) or place("beijing")
    ask(client, place=format_place_words(here))
    assert the_one().region == here


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a@b.cn\nBcc: c@d.cn"])
def test_an_address_that_is_none_is_asked_again(client, email):
    response = ask(client, email=email)
    assert response.status_code == 200
    assert 'id="id_email_error"' in words(response)
    assert not Mail.objects.exists()


def test_a_program_is_thanked_and_ignored(client):
    assert ask(client, website="http://spam.example").url == SENT
    assert not AlertSubscription.objects.exists() and not Mail.objects.exists()


def test_the_answer_does_not_tell_who_is_subscribed(client, places):
    subscribe("known@example.com", places["xiangxi"])
    known, unknown = (ask(client, email=f"{who}@example.com") for who in ("known", "unknown"))
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert known.content == unknown.content
    subjects = {message.to[0]: message.subject for message in send()}
    assert subjects == {
        "known@example.com": "已经订阅了湘西的反诈预警",
        "unknown@example.com": "请确认：订阅湘西的反诈预警",
    }


def test_the_same_address_in_other_letters_is_the_same_subscription(client, places):
    subscribe("Reader@example.com", places["xiangxi"])
    ask(client, email="READER@EXAMPLE.COM")
    assert AlertSubscription.objects.count() == 1


def test_three_letters_a_day_and_no_more(client, monkeypatch):
    for hour in range(5):
        ask(client)
        at_another_moment(monkeypatch, timedelta(seconds=60 + hour))
    assert Mail.objects.count() == 3
    at_another_moment(monkeypatch, DAY)
    assert ask(client).url == SENT
    assert Mail.objects.count() == 4


def test_twenty_forms_an_hour_from_one_network(client):
    answers = [ask(client, email=f"a{n}@example.com").status_code for n in range(22)]
    assert answers == [302] * 20 + [429] * 2
    assert "请过一会儿再试" in words(ask(client))
    other = Client(REMOTE_ADDR="203.0.113.5")
    assert ask(other).status_code == 302


def test_limits_keep_nothing_that_names_anybody(client):
    ask(client, email="somebody@example.com")
    kept = " ".join(row.key for row in Tally.objects.all())
    assert Tally.objects.count() == 2
    assert "somebody" not in kept and "127.0.0.1" not in kept


def test_links_carry_a_number_and_no_address(client, caplog):
    caplog.set_level(logging.DEBUG)
    ask(client, email="somebody@example.com")
    (message,) = send()
    client.post(link(message, "confirm"))
    token = link(message, "confirm").split("/")[-2]
    assert signing.loads(token, salt="sitekit.signed.alerts confirm") == the_one().pk
    ours = [r.getMessage() for r in caplog.records if not r.name.startswith("django.db")]
    assert "somebody" not in " ".join(ours)


def test_a_link_used_again_changes_nothing(client, monkeypatch):
    ask(client)
    (message,) = send()
    client.post(link(message, "confirm"))
    first = the_one().confirmed_at
    at_another_moment(monkeypatch, DAY)
    client.post(link(message, "confirm"))
    assert the_one().confirmed_at == first
    client.post(link(message, "end"))
    ended = the_one().ended_at
    assert ended
    assert "已经退订" in words(client.post(link(message, "confirm")))
    client.post(link(message, "end"))
    assert the_one().ended_at == ended


def test_what_was_ended_before_it_was_confirmed_stays_ended(client):
    ask(client)
    (message,) = send()
    client.post(link(message, "end"))
    client.post(link(message, "confirm"))
    assert the_one().confirmed_at is None


def test_a_link_is_for_one_purpose(client):
    ask(client)
    (message,) = send()
    as_end = link(message, "confirm").replace("/confirm/", "/end/")
    assert client.post(as_end).status_code == 404
    assert the_one().ended_at is None


@pytest.mark.parametrize("purpose", ["confirm", "renew", "end"])
def test_a_spoiled_link_says_so(client, purpose):
    for token in ("x", "NQ:1xWE58:aaaa", "9" * 300, "%F0%9F%90%9F"):
        response = client.get(f"/alerts/subscribe/{purpose}/{token}/")
        assert response.status_code == 404
        assert "这个链接用不了" in words(response)


def test_confirming_takes_a_form_of_ours_but_ending_does_not(client, settings):
    strict = Client(enforce_csrf_checks=True)
    ask(client)
    (message,) = send()
    assert strict.post(link(message, "confirm")).status_code == 403
    assert strict.post(FORM, {"email": "a@b.cn"}).status_code == 403
    stop = message.extra_headers["List-Unsubscribe"].strip("<>").removeprefix(settings.SITE_URL)
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert strict.get(stop).status_code == 200
    assert the_one().ended_at is None
    assert strict.post(stop, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert the_one().ended_at


def test_after_the_end_one_may_begin_again(client, places):
    old = subscribe(region=places["xiangxi"])
    ALERTS.end(old.pk)
    ask(client)
    (message,) = send()
    client.post(link(message, "confirm"))
    fresh = AlertSubscription.objects.get(ended_at=None)
    assert fresh.pk != old.pk and fresh.confirmed_at


def test_a_year_is_over_when_it_is_over_unless_renewed(client, places, monkeypatch):
    row = subscribe(region=places["xiangxi"])
    at_another_moment(monkeypatch, 350 * DAY)
    assert send() == []
    at_another_moment(monkeypatch, 2 * DAY)
    (message,) = send()
    assert message.subject == "快到期了：湘西的反诈预警"
    assert send() == [], "one reminder is enough"
    renewing = link(message, "renew")
    assert "再订一年湘西的反诈预警" in words(client.get(renewing))
    assert the_one().lapses_at == row.lapses_at
    assert "已续订" in words(client.post(renewing))
    renewed = the_one().lapses_at
    assert renewed - row.lapses_at > 351 * DAY
    at_another_moment(monkeypatch, DAY)
    client.post(renewing)
    assert the_one().lapses_at == renewed


def test_after_it_lapsed_one_may_begin_again(client, places, monkeypatch):
    subscribe(region=places["xiangxi"])
    at_another_moment(monkeypatch, 366 * DAY)
    ask(client)
    (message,) = send()
    assert message.subject == "请确认：订阅湘西的反诈预警"
    client.post(link(message, "confirm"))
    assert AlertSubscription.objects.filter(ended_at=None, confirmed_at__isnull=False).count() == 1


def test_what_nobody_confirmed_is_gone_after_a_week(client, monkeypatch):
    ask(client)
    (message,) = send()
    at_another_moment(monkeypatch, 6 * DAY)
    send()
    assert the_one()
    at_another_moment(monkeypatch, 2 * DAY)
    send()
    assert not AlertSubscription.objects.exists()
    assert "已经用不上了" in words(client.post(link(message, "confirm")))
    assert "已经退订" in words(client.post(link(message, "end")))


def test_addresses_are_forgotten_a_month_after_the_end(places, monkeypatch):
    ended, lapsed = subscribe("a@b.cn", places["xiangxi"]), subscribe("c@d.cn", places["hunan"])
    for row in (ended, lapsed):
        AlertDelivery.objects.create(subscription=row, article=make_alert())
    ALERTS.end(ended.pk)
    at_another_moment(monkeypatch, 29 * DAY)
    send()
    assert set(AlertSubscription.objects.values_list("email", flat=True)) == {"a@b.cn", "c@d.cn"}
    at_another_moment(monkeypatch, 2 * DAY)
    send()
    assert set(AlertSubscription.objects.values_list("email", flat=True)) == {"", "c@d.cn"}
    assert list(AlertDelivery.objects.values_list("subscription", flat=True)) == [lapsed.pk]
    at_another_moment(monkeypatch, 370 * DAY)
    send()
    lapsed.refresh_from_db()
    assert (lapsed.email, lapsed.ended_at) == ("", lapsed.lapses_at)


def test_the_staff_sees_no_address(admin_client, places):
    subscribe("somebody@example.com", places["xiangxi"])
    page = words(admin_client.get("/admin/news/alertsubscription/"))
    assert "s***@example.com" in page and "somebody" not in page
    row = the_one().pk
    assert admin_client.get(f"/admin/news/alertsubscription/{row}/delete/").status_code == 403
    assert admin_client.get("/admin/news/alertsubscription/add/").status_code == 403
