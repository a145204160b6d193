import pytest
from django.urls import reverse

from news.models import Article, Tag
from tests.articles import make_alert, make_article, make_source

LIST = reverse("admin:news_article_changelist")


def change(article):
    return reverse("admin:news_article_change", args=[article.pk])


def decide(client, action, *articles, **answers):
    data = {"action": action, "_selected_action": [article.pk for article in articles]}
    return client.post(LIST, data | answers, follow=True).content.decode()


def form(**fields):
    events = {"events-TOTAL_FORMS": 0, "events-INITIAL_FORMS": 0}
    return {"kind": "news", "title": "新的", "body": "<p>正文。</p>"} | events | fields


def test_the_actions_call_the_transitions(admin_client, admin_user):
    article = make_article(status="draft")
    assert "已发布 1 篇" in decide(admin_client, "publish", article)
    assert "撤回要写明原因" in decide(admin_client, "withdraw", article)
    assert "已撤回 1 篇" in decide(admin_client, "withdraw", article, reason="日期写错")
    article.refresh_from_db()
    assert (article.status, article.withdrawn_reason) == ("withdrawn", "日期写错")
    assert [event.who for event in article.events.all()] == [admin_user, admin_user]


def test_a_refused_move_is_said_and_the_others_are_made(admin_client):
    published, draft = make_article("甲"), make_article("乙", status="draft")
    page = decide(admin_client, "publish", published, draft)
    assert "不能改成「已发布」：《甲》" in page
    assert "已发布 1 篇" in page


def test_a_time_is_needed_to_schedule(admin_client):
    article = make_article(status="draft")
    assert "要填" in decide(admin_client, "schedule", article)
    decide(admin_client, "schedule", article, at="2099-01-01T08:00")
    article.refresh_from_db()
    assert (article.status, article.published_at.year) == ("scheduled", 2099)


def test_the_status_can_not_be_typed_in(admin_client):
    article = make_article(status="draft")
    admin_client.post(change(article), form(status="published"))
    article.refresh_from_db()
    assert (article.title, article.status) == ("新的", "draft")


def test_saving_cleans_the_body_and_gives_the_places(admin_client, places):
    tag = Tag.objects.create(name="网警")
    body = '<p onclick="x()">好<script>alert(1)</script></p>'
    response = admin_client.post(
        reverse("admin:news_article_add"),
        form(body=body, tags=[tag.pk], named_places=[places["jishou"].pk]),
    )
    assert response.status_code == 302
    article = Article.objects.get()
    assert article.body == "<p>好</p>"
    assert set(article.places.values_list("region_id", "named")) == {
        (433101, True),
        (433100, False),
        (430000, False),
    }
    page = admin_client.get(change(article)).content.decode()
    assert f'<option value="{places["jishou"].pk}" selected' in page
    assert f'<option value="{places["xiangxi"].pk}"' not in page


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"body": "<script>x</script>"}, "正文清理之后是空的"),
        ({"kind": "alert", "fraud_type": "pyramid"}, "预警要有骗局类型和预警级别"),
        ({"alert_level": "danger"}, "预警要有骗局类型和预警级别"),
    ],
)
def test_what_the_database_would_refuse_is_said_in_the_form(admin_client, fields, words):
    response = admin_client.post(reverse("admin:news_article_add"), form(**fields))
    assert words in response.content.decode()
    assert not Article.objects.exists()


def test_what_has_a_history_can_not_be_deleted(admin_client):
    published, draft = make_article(), make_article(status="draft")
    address = "admin:news_article_delete"
    assert admin_client.get(reverse(address, args=[published.pk])).status_code == 403
    assert admin_client.get(reverse(address, args=[draft.pk])).status_code == 200


def test_search_and_autocomplete_answer(admin_client):
    make_article("网警上线", tags=["举报"], source=make_source("城东日报", "media"))
    make_article("别的")
    for word in ("网警", "举报", "城东"):
        page = admin_client.get(LIST, {"q": word}).content.decode()
        assert "网警上线" in page
        assert ">别的</a>" not in page
    asked = {"app_label": "news", "model_name": "article", "field_name": "regions", "term": "吉首"}
    found = admin_client.get(reverse("admin:autocomplete"), asked).json()
    assert "433101" in [place["id"] for place in found["results"]]


def test_the_list_takes_the_same_queries_for_any_number(
    admin_client, places, django_assert_max_num_queries
):
    for number in range(10):
        make_alert(
            f"第 {number} 起", places=[places["xiangxi"]], source=make_source(f"来源 {number}")
        )
    with django_assert_max_num_queries(8):
        assert admin_client.get(LIST).status_code == 200
