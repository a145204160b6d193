"""Summary, title for search engines, and places in which an article stands besides those that it is about."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.choices import StaffRole
from news.analysis.proposals import create_proposals
from news.articles.article_places import list_also_shown, set_places
from news.models import Article, ArticleRegion
from sitekit.forms.autocomplete import NOT_FOUND
from tests.accounts.staff.test_roles import make_colleague
from tests.articles import make_article
from tests.news.editing import (
    ADD,
    build_article_form,
    get_change_url,
    press_button,
    read_article_form,
)
from tests.people import sign_in

pytestmark = pytest.mark.django_db
BODY = "<p>大学城里的“日结”群又换了名字，入群先交押金，第二天群就散了。</p>"
SUMMARY = "入群先交押金，第二天群就散了：三个名字，同一伙人。"


@pytest.fixture(autouse=True)
def editor(admin_client):
    return admin_client


def get_description(html):
    return re.search(r'<meta name="description" content="([^"]*)">', html)[1]


def test_the_summary_stands_in_lists_feeds_and_meta_tags_and_may_be_left_out(client, editor):
    article = make_article(title="日结群又换了名字", body=BODY, places=["xiangxi"])
    start = article.excerpt
    assert start.startswith("大学城里的")
    typed = f" {SUMMARY[:11]}\n{SUMMARY[11:]} "
    assert press_button(editor, article, "_continue", summary=typed).status_code == 200
    stored = Article.objects.get(pk=article.pk)
    summary = f"{SUMMARY[:11]} {SUMMARY[11:]}"
    assert (stored.summary, stored.excerpt) == (summary, summary)
    assert stored.text == article.text and stored.body == article.body
    page = client.get(article.get_absolute_url()).content.decode()
    assert get_description(page) == summary and f'"abstract": "{summary}"' in page
    for address in ("/xiangxi/news/", "/xiangxi/news/feed.atom", "/xiangxi/news/feed.json"):
        assert summary in client.get(address).content.decode(), address
    press_button(editor, article, "_continue", summary="")
    assert Article.objects.get(pk=article.pk).excerpt == start
    assert "120" in press_button(editor, article, "_continue", summary="长" * 121).content.decode()


def test_the_title_for_search_engines_stands_in_the_head_only(client, editor):
    article = make_article(title="日结群又换了名字", body=BODY)
    press_button(editor, article, "_continue", seo_title="日结群押金骗局怎么认、怎么办")
    html = client.get(article.get_absolute_url()).content.decode()
    assert re.search("<title>(.*?)</title>", html)[1].startswith("日结群押金骗局怎么认")
    assert 'og:title" content="日结群押金骗局怎么认' in html
    assert re.search("<h1[^>]*>(.*?)</h1>", html, re.DOTALL)[1].strip() == "日结群又换了名字"
    assert "日结群又换了名字" in client.get("/news/").content.decode()


def show_also(client, article, *places, **fields):
    codes = [place.pk for place in places]
    return press_button(client, article, "_continue", also_places=codes, **fields)


def list_addresses(slug):
    return [f"/{slug}/news/", f"/{slug}/alerts/", f"/{slug}/news/feed.atom"]


def test_lists_feeds_and_related_articles_of_another_city_show_it(client, editor, place):
    article = make_article(
        title="日结群押金骗局", body=BODY, kind="alert", fraud_type="upfront_fee",
        alert_level="warning", places=["xiangxi"],
    )  # fmt: skip
    beside = make_article(
        title="长沙也有人交了押金", body="<p>网上招兼职，先收两百押金，再把人拉黑。</p>",
        kind="alert", fraud_type="upfront_fee",
        alert_level="warning", places=["changsha"],
    )  # fmt: skip
    for address in list_addresses("guangzhou"):
        assert article.title not in client.get(address).content.decode(), address
    show_also(editor, article, place("guangzhou"))
    for address in (*list_addresses("guangzhou"), *list_addresses("xiangxi")):
        assert article.title in client.get(address).content.decode(), address
    assert article.title in client.get("/guangdong/news/").content.decode()
    assert article.title not in client.get("/shenzhen/news/").content.decode()
    related = client.get(f"/guangzhou/news/{beside.pk}/").content.decode()
    assert article.title in related and "同城 · " not in related, "it is about 湘西"
    assert "湘西" in client.get(article.get_absolute_url()).content.decode()
    assert "广州</a>" not in client.get(article.get_absolute_url()).content.decode()
    show_also(editor, article)
    for address in list_addresses("guangzhou"):
        assert article.title not in client.get(address).content.decode(), address


def test_places_that_it_is_about_may_change_meanwhile(place):
    article = make_article(body=BODY, places=["xiangxi"])
    set_places(article, [place("xiangxi")], [place("guangzhou"), place("xiangxi")])
    assert list_also_shown(article) == [place("guangzhou")]
    set_places(article, [place("jishou"), place("changsha")])  # as accepting a proposal does
    assert list_also_shown(article) == [place("guangzhou")]
    named = {row.region_id for row in article.places.filter(named=True)}
    assert named == {place("jishou").pk, place("changsha").pk}
    set_places(article, [place("guangzhou")])
    assert list_also_shown(article) == [], "it is about the place now"
    set_places(article, [], [place("changsha")])
    assert Article.objects.get(pk=article.pk).national
    assert not ArticleRegion.objects.filter(article=article).exists()


def test_a_national_article_has_no_further_places(editor, place):
    data = build_article_form(body=BODY, also_places=[place("guangzhou").pk], _continue="1")
    answer = editor.post(ADD, data)
    assert "各地都看得到" in answer.content.decode() and not Article.objects.exists()


def test_an_editor_of_a_place_adds_only_its_places_and_keeps_those_of_others(place):
    article = make_article(body=BODY, places=["xiangxi"])
    set_places(article, [place("xiangxi")], [place("guangzhou")])
    local = sign_in(Client(), make_colleague("local", StaffRole.EDITOR, [place("xiangxi")]))
    refused = show_also(local, article, place("guangzhou"), place("changsha"))
    assert "只能加你负责的地区" in refused.content.decode()
    show_also(local, article, place("guangzhou"), place("jishou"), title="改了标题")
    assert set(list_also_shown(article)) == {place("guangzhou"), place("jishou")}
    assert Article.objects.get().title == "改了标题"


def test_two_editors_change_further_places_and_summary(editor, place):
    article = make_article(body=BODY, places=["xiangxi"])
    first = read_article_form(editor, article)
    show_also(editor, article, place("guangzhou"))
    answer = editor.post(get_change_url(article), first | {"summary": SUMMARY, "_continue": "1"})
    assert answer.status_code == 302
    stored = Article.objects.get(pk=article.pk)
    assert stored.excerpt == SUMMARY and list_also_shown(stored) == [place("guangzhou")]
    mine = first | {"also_places": [place("changsha").pk], "_continue": "1"}
    html = editor.post(get_change_url(article), mine).content.decode()
    assert "也改了也在这些城市显示" in html and "已经保存的是：广州" in html


def test_the_buttons_stand_before_the_fields_and_publish(editor, client):
    page = editor.get(ADD).content.decode()
    bar = page.split('class="form-bar"')[1].split("</div>")[0]
    assert all(name in bar for name in ('name="_continue"', 'name="_preview"', 'name="_publish"'))
    assert page.index('class="form-bar"') < page.index('name="title"')
    editor.post(ADD, build_article_form(title="新的一篇", body=BODY, _publish="1"))
    article = Article.objects.get()
    assert article.is_public
    bar = (
        editor.get(get_change_url(article))
        .content.decode()
        .split('class="form-bar"')[1]
        .split("</div>")
    )
    assert 'name="_publish"' not in bar[0] and "已发布" in bar[0]


def test_imports_and_proposals_leave_the_summary_alone():
    article = make_article(body=BODY, summary=SUMMARY, status="draft")
    create_proposals(article, apply=True)
    again = Article.objects.get(pk=article.pk)
    again.body = "<p>另外的正文。</p>"
    again.save(update_fields=["body"])
    assert Article.objects.get(pk=article.pk).excerpt == SUMMARY


def test_what_is_wrong_is_a_link_to_its_field(editor):
    page = editor.post(ADD, build_article_form(title="", kind="alert")).content.decode()
    links = page.split('class="wrong-fields"')[1].split("</p>")[0]
    for name in ("title", "fraud_type", "alert_level"):
        assert f'href="#id_{name}"' in links and f'id="id_{name}"' in page
    assert 'href="#id_body"' not in links
    assert "wrong-fields" not in editor.get(ADD).content.decode()


def test_no_source_wrote_in_the_future(editor):
    article = make_article(status="draft")
    day = timezone.localdate() + timedelta(days=1)
    page = press_button(editor, article, "_continue", source_date=day.isoformat())
    assert "原文日期不能晚于今天" in page.content.decode()
    assert Article.objects.get(pk=article.pk).source_date is None


def test_places_are_written_by_name_without_script(admin_client, places):
    page = admin_client.get(ADD).content.decode()
    assert 'name="named_places_typed"' in page and 'name="also_places_typed"' in page
    article_form = build_article_form(named_places_typed="没有这个地方")
    answer = admin_client.post(ADD, article_form)
    assert answer.context["adminform"].form.errors["named_places"] == [NOT_FOUND]
    assert 'value="没有这个地方"' in answer.content.decode() and not Article.objects.exists()
    admin_client.post(ADD, build_article_form(named_places_typed=places["jishou"].name))
    shown = ArticleRegion.objects.filter(named=True).values_list("region", flat=True)
    assert [*shown] == [places["jishou"].pk]


def test_an_editor_finds_the_places_of_an_article(places):
    """The role may not open the list of places, which is for the whole country."""
    editor = make_colleague("editor", StaffRole.EDITOR)
    client = sign_in(Client(), editor)
    assert client.get(reverse("admin:cities_region_changelist")).status_code == 403
    lookup = {"app_label": "news", "model_name": "article", "field_name": "regions"}
    answer = client.post(reverse("admin:autocomplete"), lookup | {"term": places["jishou"].name})
    assert [row["id"] for row in answer.json()["results"]] == [str(places["jishou"].pk)]
    client.post(ADD, build_article_form(named_places_typed=places["jishou"].name))
    assert ArticleRegion.objects.filter(named=True, region=places["jishou"].pk).exists()
