"""Three days before a listing ends its employer is told once, and renews it by a link with one button."""

import datetime
import re
from urllib.parse import urlparse

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import Notice
from listings.models import EndReminder
from listings.publication.transitions import move_listing
from listings.renewals import reminders
from sitekit.messages.text_message_channel import MAX_TITLE_CHARACTERS
from sitekit.models import Mail, TextMessage
from sitekit.templatetags.sitekit import cn_date
from sitekit.web.signed_links import sign_link
from tests.listings.posting import FEE
from tools.demo.factories import make_employer, make_listing, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def long_ago():
    return timezone.now() - datetime.timedelta(days=10)


@pytest.fixture
def ending(publish, owner, today, long_ago):
    return publish(at=long_ago, title="晚班店员", valid_through=today + datetime.timedelta(3))


def send_end_reminders():
    return reminders.remind_ending_listings()


def find_link(user):
    return urlparse(Notice.objects.get(user=user, title__contains="到期").address).path


def test_each_member_is_told_once_by_what_they_have(
    employer, ending, owner, today, notice_template, long_ago
):
    phone_only = make_user(None, phone="+8613900000077", phone_proved_at=long_ago)
    employer.memberships.create(user=phone_only, role="recruiter")
    assert [send_end_reminders(), send_end_reminders()] == [1, 0]
    for user in (owner, phone_only):
        assert "到期，点开续期：晚班店员" in user.notices.get().title
    mail, text = Mail.objects.get(), TextMessage.objects.get()
    assert find_link(owner) in mail.text and find_link(owner) != find_link(phone_only)
    assert "到期，点开续期：晚班店员" in text.words["title"]


def test_a_text_message_leads_to_the_button_and_to_the_end_of_such_messages(
    employer, ending, owner, today, notice_template, long_ago
):
    owner.email, owner.phone, owner.phone_proved_at = None, "+8613900000077", long_ago
    owner.save()
    send_end_reminders()
    message = TextMessage.objects.get()
    assert max(map(len, message.words.values())) <= MAX_TITLE_CHARACTERS, "providers refuse more"
    link = f"/n/{message.words['code']}/"
    assert "\N{THIN SPACE}" not in message.words["title"]
    assert message.text.endswith(f"{settings.SITE_URL}{link}") and find_link(owner) == link
    client = Client()
    page = client.get(link).content.decode()
    ending.refresh_from_db()
    assert ending.valid_through == today + datetime.timedelta(3), "looking renews nothing"
    assert "已续期" in client.post(link).content.decode()
    ending.refresh_from_db()
    assert ending.valid_through == today + datetime.timedelta(30)
    stop = urlparse(re.search('href="([^"]+)">不再收招聘进展的短信', page)[1]).path
    assert "已退订" in client.post(stop).content.decode()
    assert "不再收招聘进展的短信" not in client.get(link).content.decode()


def test_a_mail_with_the_former_link_still_renews(ending, owner):
    send_end_reminders()
    link = f"/employer/renew/{sign_link(reminders.PURPOSE, EndReminder.objects.get().pk)}/"
    assert "已续期" in Client().post(link).content.decode()


def test_a_code_is_of_use_for_two_weeks(ending, owner):
    send_end_reminders()
    EndReminder.objects.update(created_at=timezone.now() - datetime.timedelta(days=15))
    assert Client().get(find_link(owner)).status_code == 404


def test_what_ends_later_or_is_new_or_not_public_is_not_told_of(
    publish, owner, today, employer, long_ago
):
    soon = today + datetime.timedelta(2)
    publish(at=long_ago, valid_through=today + datetime.timedelta(4))
    publish(valid_through=soon)
    move_listing(publish(at=long_ago, valid_through=soon).pk, "paused", owner)
    make_listing(employer=make_employer(status="frozen"), published_at=long_ago, valid_through=soon)
    assert send_end_reminders() == 0


def test_the_link_renews_once_without_signing_in(ending, owner, today):
    send_end_reminders()
    client, link = Client(), find_link(owner)
    page = client.get(link).content.decode()
    assert page.count("<form") == 1 + page[: page.index("<main")].count("<form")
    ending.refresh_from_db()
    assert ending.valid_through == today + datetime.timedelta(3)
    until = today + datetime.timedelta(30)
    for _ in range(2):
        answer = client.post(link).content.decode()
        assert cn_date(until) in answer and "已续期" in answer
    ending.refresh_from_db()
    assert (ending.valid_through, ending.revisions.count()) == (until, 2)
    assert ending.revisions.order_by("-pk").first().author == owner
    assert EndReminder.objects.get().used_at


def test_what_was_paused_since_is_renewed_and_said_to_be_paused(ending, owner):
    send_end_reminders()
    move_listing(ending.pk, "paused", owner)
    answer = Client().post(find_link(owner)).content.decode()
    assert "已续期，但" in answer and "已暂停" in answer and "重新招人" in answer


def test_a_renewal_that_does_not_pass_says_so_and_changes_nothing(ending, owner, today):
    type(ending).objects.filter(pk=ending.pk).update(duties=FEE)
    send_end_reminders()
    answer = Client().post(find_link(owner)).content.decode()
    assert "续期未成功" in answer
    ending.refresh_from_db()
    assert ending.valid_through == today + datetime.timedelta(3)
    assert "续期未成功" in Client().get(find_link(owner)).content.decode()


def test_a_renewal_that_is_checked_first_promises_no_person(ending, owner, today):
    """It may wait for its photos to be read, and then pass by itself within seconds."""
    type(ending).objects.filter(pk=ending.pk).update(duties="介绍新口味，加微信 chaxiaodian88。")
    send_end_reminders()
    answer = Client().post(find_link(owner)).content.decode()
    assert "检查过就续期" in answer and "审核员看过" not in answer
    ending.refresh_from_db()
    assert ending.valid_through == today + datetime.timedelta(3)


def test_work_that_ends_before_is_changed_by_hand(publish, owner, today, long_ago):
    last = today + datetime.timedelta(2)
    listing = publish(at=long_ago, valid_through=last, end_date=last)
    send_end_reminders()
    notice = owner.notices.get()
    assert notice.address == f"/employer/listings/{listing.pk}/" and "修改" in notice.text


@pytest.mark.parametrize("how", ["forged", "left", "withdrawn"])
def test_a_link_that_is_of_no_use_says_why_and_renews_nothing(ending, owner, today, how):
    send_end_reminders()
    link = find_link(owner)
    if how == "forged":
        link = f"{link[:-3]}x/"
    elif how == "left":
        owner.memberships.all().delete()
    else:
        move_listing(ending.pk, "withdrawn", owner)
    for answer in (Client().get(link), Client().post(link)):
        words = "不在招人" if how == "withdrawn" else "用不了"
        assert words in answer.content.decode()
    ending.refresh_from_db()
    assert ending.valid_through == today + datetime.timedelta(3)
