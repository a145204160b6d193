"""Text messages of subscriptions: one a day, of all that is new."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.choices import NoticeKind as K
from accounts.inbox import digests
from accounts.inbox.digests import SubscriptionNews, send_due_digests, send_subscription_notices
from accounts.inbox.notices import PAID_NOTICES_A_DAY, send_notice
from accounts.models import DigestLine
from sitekit.models import TextMessage
from tests.clock import advance_clock
from tools.demo.factories import make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("clock_at_noon", "notice_template", "quiet_hours"),
]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PHONE = "+8613900139011"


@pytest.fixture
def reader():
    return make_user(phone=PHONE, phone_proved_at=timezone.now())


def send_subscription_news(user, kind=K.SEARCHES, count=1, key="k"):
    news = SubscriptionNews(
        user, key, "有新的", "传单 20元/小时", "湘西兼职", count, "/xiangxi/jobs/"
    )
    send_subscription_notices([news], kind)


def list_digest_messages():
    return list(TextMessage.objects.filter(kind="digest").order_by("pk"))


def test_one_message_tells_of_all_subscriptions(reader):
    send_subscription_news(reader, count=3)
    send_subscription_news(reader, count=2, key="l")
    send_subscription_news(reader, K.ALERTS, key="m")
    assert not list_digest_messages() and reader.notices.count() == 3, "the inbox has it at once"
    assert send_due_digests() == 1
    (message,) = list_digest_messages()
    assert message.to == PHONE and message.words["what"] == "5 条新兼职、1 条反诈预警"
    assert message.words["code"] in message.text
    assert send_due_digests() == 0


def test_it_comes_at_most_once_a_day(monkeypatch, reader):
    send_subscription_news(reader)
    send_due_digests()
    advance_clock(monkeypatch, HOUR)
    send_subscription_news(reader, key="l")
    assert send_due_digests() == 0
    advance_clock(monkeypatch, 19 * HOUR)  # 8 in the morning
    assert send_due_digests() == 0
    advance_clock(monkeypatch, HOUR)
    assert send_due_digests() == 1 and len(list_digest_messages()) == 2


def test_it_waits_for_the_end_of_the_readers_quiet_hours(reader):
    reader.quiet_from, reader.quiet_until = 11, 14
    reader.save()
    send_subscription_news(reader)
    send_due_digests()
    assert timezone.localtime(list_digest_messages()[0].not_before).hour == 14


@pytest.mark.parametrize(
    "fields",
    [
        {"email": "reader@example.com"},
        {"phone_proved_at": None},
        {"notice_choices": {"searches": {"text_messages": False}}},
    ],
    ids=["has mail", "not proved", "wants none"],
)
def test_nobody_else_gets_one(reader, fields):
    for name, value in fields.items():
        setattr(reader, name, value)
    reader.save()
    send_subscription_news(reader)
    assert not DigestLine.objects.exists()


def test_who_has_mail_may_choose_it(reader):
    reader.email, reader.notice_choices = (
        "reader@example.com",
        {"searches": {"text_messages": True}},
    )
    reader.save()
    send_subscription_news(reader)
    assert send_due_digests() == 1


@pytest.mark.parametrize("how", ["stopped", "closed"])
def test_what_waits_is_dropped_when_it_is_not_wanted_any_more(reader, how):
    send_subscription_news(reader)
    send_subscription_news(reader, K.ALERTS, key="l")
    if how == "stopped":
        reader.notice_choices = {"searches": {"text_messages": False}}
    else:
        reader.is_active = False
    reader.save()
    assert send_due_digests() == (how == "stopped")
    assert [message.words["what"] for message in list_digest_messages()] == ["1 条反诈预警"] * (
        how == "stopped"
    )


def test_it_counts_among_the_days_messages_and_waits_for_the_next(monkeypatch, reader):
    for number in range(int(PAID_NOTICES_A_DAY)):
        send_notice(reader, f"n{number}", "录用了", kind=K.APPLICATION, text_message=True)
    send_subscription_news(reader)
    assert send_due_digests() == 0 and DigestLine.objects.filter(texted_at=None).exists()
    advance_clock(monkeypatch, DAY)
    assert send_due_digests() == 1


def test_who_had_the_days_messages_is_counted_no_more_and_holds_up_nobody(monkeypatch, reader):
    hits = []
    monkeypatch.setattr(
        "sitekit.web.rate_limits.add_count", lambda _counter, what: hits.append(what)
    )
    monkeypatch.setattr(digests, "MAX_USERS", 1)
    for number in range(int(PAID_NOTICES_A_DAY)):
        send_notice(reader, f"n{number}", "录用了", kind=K.APPLICATION, text_message=True)
    later = make_user(phone="+8613900139012", phone_proved_at=timezone.now())
    for user in (reader, later):
        send_subscription_news(user, key=f"k{user.pk}")
    assert [send_due_digests() for _ in range(3)] == [1, 0, 0]
    assert [message.to for message in list_digest_messages()] == [later.phone]
    assert hits == []


def test_where_counting_ended_the_words_say_so(monkeypatch, reader):
    monkeypatch.setattr(digests, "MAX_COUNTED", 3)
    send_subscription_news(reader, count=3)
    send_subscription_news(reader, count=2, key="l")
    send_subscription_news(reader, K.ALERTS, key="m")
    send_due_digests()
    (message,) = list_digest_messages()
    assert message.words["what"] == "5 条以上新兼职、1 条反诈预警"


def test_without_a_template_nothing_is_kept_for_it(reader, settings):
    del settings.TEXT_MESSENGER["OPTIONS"]["templates"]["digest"]
    send_subscription_news(reader)
    assert reader.notices.exists() and not DigestLine.objects.exists()


def test_looking_for_it_is_one_query_and_each_reader_takes_a_few(django_assert_num_queries):
    with django_assert_num_queries(1):
        send_due_digests()
    for number in range(3):
        user = make_user(phone=f"+86139001390{number:02}", phone_proved_at=timezone.now())
        send_subscription_news(user, key=f"k{number}")
    # the readers, and who may get one; of each: savepoint, person, lines not wanted, lines, sent before, count,
    # message, lines, savepoint
    with django_assert_num_queries(2 + 3 * 9):
        assert send_due_digests() == 3


def test_the_mails_of_subscriptions_take_their_turn_by_time(reader):
    """What has no time leaves before them: warnings, and what somebody asked for just now."""
    for user in (reader, None):
        assert digests.find_mail_send_time(user, K.SEARCHES) == timezone.now()
