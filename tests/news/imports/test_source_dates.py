"""An import counts as published on the day of its source; without one it is never fresh."""

import json
import re
from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone

from news.alert_subscriptions.sending import send_due_alerts
from news.articles.transitions import publish_article, record_due_articles, schedule_article
from news.imports.story_body import tidy_story_body
from news.models import Article
from news.models.article import UNDATED
from news.readers.bylines import find_told_date
from news.templatetags.news_dates import known_age
from tests.articles import make_alert, make_article
from tests.clock import advance_clock
from tests.import_runs import run_article_import, write_import_file
from tests.news.editing import press_button
from tests.news.subscriptions import make_alert_subscription

# Of `UNDATED`; the number alone may stand in the name of a file.
DAY = timedelta(days=1)
DAY_OF_1990 = re.compile("1990[-年]")
WARNING = (
    "吉首刷单返利又骗走学费\n\n吉首一名学生在群里做刷单任务，先垫付三千元，随后被要求补单才能提现，"
    "最后被拉黑。民警提醒，刷单就是诈骗。"
)


def import_article(folder, text, name="a.txt", *options):
    assert run_article_import(write_import_file(folder, text, name), *options)[0] == 0
    return Article.objects.latest("pk")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("本报讯 2021年6月3日，记者在集市上看到。\n正文。", date(2021, 6, 3)),
        ("新华社北京6月3日电 今年是2019年以来最热的一年。", date(2019, 6, 3)),
        ("2015年7月1日起，新规施行。\n二\n三\n四\n五\n2015年7月9日公布", date(2015, 7, 9)),
        ("2020年2月30日没有这一天。", None),
        ("2999年1月1日还没有到。", None),
        ("一\n二\n三\n四\n1998年5月1日的旧事。\n六\n七", None),
        ("没有日期。", None),
    ],
)
def test_a_date_that_the_text_tells(text, day):
    assert find_told_date(text.split("\n")) == day


def test_a_dateline_without_a_year_means_the_last_such_day():
    tomorrow = timezone.localdate() + timedelta(days=1)
    if (tomorrow.month, tomorrow.day) == (2, 29):
        tomorrow += timedelta(days=1)
    day = find_told_date([f"本报{tomorrow.month}月{tomorrow.day}日讯 开市了。"])
    assert (day.month, day.day) == (tomorrow.month, tomorrow.day)
    assert day < timezone.localdate()


def test_an_import_is_sorted_by_the_day_of_its_source(tmp_path, client):
    fresh = make_article("今天的消息")
    old = import_article(tmp_path, f"{WARNING}\n\n发布时间：2021-06-03")
    assert timezone.localtime(old.published_at) == datetime(
        2021, 6, 3, 12, tzinfo=timezone.get_current_timezone()
    )
    assert set(old.places.values_list("published_at", flat=True)) == {old.published_at}
    assert [*Article.objects.published().newest()] == [fresh, old]
    page = client.get(f"/news/{old.pk}/").text
    assert "原文" in page and "收录于" in page and "发布 <time" not in page
    assert '"datePublished": "2021-06-03"' in page
    assert 'datetime="2021-06-03"' in client.get("/news/").text


def test_an_import_without_a_date_is_never_fresh(tmp_path, client):
    older = make_article("去年的消息", at=timezone.now() - timedelta(days=400))
    article = import_article(tmp_path, WARNING)
    assert (article.kind, article.published_at) == ("alert", UNDATED)
    assert [*Article.objects.published().newest()] == [older, article]
    page = client.get(f"/news/{article.pk}/").text
    today = timezone.localdate().isoformat()
    assert f"收录于 {today}" in page
    for fresh in ("datePublished", "dateModified", "发布 <time"):
        assert fresh not in page
    assert not DAY_OF_1990.search(page)
    for address in ("/news/", "/alerts/", "/jishou/alerts/", "/xiangxi/"):
        rows = client.get(address).text
        assert "分钟前" not in rows and "刚刚" not in rows and not DAY_OF_1990.search(rows)
    assert "收录于" in client.get("/jishou/alerts/").text
    assert article.title not in client.get("/alerts/feed.atom").text
    assert article.title not in client.get("/alerts/feed.json").text
    assert article.title not in client.get("/sitemap-news.xml").text


def test_where_only_the_moment_is_known_an_undated_one_has_no_age():
    assert known_age(UNDATED) == "日期不详"
    assert "<time datetime=" in known_age(timezone.now())


def test_nobody_is_mailed_an_import_that_is_old_or_undated(tmp_path, places):
    make_alert_subscription(region=places["jishou"])
    import_article(tmp_path, WARNING)
    other = "吉首有人冒充客服\n\n对方自称快递客服来理赔，让她打开屏幕共享，卡里的钱被转走，已报警。"
    import_article(tmp_path, f"{other}\n\n发布时间：2021-06-03", "b.txt")
    assert Article.objects.filter(kind="alert").count() == 2
    assert send_due_alerts() == 0


def test_a_draft_that_was_imported_is_dated_when_it_is_published(tmp_path):
    draft = import_article(tmp_path, WARNING, "a.txt", "--draft")
    assert publish_article(draft.pk).published_at == UNDATED
    dated = import_article(
        tmp_path,
        json.dumps([{"title": "另一件", "text": "正文在此。", "date": "2022-05-06"}]),
        "b.json",
        "--draft",
    )
    assert timezone.localdate(publish_article(dated.pk).published_at) == date(2022, 5, 6)


def test_what_was_scheduled_is_dated_by_its_source_like_what_is_published(
    tmp_path, places, monkeypatch
):
    make_alert_subscription()
    day = timezone.localdate() - 300 * DAY
    dated = make_alert(places=[places["jishou"]], status="scheduled", source_date=day)
    undated = import_article(tmp_path, WARNING, "a.txt", "--draft")
    written_here = make_article("定在明天的消息", status="draft")
    for draft in (undated, written_here):
        schedule_article(draft.pk, timezone.now() + DAY)
    advance_clock(monkeypatch, 2 * DAY)
    assert record_due_articles() == 3 and send_due_alerts() == 0
    assert [*Article.objects.published().newest()] == [written_here, dated, undated]
    dated.refresh_from_db()
    assert timezone.localdate(dated.published_at) == day
    assert set(dated.places.values_list("published_at", flat=True)) == {dated.published_at}


def correct_date(client, article, day):
    fields = {"source_date": day.isoformat() if day else ""}
    press_button(client, article, "_continue", **fields)
    article.refresh_from_db()
    return article.published_at


def test_a_date_that_was_wrong_leaves_no_alert_where_it_put_it(admin_client, places):
    today = timezone.localdate()
    make_alert_subscription("reader@example.com", places["jishou"])
    alert = make_alert(places=[places["jishou"]], status="draft", source_date=today - 60 * DAY)
    publish_article(alert.pk)
    began = timezone.now()
    assert send_due_alerts() == 0 and correct_date(admin_client, alert, today) > began
    assert send_due_alerts() == 1


def test_without_a_date_it_stands_where_it_was_published(admin_client):
    article = make_article(status="draft", source_date=timezone.localdate() - 60 * DAY)
    publish_article(article.pk)
    published = article.events.get(what="publish").at
    assert correct_date(admin_client, article, None) == published
    today = timezone.localdate()
    assert correct_date(admin_client, article, today) == published, "of no former date"


def test_without_a_date_it_stands_where_it_became_due(admin_client, monkeypatch):
    day = timezone.localdate() - 60 * DAY
    article = make_article(status="scheduled", source_date=day)
    advance_clock(monkeypatch, 2 * DAY)
    record_due_articles()
    due = article.events.get(what="due").at
    advance_clock(monkeypatch, 5 * DAY)
    assert correct_date(admin_client, article, None) == due


def test_what_became_due_is_dated_by_its_source_too(admin_client):
    article = make_article(status="scheduled")
    Article.objects.update(published_at=timezone.now() - DAY)
    day = timezone.localdate() - 9 * DAY
    assert timezone.localdate(correct_date(admin_client, article, day)) == day


def test_of_today_is_now(tmp_path):
    article = import_article(tmp_path, f"{WARNING}\n\n发布时间：{timezone.localdate()}")
    assert timezone.now() - article.published_at < timedelta(minutes=5)


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        ("<p>城东日报记者 王小满</p>\n<p>正文。</p>", "<p>正文。</p>"),
        ("<p>正文。</p>\n<p>网友 @南山小陈</p>\n<p>（通讯员 李明 张小红）</p>", "<p>正文。</p>"),
        ("<p>甲。</p>\n<p>某报记者 王小满</p>\n<p>乙。</p>", "<p>甲。</p>\n<p>乙。</p>"),
        ("\n".join(f"<p>{line}</p>" for line in "甲 乙 丙 网友@丁 戊 己 庚".split()), None),
        ("<p>@老陈：下次先问问。</p>\n<p>正文。</p>", None),
        ("<p>正文。</p>\n<figure><figcaption>集市一角</figcaption></figure>", "<p>正文。</p>"),
        ("<figure><figcaption>集市一角</figcaption></figure>", None),
        ("<p>记者 走访发现，摊位都满了。</p>\n<p>二。</p>", None),
    ],
)
def test_credits_at_the_ends_and_captions_alone_are_dropped(body, kept):
    assert tidy_story_body(body) == (body if kept is None else kept)
