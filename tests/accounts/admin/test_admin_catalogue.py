"""The admin's own words in Chinese that people say, from the catalogue that is served."""

import gettext
import re
from pathlib import Path

import allauth
import django
import django.contrib.admin
import django.contrib.auth
import pytest
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib import admin
from django.db.models import DO_NOTHING, SET_NULL
from django.db.models.deletion import get_candidate_relations_to_delete
from django.urls import reverse
from django.utils.translation import gettext as translate
from django.utils.translation import override

from news.models import Article, Tag
from sitekit.forms.admin_permissions import UndeletableRows
from tests.answers import read_body
from tests.articles import make_article
from tests.people import make_person, sign_in

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans/LC_MESSAGES"


def test_what_is_served_is_what_was_written():
    with (FOLDER / "django.mo").open("rb") as compiled:
        served = gettext.GNUTranslations(compiled)._catalog
    written = re.findall(
        r'^msgstr(?:\[0\])? "(.+)"$', (FOLDER / "django.po").read_text(), re.MULTILINE
    )
    assert written and set(written) <= set(served.values())


def test_each_word_of_the_catalogue_is_one_that_a_package_says():
    """A message of another release would stand there for nothing."""
    known = set()
    packages = (django.contrib.admin, django.contrib.auth, allauth)
    folders = [Path(package.__file__).parent / "locale" for package in packages]
    for locale in (*folders, Path(django.__file__).parent / "conf/locale"):
        folder = locale / "zh_Hans/LC_MESSAGES"
        with (folder / "django.mo").open("rb") as compiled:
            known |= {_read_msgid(key) for key in gettext.GNUTranslations(compiled)._catalog}
    with (FOLDER / "django.mo").open("rb") as compiled:
        ours = {_read_msgid(key) for key in gettext.GNUTranslations(compiled)._catalog}
    assert ours - known == set()


# What the site calls 两步验证, 验证器, 备用码.
OTHER_NAMES = ("多因素", "双因素", "认证器", "身份验证", "认证APP", "恢复代码")


def test_a_second_factor_has_one_name_on_every_page():
    """What allauth says in Python comes to our pages; its templates do not."""
    source = Path(allauth.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po"
    entries = [
        entry
        for entry in source.read_text().split("\n\n")
        if re.search(r"^#: .*\.py:", entry, re.MULTILINE)
    ]
    messages = ["".join(re.findall(r'"(.*)"', _read_original(entry))) for entry in entries]
    assert "MFA" in messages and len(messages) > 50
    with override("zh-hans"):
        shown = {message: str(translate(message)) for message in messages if message}
    assert {m: w for m, w in shown.items() if any(name in w for name in OTHER_NAMES)} == {}


def _read_original(entry):
    return entry[entry.index("msgid ") : entry.index("msgstr")]


def _read_msgid(key):
    return key[0] if isinstance(key, tuple) else key


def test_lists_forms_and_the_front_page_say_it(admin_client):
    make_person("owner")
    users = admin_client.get(reverse("admin:accounts_user_changelist")).content.decode()
    front = admin_client.get(reverse("admin:index")).content.decode()
    form = admin_client.get(reverse("admin:accounts_user_add")).content.decode()
    for page in (users, front, form):
        for words in ("来修改", "无可选的", "具有日期", "型号名称", "增加连接", "清单连接", "以 "):
            assert words not in page, words
    assert "用户列表" in users and "编号" in users and ">PK<" not in users.upper()
    assert "暂无" in front and "最近操作" in front
    data = {"email": "new@example.com", "name": "小田"}
    answer = admin_client.post(reverse("admin:accounts_user_add"), data, follow=True)
    assert "已添加用户“" in answer.content.decode()


def test_a_second_factor_has_a_name(admin_client, client):
    sign_in(client, make_person("mod", is_staff=True))
    factor = Authenticator.objects.filter(user__email="mod@example.com").get()
    page = admin_client.get(reverse("admin:mfa_authenticator_change", args=[factor.pk]))
    html = page.content.decode()
    assert "验证器" in html and "TOTP" not in html.split("<body")[1]
    assert "账号" in html and "谁的" not in html


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/admin/requests/", {"who": "138\x007430000"}),
        ("/accounts/login/", {"contact": "zhang\x00@example.com"}),
    ],
)
def test_a_character_that_no_column_holds_is_named_in_words_of_the_site(
    admin_client, client, address, fields
):
    browser = admin_client if address.startswith("/admin/") else client
    shown = browser.post(address, fields).content.decode()
    assert "空字符串" not in shown
    assert "这里有看不见的字符，请重新打一遍。" in shown


def test_every_form_says_it_so():
    field = forms.CharField()
    with override("zh-hans"), pytest.raises(forms.ValidationError) as refused:
        field.clean("晚班\x00收银")
    assert refused.value.messages == ["这里有看不见的字符，请重新打一遍。"]


def list_models_of_a_deletion():
    """What the page before a deletion counts and names: the rows that staff may delete, and those that go with them
    or stand in the way."""
    doors = admin.site._registry.values()
    models, listed = [door.model for door in doors if may_delete(door)], set()
    while models:
        model = models.pop()
        if model not in listed:
            listed.add(model)
            relations = get_candidate_relations_to_delete(model._meta)
            models += [row.related_model for row in relations if row.on_delete not in LEFT_ALONE]
    return listed


LEFT_ALONE = (SET_NULL, DO_NOTHING)


def may_delete(door):
    _registered, _changes, _deletions, _lookups, _words, plain, *_others = type(
        door
    ).__mro__  # see StaffAdminSite.register
    return not isinstance(door, UndeletableRows) or "has_delete_permission" in vars(plain)


def test_what_is_deleted_along_is_named_in_chinese():
    models = list_models_of_a_deletion()
    assert {Article, Article.tags.through, Authenticator} <= models
    with override("zh-hans"):
        names = {
            model._meta.label: {str(model._meta.verbose_name), str(model._meta.verbose_name_plural)}
            for model in models
        }
    assert {label: of for label, of in names.items() if re.search("[a-z]", "".join(of))} == {}


def test_what_is_deleted_along_without_a_name_is_told_by_its_kind(client):
    """The page named eleven rows as "ArticleTerm object (954)"."""
    article = make_article(status="draft")
    article.tags.add(*(Tag.objects.create(name=name) for name in ("两卡", "跑分")))
    article.terms.create(term="银行卡", weight=1)
    sign_in(client, make_person("chief", is_superuser=True, is_staff=True))
    page = read_body(client.get(reverse("admin:news_article_delete", args=[article.pk])))
    assert "object (" not in page
    listed = page.split('id="deleted-objects"')[1]
    assert listed.count("<li>资讯的标签</li>") == 1 and article.title in listed
