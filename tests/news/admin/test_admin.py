"""The list of articles in the admin, its actions, and the form's rules."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from news.models import Article, ArticleViews, Tag
from tests.articles import make_alert, make_article, make_source
from tests.news.editing import (
    ADD,
    LIST,
    build_article_form,
    get_change_url,
    get_doubles_url,
    get_preview_url,
    post_list_action,
    press_button,
)
from tests.people import sign_in

CROWDED = " ".join(f"a{number}" for number in range(2_000))


def test_the_actions_call_the_transitions(admin_client, admin_user):
    article = make_article(status="draft")
    assert "已发布 1 篇" in post_list_action(admin_client, "publish", article)
    assert "撤回要写明原因" in post_list_action(admin_client, "withdraw", article)
    assert "已撤回 1 篇" in post_list_action(admin_client, "withdraw", article, reason="日期写错")
    article.refresh_from_db()
    assert (article.status, article.withdrawn_reason) == ("withdrawn", "日期写错")
    assert [event.who for event in article.events.all()] == [admin_user, admin_user]


def test_a_refused_move_is_said_and_the_others_are_made(admin_client):
    published = make_article("甲")
    draft = make_article("乙", "<p>另一件完全不同的事情。</p>", status="draft")
    page = post_list_action(admin_client, "publish", published, draft)
    assert "不能改成「已发布」：《甲》" in page
    assert "已发布 1 篇" in page


@pytest.mark.parametrize(
    ("action", "typed", "kept"),
    [
        ("withdraw", {"reason": "日期写错"}, 'value="日期写错"'),
        ("schedule", {"reason": "等采访"}, 'value="等采访"'),
        ("schedule", {"at": "9999-01-01T08:00"}, 'value="9999-01-01T08:00"'),
    ],
)
def test_what_was_ticked_chosen_and_typed_stays_after_a_refusal(admin_client, action, typed, kept):
    published, draft = make_article("甲"), make_article("乙", "<p>另一件事情。</p>", status="draft")
    make_article("丙", "<p>没有勾选的第三件。</p>", status="draft")
    ticked = [published, draft] if action == "withdraw" else [draft]
    sent = {"action": action, "_selected_action": [article.pk for article in ticked]}
    answer = admin_client.post(f"{LIST}?o=1", sent | typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and kept in page
    assert f'<option value="{action}" selected>' in page
    still_ticked = re.findall(r'<input checked [^>]*value="(\d+)"', page)
    assert still_ticked == [str(draft.pk)], "one that was moved is ticked no more"


def test_a_time_is_needed_to_schedule(admin_client):
    article = make_article(status="draft")
    assert "要填" in post_list_action(admin_client, "schedule", article)
    assert "最晚" in post_list_action(admin_client, "schedule", article, at="9999-01-01T08:00")
    later = timezone.localdate() + datetime.timedelta(30)
    post_list_action(admin_client, "schedule", article, at=f"{later}T08:00")
    article.refresh_from_db()
    assert article.status == "scheduled"
    assert timezone.localdate(article.published_at) == later


def test_the_status_can_not_be_typed_in(admin_client):
    article = make_article(status="draft")
    press_button(admin_client, article, "_save", title="新的", status="published")
    article.refresh_from_db()
    assert (article.title, article.status) == ("新的", "draft")


def test_saving_cleans_the_body_and_gives_the_places(admin_client, places):
    tag = Tag.objects.create(name="网警")
    body = '<p onclick="x()">好<script>alert(1)</script></p>'
    response = admin_client.post(
        ADD, build_article_form(body=body, tags=[tag.pk], named_places=[places["jishou"].pk])
    )
    assert response.status_code == 302
    article = Article.objects.get()
    assert article.body == "<p>好</p>"
    assert set(article.places.values_list("region_id", "named")) == {
        (433101, True),
        (433100, False),
        (430000, False),
    }
    page = admin_client.get(get_change_url(article)).content.decode()
    assert f'<option value="{places["jishou"].pk}" selected' in page
    assert f'<option value="{places["xiangxi"].pk}"' not in page


@pytest.mark.parametrize(
    ("fields", "name", "words"),
    [
        ({"body": "<script>x</script>"}, "body", "正文清理之后是空的。"),
        ({"body": f"<p {CROWDED}>字</p>"}, "body", "里面有一个标签带着上千个属性，不像人写的。"),
        ({"title": " "}, "title", "这一项要填。"),
        ({"kind": "alert", "alert_level": "info"}, "fraud_type", "预警要选一种骗局类型。"),
        ({"kind": "alert", "fraud_type": "pyramid"}, "alert_level", "预警要选一个级别。"),
        (
            {"alert_level": "danger"},
            "alert_level",
            "只有预警才有级别：清空这一项，或者把类别改成预警。",
        ),
    ],
)
def test_what_can_not_be_is_said_at_its_field_and_nothing_typed_is_lost(
    admin_client, fields, name, words
):
    response = admin_client.post(ADD, build_article_form(author="打了一半", **fields))
    assert response.context["adminform"].form.errors == {name: [words]}
    assert 'value="打了一半"' in response.content.decode()
    assert not Article.objects.exists()


def test_chosen_rows_stay_chosen_when_the_form_comes_back(admin_client):
    """Those that the row has are not read again; those chosen now are."""
    new, old = Tag.objects.create(name="反诈中心"), Tag.objects.create(name="网警")
    article = make_article(tags=[old.name], source=make_source("城东日报", "media"))
    chosen = f'<option value="{old.pk}" selected>网警</option>'
    assert chosen in admin_client.get(get_change_url(article)).content.decode()
    for sent in ([new.pk], [old.pk, new.pk], ["x", new.pk]):
        data = build_article_form(title=" ", tags=sent, source="")
        page = admin_client.post(get_change_url(article), data).content.decode()
        assert f'<option value="{new.pk}" selected>反诈中心</option>' in page
        assert (chosen in page) == (old.pk in sent)
        assert "selected>城东日报" not in page


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
    answer = admin_client.post(reverse("admin:autocomplete"), asked).json()
    assert "433101" in [place["id"] for place in answer["results"]]


def test_the_list_says_how_often_each_is_read(admin_client):
    ArticleViews.objects.create(article=make_article(), count=4321)
    assert '<td class="field-reads">4321</td>' in admin_client.get(LIST).content.decode()


def test_the_list_takes_the_same_queries_for_any_number(
    admin_client, places, django_assert_max_num_queries
):
    for number in range(10):
        make_alert(
            f"第 {number} 起", places=[places["xiangxi"]], source=make_source(f"来源 {number}")
        )
    # session, user, three for the list with its filters and count, sources and moments to filter by
    with django_assert_max_num_queries(8):
        assert admin_client.get(LIST).status_code == 200


@pytest.fixture
def helper(client):
    """A member of the staff with no right to articles."""
    user = User.objects.create_user(email="helper@example.com", password="x", is_staff=True)
    sign_in(client, user)
    client.user = user
    return client


def grant_permissions(client, *rights):
    from django.contrib.auth.models import Permission

    client.user.user_permissions.set(Permission.objects.filter(codename__in=rights))


def test_each_page_asks_for_its_right(helper):
    article = make_article(status="draft")
    picture = reverse("admin:news_article_picture")
    for address in (get_change_url(article), get_preview_url(article), get_doubles_url(article)):
        assert helper.get(address).status_code == 403
    assert helper.post(get_doubles_url(article), {"go": "1"}).status_code == 403
    assert helper.post(picture).status_code == 403
    article.refresh_from_db()
    assert article.status == "draft"


def test_who_may_look_sees_but_decides_nothing(helper):
    article = make_article(status="draft")
    grant_permissions(helper, "view_article")
    page = helper.get(get_change_url(article))
    assert page.status_code == 200
    for button in ("_publish", "_schedule", "_preview", "_propose"):
        assert f'name="{button}"' not in page.content.decode()
    assert helper.get(get_preview_url(article)).status_code == 200
    assert helper.get(get_doubles_url(article)).status_code == 403
    assert helper.post(get_change_url(article), build_article_form(_publish="1")).status_code == 403


def test_nobody_signed_out_sees_a_preview(client):
    assert client.get(get_preview_url(make_article(status="draft"))).status_code == 302


@pytest.mark.parametrize(
    ("button", "status", "words"),
    [
        ("_publish", "published", "已经发布了"),
        ("_schedule", "scheduled", "要改时间，先按「取消定时，改回草稿」"),
        ("_withdraw", "withdrawn", "已经撤回了"),
        ("_back_to_draft", "draft", "已经是草稿了"),
    ],
)
def test_a_second_press_is_told_what_the_first_did(admin_client, button, status, words):
    article = make_article(status=status)
    later = timezone.localdate() + datetime.timedelta(30)
    answers = {"move_at": f"{later}T08:00", "move_reason": "日期写错"}
    page = press_button(admin_client, article, button, **answers).content.decode()
    assert words in page and "不能改成" not in page
    article.refresh_from_db()
    assert article.status == status
