"""What the page of an article shows besides its words: pictures, sources, what is unchecked."""

import datetime
import html
import re

import pytest
from django.utils import timezone
from PIL import Image

from news.models import ArticleSource, ArticleViews, Proposal
from sitekit.images.pictures import build_picture_url, create_picture, list_picture_sources
from tests.articles import make_alert, make_article, make_source
from tests.sitekit.images.test_pictures import encode_image


@pytest.fixture
def picture():
    return made_picture()


def made_picture(size=(1200, 800), colour="green"):
    return create_picture(encode_image(Image.new("RGB", size, colour)))


def image_of(picture, alt="一张图", width=480):
    return f'<img src="{build_picture_url(picture.digest, width, "webp")}" alt="{alt}">'


def page_of(client, article, city="/xiangxi"):
    return client.get(f"{city}/news/{article.pk}/").content.decode()


def test_the_head_picture_stands_above_the_text_with_its_caption(client, picture):
    article = make_article(body="<p>正文。</p>", hero=picture, hero_caption="<b> 李明摄")
    page = page_of(client, article)
    start = page.index('<figure class="hero">')
    figure = page[start : page.index("</figure>", start)]
    assert page.index("<h1>") < start < page.index("<p>正文。</p>")
    assert "<figcaption>&lt;b&gt; 李明摄</figcaption>" in figure
    assert f'srcset="{list_picture_sources(picture)["avif"]}"' in figure
    assert f'srcset="{list_picture_sources(picture)["webp"]}"' in figure
    assert 'width="840" height="560"' in figure
    assert 'loading="lazy"' not in figure


def test_without_a_head_picture_there_is_no_place_for_one(client):
    page = page_of(client, make_article())
    for words in ("<figure", "<picture"):
        assert words not in page


def test_a_picture_in_the_text_is_offered_in_every_size_and_loads_when_it_is_near(client, picture):
    body = f"<figure>{image_of(picture, '甲 & “乙” &lt;')}<figcaption>图一</figcaption></figure>"
    page = page_of(client, make_article(body=body + "<p>文。</p>"))
    (shown,) = re.findall(r"(?s)<figure>(<picture>.*?</picture>)<figcaption>图一", page)
    assert list_picture_sources(picture)["avif"] in shown
    assert html.unescape(re.search('alt="([^"]*)"', shown)[1]) == "甲 & “乙” <"
    assert 'loading="lazy"' in shown
    assert 'width="1200" height="800"' in shown


def test_an_upright_picture_takes_less_of_the_width(client):
    tall = made_picture((600, 2400))
    page = page_of(client, make_article(body=f"<figure>{image_of(tall)}</figure><p>文。</p>"))
    assert 'width="320" height="1280"' in page
    assert 'sizes="min(320px, calc(100vw - 4rem))"' in page


def test_a_picture_that_is_gone_leaves_its_caption_only(client, picture):
    body = f"<figure>{image_of(picture)}<figcaption>图一</figcaption></figure><p>文。</p>"
    article = make_article(body=body)
    picture.delete()
    page = page_of(client, article)
    assert "<figure><figcaption>图一</figcaption></figure>" in page
    assert picture.digest not in page


def test_other_sources_of_the_story_are_named(client):
    article = make_article()
    for number, (source, url, date) in enumerate(
        [
            (make_source("城东日报", "media"), "https://example.cn/1", datetime.date(2026, 3, 5)),
            (make_source("湘西公安", "police"), "", None),
            (None, "https://example.cn/2?a=1&b=2", None),
        ]
    ):
        ArticleSource.objects.create(
            article=article, source=source, title="同一件事", url=url, date=date, import_key=number
        )
    page = page_of(client, article)
    assert "同一件事的其他来源" in page
    rel = 'rel="nofollow noopener noreferrer"'
    assert f'<li><a href="https://example.cn/1" {rel}>城东日报（媒体）</a>' in page
    assert '<time datetime="2026-03-05">' in page
    assert "<li>湘西公安（公安）</li>" in page
    assert f'<li><a href="https://example.cn/2?a=1&amp;b=2" {rel}>来源未注明</a></li>' in page
    assert "其他来源" not in page_of(client, make_article("另一篇"))


def make_proposal(article, what, value, **fields):
    fields = {"in_use": True, "state": "open"} | fields
    Proposal.objects.create(article=article, what=what, value=value, **fields)


def test_it_says_what_a_program_found_and_nobody_has_checked(client):
    article = make_article()
    make_proposal(article, "tag", "网警")
    make_proposal(article, "tag", "举报")
    make_proposal(article, "place", "433101")
    make_proposal(article, "fraud_type", "romance", in_use=False)
    make_proposal(article, "kind", "news", state="accepted")
    make_proposal(article, "level", "info", state="refused")
    assert "标签和地区由程序从文中找出，编辑还没核对。" in page_of(client, article)
    make_proposal(article, "kind", "alert")
    assert "类别、标签和地区由程序从文中找出" in page_of(client, article)
    Proposal.objects.update(state="accepted")
    assert "编辑还没核对" not in page_of(client, article)


def test_a_fraud_type_leads_to_what_to_do(client):
    page = page_of(client, make_alert())
    assert re.search(r'<a class="onward" href="/xiangxi/alerts/brushing_rebate/">', page)
    assert page.count('href="/xiangxi/alerts/brushing_rebate/"') == 1
    assert "onward" not in page_of(client, make_article("别的"))


@pytest.mark.parametrize(("days", "over"), [(-1, True), (0, False), (3, False), (None, False)])
def test_an_alert_whose_date_is_past_says_so(client, days, over):
    until = timezone.localdate() + datetime.timedelta(days) if days is not None else None
    page = page_of(client, make_alert(alert_until=until, alert_level="danger"))
    assert ("已经过期" in page) == over
    assert ("预警至" in page) == (until is not None and not over)


def test_five_queries_at_most_whatever_there_is(
    client, places, picture, django_assert_max_num_queries
):
    others = [made_picture((500, 400 + number)) for number in range(4)]
    article = make_alert(
        "网警上线",
        "".join(f"<figure>{image_of(p)}</figure><p>刷单先返小钱。</p>" for p in others),
        hero=picture,
        places=list(places.values()),
        tags=["网警", "举报", "刷单"],
        source=make_source(),
    )
    ArticleViews.objects.create(article=article, count=10)
    for number in range(6):
        make_alert(f"第 {number} 起", places=[places["xiangxi"]], tags=["网警"], hero=others[0])
        make_proposal(article, "tag", f"标签{number}")
        ArticleSource.objects.create(
            article=article, source=make_source(f"报{number}"), title="x", import_key=number
        )
    # The article with all about it, its pictures, related content, listings of such work, the operator.
    with django_assert_max_num_queries(5):
        page = page_of(client, article)
    assert page.count("<picture>") == 5
    assert page.count("<li>报") == 6


@pytest.mark.parametrize(("others", "more"), [(6, None), (9, "还有 3 条")])
def test_the_best_six_related_stand_there_and_the_rest_on_demand(client, places, others, more):
    article = make_alert("吉首刷单", places=[places["jishou"]])
    for number in range(others):
        make_alert(f"第 {number} 起", places=[places["jishou"]])
    beside = page_of(client, article).partition('id="related"')[2]
    best, _, rest = beside.partition("<details")
    assert best.count("起</a></h3>") == 6
    assert rest.count("起</a></h3>") == others - 6
    assert bool(rest) is bool(more) and (not more or f"<summary>{more}</summary>" in rest)


def test_a_row_of_a_feed_has_the_small_picture_if_there_is_one(
    client, picture, django_assert_num_queries
):
    make_article("有图", hero=picture)
    make_article("无图")
    page = client.get("/news/").content.decode()
    assert page.count('class="thumb"') == 1
    assert f'src="{list_picture_sources(picture)["thumb"]}" width="120" height="76" alt=""' in page
    with django_assert_num_queries(2):  # the rows, the operator
        client.get("/news/")
