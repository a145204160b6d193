"""The form of an article: two editors, what is recorded, pictures, preview."""

import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from accounts.models import User
from news.models import Article, Tag
from tests.articles import make_alert, make_article, make_source
from tests.news.editing import (
    LIST,
    get_change_url,
    get_preview_url,
    press_button,
    read_article_form,
)
from tests.people import sign_in


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def other(db):
    """Another editor, at another desk."""
    client = Client()
    user = User.objects.create_superuser(email="second@example.com", password="x")
    sign_in(client, user)
    return client


def build_image_file(color="red"):
    file = io.BytesIO()
    Image.new("RGB", (600, 400), color).save(file, "PNG")
    file.seek(0)
    file.name = "x.png"
    return file


# Two editors


def test_what_two_editors_changed_in_one_field_is_asked_about(admin_client, other):
    article = make_article(status="draft")
    mine = read_article_form(admin_client, article)
    press_button(other, article, "_save", body="<p>对方写的话。</p>")
    mine |= {"body": "<p>我写的话。</p>", "_save": "1"}

    page = admin_client.post(get_change_url(article), mine)

    article.refresh_from_db()
    assert article.body == "<p>对方写的话。</p>"
    assert "&lt;p&gt;我写的话。&lt;/p&gt;" in page.content.decode()
    errors = page.context["adminform"].form.errors
    assert list(errors) == ["__all__", "body"]
    assert "对方写的话。" in errors["body"][0]
    assert "s***@example.com" in errors["__all__"][0]

    # and who has seen both decides
    mine["version"] = page.context["adminform"].form["version"].value()
    assert admin_client.post(get_change_url(article), mine).status_code == 302
    article.refresh_from_db()
    assert article.body == "<p>我写的话。</p>"


def test_what_only_the_other_changed_stays(admin_client, other):
    article = make_article(status="draft")
    mine = read_article_form(admin_client, article)
    tag = Tag.objects.create(name="网警")
    press_button(other, article, "_save", author="李明", tags=[tag.pk])
    admin_client.post(get_change_url(article), mine | {"title": "改过的题", "_save": "1"})
    article.refresh_from_db()
    assert (article.title, article.author) == ("改过的题", "李明")
    assert list(article.tags.all()) == [tag]


def test_after_a_question_what_only_the_other_changed_still_stays(admin_client, other):
    article = make_article(status="draft")
    mine = read_article_form(admin_client, article)
    press_button(other, article, "_save", author="李明", title="对方的题")
    mine |= {"title": "我的题", "_save": "1"}
    page = admin_client.post(get_change_url(article), mine)
    mine["version"] = page.context["adminform"].form["version"].value()
    admin_client.post(get_change_url(article), mine)
    article.refresh_from_db()
    assert (article.title, article.author) == ("我的题", "李明")


def test_a_move_made_meanwhile_stays(admin_client, other):
    article = make_article(status="draft")
    mine = read_article_form(admin_client, article)
    press_button(other, article, "_publish")
    admin_client.post(get_change_url(article), mine | {"title": "改过的题", "_save": "1"})
    article.refresh_from_db()
    assert (article.title, article.status) == ("改过的题", "published")


@pytest.mark.parametrize("version", ["", "x", "[1]", '{"title": 1, "nothing": 2}'])
def test_a_version_nobody_gave_breaks_nothing(admin_client, version):
    article = make_article(status="draft")
    data = read_article_form(admin_client, article) | {"version": version, "_save": "1"}
    assert admin_client.post(get_change_url(article), data).status_code in {200, 302}


@pytest.mark.parametrize("version", ["", "x", '{"title": 1}', None])
def test_a_form_that_does_not_say_what_it_was_opened_with_overwrites_nothing(
    admin_client, other, version
):
    article = make_article(status="draft")
    mine = read_article_form(admin_client, article) | {"_save": "1"}
    mine |= {"title": "我的题", "version": version}
    mine = {name: value for name, value in mine.items() if value is not None}
    press_button(other, article, "_save", title="对方的题", author="李明")

    page = admin_client.post(get_change_url(article), mine)

    article.refresh_from_db()
    assert (article.title, article.author) == ("对方的题", "李明")
    form = page.context["adminform"].form
    assert "还没有保存" in form.errors["__all__"][0]
    assert form.errors["title"] == ["已经保存的是：对方的题"]
    assert form["title"].value() == "我的题"

    # and who has seen both decides
    mine |= {"version": form["version"].value(), "author": "李明"}
    assert admin_client.post(get_change_url(article), mine).status_code == 302
    article.refresh_from_db()
    assert (article.title, article.author) == ("我的题", "李明")


# What is recorded


def test_an_edit_of_a_published_article_shows_at_once_and_is_recorded(
    admin_client, client, admin_user
):
    article = make_article()
    press_button(admin_client, article, "_save", title="改过的题", author="李明")
    assert "改过的题" in client.get(article.get_absolute_url()).content.decode()
    event = article.events.last()
    assert (event.what, event.before, event.after) == ("edit", "published", "published")
    assert (event.why, event.who) == ("改了：标题、作者", admin_user)


def test_saving_without_a_change_records_and_writes_nothing(admin_client):
    article = make_article()
    data = read_article_form(admin_client, article)
    data["body"] = data["body"].replace("\n", "\r\n")  # as a browser sends it
    admin_client.post(get_change_url(article), data | {"_save": "1"})
    before = article.updated_at
    article.refresh_from_db()
    assert article.updated_at == before
    assert article.events.count() == 1


def test_a_draft_has_no_history(admin_client):
    article = make_article(status="draft")
    press_button(admin_client, article, "_save", title="改过的题")
    assert not article.events.exists()


# Moves by buttons of the form


def test_typed_words_are_saved_and_published_by_one_button(admin_client):
    article = make_article(status="draft")
    page = press_button(admin_client, article, "_publish", title="改过的题")
    article.refresh_from_db()
    assert (article.title, article.status) == ("改过的题", "published")
    assert "已发布：" in page.content.decode()


def test_a_button_pressed_twice_is_no_error(admin_client):
    article = make_article(status="draft")
    sent = read_article_form(admin_client, article) | {"_publish": "1"}
    for words in ("已发布：", "这篇已经发布了。"):
        page = admin_client.post(get_change_url(article), sent, follow=True)
        assert [words in str(message) for message in page.context["messages"]] == [True]
    assert article.events.count() == 1


def test_a_new_article_can_be_published_at_once(admin_client):
    from tests.news.editing import ADD, build_article_form

    admin_client.post(ADD, build_article_form(_publish="1"))
    assert Article.objects.get().status == "published"


def test_scheduling_asks_for_a_later_moment_at_its_field(admin_client):
    article = make_article(status="draft")
    page = press_button(admin_client, article, "_schedule", title="改过的题")
    assert page.context["adminform"].form.errors == {"move_at": ["定时发布要填时间。"]}
    page = press_button(admin_client, article, "_schedule", move_at="2020-01-01T08:00")
    assert page.context["adminform"].form.errors == {"move_at": ["定时发布的时间要晚于现在。"]}
    page = press_button(admin_client, article, "_schedule", move_at="9999-12-31T08:00")
    assert page.context["adminform"].form.errors == {
        "move_at": ["定时发布最晚定到一年后，年份是不是写错了？"]
    }
    later = timezone.localdate() + timezone.timedelta(30)
    press_button(admin_client, article, "_schedule", move_at=f"{later}T08:00")
    article.refresh_from_db()
    assert article.status == "scheduled"
    assert timezone.localtime(article.published_at).hour == 8
    press_button(admin_client, article, "_back_to_draft")
    article.refresh_from_db()
    assert article.status == "draft"


def test_withdrawing_asks_for_a_reason_at_its_field(admin_client):
    article = make_article()
    page = press_button(admin_client, article, "_withdraw")
    assert page.context["adminform"].form.errors == {"move_reason": ["撤回要写明原因。"]}
    press_button(admin_client, article, "_withdraw", move_reason="日期写错")
    article.refresh_from_db()
    assert (article.status, article.withdrawn_reason) == ("withdrawn", "日期写错")


def test_only_the_moves_there_are_have_buttons(admin_client):
    def buttons(article):
        page = admin_client.get(get_change_url(article)).content.decode()
        names = ("_publish", "_schedule", "_withdraw", "_back_to_draft", "_preview")
        return [name for name in names if f'name="{name}"' in page]

    tomorrow = timezone.now() + timezone.timedelta(1)
    assert buttons(make_article(status="draft")) == ["_publish", "_schedule", "_preview"]
    assert buttons(make_article(status="scheduled", at=tomorrow)) == [
        *("_publish", "_back_to_draft", "_preview")
    ]
    assert buttons(make_article()) == ["_withdraw", "_preview"]
    assert buttons(make_article(status="withdrawn")) == ["_back_to_draft", "_preview"]


# Pictures


def test_a_hero_is_made_anew_and_shown_small(admin_client):
    article = make_article(status="draft")
    press_button(admin_client, article, "_save", hero=build_image_file(), hero_caption="街头")
    article.refresh_from_db()
    assert (article.hero.width, article.hero_caption) == (600, "街头")
    page = admin_client.get(get_change_url(article)).content.decode()
    assert f'src="/media/pictures/{article.hero.digest[:2]}/{article.hero.digest}-480.webp"' in page
    # and stays when the form is sent without another
    press_button(admin_client, article, "_save")
    article.refresh_from_db()
    assert article.hero is not None


def test_a_picture_that_an_error_elsewhere_lost_is_said_at_its_field(admin_client):
    article = make_article(status="draft")
    page = press_button(admin_client, article, "_save", hero=build_image_file(), title="")
    errors = page.context["adminform"].form.errors
    assert list(errors) == ["title", "hero"]
    assert "再选一次文件" in errors["hero"][0]


def test_nothing_chosen_says_so_in_chinese(admin_client):
    make_article()
    page = admin_client.get(LIST).content.decode()
    assert "请选择</option>" in page and "Select an option" not in page


def test_what_is_no_picture_is_refused_at_its_field(admin_client):
    article = make_article(status="draft")
    file = io.BytesIO(b"<svg/>")
    file.name = "x.svg"
    page = press_button(admin_client, article, "_save", hero=file)
    assert list(page.context["adminform"].form.errors) == ["hero"]


def test_a_picture_for_the_text_is_made_anew(admin_client):
    address = reverse("admin:news_article_picture")
    source = admin_client.post(address, {"file": build_image_file()}).json()["src"]
    assert source.endswith("-600.webp")
    article = make_article(
        body=f'<p>字</p><figure><img src="{source}"><figcaption>图</figcaption></figure>'
    )
    assert source in article.body
    assert admin_client.post(address).status_code == 400
    file = io.BytesIO(b"no picture")
    file.name = "x.png"
    answer = admin_client.post(address, {"file": file})
    assert (answer.status_code, bool(answer.json()["error"])) == (400, True)
    assert admin_client.get(address).status_code == 405


# Preview


@pytest.mark.parametrize("status", ["draft", "scheduled", "published", "withdrawn"])
def test_the_preview_is_the_public_page_with_a_bar(admin_client, status, places):
    at = timezone.now() + timezone.timedelta(1) if status == "scheduled" else None
    article = make_alert(
        status=status, at=at, places=[places["jishou"]], tags=["刷单"], source=make_source()
    )
    answer = admin_client.get(get_preview_url(article), {"city": "xiangxi"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "news/pages/article.html" in [template.name for template in answer.templates]
    assert '<meta name="robots" content="noindex">' in page
    assert "预览" in page
    assert "湘西兼职信息网" in page
    assert "canonical" not in page


def test_a_preview_counts_as_no_read(admin_client, monkeypatch):
    from news.articles import read_counts

    seen = []
    monkeypatch.setattr(read_counts, "note_article_read", lambda *args: seen.append(args))
    admin_client.get(get_preview_url(make_article()), headers={"User-Agent": "Mozilla/5.0"})
    assert seen == []


def test_save_and_preview_saves_first(admin_client):
    article = make_article(status="draft")
    page = press_button(admin_client, article, "_preview", title="改过的题")
    assert page.redirect_chain[-1][0] == get_preview_url(article)
    assert "改过的题" in page.content.decode()


def test_an_unknown_city_or_article_is_no_error(admin_client):
    article = make_article()
    assert admin_client.get(get_preview_url(article), {"city": "nowhere"}).status_code == 200
    assert admin_client.get(get_preview_url(article), {"city": ""}).status_code == 200
    missing = reverse("admin:news_article_preview", args=[10**9])
    assert admin_client.get(missing).status_code == 404
