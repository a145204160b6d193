"""Web pages of the usual Chinese kinds, in words of our own."""

import datetime

import pytest

from news.models import Article
from news.readers import main_content
from news.readers.bylines import parse_first_date
from news.readers.story import StoryRefused
from tests.clock import advance_clock
from tests.import_runs import parse_story_page, run_article_import, write_import_file

OFFICE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>警惕垫付骗局_溪口县公安局</title>
<meta name="ArticleTitle" content="警惕“垫付返利”类兼职骗局">
<meta name="ContentSource" content="溪口县公安局"><meta name="PubDate" content="2023-03-04 09:12">
<style>p{color:red}</style></head><body>
<div class="nav"><a href="/">首页</a> <a href="/a">政务公开</a> <a href="/b">办事服务</a></div>
<div class="position">当前位置：<a href="/">首页</a> &gt; 警情通报</div>
<h1>警惕“垫付返利”类兼职骗局</h1>
<div class="info">发布时间：2023-03-04 09:12　来源：溪口县公安局　浏览次数：<span>123</span></div>
<div class="TRS_Editor">
<p>近日，我县有群众在网上找兼职时被骗。对方先让她点赞领小钱，再让她垫付做任务。</p>
<p style="text-align:center"><img src="./W020230304.jpg" alt=""></p>
<p style="text-align:center">民警在集市上讲解常见骗局。</p>
<h2>这样的任务怎么认</h2>
<ul><li>先给几块钱尝甜头；</li><li>让你先垫钱，说做完一起返。</li></ul>
<p onclick="x()">有疑问可以打<a href="https://www.example.cn/96110">反诈专线</a>，<strong>不要转账。</strong></p>
<table><tr><th>说法</th><th>真相</th></tr><tr><td>保证返现</td><td>返几次就不返了</td></tr></table>
<figure><img src="b.png" alt="宣传单"><figcaption>社区里张贴的宣传单。</figcaption></figure>
<script>alert(1)</script>
<p>请转告家里的老人和在外打工的亲友，遇到这样的消息不要理会。</p>
<p>（责任编辑：张三）</p>
</div>
<div class="share">分享到：<a href="#">微信</a><a href="#">微博</a></div>
<div class="related"><h3>相关阅读</h3><ul><li><a href="/1.html">某地召开会议</a></li></ul></div>
<div class="comments"><p>网友评论：太可怕了</p></div>
<div class="cookie-bar">本网站使用 Cookie 改善体验。</div>
<div class="footer">主办：溪口县公安局　备案号：某ICP备12345号</div>
</body></html>"""

PAPER = """<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">
<title>暑假打工被收"服装费" 六名学生结伴讨回-城东新闻网</title></head>
<body><table width=100%><tr><td><a href=/>首页</a> | <a href=/n>新闻</a> | <a href=/c>评论</a></td></tr></table>
<table><tr><td>
<div class="hd"><h1>暑假打工被收"服装费" 六名学生结伴讨回</h1>
<p>2022年07月18日 08:30　来源：城东日报　作者：李小河　<a href="#c">我要评论</a></p></div>
<div class="zw">
　　城东日报讯（记者 李小河）七月中旬，六名毕业生在人才市场外看到一张招工启事，说是酒店传菜，包吃住。<br>
　　到了地方，对方先收每人二百八十元"服装费"，说干满一个月退还。学生们干了三天，被告知"不合适"。<br>
<center><img src="images/1.jpg" width=500><br>学生们在劳动监察大队登记。 李小河 摄</center>
　　他们带着收据和聊天记录去了劳动监察大队。当天下午，钱一分不少退了回来。<br>
　　监察大队提醒：先交钱的活不要接；押身份证的活不要接。
</div>
<div>（责编：赵五）</div>
<div>相关新闻</div><ul><li><a href=1>全市召开工作会议</a></li><li><a href=2>某路段封闭施工</a></li></ul>
<div><a name=c></a>网友评论</div><p>第一条评论：学到了，谢谢提醒大家一定要注意啊。</p>
</td><td><div>热点排行</div><a href=3>天气预报</a><br><a href=4>电视节目表</a></td></tr></table>
<p align=center>城东日报社 版权所有 地址：城东区一路</p></body></html>"""

WECHAT = """<!DOCTYPE html><html><head><meta charset="utf-8">
<meta property="og:title" content="“帮忙取现”给的不是工资，是陷阱">
<meta property="og:site_name" content="微信公众平台"><title></title></head><body>
<h1 id="activity-name">
“帮忙取现”给的不是工资，是陷阱
</h1><a id="js_name">溪口公安</a><em id="publish_time"></em>
<div id="js_content" style="visibility: hidden; opacity: 0;">
<section><strong><span>点击蓝字 关注我们</span></strong></section>
<section><p><span>“跑一趟车站，取个钱，一天五百。”这样招人的，</span><span>多半在找人替骗子搬钱。</span></p></section>
<p><img data-src="https://pic.example.cn/640?wx_fmt=jpeg" src="data:image/gif;base64,R0lGOD"></p>
<p style="text-align:center"><span style="font-size:12px">车站里的提醒牌</span></p>
<section><strong>一、他们怎么说</strong></section>
<p>说是工程结款，让你用自己的卡收钱，再取成现金交给别人。</p>
<p>编辑：小周　审核：老吴</p>
<section><p>长按二维码关注我们</p><p>点个“在看”，转给家人</p></section>
</div><script>var ct = "1678000000"; var nickname = "溪口公安";</script></body></html>"""

PLAIN = "<html><head><title>{title}</title></head><body>{body}</body></html>"
WORDS = "<p>这一段说清楚了一件事，有头有尾，一共四十来个字，够得上一篇很短的文章，请大家转告。</p>"


def test_a_page_of_an_office_keeps_its_shape():
    read_story = parse_story_page(OFFICE)
    assert read_story.title == "警惕“垫付返利”类兼职骗局"
    assert read_story.source == "溪口县公安局"
    assert read_story.date == datetime.date(2023, 3, 4)
    assert [image.src for image in read_story.images] == ["./W020230304.jpg", "b.png"]
    for kept in (
        "<figcaption>民警在集市上讲解常见骗局。</figcaption>",
        "<figcaption>社区里张贴的宣传单。</figcaption>",
        "<h2>这样的任务怎么认</h2>",
        "<li>先给几块钱尝甜头；</li>",
        "<th>说法</th>",
        "<td>返几次就不返了</td>",
        '<a href="https://www.example.cn/96110"',
        "<strong>不要转账。</strong>",
    ):
        assert kept in read_story.body


@pytest.mark.parametrize(
    "words",
    [
        "首页",
        "当前位置",
        "浏览次数",
        "责任编辑",
        "分享到",
        "相关阅读",
        "召开会议",
        "太可怕",
        "Cookie",
        "备案号",
    ],
)
def test_what_stands_around_an_article_is_dropped(words):
    assert words not in parse_story_page(OFFICE).body


def test_scripts_styles_and_handlers_are_gone():
    body = parse_story_page(OFFICE).body
    assert not [
        word for word in ("alert", "onclick", "color:red", "<script", "style=") if word in body
    ]


def test_an_old_page_of_a_paper_laid_out_with_tables():
    read_story = parse_story_page(PAPER.replace("gb2312", "utf-8"))
    assert read_story.title == '暑假打工被收"服装费" 六名学生结伴讨回'
    assert (read_story.source, read_story.author) == ("城东日报", "李小河")
    assert read_story.date == datetime.date(2022, 7, 18)
    lines = read_story.body.split("\n")
    assert [line[:7] for line in lines] == [
        "<p>城东日报",
        "<p>到了地方",
        "<figure",
        "<p>他们带着",
        "<p>监察大队",
    ]
    assert "<figcaption>学生们在劳动监察大队登记。 李小河 摄</figcaption>" in lines[2]


def test_an_article_of_a_wechat_account():
    read_story = parse_story_page(WECHAT)
    assert read_story.title == "“帮忙取现”给的不是工资，是陷阱"
    assert read_story.source == "溪口公安"  # the account, not the platform
    assert read_story.date == datetime.date(2023, 3, 5)
    assert [image.src for image in read_story.images] == ["https://pic.example.cn/640?wx_fmt=jpeg"]
    assert "<h2>一、他们怎么说</h2>" in read_story.body
    assert "<figcaption>车站里的提醒牌</figcaption>" in read_story.body
    assert not [word for word in ("关注", "在看", "编辑", "data:") if word in read_story.body]


@pytest.mark.parametrize(
    ("head", "source"),
    [
        ('<meta property="og:site_name" content="城东网">', "城东网"),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle","publisher":{"name":"城东网"}}</script>',
            "城东网",
        ),
        ('<meta name="source" content="来源">', "来源"),
        ('<meta property="og:site_name" content="微信公众平台">', ""),
        ("", ""),
    ],
)
def test_the_source_is_what_the_page_says(head, source):
    assert (
        parse_story_page(f"<head>{head}</head><h1>标题在此</h1><article>{WORDS}</article>").source
        == source
    )


@pytest.mark.parametrize(
    ("line", "date"),
    [
        ("2015年6月29日", datetime.date(2015, 6, 29)),
        ("2023-03-04 09:12 来源：城东网", datetime.date(2023, 3, 4)),
        ("发布日期：2023/3/4", datetime.date(2023, 3, 4)),
        ("2999年1月1日", None),
        ("2023年13月1日", None),
        ("1889年1月1日", None),
        ("他在2020年1月1日那天丢了钱。", None),
    ],
)
def test_the_date_is_found_but_never_in_the_future(line, date):
    assert (
        parse_story_page(f"<h1>标题在此</h1><article><p>{line}</p>{WORDS}</article>").date == date
    )


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("先别转账_溪口网", WORDS, "先别转账"),
        ("先别转账 - 溪口网", WORDS, "先别转账"),
        ("先别转账 | 溪口网", f"<h1>先别转账</h1>{WORDS}", "先别转账"),
        ("先别转账-溪口网", f"<h1>溪口网</h1><h1>先别转账</h1>{WORDS}", "溪口网"),
    ],
)
def test_the_title_is_without_the_name_of_the_site(title, body, expected):
    assert (
        parse_story_page(PLAIN.format(title=title, body=f"<article>{body}</article>")).title
        == expected
    )


def test_a_page_without_known_names_is_found_by_its_text():
    body = f"<div><h1>标题在此</h1><div class='q7'>{WORDS * 3}</div></div>"
    assert parse_story_page(PLAIN.format(title="标题在此", body=body)).body.count("<p>") >= 1


def test_signs_that_entities_smuggle_in_are_removed():
    words = "&#1;&#x202e;&#8203;" + WORDS.replace("一件事", "一&#7;件&#x202e;事")
    read_story = parse_story_page(
        f"<h1>标题&#1;在&#x202e;此</h1><article>{words}<img src=a alt='&#2;图'></article>"
    )
    assert read_story.title == "标题在此"
    assert "说清楚了一件事" in read_story.body
    assert read_story.images[0].alt == "图"


def test_a_hundred_thousand_nested_elements_do_no_harm(tmp_path):
    deep = "<div>" * 100_000 + "正文" * 50 + "</div>" * 100_000
    code, _, err = run_article_import(write_import_file(tmp_path, f"<h1>标题</h1>{deep}", "a.html"))
    assert code == 1
    assert "a.html：" in err


@pytest.mark.parametrize("part", ["<p>短</p>", "<td>x</td>", "<img src=a>", "字<br>"])
def test_a_page_of_far_too_many_elements_is_refused(part):
    with pytest.raises(StoryRefused, match="太复杂"):
        parse_story_page(f"<h1>标题</h1>{part * main_content.MAX_ELEMENTS}")


def test_a_page_of_far_too_many_words_is_refused():
    with pytest.raises(StoryRefused, match="太长"):
        parse_story_page(f"<h1>标题</h1><article><p>{'字' * 500_000}</p></article>")


def test_twenty_megabytes_are_refused_before_they_are_read(tmp_path):
    path = tmp_path / "a.html"
    with path.open("wb") as file:
        file.truncate(20 * 1024 * 1024)
    code, _, err = run_article_import(path)
    assert (code, Article.objects.count()) == (1, 0)
    assert "a.html：超过 5 MB。" in err


@pytest.mark.parametrize(
    "markup", ["<html></html>", "<p></p>", "<script>alert(1)</script>", "<!-- x -->", "<"]
)
def test_a_page_that_says_nothing_is_refused(markup):
    with pytest.raises(StoryRefused):
        parse_story_page(markup)


def test_a_page_is_published_with_what_it_says(tmp_path):
    code, out, _ = run_article_import(write_import_file(tmp_path, OFFICE, "a.html"))
    article = Article.objects.get()
    assert code == 0
    assert str(article.source) == "溪口县公安局"
    assert (article.status, article.source_date) == ("published", datetime.date(2023, 3, 4))
    assert article.get_absolute_url() in out
    assert "00000000" not in article.body  # no placeholder is left
    assert "民警在集市上讲解常见骗局。" not in article.body  # a caption without its picture


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2023-03-01T20:00:00Z", datetime.date(2023, 3, 2)),
        ("2023-03-01 20:00:00+0000", datetime.date(2023, 3, 2)),
        ("2023-03-02T02:00:00+08:00", datetime.date(2023, 3, 2)),
        ("2023-03-01T20:00:00", datetime.date(2023, 3, 1)),
        ("2023年3月1日 20:00", datetime.date(2023, 3, 1)),
        ("2023-02-31T20:00:00Z", None),
        ("0001-01-01T00:00:00+08:00", None),
        ("9999-12-31T23:59:00Z", None),
    ],
)
def test_a_moment_with_its_offset_is_of_the_day_in_china(words, day):
    assert parse_first_date(words) == day


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-11-20T18:30:00Z", datetime.date(2026, 11, 20)),
        ("2026-11-21T04:00:00Z", None),
    ],
)
def test_what_calls_the_hour_of_china_another_one_is_of_today(
    clock_at_noon, monkeypatch, words, day
):
    advance_clock(monkeypatch, datetime.timedelta(hours=7))
    assert parse_first_date(words) == day


def test_a_moment_of_an_account_that_has_not_come_is_no_date():
    page = f'<script>var ct = "9999999999";</script><h1>先交押金的工作不要去</h1><article>{"<p>正文。</p>" * 60}'
    assert parse_story_page(page).date is None
