"""What search engines read: the article as data, and the sitemap of the news."""

import xml.etree.ElementTree as ET
from datetime import timedelta

import pytest
from django.utils import timezone

from news.models import Article, ArticleSource
from sitekit.models import Operator, Picture
from tests.articles import make_alert, make_article, make_source
from tests.json_ld import read_schemas

NEWS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "n": "http://www.google.com/schemas/sitemap-news/0.9",
}
HOUR = timedelta(hours=1)


def data_of(client, address):
    """The first schema of the page, which is the article."""
    return next(iter(read_schemas(client.get(address)).values()))


@pytest.fixture
def operator():
    return Operator.objects.create(name="示例公司")


def test_an_article_says_what_it_is(client, places, operator):
    picture = Picture.objects.create(digest="a" * 32, width=960, height=600, widths=[480, 960])
    at = timezone.now() - HOUR
    article = make_alert(
        places=[places["jishou"]],
        tags=["网警"],
        source=make_source("湘西网警", "police"),
        source_url="https://example.com/1",
        hero=picture,
        at=at,
    )
    ArticleSource.objects.create(
        article=article, title="另一家", url="https://example.com/2", import_key="x"
    )
    article.refresh_from_db()
    assert data_of(client, f"/xiangxi/news/{article.pk}/") == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.excerpt,
        "inLanguage": "zh-CN",
        "datePublished": at.isoformat(),
        "dateModified": article.updated_at.isoformat(),
        "mainEntityOfPage": f"http://testserver/news/{article.pk}/",
        "image": [f"http://testserver/media/pictures/aa/{'a' * 32}-960.webp"],
        "author": {"@type": "Organization", "name": "湘西网警"},
        "publisher": {
            "@type": "Organization",
            "name": "示例公司",
            "logo": {
                "@type": "ImageObject",
                "url": "http://testserver/icons/512.png",
                "width": 512,
                "height": 512,
            },
        },
        "articleSection": "预警",
        "keywords": ["刷单返利", "网警"],
        "contentLocation": [{"@type": "Place", "name": "吉首"}],
        "isBasedOn": ["https://example.com/1", "https://example.com/2"],
    }


def test_who_wrote_it_is_never_made_up(client):
    own_article = make_article("自己写的")
    signed = make_article("署名的", author="张三", source=make_source())
    imported = make_article("没说是谁的", import_key="x")
    name = {"@type": "Organization", "name": "兼职信息网"}
    assert data_of(client, f"/news/{own_article.pk}/")["author"] == name
    assert data_of(client, f"/news/{signed.pk}/")["author"] == {"@type": "Person", "name": "张三"}
    assert "author" not in data_of(client, f"/news/{imported.pk}/")


def test_a_guide_is_an_article_and_no_news(client):
    guide = make_article(kind="guide")
    assert data_of(client, f"/news/{guide.pk}/")["@type"] == "Article"


GUIDE = "<p>先看。</p><h2>怎么骗</h2><ol><li>垫钱</li></ol><h2>打给谁</h2><p>110</p><h2>案例</h2><p>略</p>"


@pytest.mark.parametrize("address", ["/news/{}/", "/alerts/brushing_rebate/"])
def test_a_guide_that_answers_questions_says_so(client, address):
    guide = make_article(
        "刷单返利是怎么骗的", GUIDE, kind="guide", fraud_type="brushing_rebate",
        import_key="guide:brushing_rebate",
    )  # fmt: skip
    questions = read_schemas(client.get(address.format(guide.pk)))["FAQPage"]["mainEntity"]
    assert [q["name"] for q in questions] == ["刷单返利：怎么骗？", "刷单返利：打给谁？"]
    assert questions[0]["acceptedAnswer"]["text"] == "<ol><li>垫钱</li></ol>"


def test_other_guides_and_news_are_no_list_of_questions(client):
    one_question = make_article("a", "<h2>怎么骗</h2><p>x</p><h2>案例</h2><p>y</p>", kind="guide")
    news = make_article("b", GUIDE)
    for article in (one_question, news):
        assert "FAQPage" not in read_schemas(client.get(f"/news/{article.pk}/"))


def test_what_has_no_picture_or_date_tells_of_none(client):
    article = make_article("没日期的", import_key="x")
    data = data_of(client, f"/news/{article.pk}/")
    assert not {"image", "datePublished", "dateModified"} & data.keys()


@pytest.mark.parametrize(
    "title", ["</script><script>alert(1)</script>", "<!-- <script>", "a & “b”"]
)
def test_no_title_ends_the_data(client, title):
    article = make_article(title, "<p>正文。</p>")
    assert data_of(client, f"/news/{article.pk}/")["headline"] == title
    assert b"<script>alert" not in client.get(f"/news/{article.pk}/").content


def list_news_entries(client):
    response = client.get("/sitemap-news.xml")
    assert response["Content-Type"] == "application/xml"
    root = ET.fromstring(response.content)
    return [
        {
            "loc": url.find("s:loc", NEWS).text,
            **{part.tag.partition("}")[2]: part.text for part in url.find("n:news", NEWS).iter()},
        }
        for url in root.findall("s:url", NEWS)
    ]


def test_the_news_of_two_days_have_a_sitemap(client, operator):
    make_article("旧的", at=timezone.now() - timedelta(hours=49))
    make_article("还没到", status="scheduled", at=timezone.now() + HOUR)
    make_article("撤了", status="withdrawn")
    at = timezone.now() - HOUR
    article = make_article("1 < 2 & \x0b新的", at=at)
    (entry,) = list_news_entries(client)
    assert entry["loc"] == f"http://testserver/news/{article.pk}/"
    assert (entry["name"], entry["language"]) == ("示例公司", "zh-cn")
    assert entry["title"] == "1 < 2 & 新的"
    assert entry["publication_date"] == timezone.localtime(at).isoformat()


def test_no_more_than_search_engines_take(client, monkeypatch):
    monkeypatch.setattr("news.sitemaps.NEWS_MOST", 2)
    for number in range(3):
        make_article(str(number))
    assert [entry["title"] for entry in list_news_entries(client)] == ["2", "1"]


def test_the_index_lists_it_and_reads_no_article_for_it(client, django_assert_max_num_queries):
    for number in range(5):
        make_article(str(number))
    with django_assert_max_num_queries(15):  # made now: the worker has not written it yet
        page = client.get("/sitemap.xml").content.decode()
    assert "<loc>http://testserver/sitemap-news.xml</loc>" in page
    assert Article.objects.count() == 5


def test_pages_by_type_and_of_guides_are_in_the_sitemap(client):
    page = client.get("/sitemap-pages.xml").content.decode()
    for address in ("/alerts/", "/alerts/typing_scam/", "/news/kind/guide/", "/news/"):
        assert f"<loc>http://testserver{address}</loc>" in page


def test_an_article_stands_once_under_its_canonical_address(client, places):
    article = make_article(places=[places["jishou"]])
    page = client.get("/sitemap-articles.xml").content.decode()
    assert page.count("<loc>") == 1
    assert f"<loc>http://testserver/news/{article.pk}/</loc>" in page
