"""Alerts by mail on a phone: from the page of alerts to the mailbox and back, and out again."""

import re

import pytest
from playwright.sync_api import expect

from news.models import AlertSubscription
from tests.articles import make_alert
from tests.news.subscriptions import find_mail_link, send_due_mails

PHONE = {"width": 390, "height": 844, "is_mobile": True, "has_touch": True}
ADDRESS = "mother@example.com"


@pytest.fixture(
    params=[pytest.param(True, marks=pytest.mark.full), False],
    ids=["with script", "without script"],
)
def reader(request, open_page):
    return open_page(**PHONE, java_script_enabled=request.param)


def get_heading(page):
    return page.locator("h1").inner_text()


def press_button(page, name):
    with page.expect_navigation():
        page.get_by_role("button", name=name).click()


def request_subscription(page, address):
    page.locator("[name=email]").fill(address)
    press_button(page, "发送确认邮件")


def test_subscriber_asks_confirms_is_told_and_leaves(reader, place):
    # given she reads the alerts of her city
    reader.goto("/xiangxi/alerts/")
    with reader.expect_navigation():
        reader.get_by_role("link", name="用邮件收湘西的预警").click()
    assert reader.locator("[name=place]").input_value() == "湘西"
    # when she gives half an address, then the whole
    request_subscription(reader, "mother@")
    assert "这个邮箱写得不对" in reader.locator(".errors").inner_text()
    request_subscription(reader, ADDRESS)
    # then she is sent to her mailbox, where a link waits
    assert get_heading(reader) == "去邮箱点一下确认"
    (letter,) = send_due_mails()
    assert letter.to == [ADDRESS]
    confirm = find_mail_link(letter, "confirm")

    # when she follows it in two tabs and presses in both
    other = reader.context.new_page()
    for tab in (reader, other):
        tab.goto(confirm)
        assert get_heading(tab) == "确认订阅湘西的反诈预警"
    for tab in (reader, other):
        press_button(tab, "确认订阅")
        # then it stands, once
        assert get_heading(tab) == "订好了：湘西的反诈预警"
    assert AlertSubscription.objects.exclude(confirmed_at=None).count() == 1
    # and going back offers nothing to press again
    reader.go_back()
    reader.reload()
    assert get_heading(reader) == "订好了：湘西的反诈预警"

    # when a danger of a county of her city is published
    alert = make_alert("吉首有人上当", places=[place("jishou")], alert_level="danger")
    (letter,) = send_due_mails()
    assert letter.subject == "湘西高危预警：吉首有人上当"
    # then the mail leads to it, in her city
    path = f"/xiangxi/news/{alert.pk}/"
    assert path in letter.body
    reader.goto(path)
    assert get_heading(reader) == "吉首有人上当"

    # when she has had enough
    end = find_mail_link(letter, "end")
    reader.goto(end)
    press_button(reader, "退订")
    # then it is over, and stays over
    assert get_heading(reader) == "已经退订"
    for address in (end, confirm):
        reader.goto(address)
        assert get_heading(reader) == "已经退订"
        assert reader.get_by_role("link", name="重新订阅").is_visible()
    make_alert("又一起", places=[place("jishou")], alert_level="danger")
    assert send_due_mails() == []


@pytest.mark.full
def test_subscriber_whose_link_is_broken_is_led_to_the_form(reader):
    reader.goto("/alerts/subscribe/confirm/MQ:1:abc/")
    assert get_heading(reader) == "这个链接用不了"
    with reader.expect_navigation():
        reader.locator("main .btn.p").click()
    assert get_heading(reader) == "订阅全国的预警"


@pytest.mark.full
def test_subscriber_who_presses_twice_gets_one_letter_answered(phone):
    phone.goto("/xiangxi/alerts/subscribe/")
    phone.locator("[name=email]").fill(ADDRESS)
    phone.get_by_role("button", name="发送确认邮件").dblclick()
    # The second press aborts the first navigation: the address is polled, not the event.
    expect(phone).to_have_url(re.compile(r"/sent/$"))
    assert AlertSubscription.objects.count() == 1
    assert {letter.to[0] for letter in send_due_mails()} == {ADDRESS}


@pytest.mark.full
def test_who_comes_back_to_a_form_that_was_sent_is_told_so(open_page, place):
    reader = open_page(**PHONE)
    notice = reader.get_by_text("刚才已经提交过了")
    # given she sends half an address, comes back, and nothing was subscribed
    reader.goto("/xiangxi/alerts/subscribe/")
    request_subscription(reader, "mother@")
    reader.goto("/about/")
    # then the browser does not ask whether to send it again, and nothing says that it was sent
    reader.go_back()
    assert reader.locator("[name=email]").is_visible() and notice.count() == 0
    # when she sends the whole address and comes back
    request_subscription(reader, ADDRESS)
    reader.go_back()
    # then she is told, and a new visit begins anew
    expect(notice).to_be_visible()
    reader.goto("/xiangxi/alerts/subscribe/")
    assert reader.locator("[name=email]").is_visible() and notice.count() == 0
