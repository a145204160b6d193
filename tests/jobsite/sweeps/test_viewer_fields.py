"""Who may only look at a row in the admin reads words and sees pictures, and no markup, lists or keys as stored."""

import re

import pytest
from django.contrib import admin
from django.contrib.admin.utils import flatten_fieldsets
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import FieldDoesNotExist
from django.db.models import BinaryField, JSONField
from django.test import Client, RequestFactory

from accounts.admin.permission_fields import list_permissions
from accounts.models import User
from cities.models import ExchangeGroup
from listings.models import Listing
from news.articles.transitions import record_article_edit
from sitekit.images.pictures import create_picture
from sitekit.models import Picture, SiteText
from tests.articles import make_article
from tests.import_runs import build_png
from tests.people import make_person, sign_in

_OF_PROGRAMS = (ArrayField, BinaryField, JSONField)
_MARKUP = re.compile(r"&lt;/?[a-z]|\[&(?:#x27|quot);|\{&(?:#x27|quot);")
_SHOWN = re.compile(r'<div class="readonly">(.*?)</div>\s*</div>', re.DOTALL)


def list_pages(request):
    """(admin or inline, names of the fields that a viewer is shown)"""
    for page in admin.site._registry.values():
        row = page.model(pk=1)
        yield page, flatten_fieldsets(page.get_fieldsets(request, row))
        for inline in page.inlines:
            rows = inline(page.model, admin.site)
            yield rows, [*rows.get_fields(request, row), *rows.get_readonly_fields(request, row)]


def needs_words(model, name):
    """Whether the column, as Django shows it, is of programs: an object, codes, or the size of a picture."""
    try:
        field = model._meta.get_field(name)
    except (FieldDoesNotExist, TypeError):
        return False
    return isinstance(field, _OF_PROGRAMS) or field.related_model is Picture


def test_no_page_shows_a_viewer_what_is_stored_for_programs(db):
    request = RequestFactory().get("/admin/")
    request.user = make_person("viewer", is_staff=True)
    request.user.user_permissions.set(list_permissions().filter(codename__startswith="view_"))
    shown = {
        f"{type(page).__name__}.{name}"
        for page, names in list_pages(request)
        for name in names
        if isinstance(name, str) and needs_words(page.model, name)
    }
    assert shown == set()
    assert needs_words(Listing, "perks")
    assert needs_words(ExchangeGroup, "picture")


@pytest.fixture
def viewer(db):
    colleague = make_person("viewer", is_staff=True)
    colleague.user_permissions.set(list_permissions().filter(codename__startswith="view_"))
    return sign_in(Client(), colleague)


def read_page(client, row, name="change"):
    """Return the form of the row, or its page 历史, without what the admin tells its script of the tables there."""
    page = client.get(f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/{name}/")
    return re.sub(r' data-inline-formset="[^"]*"', "", page.content.decode())


def test_an_article_is_read_as_readers_see_it(viewer):
    body = "<h2>先别付钱</h2><p>让你<strong>先垫付</strong>的，都是骗。</p>"
    article = make_article("防骗", body)
    article.hero = create_picture(build_png())
    article.save()
    record_article_edit(article, User.objects.get(), "改了：正文", {"body": ["<p>旧的</p>", body]})
    page = read_page(viewer, article)
    assert "<h2>先别付钱</h2>\n<p>让你<strong>先垫付</strong>的，都是骗。</p>" in page
    assert f"{article.hero.digest}-" in page
    assert _MARKUP.findall(page) == []
    history = read_page(viewer, article, "history")
    assert "正文：“旧的” → “先别付钱\n让你先垫付的，都是骗。”" in history
    assert _MARKUP.findall(history) == []


def test_markup_alone_that_changed_is_told_in_words(viewer):
    article = make_article("防骗", "<p>先垫付</p>")
    words = {"body": ["<p>先垫付</p>", "<p><strong>先垫付</strong></p>"]}
    record_article_edit(article, User.objects.get(), "改了：正文", words)
    assert "正文：“原来的排版或链接” → “新的排版或链接”" in read_page(viewer, article, "history")


def test_rules_a_group_and_a_listing_are_read_in_words(viewer, publish):
    text = SiteText.objects.create(
        kind="rules", version="2099-01", body="# 账号\n\n- 一人一个", summary="写明账号",
        in_force_since="2099-01-01",
    )  # fmt: skip
    assert "<h2>账号</h2>\n<ul><li>一人一个</li></ul>" in read_page(viewer, text)
    picture = create_picture(build_png())
    group = ExchangeGroup.objects.create(region_id=433101, name="群", picture=picture)
    assert f"{picture.digest}-" in read_page(viewer, group)
    listing = publish(perks=["meals"], flags=["student_welcome"])
    page = read_page(viewer, listing)
    shown = {words.strip() for words in _SHOWN.findall(page)}
    assert {"包餐", "学生可做"} <= {re.sub(r"<[^>]*>", "", words).strip() for words in shown}, shown
