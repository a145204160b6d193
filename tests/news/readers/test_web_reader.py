from functools import partial

import pytest

from news.management.commands import import_articles
from news.models import Article
from sitekit.fetching import public_hosts
from sitekit.fetching.web_fetch import FetchedPage, Fetcher
from tests.import_runs import Web, build_png, run_article_import
from tests.loopback import Site

URL = "https://news.example.cn/2023/a.html"
PAGE = """<html><head><title>先别转账</title></head><body><h1>先别转账</h1><article>
<p>来源：城东网</p><p>这一段说清楚了一件事，有头有尾，够得上一篇很短的文章，请大家转告。</p>
<img src="../1.png"><p>图是本网记者李明摄</p><p>另外一段。</p></article></body></html>"""


def test_a_page_is_taken_with_its_address_and_its_picture():
    web = Web().has(URL, PAGE).has("https://news.example.cn/1.png", build_png(), "image/png")
    code, _, _ = web.run(URL)
    article = Article.objects.get()
    assert code == 0
    assert (article.source_url, article.source.name) == (URL, "城东网")
    assert article.hero.width == 400
    assert article.hero_caption == "图是本网记者李明摄"
    assert web.asked == [URL, "https://news.example.cn/1.png"]


def test_a_page_is_taken_once():
    web = Web().has(URL, PAGE).has("https://news.example.cn/1.png", build_png(), "image/png")
    web.run(URL)
    code, out, _ = web.run(URL)
    assert (code, Article.objects.count()) == (0, 1)
    assert "已有 1 篇" in out


def test_a_page_in_gbk_is_read_by_what_the_server_says():
    Web().has(URL, PAGE, charset="gbk").run(URL)
    assert Article.objects.get().title == "先别转账"


def test_a_picture_that_can_not_be_had_is_a_note_and_its_caption_goes():
    code, out, _ = Web().has(URL, PAGE).run(URL)
    article = Article.objects.get()
    assert code == 0
    assert "图片 ../1.png 没有收：对方回答 404。" in out
    assert "图是本网记者" not in article.body
    assert article.hero is None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1/a", "内网"),
        ("http://10.0.0.1/a", "内网"),
        ("http://169.254.169.254/latest/meta-data/", "内网"),
        ("http://[::1]/", "内网"),
        ("ftp://news.example.cn/a", "http:// 或 https:// 开头"),
        ("file:///etc/passwd", "http:// 或 https:// 开头"),
    ],
)
def test_an_address_that_points_inside_is_refused_and_nothing_is_sent(url, reason, monkeypatch):
    monkeypatch.setattr(
        "socket.create_connection", lambda *_, **__: pytest.fail("a connection was opened")
    )
    code, _, err = run_article_import(url)
    assert code == 1
    assert url in err and reason in err
    assert not Article.objects.exists()


def test_pictures_of_a_page_are_fetched_by_the_same_rules(monkeypatch):
    """The page comes from outside; its picture points inside."""
    got = FetchedPage(URL, "text/html", PAGE.replace("../1.png", "http://10.0.0.1/").encode())
    monkeypatch.setattr(Fetcher, "page", lambda *_: got)
    monkeypatch.setattr(
        "socket.create_connection", lambda *_, **__: pytest.fail("a connection was opened")
    )
    code, out, _ = run_article_import(URL)
    assert code == 0
    assert "http://10.0.0.1/ 没有收：地址指向本机或内网" in out


@pytest.mark.parametrize(
    ("kind", "body"), [("text/plain", "只是文字"), ("text/html", ""), ("text/xml", "<a/>")]
)
def test_what_is_neither_page_nor_feed_is_refused(kind, body):
    code, _, err = Web().has(URL, body, kind).run(URL)
    assert code == 1
    assert URL in err


@pytest.fixture
def site(monkeypatch):
    """A real server under a name of its own; every other name leads inside."""
    site = Site()
    monkeypatch.setattr(public_hosts, "PORTS", {80, site.port})
    monkeypatch.setattr(public_hosts, "is_public", lambda ip: ip == "127.0.0.1")
    names = {"news.example.cn": ["127.0.0.1"], "inner.example.cn": ["10.0.0.1"]}
    fetcher = partial(Fetcher, resolve=names.__getitem__, sleep=lambda _: None)
    monkeypatch.setattr(import_articles, "Fetcher", fetcher)
    site.address = f"http://news.example.cn:{site.port}"
    yield site
    site.close()


def test_a_page_and_its_picture_come_over_the_wire(site):
    site.says("/2023/a.html", PAGE.encode("gbk")).says(
        "/1.png", build_png(), Content_Type="image/png"
    )
    code, _, err = run_article_import(f"{site.address}/2023/a.html")
    article = Article.objects.get()
    assert (code, err) == (0, "")
    assert (article.title, article.hero.width) == ("先别转账", 400)
    assert site.asked == ["/robots.txt", "/2023/a.html", "/1.png"]


@pytest.mark.parametrize(
    "onward", ["http://inner.example.cn/", "http://10.0.0.1/", "http://169.254.169.254/latest/"]
)
def test_a_page_that_sends_us_inside_is_refused(site, onward):
    site.says("/a", status=302, Location=onward)
    code, _, err = run_article_import(f"{site.address}/a")
    assert code == 1
    assert "/a：地址指向本机或内网，不能用。" in err
    assert site.asked == ["/robots.txt", "/a"]
    assert not Article.objects.exists()
