"""Who is told of which alert, when, and how often: once."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.choices import NoticeKind
from accounts.inbox.preferences import INBOX
from accounts.models import Notice
from cities.directory.regions import reset_region_cache
from cities.models import Region
from news.alert_subscriptions.sending import send_due_alerts, withdraw_unsent_alerts
from news.alert_subscriptions.subscriptions import ALERTS
from news.articles.article_places import set_places
from news.articles.transitions import publish_article, return_article_to_draft, withdraw_article
from news.models import AlertDelivery, AlertSubscription, Article
from sitekit.models import Mail
from sitekit.templatetags.sitekit import cn_date
from tests.articles import make_alert, make_article, make_source
from tests.clock import advance_clock
from tests.news.subscriptions import (
    find_mail_link,
    make_alert_subscription,
    send_due_mails,
)
from tests.people import make_person

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
CASES = [
    "吉首一名学生在群里做点赞任务，先垫一千二百元，群主随后把他移出群聊。",
    "凤凰有人冒充客栈招前台，收了健康证代办费就失去联系，电话再也打不通。",
    "长沙警方提醒，打字录入的兼职若先要保密金，多半收钱以后挑错扣光工资。",
    "一名宝妈做手工活，交了材料费，成品寄回去却被说不合格，押金一分没退。",
    "驾校门口有人高价收电话卡，三天后卡主被叫去派出所，名下多了两起案子。",
    "所谓影视公司约面试，先拍两千八的模卡，之后一个通告也没有接到过。",
    "主播培训班签了分期合同，课没上完公司搬空，贷款却要自己一期一期还。",
    "境外客服月薪三万包机票，护照一到就被收走，想走要先交一笔违约金。",
    "租号一天五十，两天后账号被封，朋友列表里的人都收到了借钱的消息。",
    "跑腿取现一趟八百，第三趟在柜台前被拦下，袋里是老人被骗的养老钱。",
    "中介收了三百元信息费，给的工厂地址是一片空地，门店第二天关了门。",
    "试用七天不结钱，店家说没满半月不算，几个学生一起去劳动监察投诉。",
]


def make_distinct_alert(number=0, **fields):
    """One of twelve stories that nobody takes for another."""
    return make_alert(f"{CASES[number][:14]}（{number}）", f"<p>{CASES[number]}</p>", **fields)


def list_titles_by_address(messages):
    """{address: titles} of the mails."""
    return {
        message.to[0]: [line[4:] for line in message.body.splitlines() if line.startswith("【")]
        for message in messages
    }


def list_mail_titles(mail):
    return [line[4:] for line in mail.text.splitlines() if line.startswith("【")]


def list_titles(*alerts):
    return [article.title for article in alerts]


def test_the_alerts_of_the_place_of_what_lies_in_it_and_of_the_whole_around_it(places):
    row = make_alert_subscription(region=places["xiangxi"])
    here, inside, province, nation = (
        make_distinct_alert(0, places=[places["xiangxi"]]),
        make_distinct_alert(1, places=[places["fenghuang"]]),
        make_distinct_alert(2, places=[places["hunan"]]),
        make_distinct_alert(3),
    )
    make_distinct_alert(4, places=[places["changsha"]])
    make_distinct_alert(5, places=[places["hebei"]])
    make_article("不是预警", places=[places["xiangxi"]])
    assert list_titles_by_address(send_due_mails()) == {
        row.email: list_titles(nation, province, inside, here)
    }


def test_of_a_place_that_was_merged_into_another_one_hears_what_concerns_that(places):
    make_alert_subscription(region=places["xiangxi"])
    try:
        Region.objects.filter(slug="xiangxi").update(successor=places["changsha"])
        reset_region_cache()
        alert = make_distinct_alert(2, places=[places["changsha"]])
        assert [*list_titles_by_address(send_due_mails()).values()] == [list_titles(alert)]
    finally:
        reset_region_cache()


def test_the_nation_hears_of_everything_and_a_type_of_its_own(places):
    make_alert_subscription("all@example.com")
    make_alert_subscription("typing@example.com", fraud_type="typing_scam")
    brushing = make_distinct_alert(0, places=[places["hebei"]])
    typing = make_distinct_alert(2, fraud_type="typing_scam")
    assert list_titles_by_address(send_due_mails()) == {
        "all@example.com": list_titles(typing, brushing),
        "typing@example.com": list_titles(typing),
    }


def test_only_what_was_published_after_the_confirmation(places, monkeypatch):
    make_distinct_alert(0)
    advance_clock(monkeypatch, HOUR)
    make_alert_subscription()
    advance_clock(monkeypatch, HOUR)
    fresh = make_distinct_alert(1)
    assert list_titles_by_address(send_due_mails()) == {"reader@example.com": list_titles(fresh)}


def test_what_is_published_after_the_confirmation_is_new_though_its_source_told_it_before(places):
    make_alert_subscription()
    alert = make_distinct_alert(source_date=timezone.localdate() - 2 * DAY)
    assert list_titles_by_address(send_due_mails()) == {"reader@example.com": list_titles(alert)}


def test_nobody_who_did_not_confirm_or_ended_or_lapsed(places, monkeypatch):
    ALERTS.request("asked@example.com", region=None, fraud_type="")
    ALERTS.end(make_alert_subscription("ended@example.com").pk)
    make_alert_subscription("lapsed@example.com")
    Mail.objects.all().delete()
    advance_clock(monkeypatch, 366 * DAY)
    make_distinct_alert()
    assert list_titles_by_address(send_due_mails()) == {}


def test_an_alert_is_told_once(places):
    make_alert_subscription()
    make_distinct_alert(alert_level="danger")
    assert len(send_due_mails()) == 1
    assert send_due_mails() == []
    AlertSubscription.objects.update(last_sent_at=None)
    assert send_due_mails() == []


def test_published_again_it_is_not_told_again(places, monkeypatch):
    make_alert_subscription()
    first = make_distinct_alert(alert_level="danger")
    assert len(send_due_mails()) == 1
    withdraw_article(first.pk, "改几个字")
    return_article_to_draft(first.pk)
    advance_clock(monkeypatch, 2 * DAY)
    publish_article(first.pk)
    assert send_due_mails() == []


def test_the_same_story_from_another_source_is_not_told_again(places, monkeypatch):
    make_alert_subscription()
    make_distinct_alert(0)
    assert len(send_due_mails()) == 1
    advance_clock(monkeypatch, 2 * DAY)
    make_alert("又一家也登了", f"<p>{CASES[0]}</p>", source=make_source("某报", "media"))
    assert send_due_mails() == []


def test_two_that_tell_one_story_are_one_line(places):
    make_alert_subscription()
    make_alert("一家", f"<p>{CASES[0]}</p>")
    make_alert("另一家", f"<p>{CASES[0]}</p>")
    assert [len(lines) for lines in list_titles_by_address(send_due_mails()).values()] == [1]


def test_one_address_with_two_subscriptions_hears_it_once(places):
    make_alert_subscription("reader@example.com", places["xiangxi"])
    make_alert_subscription("READER@example.com", places["hunan"])
    both, only_hunan = (
        make_distinct_alert(0, places=[places["jishou"]]),
        make_distinct_alert(1, places=[places["changsha"]]),
    )
    lines = [
        line
        for _, lines in sorted(list_titles_by_address(send_due_mails()).items())
        for line in lines
    ]
    assert sorted(lines) == sorted(list_titles(both, only_hunan))


def test_a_danger_is_told_at_once_and_the_rest_once_a_day(places, monkeypatch):
    make_alert_subscription()
    first = make_distinct_alert(0)
    assert list_titles_by_address(send_due_mails()) == {"reader@example.com": list_titles(first)}
    advance_clock(monkeypatch, HOUR)
    waiting = make_distinct_alert(1)
    assert send_due_mails() == []
    advance_clock(monkeypatch, HOUR)
    danger = make_distinct_alert(2, alert_level="danger")
    (message,) = send_due_mails()
    assert list_titles_by_address([message]) == {"reader@example.com": list_titles(danger, waiting)}
    assert message.subject == f"全国高危预警：{danger.title}（共 2 条）"
    late = make_distinct_alert(3)
    advance_clock(monkeypatch, 23 * HOUR)
    assert send_due_mails() == []
    advance_clock(monkeypatch, HOUR)
    assert list_titles_by_address(send_due_mails()) == {"reader@example.com": list_titles(late)}


def test_ten_a_mail_and_the_rest_in_the_next(places, monkeypatch):
    make_alert_subscription()
    alerts = [make_distinct_alert(number) for number in range(12)]
    (message,) = send_due_mails()
    assert list_titles_by_address([message]) == {"reader@example.com": list_titles(*alerts[:1:-1])}
    assert "还有 2 条" in message.body
    advance_clock(monkeypatch, DAY)
    assert list_titles_by_address(send_due_mails()) == {
        "reader@example.com": list_titles(alerts[1], alerts[0])
    }


def test_a_scheduled_alert_is_told_when_it_is_due(places, monkeypatch):
    make_alert_subscription()
    due = make_distinct_alert(status="scheduled", at=timezone.now() + HOUR)
    assert send_due_mails() == []
    advance_clock(monkeypatch, 2 * HOUR)
    assert list_titles_by_address(send_due_mails()) == {"reader@example.com": list_titles(due)}


def test_what_is_old_is_no_news(places, monkeypatch):
    make_alert_subscription()
    make_distinct_alert(0)
    advance_clock(monkeypatch, 8 * DAY)
    assert send_due_mails() == []


def test_a_withdrawn_alert_is_never_told_even_if_its_mail_was_written(places):
    make_alert_subscription()
    stays, goes = make_distinct_alert(0), make_distinct_alert(1)
    assert send_due_alerts() == 1
    withdraw_article(goes.pk, "有误")
    assert list_titles_by_address(send_due_mails()) == {"reader@example.com": list_titles(stays)}
    assert list(AlertDelivery.objects.values_list("article", flat=True)) == [stays.pk]


def test_an_alert_that_is_over_is_not_mailed_and_a_mail_says_the_last_day(places, monkeypatch):
    make_alert_subscription()
    today = timezone.localdate()
    lasts = make_distinct_alert(0, alert_until=today + DAY)
    make_distinct_alert(1, alert_until=today)
    make_distinct_alert(2, alert_until=today - DAY)
    assert send_due_alerts() == 1
    (message,) = Mail.objects.all()
    assert list_mail_titles(message) == list_titles(*Article.objects.filter(alert_until__gte=today))
    assert f"预警至 {cn_date(lasts.alert_until, 'full')}" in message.text
    advance_clock(monkeypatch, DAY)
    assert list_titles_by_address(send_due_mails()) == {"reader@example.com": list_titles(lasts)}
    assert list(AlertDelivery.objects.values_list("article", flat=True)) == [lasts.pk]


def test_a_mail_whose_only_alert_is_over_goes_and_holds_up_no_other(places, monkeypatch):
    make_alert_subscription()
    make_distinct_alert(0, alert_until=timezone.localdate())
    assert send_due_alerts() == 1
    advance_clock(monkeypatch, DAY)
    fresh = make_distinct_alert(1)
    (message,) = send_due_mails()
    assert list_titles_by_address([message]) == {"reader@example.com": list_titles(fresh)}


def test_what_was_corrected_to_be_no_alert_of_the_reader_is_not_told(places):
    make_alert_subscription(region=places["jishou"], fraud_type="brushing_rebate")
    alerts = [make_distinct_alert(number, places=[places["jishou"]]) for number in range(4)]
    stays, no_alert, of_elsewhere, of_another_type = alerts
    assert send_due_alerts() == 1
    Article.objects.filter(pk=no_alert.pk).update(kind="news", alert_level="")
    Article.objects.filter(pk=of_another_type.pk).update(fraud_type="typing_scam")
    set_places(of_elsewhere, [places["changsha"]])
    assert list_titles_by_address(send_due_mails()) == {"reader@example.com": list_titles(stays)}
    assert list(AlertDelivery.objects.values_list("article", flat=True)) == [stays.pk]


def test_a_mail_that_waits_has_the_words_of_its_alert_as_they_were_corrected(places, monkeypatch):
    make_alert_subscription()
    stays, corrected = make_distinct_alert(0), make_distinct_alert(1)
    assert send_due_alerts() == 1
    advance_clock(monkeypatch, timedelta(minutes=1))
    corrected.title = "上一条写错了店名"
    corrected.save(update_fields=["title", "updated_at"])
    titles = list_titles(corrected, stays)
    assert list_titles_by_address(send_due_mails()) == {"reader@example.com": titles}
    assert AlertDelivery.objects.count() == 2
    assert send_due_mails() == []


def test_a_mail_whose_alerts_are_as_they_were_is_not_written_again(places):
    make_alert_subscription()
    make_distinct_alert()
    assert send_due_alerts() == 1
    former = Mail.objects.get()
    withdraw_unsent_alerts()
    assert Mail.objects.get().pk == former.pk


def test_a_member_is_not_told_again_of_what_stays(places):
    user = make_person("member", notice_choices={NoticeKind.ALERTS.value: {INBOX: True}})
    row = make_alert_subscription()
    AlertSubscription.objects.filter(pk=row.pk).update(email=user.email, user=user)
    stays, goes = make_distinct_alert(0), make_distinct_alert(1)
    assert send_due_alerts() == 1
    notice_ids = list(Notice.objects.filter(user=user).values_list("pk", flat=True))
    withdraw_article(goes.pk, "有误")
    assert list_titles_by_address(send_due_mails()) == {user.email: list_titles(stays)}
    assert list(Notice.objects.filter(user=user).values_list("pk", flat=True)) == notice_ids != []


def test_whoever_ends_it_gets_no_mail_that_was_written_before(places):
    row = make_alert_subscription()
    make_distinct_alert()
    assert send_due_alerts() == 1
    ALERTS.end(row.pk)
    assert send_due_mails() == []


def test_the_mail_says_what_happened_why_it_came_and_how_to_stop(client, places, settings):
    row = make_alert_subscription(region=places["xiangxi"])
    article = make_distinct_alert(
        0, places=[places["jishou"]], source=make_source("吉首警方", "police")
    )
    (message,) = send_due_mails()
    assert message.subject == f"湘西预警：{article.title}"
    assert message.body.startswith("湘西的反诈预警有 1 条新的。")
    for sentence in (
        CASES[0],
        "刷单返利 · 吉首 · 来源：吉首警方",
        f"{settings.SITE_URL}/xiangxi/news/{article.pk}/",
        "96110",
        "这个邮箱在兼职信息网订阅了湘西的反诈预警",
    ):
        assert sentence in message.body
    assert "&" not in message.body
    assert client.post(find_mail_link(message, "end")).status_code == 200
    row.refresh_from_db()
    assert row.ended_at


def test_titles_are_told_as_they_are(places):
    make_alert_subscription()
    make_alert("1 < 2 & “三”\n换行", f"<p>{CASES[0]}</p>")
    (message,) = send_due_mails()
    assert message.subject == "全国预警：1 < 2 & “三” 换行"
    assert "【提醒】1 < 2 & “三”" in message.body


def test_the_queries_do_not_grow_with_what_meets(places):
    def queries_for(people, alerts):
        for number in range(people):
            make_alert_subscription(f"p{number}@example.com", places["xiangxi"])
        for number in range(alerts):
            set_places(make_distinct_alert(number), [places["jishou"]])
        with CaptureQueriesContext(connection) as queries:
            assert send_due_alerts() == people
        return len(queries)

    few = queries_for(1, 1)
    AlertSubscription.objects.all().delete()
    assert queries_for(9, 11) == few
    # alerts, their places; rows, whose mailboxes they are, what they were told; what they are told, mails,
    # when; that there are no more rows; around the rows and the end a savepoint each
    assert few == 13
