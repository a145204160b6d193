import random
from datetime import timedelta

import pytest
from django.utils import timezone

from cities.directory.regions import get_region_by_slug
from news.models import Article
from news.related import candidates, ranking
from news.related.candidates import ARTICLES_OF_PART
from news.related.related_articles import MAX_RELATED, find_related_articles
from tests.articles import make_alert, make_article

DAY = timedelta(days=1)
WORDS = [chr(code) for code in range(0x5000, 0x9000)]


def make_distinct_article(title, make=make_article, **given):
    """An article whose text is like no other's."""
    chars = random.Random(title).sample(WORDS, 60)
    return make(title, f"<p>{''.join(chars)}</p>", **given)


def make_distinct_alert(title, **given):
    return make_distinct_article(title, make_alert, **given)


def page_of(article):
    return Article.objects.with_tags().with_places().with_matters().get(pk=article.pk)


def list_related_reasons(article, city):
    return [(item.title, item.reason) for item in find_related_articles(page_of(article), city)]


def test_matter_comes_first_then_place_each_with_its_reason(places):
    article = make_distinct_article(
        "网警上线", tags=["网警"], fraud_type="brushing_rebate", kind="guide"
    )
    make_distinct_article("网警答疑", tags=["网警"])
    make_distinct_alert("别省刷单", places=[places["hebei"]])
    make_distinct_alert("四处刷单")
    make_distinct_alert("长沙刷单", places=[places["changsha"]])
    make_distinct_alert("铜仁做单", places=[get_region_by_slug("tongren")])
    make_distinct_alert("吉首刷单", places=[places["jishou"]])
    make_distinct_alert("吉首打字", places=[places["jishou"]], fraud_type="typing_scam")
    make_distinct_alert("吉首领导", places=[places["jishou"]], fraud_type="impersonate_boss")
    make_distinct_alert("河北点赞", places=[places["hebei"]], fraud_type="account_tasks")
    make_distinct_article("怎样识破", fraud_type="brushing_rebate", kind="guide")
    assert list_related_reasons(article, places["xiangxi"]) == [
        ("吉首刷单", "同城 · 同类骗局"),
        ("怎样识破", "全国 · 同类骗局指南"),
        ("长沙刷单", "同省 · 同类骗局"),
        ("铜仁做单", "邻近 · 同类骗局"),
        ("四处刷单", "全国 · 同类骗局"),
        ("别省刷单", "河北 · 同类骗局"),
        ("网警答疑", "全国 · 相似内容"),
        ("吉首领导", "同城 · 其他骗局"),
        ("吉首打字", "同城 · 求职骗局"),
        ("河北点赞", "河北 · 相近骗局"),
    ]


def test_the_city_is_that_of_the_address(places):
    article = make_distinct_article("网警上线", places=[places["xiangxi"]])
    make_distinct_alert("长沙刷单", places=[places["changsha"]])
    assert list_related_reasons(article, places["changsha"]) == [("长沙刷单", "同城 · 求职骗局")]
    assert list_related_reasons(article, places["xiangxi"]) == []


def test_an_alert_on_an_unknown_scheme_is_filled_from_the_nation(places):
    article = make_distinct_alert("没见过的骗局", fraud_type="other", places=[places["changsha"]])
    for number in range(10):
        make_distinct_alert(f"第 {number} 起", places=[places["hebei"]])
    make_distinct_alert("长沙打字", fraud_type="typing_scam", places=[places["changsha"]])
    make_distinct_alert("全国领导", fraud_type="impersonate_boss")
    shown = list_related_reasons(article, places["changsha"])
    assert len(shown) == 8
    assert shown[0] == ("长沙打字", "同城 · 求职骗局")
    assert {reason for _, reason in shown[1:]} == {"河北 · 求职骗局"}


def test_without_a_stored_type_the_words_tell_the_scheme(places):
    text = "<p>在手机上做任务先垫付，刷单返利，垫得越多返得越多，最后提现不了。</p>"
    article = make_article("做任务返现", text)
    make_distinct_alert("别省刷单", places=[places["hebei"]])
    make_distinct_alert("别省打字", places=[places["hebei"]], fraud_type="typing_scam")
    assert list_related_reasons(article, places["xiangxi"])[0] == ("别省刷单", "河北 · 同类骗局")


def test_without_a_type_another_report_of_the_case_tells_it(places, django_assert_num_queries):
    article = make_article(
        "邻居报警，门后是一屋子机器",
        "<p>武陵一处民房里清点出2816张电话卡，涉案资金1.92亿元，墙边的风扇整夜响。</p>",
    )
    text = "<p>银行卡、电话卡借给别人，一天两百，卡被用来转赃款，本人成了被告。</p>"
    make_alert("租卡的人也被判了", text, fraud_type="card_rental", places=[places["hebei"]])
    assert list_related_reasons(article, places["xiangxi"]) == []
    make_alert(
        "常德收卡案告破",
        "<p>收卡的人在校门口等学生，一张给两百。警方在武陵查出2816张电话卡，1.92亿元经这些卡转走。</p>",
        fraud_type="card_rental",
    )
    assert list_related_reasons(article, places["xiangxi"]) == [
        ("租卡的人也被判了", "河北 · 同类骗局")
    ]
    page = page_of(article)
    with django_assert_num_queries(2):
        find_related_articles(page, places["xiangxi"])


def test_without_a_scheme_in_its_words_an_article_asks_those_that_read_alike(places):
    body = "<p>影评打分，余额变灰，票款预存，按钮不亮。</p>"
    article = make_article("影评打分之后", body)
    make_alert("票款预存", "<p>影评打分要票款预存，余额变灰。</p>", places=[places["hebei"]])
    make_distinct_alert("读来不像", places=[places["hebei"]])
    make_distinct_alert("别的骗局", places=[places["hebei"]], fraud_type="typing_scam")
    assert list_related_reasons(article, None) == [
        ("票款预存", "河北 · 同类骗局"),
        ("读来不像", "河北 · 相近骗局"),
    ]


def test_news_without_a_scheme_stands_beside_news_on_its_topic(places):
    article = make_article("骑手驿站添了微波炉", "<p>送餐间隙热一热饭。</p>")
    make_article("骑手夜里也有热水", "<p>商场开了侧门。</p>", places=[places["hebei"]])
    make_article("骑手进小区要登记", "<p>保安递上笔。</p>", places=[places["jishou"]])
    make_article("讨薪窗口开张", "<p>排号办理。</p>", places=[places["jishou"]])
    make_article("地铁加开末班车", "<p>十分钟一趟。</p>", places=[places["jishou"]])
    titles = [title for title, _reason in list_related_reasons(article, places["xiangxi"])]
    assert titles == ["骑手进小区要登记", "骑手夜里也有热水"]


def test_drafts_on_a_topic_are_not_shown(places):
    article = make_article("骑手驿站添了微波炉", "<p>送餐间隙热一热饭。</p>")
    make_article("骑手夜里也有热水", "<p>商场开了侧门。</p>", status="draft")
    assert list_related_reasons(article, None) == []


def test_beside_a_warning_stands_what_to_do_then(places):
    article = make_distinct_alert("长沙刷单", places=[places["changsha"]])
    make_article("被骗后第一时间做什么", "<p>先打电话。</p>", kind="guide")
    assert list_related_reasons(article, None) == [("被骗后第一时间做什么", "全国 · 指南")]


@pytest.mark.parametrize(
    ("days", "expected"), [(14, ["另一起", "桥下接货人"]), (60, ["桥下接货人", "另一起"])]
)
def test_what_two_sources_of_a_city_tell_in_one_month_waits(places, days, expected):
    def tell(title, text, age, key):
        return make_alert(
            title,
            f"<p>{text}</p>",
            fraud_type="cash_courier",
            places=[places["changsha"]],
            import_key=key,
            source_date=timezone.localdate() - age * DAY,
        )

    text = "骑手到金店取三根金条，送到高架桥下，店员和骑手联手稳住七旬老人，接货的男子落网。"
    article = tell("跑腿单断在柜台前", text, days + 5, "a")
    text = "男子在高架桥下等着取三根金条，骑手和金店店员联手稳住老人，接货的人当天落网。"
    tell("桥下接货人", text, 5, "b")
    tell(
        "另一起",
        "女子帮陌生老板取现，一趟八百，民警在柜台前劝住她：取现送现是替诈骗团伙转钱。",
        200,
        "c",
    )
    assert [title for title, _ in list_related_reasons(article, places["changsha"])] == expected


def test_an_import_is_as_new_as_its_story(places):
    article = make_distinct_alert("刷单", places=[places["changsha"]])
    today = timezone.localdate()
    make_distinct_alert("去年的", import_key="a", source_date=today - 300 * DAY)
    make_distinct_alert("没有日期的", import_key="b")
    make_distinct_alert("上周的", import_key="c", source_date=today - 7 * DAY)
    titles = [title for title, _ in list_related_reasons(article, places["xiangxi"])]
    assert titles == ["上周的", "去年的", "没有日期的"]


def test_a_common_city_alone_never_qualifies(places):
    article = make_distinct_article("网警上线", places=[places["xiangxi"]])
    make_distinct_article("湘西招商", places=[places["xiangxi"]])
    assert list_related_reasons(article, places["xiangxi"]) == []


@pytest.mark.parametrize("status", ["draft", "withdrawn", "scheduled"])
def test_what_is_not_public_is_never_related(places, status):
    article = make_distinct_article("网警上线", tags=["网警"])
    at = timezone.now() + DAY if status == "scheduled" else None
    make_distinct_article("网警答疑", tags=["网警"], status=status, at=at)
    make_distinct_alert("吉首刷单", places=[places["jishou"]], status=status, at=at)
    assert list_related_reasons(article, places["xiangxi"]) == []


def test_it_is_never_related_to_itself_and_doubles_are_folded(places):
    alert = make_alert("甲报：刷单", "<p>同一件事。</p>", places=[places["xiangxi"]])
    make_alert("乙报：刷单", "<p>同一件事</p>", places=[places["xiangxi"]])
    make_alert("丙报：打字", "<p>另一件事。</p>", places=[places["xiangxi"]])
    make_alert("丁报：打字", "<p>另一件事！</p>", places=[places["xiangxi"]])
    assert len(list_related_reasons(alert, places["xiangxi"])) == 1


def test_there_are_at_most_17(places):
    article = make_distinct_article("网警上线")
    for number in range(20):
        make_distinct_alert(f"第 {number} 起", places=[places["xiangxi"]])
    assert len(list_related_reasons(article, places["xiangxi"])) == 17


def test_related_takes_one_query_however_many(places, django_assert_num_queries):
    article = page_of(make_distinct_article("网警上线", tags=["网警"], fraud_type="pyramid"))
    for number in range(5):
        make_distinct_alert(f"第 {number} 起", places=[places["xiangxi"]], tags=["网警"])
    with django_assert_num_queries(1):  # all that may be, with what is shown
        find_related_articles(article, places["xiangxi"])


def test_of_many_with_a_shared_tag_those_that_share_more_are_taken(places):
    article = make_distinct_article("网警上线", tags=["网警", "刷单"])
    make_distinct_article("两个都有", tags=["网警", "刷单"], at=timezone.now() - 30 * DAY)
    for number in range(ARTICLES_OF_PART + 1):
        make_distinct_article(f"第 {number} 篇", tags=["网警"])
    titles = [title for title, _ in list_related_reasons(article, None)]
    assert titles[0] == "两个都有"
    assert len(titles) == MAX_RELATED


def test_one_tag_that_very_many_have_is_nothing_in_common(places, monkeypatch):
    monkeypatch.setattr(ranking, "MIN_TAGS", ranking.weigh_shared_tag(15))
    article = make_distinct_article("网警上线", tags=["服务员"])
    for number in range(14):
        make_distinct_article(f"第 {number} 篇", tags=["服务员"])
    assert len(list_related_reasons(article, None)) == 14
    make_distinct_article("又一篇", tags=["服务员"])
    assert list_related_reasons(article, None) == []


def test_similar_text_qualifies_without_tags_or_type_and_a_shared_word_does_not(places):
    body = "<p>收款码挂出去，按单抽成，经手的是赃款，银行卡被停用。</p>"
    article = make_article("抢单平台走账", body)
    other = "<p>有人用收款码帮平台走账，抽成几十元，银行卡被停用，经手的全是赃款，已经报案。</p>"
    make_article("手续费换来的麻烦", other)
    make_article("银行卡年费调整", "<p>下月起银行卡年费下调，网点门口贴了公告，老人可以免交。</p>")
    assert list_related_reasons(article, places["xiangxi"]) == [
        ("手续费换来的麻烦", "全国 · 相似内容")
    ]


def set_limits(monkeypatch, pool, latest):
    newest = "ORDER BY id DESC LIMIT {}".format
    sql = candidates._SQL.replace(f"LIMIT {ARTICLES_OF_PART}", f"LIMIT {pool}")
    sql = sql.replace(newest(candidates.LATEST_ARTICLES), newest(latest))
    monkeypatch.setattr(candidates, "_SQL", sql)


def test_a_heap_of_drafts_leaves_room_for_what_is_public(places, monkeypatch):
    set_limits(monkeypatch, pool=2, latest=candidates.LATEST_ARTICLES)
    body = "<p>收款码挂出去，按单抽成，经手的是赃款，银行卡被停用。</p>"
    article = make_article("抢单平台走账", body)
    other = "<p>有人用收款码帮平台走账，抽成几十元，银行卡被停用，经手的全是赃款，已经报案。</p>"
    make_article("手续费换来的麻烦", other)
    for number in range(4):
        make_article(f"第{number}稿", f"{body}<p>稿子{number}。</p>", status="draft")
    assert [title for title, _ in list_related_reasons(article, None)] == ["手续费换来的麻烦"]


def test_of_those_with_a_shared_tag_those_with_a_rare_one_are_taken(places, monkeypatch):
    set_limits(monkeypatch, pool=1, latest=0)
    article = make_distinct_article("网警上线", tags=["刷单", "网警"])
    make_distinct_article("少见的", tags=["网警"])
    for number in range(4):
        make_distinct_article(f"第 {number} 篇", tags=["刷单"])
    assert [title for title, _ in list_related_reasons(article, None)] == ["少见的"]


def test_a_word_inside_another_is_nothing_in_common(places):
    body = "<p>暑假兼职要先看结算，兼职工资按天结，找兼职不交押金。</p>"
    article = make_article("大学生找兼职看三点", body)
    traps = {
        "侨联兼职副主席走访企业": "<p>侨联兼职副主席一行走访企业，座谈会由常务副主席主持。</p>",
        "基层文化专兼职工作者开班": "<p>文化专兼职工作者业务培训班开班，各乡镇派人参加。</p>",
        "税务局兼职教师直播": "<p>税务局兼职教师在直播间讲退税，三千名纳税人观看。</p>",
    }
    for title, text in traps.items():
        make_article(title, text, places=[places["xiangxi"]])
    assert list_related_reasons(article, places["xiangxi"]) == []


def test_the_name_of_a_place_as_a_tag_is_nothing_in_common(places):
    article = make_distinct_article("网警上线", tags=["湘西"], places=[places["xiangxi"]])
    make_distinct_article("湘西招商", tags=["湘西"], places=[places["xiangxi"]])
    assert list_related_reasons(article, places["xiangxi"]) == []


def test_other_is_no_scheme(places):
    article = make_distinct_alert("没见过的骗局", fraud_type="other")
    make_distinct_alert("又一种没见过的", fraud_type="other", places=[places["hebei"]])
    assert list_related_reasons(article, places["xiangxi"]) == []


def test_on_the_pages_of_a_province_its_alerts_come_first(places):
    article = make_distinct_article("网警上线")
    make_distinct_alert("长沙刷单", places=[places["changsha"]])
    make_distinct_alert("石家庄刷单", places=[places["hebei"]])
    assert list_related_reasons(article, places["hunan"]) == [("长沙刷单", "同省 · 求职骗局")]


def test_on_the_national_page_what_is_for_everybody_goes_first(places):
    article = make_distinct_article("网警上线", fraud_type="brushing_rebate", kind="guide")
    make_distinct_alert("四处刷单", at=timezone.now() - 400 * DAY)
    make_distinct_alert("河北刷单", places=[places["hebei"]])
    assert list_related_reasons(article, None) == [
        ("四处刷单", "全国 · 同类骗局"),
        ("河北刷单", "河北 · 同类骗局"),
    ]


def test_a_case_reported_again_and_again_is_shown_once(places):
    article = make_distinct_article("网警上线", fraud_type="paid_posters", kind="guide")
    for number, words in enumerate(("警方通报", "检方批捕", "庭上陈述", "记者调查")):
        body = f"<p>{words}：涉案，8640万元流水，1847家店铺，{words}仍在进行。</p>"
        alert_of = {"fraud_type": "paid_posters", "places": [places["changsha"]]}
        make_alert(f"水军案{words}第 {number} 篇", body, **alert_of)
    assert len(list_related_reasons(article, places["changsha"])) == 1
