"""An alert that names places is not published to the whole country by a field that was left empty."""

from datetime import timedelta

import pytest
from django.utils import timezone

from news.choices import ArticleStatus
from news.models import Article
from tests.articles import make_article
from tests.news.editing import (
    ADD,
    build_article_form,
    get_change_url,
    post_list_action,
    press_button,
    read_article_form,
)

ALERT = {
    "kind": "alert",
    "fraud_type": "upfront_fee",
    "alert_level": "warning",
    "title": "吉首有人以招聘为名收押金",
    "body": "<p>吉首市多名学生反映，有人在吉首的群里招日结工，入群先交押金，第二天群就散了。</p>",
}


@pytest.mark.parametrize("button", ["_publish", "_schedule"])
def test_it_is_asked_with_the_places_of_the_text_filled_in(admin_client, place, button):
    page = admin_client.post(ADD, build_article_form(**ALERT) | {button: "1"})
    form = page.context["adminform"].form
    assert "文中写到吉首" in form.errors["named_places"][0] and not Article.objects.exists()
    assert form["named_places"].value() == [str(place("jishou").pk)]
    html = page.content.decode()
    assert 'name="is_national"' in html and "发给全国" in html


def test_the_second_press_publishes_to_these_places(admin_client, place):
    jishou = [place("jishou").pk]
    admin_client.post(ADD, build_article_form(**ALERT, named_places=jishou, _publish="1"))
    local = Article.objects.get()
    assert local.is_public and local.places.filter(region=jishou[0], named=True).exists()


def test_whoever_ticks_that_it_is_for_all_publishes_to_all(admin_client, place):
    jishou = [place("jishou").pk]
    answers = {"named_places": jishou, "is_national": "on", "_publish": "1"}
    admin_client.post(ADD, build_article_form(**ALERT, **answers))
    national = Article.objects.get()
    assert national.is_public and not national.places.exists()


def test_a_draft_is_asked_when_it_is_published_and_not_when_it_is_saved(admin_client):
    fields = {name: value for name, value in ALERT.items() if name not in ("title", "body")}
    draft = make_article(ALERT["title"], body=ALERT["body"], status="draft", **fields)
    press_button(admin_client, draft, "_continue", summary="先交押金的群。")
    draft.refresh_from_db()
    assert draft.summary == "先交押金的群。"
    assert 'name="is_national"' not in admin_client.get(get_change_url(draft)).content.decode()
    press_button(admin_client, draft, "_publish")
    draft.refresh_from_db()
    assert draft.status == ArticleStatus.DRAFT


@pytest.mark.parametrize(
    "words",
    [{}, {"title": "入群先交押金", "body": "<p>第二天群就散了。</p>"}],
    ids=["named", "not"],
)
def test_a_public_alert_of_a_place_is_asked_before_it_loses_that(admin_client, place, words):
    fields = ALERT | words
    alert = make_article(fields.pop("title"), places=[place("jishou")], **fields)
    press_button(admin_client, alert, "_continue", named_places=[])
    alert.refresh_from_db()
    assert not alert.national
    page = press_button(admin_client, alert, "_continue", named_places=[])
    assert page.context["adminform"].form["named_places"].value() == [str(place("jishou").pk)]
    press_button(admin_client, alert, "_continue", named_places=[], is_national="on")
    alert.refresh_from_db()
    assert alert.national
    press_button(admin_client, alert, "_continue", summary="先交押金的群。")
    alert.refresh_from_db()
    assert alert.summary, "what is national already is not asked again"


def test_what_another_editor_emptied_meanwhile_is_asked_too(admin_client, place):
    fields = {name: value for name, value in ALERT.items() if name not in ("title", "body")}
    jishou = place("jishou")
    draft = make_article(
        ALERT["title"], body=ALERT["body"], places=[jishou], status="draft", **fields
    )
    mine = read_article_form(admin_client, draft) | {"_publish": "1"}
    press_button(admin_client, draft, "_continue", named_places=[])
    page = admin_client.post(get_change_url(draft), mine)
    form = page.context["adminform"].form
    draft.refresh_from_db()
    assert "文中写到吉首" in form.errors["named_places"][0] and not draft.is_public
    shown = {"named_places": form["named_places"].value(), "version": form["version"].value()}
    assert admin_client.post(get_change_url(draft), mine | shown).status_code == 302
    draft.refresh_from_db()
    assert draft.is_public and draft.places.filter(region=jishou, named=True).exists()


def test_an_alert_without_a_place_in_its_text_is_for_all(admin_client):
    words = {"title": "入群先交押金的日结工", "body": "<p>入群先交押金，第二天群就散了。</p>"}
    admin_client.post(ADD, build_article_form(**ALERT | words, _publish="1"))
    assert Article.objects.get().is_public


@pytest.mark.parametrize("action", ["publish", "schedule"])
def test_the_list_leaves_it_to_the_form_and_moves_the_others(admin_client, place, action):
    fields = {name: value for name, value in ALERT.items() if name not in ("title", "body")}
    words = {"body": ALERT["body"], "status": "draft"}
    unplaced = make_article(ALERT["title"], **words, **fields)
    local = make_article("吉首又有一个群收押金", places=[place("jishou")], **words, **fields)
    everywhere = make_article(
        "入群先交押金的日结工", "<p>第二天群就散了。</p>", status="draft", **fields
    )
    at = f"{timezone.localdate() + timedelta(30)}T08:00"
    page = post_list_action(admin_client, action, unplaced, local, everywhere, at=at)
    assert "写到吉首" in page and f'href="{get_change_url(unplaced)}">打开核对' in page
    for article in (unplaced, local, everywhere):
        article.refresh_from_db()
    moved = {"publish": "published", "schedule": "scheduled"}[action]
    assert [row.status for row in (unplaced, local, everywhere)] == ["draft", moved, moved]
