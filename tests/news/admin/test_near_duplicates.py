"""A story told already: publishing waits until an editor has chosen."""

import datetime
import time
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone

from news.articles.transitions import (
    publish_article,
    return_article_to_draft,
    withdraw_article,
)
from news.imports.merge_duplicates import MergeRefused, merge_into_article
from news.models import Article, ArticleSource
from tests.articles import make_article, make_source
from tests.at_once import at_once
from tests.news.editing import get_change_url, get_doubles_url, post_list_action, press_button
from tests.people import make_person

WORDS = (
    "<p>吉首一名大学生在招聘群里接到刷单的活，先返了五元，随后被要求垫付一万二千三百元，"
    "客服一直说任务没有做完，让他再转三万元才能提现。民警接到报警后止付了其中八千元。</p>"
)


@pytest.fixture
def earlier(db):
    return make_article("大学生刷单被骗", WORDS, source=make_source("城东日报", "media"))


@pytest.fixture
def draft(earlier):
    return make_article(
        "又一名大学生刷单被骗",
        WORDS,
        status="draft",
        source=make_source("城西晚报", "media"),
        source_url="https://west.example/1",
        source_date=datetime.date(2026, 5, 1),
        author="李明",
    )


def test_the_form_warns_of_what_was_told_already(admin_client, draft, earlier):
    page = admin_client.get(get_change_url(draft)).content.decode()
    assert "可能已经发过" in page
    assert get_change_url(earlier) in page
    assert "可能已经发过" not in admin_client.get(get_change_url(earlier)).content.decode()


def test_publishing_waits_for_a_choice(admin_client, draft, earlier):
    page = press_button(admin_client, draft, "_publish")
    assert page.redirect_chain[-1][0].startswith(get_doubles_url(draft))
    words = page.content.decode()
    assert earlier.title in words
    assert "文字相同" in words
    draft.refresh_from_db()
    assert draft.status == "draft"
    admin_client.post(get_doubles_url(draft), {"then": "publish", "go": "1"})
    draft.refresh_from_db()
    assert draft.status == "published"


def test_scheduling_waits_too_and_keeps_its_moment(admin_client, draft):
    later = timezone.localdate() + datetime.timedelta(30)
    page = press_button(admin_client, draft, "_schedule", move_at=f"{later}T08:00")
    draft.refresh_from_db()
    assert draft.status == "draft"
    kept = {name: page.context[name] for name in ("then", "at")}
    kept["at"] = kept["at"].isoformat()
    admin_client.post(get_doubles_url(draft), kept | {"go": "1"})
    draft.refresh_from_db()
    assert draft.status == "scheduled"
    assert timezone.localtime(draft.published_at).isoformat() == f"{later}T08:00:00+08:00"


def test_the_actions_of_the_list_wait_too(admin_client, draft):
    other = make_article("别的", "<p>一件毫不相干的小事。</p>", status="draft")
    page = post_list_action(admin_client, "publish", draft, other)
    assert "已发布 1 篇" in page
    assert f'href="{get_doubles_url(draft)}?then=publish"' in page
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_a_draft_is_folded_into_what_is_there(admin_client, admin_user, draft, earlier):
    page = admin_client.post(get_doubles_url(draft), {"fold": earlier.pk}, follow=True)
    assert f"《{earlier.title}》</a>，来源记在它名下。" in page.content.decode()
    assert not Article.objects.filter(pk=draft.pk).exists()
    other = earlier.other_sources.get()
    assert (other.source.name, other.title, other.url, other.author, other.date) == (
        *("城西晚报", "又一名大学生刷单被骗", "https://west.example/1", "李明"),
        datetime.date(2026, 5, 1),
    )
    event = earlier.events.last()
    assert (event.what, event.who) == ("edit", admin_user)
    assert "并入重复的《又一名大学生刷单被骗》" in event.why


def test_nobody_says_a_source_was_kept_where_there_was_none(admin_client, earlier):
    own_article = make_article("我们也写过", WORDS, status="draft")
    page = admin_client.post(
        get_doubles_url(own_article), {"fold": earlier.pk}, follow=True
    ).content.decode()
    assert f"《{earlier.title}》</a>。" in page
    assert not earlier.other_sources.exists()


def test_what_has_a_history_is_folded_and_kept(draft, earlier, admin_user):
    publish_article(draft.pk)
    withdraw_article(draft.pk, "重复")
    draft = return_article_to_draft(draft.pk)
    assert merge_into_article(draft, earlier, admin_user) is False
    assert Article.objects.filter(pk=draft.pk).exists()
    assert earlier.other_sources.count() == 1
    assert merge_into_article(draft, earlier, admin_user) is False
    assert earlier.other_sources.count() == 1


def test_the_same_source_is_not_named_twice(draft, earlier, admin_user):
    Article.objects.filter(pk=earlier.pk).update(
        source=draft.source, source_url="https://west.example/1"
    )
    earlier.refresh_from_db()
    assert merge_into_article(draft, earlier, admin_user) is True
    assert not ArticleSource.objects.exists()


@pytest.mark.parametrize("answer", ["x", "0", "", "own"])
def test_a_draft_goes_nowhere_but_into_one_of_those_shown(admin_client, draft, answer):
    other = make_article("别的", "<p>一件毫不相干的小事。</p>")
    for into in (answer, other.pk, draft.pk):
        admin_client.post(get_doubles_url(draft), {"fold": into})
    assert Article.objects.filter(pk=draft.pk).exists()


def test_no_draft_is_lost_in_what_was_withdrawn_meanwhile(admin_client, draft, earlier):
    withdraw_article(earlier.pk, "核实后撤回")
    page = admin_client.post(get_doubles_url(draft), {"fold": earlier.pk}, follow=True)
    assert "那一篇已经撤回" in page.content.decode()
    assert Article.objects.filter(pk=draft.pk).exists()
    assert not earlier.other_sources.exists()


def test_whoever_presses_twice_reads_where_the_draft_went(admin_client, draft, earlier):
    for _ in range(2):
        page = admin_client.post(get_doubles_url(draft), {"fold": earlier.pk}, follow=True)
    assert page.status_code == 200 and "这一篇已经不在了" in page.content.decode()


def test_what_is_published_is_not_folded_away(admin_client, draft, earlier):
    admin_client.post(get_doubles_url(draft), {"then": "publish", "go": "1"})
    admin_client.post(get_doubles_url(draft), {"fold": earlier.pk})
    assert Article.objects.filter(pk=draft.pk).exists()
    assert not earlier.other_sources.exists()


def test_two_presses_at_once_merge_a_draft_once(admin_client, draft, earlier, monkeypatch):
    def merge_after_the_other_press(*articles_and_editor):
        merge_into_article(*articles_and_editor)
        return merge_into_article(*articles_and_editor)

    monkeypatch.setattr("news.admin.views.merge_into_article", merge_after_the_other_press)
    page = admin_client.post(get_doubles_url(draft), {"fold": earlier.pk}, follow=True)
    assert page.status_code == 200 and "这一篇已经不在了" in page.content.decode()
    assert earlier.other_sources.count() == 1


def test_into_what_was_merged_itself_nothing_goes(draft, admin_user):
    gone = make_article("大学生刷单被骗了", WORDS, status="draft")
    Article.objects.filter(pk=gone.pk).delete()
    with pytest.raises(MergeRefused, match="那一篇已经不在了"):
        merge_into_article(draft, gone, admin_user)
    assert Article.objects.filter(pk=draft.pk).exists()


def test_who_merges_waits_for_the_lower_number_first(committed):
    """So that of two who merge two articles into each other none holds what the other waits for."""
    low, high = (make_article(title, WORDS, status="draft") for title in ("一", "二"))
    editor, is_low_held = make_person("editor", is_staff=True), Event()
    rows = Article.objects.order_by()

    def hold_low_then_high():
        with transaction.atomic():
            rows.select_for_update().get(pk=low.pk)
            is_low_held.set()
            time.sleep(0.5)
            return rows.select_for_update(nowait=True).get(pk=high.pk)

    def merge_high():
        is_low_held.wait(5)
        return merge_into_article(high, low, editor)

    assert at_once(hold_low_then_high, merge_high) == [high, True]


@pytest.mark.parametrize("at", ["", "x", "2099-13-01T00:00", "2099-01-01T08:00", "\0"])
def test_a_moment_that_is_none_is_no_error(admin_client, draft, at):
    assert (
        admin_client.get(get_doubles_url(draft), {"then": "schedule", "at": at}).status_code == 200
    )


@pytest.fixture
def unplaced_alert(db):
    """An alert that names a place and stands at none, of a story that is told already."""
    title, body = "吉首有人刷单被骗", f"<p>吉首市多名学生反映，吉首的群里招刷单的。</p>{WORDS}"
    make_article(title, body)
    fields = {"kind": "alert", "fraud_type": "brushing_rebate", "alert_level": "warning"}
    return make_article(title, body, status="draft", **fields)


@pytest.mark.parametrize("then", ["publish", "schedule"])
def test_an_alert_without_its_places_is_asked_about_them(admin_client, unplaced_alert, then):
    address = get_doubles_url(unplaced_alert)
    moment = (timezone.now() + datetime.timedelta(3)).isoformat()
    answers = {"then": then, "at": moment, "go": "1"}
    words = admin_client.get(address).content.decode()
    assert 'name="is_national"' in words and 'name="is_national" checked' not in words
    page = admin_client.post(address, answers)
    assert page.status_code == 422
    assert "文中写到吉首" in page.content.decode() and "选一下发到哪里" in page.content.decode()
    assert (page.context["then"], page.context["at"] is None) == (then, then == "publish")
    unplaced_alert.refresh_from_db()
    assert unplaced_alert.status == "draft"
    admin_client.post(address, answers | {"is_national": "on"})
    unplaced_alert.refresh_from_db()
    assert unplaced_alert.status == ("published" if then == "publish" else "scheduled")


def test_whoever_ticked_it_in_the_form_finds_it_ticked(admin_client, unplaced_alert):
    page = press_button(admin_client, unplaced_alert, "_publish", is_national="on")
    assert page.redirect_chain[-1][0].startswith(get_doubles_url(unplaced_alert))
    assert 'name="is_national" checked' in page.content.decode()
    unplaced_alert.refresh_from_db()
    assert unplaced_alert.status == "draft"


def test_of_an_alert_with_its_places_nothing_is_asked(admin_client, unplaced_alert, place):
    unplaced_alert.places.create(region=place("jishou"), named=True)
    address = get_doubles_url(unplaced_alert)
    assert 'name="is_national"' not in admin_client.get(address).content.decode()
    admin_client.post(address, {"then": "publish", "go": "1"})
    unplaced_alert.refresh_from_db()
    assert unplaced_alert.status == "published"
