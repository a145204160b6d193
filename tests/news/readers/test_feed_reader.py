import datetime

import pytest

from news.models import Article
from news.readers.feed_reader import MAX_FOLLOWED, read_feed
from news.readers.story import StoryRefused
from tests.clock import advance_clock
from tests.import_runs import Web, run_article_import, write_import_file

LONG = "<p>这是一条完整的报道，有头有尾，请看清楚再转账。</p>" * 12
RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>城东网</title><link>https://news.example.cn/</link>
<item><title>先交押金的工作不要去</title><link>https://news.example.cn/1</link>
<pubDate>Wed, 01 Mar 2023 20:00:00 GMT</pubDate><author>李小河</author><category>押金</category>
<description>短短的摘要。</description>
<content:encoded><![CDATA[<h2>怎么回事</h2>{LONG}<script>alert(1)</script><img src="https://p.example.cn/1.jpg">]]></content:encoded></item>
<item><title>只有摘要的一条</title><link>https://news.example.cn/2</link>
<description>摘要说的是刷单。&lt;a href="https://news.example.cn/2"&gt;全文&lt;/a&gt;</description></item>
<item><title></title><description>没有标题的一条。</description></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><title>溪口公安</title>
<entry><title type="html">别把&lt;b&gt;银行卡&lt;/b&gt;借给人</title><link href="https://news.example.cn/3"/>
<updated>2023-05-06T08:00:00+08:00</updated><author><name>小周</name></author>
<content type="html"><![CDATA[{LONG}]]></content></entry></feed>"""
PAGE = f"<html><h1>只有摘要的一条</h1><article><p>来源：原来的报</p>{LONG}<p>全文的最后一段。</p></article></html>"


def test_every_entry_of_a_feed_is_one_article(tmp_path):
    code, _, err = run_article_import(write_import_file(tmp_path, RSS, "a.rss"))
    first, second = Article.objects.order_by("pk")
    assert code == 1  # the third has no title
    assert "第 3 条" in err and "没有标题" in err
    assert first.title == "先交押金的工作不要去"
    assert (str(first.source), first.author) == ("城东网（媒体）", "李小河")
    assert first.source_url == "https://news.example.cn/1"
    assert first.source_date == datetime.date(2023, 3, 2)  # by the clock of China
    assert first.body.startswith("<h2>怎么回事</h2>\n<p>这是一条完整的报道")
    assert "alert" not in first.body and "<img" not in first.body
    assert "押金" in first.tags.values_list("name", flat=True)
    assert second.text.startswith("摘要说的是刷单。")


def test_an_entry_of_a_feed_that_calls_its_own_hour_gmt_is_of_today(clock_at_noon, monkeypatch):
    advance_clock(monkeypatch, datetime.timedelta(hours=7))
    (story, _), _ = read_feed(RSS.replace("01 Mar 2023 20:00:00", "20 Nov 2026 18:30:00"))
    assert story.date == datetime.date(2026, 11, 20)


def test_a_moment_beyond_all_calendars_is_no_date():
    (story, _), _ = read_feed(RSS.replace("01 Mar 2023 20:00:00", "31 Dec 9999 23:59:00"))
    assert story.date is None


def test_an_atom_feed_is_read_whatever_its_file_is_called(tmp_path):
    run_article_import(write_import_file(tmp_path, ATOM, "a.txt"))
    article = Article.objects.get()
    assert article.title == "别把银行卡借给人"
    assert (article.source.name, article.author) == ("溪口公安", "小周")
    assert article.source_date == datetime.date(2023, 5, 6)


def test_a_feed_can_be_read_again(tmp_path):
    path = write_import_file(tmp_path, ATOM, "a.xml")
    run_article_import(path)
    code, out, _ = run_article_import(path)
    assert (code, Article.objects.count()) == (0, 1)
    assert "收下 0 篇，已有 1 篇" in out


def test_a_feed_in_another_encoding_than_utf_8():
    stories, _ = read_feed(ATOM)
    assert stories[0].title == "别把银行卡借给人"


def test_a_feed_in_gbk(tmp_path):
    gbk = RSS.replace("utf-8", "gbk").encode("gbk")
    run_article_import(write_import_file(tmp_path, gbk, "a.xml"))
    assert Article.objects.filter(title="先交押金的工作不要去").exists()


def test_a_file_leads_to_no_address(tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("something was fetched")

    monkeypatch.setattr("socket.create_connection", refuse)
    monkeypatch.setattr("socket.getaddrinfo", refuse)
    _, out, _ = run_article_import(write_import_file(tmp_path, RSS, "a.rss"))
    assert "1 张图片不在这个文件里，没有收。" in out


BOMB = """<?xml version="1.0"?>{before}<!DOCTYPE rss [<!ENTITY a "好"><!ENTITY b "&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;"><!ENTITY loop "&loop2;"><!ENTITY loop2 "&loop;">
<!ENTITY file SYSTEM "file:///etc/passwd">]>
<rss><channel><title>x</title><item><title>&c;&loop;</title><description>&file;</description></item></channel></rss>"""


@pytest.mark.parametrize("before", ["", "\n\n", "<!-- <rss> -->", "<?x <rss> ?><!-- y -->"])
def test_entities_of_its_own_are_refused_before_they_are_parsed(tmp_path, before, monkeypatch):
    monkeypatch.setattr("feedparser.parse", lambda *_, **__: pytest.fail("it was parsed"))
    for encoding in ("utf-8", "utf-16", "gb18030"):
        path = write_import_file(tmp_path, BOMB.format(before=before).encode(encoding), "a.xml")
        code, _, err = run_article_import(path)
        assert code == 1
        assert "DOCTYPE 或 ENTITY 声明的 feed 不收" in err


def test_a_page_within_an_entry_is_no_declaration():
    page = RSS.replace("<h2>", "<!DOCTYPE html><h2>")
    assert len(read_feed(page)[0]) == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<rss><channel><title>x</title></channel></rss>", "没有条目"),
        ("<feed>", "写坏了"),
        ("<html><p>x</p></html>", "不是 RSS"),
        ("只是文字", "不是 RSS"),
        ("<?xml " + "?" * 100_000, "不是 RSS"),
        ("<!--" * 100_000, "DOCTYPE|不是 RSS"),
    ],
)
def test_what_is_no_feed_is_refused(content, reason):
    with pytest.raises(StoryRefused, match=reason):
        read_feed(content)


def test_a_teaser_from_an_address_is_completed_by_its_page():
    web = Web().has("https://news.example.cn/rss", RSS, "application/rss+xml")
    web.has("https://news.example.cn/2", PAGE)
    web.run("https://news.example.cn/rss")
    article = Article.objects.get(title="只有摘要的一条")
    assert "全文的最后一段" in article.text
    assert article.source.name == "原来的报"
    assert article.source_url == "https://news.example.cn/2"
    # The first entry is whole: its page is not asked for, only its picture.
    assert "https://news.example.cn/1" not in web.asked


def test_a_teaser_whose_page_can_not_be_had_is_taken_as_it_is():
    web = Web().has("https://news.example.cn/rss", RSS, "text/xml")
    _, out, _ = web.run("https://news.example.cn/rss")
    assert Article.objects.filter(title="只有摘要的一条").exists()
    note = "原文页面没有取到（对方回答 404），只收了摘要；再导入也不会补，全文要到后台补上。"
    assert note in out
    web.has("https://news.example.cn/2", PAGE)
    _, out, _ = web.run("https://news.example.cn/rss")
    assert "已有 2 篇" in out and "只收了摘要" not in out
    assert "全文的最后一段" not in Article.objects.get(title="只有摘要的一条").text


def test_the_second_time_no_page_is_asked_for_again():
    web = Web().has("https://news.example.cn/rss", RSS, "text/xml")
    web.has("https://news.example.cn/2", PAGE)
    web.run("https://news.example.cn/rss")
    web.asked.clear()
    _, out, _ = web.run("https://news.example.cn/rss")
    assert web.asked == ["https://news.example.cn/rss"]
    assert "收下 0 篇，已有 2 篇" in out


def test_what_is_known_does_not_use_up_the_pages_that_are_fetched():
    def write_feed(*numbers):
        items = "".join(
            f"<item><title>第{n}条</title><link>https://news.example.cn/{n}</link>"
            f"<description>短{n}。</description></item>"
            for n in numbers
        )
        return f"<rss><channel>{items}</channel></rss>"

    address, known = "https://news.example.cn/rss", range(MAX_FOLLOWED)
    web = Web().has(address, write_feed(*known), "text/xml")
    web.run(address)
    web.has(address, write_feed(*known, 99), "text/xml")
    web.asked.clear()
    web.run(address)
    assert web.asked == [address, "https://news.example.cn/99"]


def test_no_more_pages_are_fetched_for_a_feed_than_is_polite():
    items = "".join(
        f"<item><title>第{n}条</title><link>https://news.example.cn/{n}</link><description>短{n}。</description></item>"
        for n in range(MAX_FOLLOWED + 5)
    )
    web = Web().has(
        "https://news.example.cn/rss", f"<rss><channel>{items}</channel></rss>", "text/xml"
    )
    _, out, _ = web.run("https://news.example.cn/rss")
    assert len(web.asked) == 1 + MAX_FOLLOWED
    assert out.count(f"一次只取 {MAX_FOLLOWED} 篇原文，只收了摘要") == 5
