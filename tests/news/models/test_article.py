from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.html import escape

from news.models import Article
from tests.articles import make_alert, make_article, make_source

HOUR = timedelta(hours=1)


def test_it_answers_under_every_city_and_its_canonical_address_is_national(client):
    article = make_article("网警上线")
    for address in (f"/news/{article.pk}/", f"/xiangxi/news/{article.pk}/"):
        page = client.get(address).content.decode()
        assert "<h1>网警上线</h1>" in page
        assert f'<link rel="canonical" href="http://testserver/news/{article.pk}/">' in page


def test_it_says_where_it_comes_from_and_where_it_belongs(client, places):
    article = make_article(
        source=make_source("城东日报", "media"),
        source_url="https://example.cn/1",
        source_date="2026-03-05",
        author="王小满",
        places=[places["jishou"]],
        tags=["网警", "举报"],
    )
    page = client.get(f"/xiangxi/news/{article.pk}/").content.decode()
    for words in (
        "城东日报",
        'href="https://example.cn/1"',
        'datetime="2026-03-05"',
        "王小满",
        '<a href="/jishou/news/">吉首</a>',
        'href="/xiangxi/news/tag/%E4%B8%BE%E6%8A%A5/"',
    ):
        assert words in page
    assert ">湘西</a> ·" not in page, "an enclosing place is not what the text is about"


def test_captions_and_headings_are_kept_and_scripts_are_not(client):
    article = make_article(
        body="<figure><figcaption>李明摄</figcaption></figure><h2>怎么问</h2>"
        '<p onclick="x()">先问。<script>alert(1)</script></p>'
    )
    page = client.get(f"/news/{article.pk}/").content.decode()
    body = "<figure><figcaption>李明摄</figcaption></figure>\n<h2>怎么问</h2>\n<p>先问。</p>"
    assert body in page


def test_a_title_is_text(client):
    title = "<b>刷单</b> & “返利”"
    article = make_article(title, body="<p>正文。</p>")
    page = client.get(f"/news/{article.pk}/").content.decode()
    assert f"<h1>{escape(title)}</h1>" in page


def test_related_content_follows_the_address_and_says_why(client, places):
    article = make_article("网警上线")
    make_alert("吉首学生被骗", "字" * 200, places=[places["jishou"]], alert_level="danger")
    page = client.get(f"/xiangxi/news/{article.pk}/").content.decode()
    assert '<span class="chip r">同城 · 求职骗局</span>' in page
    assert "字" * 120 + "···" in page
    assert "吉首学生被骗" not in client.get(f"/changsha/news/{article.pk}/").content.decode()


@pytest.mark.parametrize(("status", "answer"), [("draft", 404), ("withdrawn", 410)])
def test_what_is_not_public_does_not_show_its_words(client, status, answer):
    article = make_article("网警上线", "<p>只有这句话。</p>", status=status)
    for address in (f"/news/{article.pk}/", f"/xiangxi/news/{article.pk}/"):
        response = client.get(address)
        assert response.status_code == answer
        assert "只有这句话" not in response.content.decode()
        assert "网警上线" not in response.content.decode()


def test_a_scheduled_one_shows_when_it_is_due_and_not_before(client):
    article = make_article(status="scheduled", at=timezone.now() + HOUR)
    assert client.get(f"/news/{article.pk}/").status_code == 404
    Article.objects.update(published_at=timezone.now() - HOUR)
    assert client.get(f"/news/{article.pk}/").status_code == 200
    assert article.title in client.get("/news/").content.decode()


@pytest.mark.parametrize("number", ["0", "99", "9" * 30])
def test_a_number_nobody_has_is_not_found(client, number):
    assert client.get(f"/xiangxi/news/{number}/").status_code == 404


def test_six_queries_at_most(client, places, django_assert_max_num_queries):
    article = make_article(
        places=list(places.values()), tags=["网警", "举报", "刷单"], source=make_source()
    )
    for number in range(8):
        make_alert(f"第 {number} 起", places=[places["xiangxi"]], tags=["网警"])
    with django_assert_max_num_queries(6):
        assert client.get(f"/xiangxi/news/{article.pk}/").status_code == 200


def test_the_sitemap_names_public_articles_once_by_their_canonical_address(client):
    public, hidden = make_article(), make_article(status="withdrawn")
    page = client.get("/sitemap-articles.xml").content.decode()
    assert page.count(f"/news/{public.pk}/") == 1
    assert f"/news/{hidden.pk}/" not in page
