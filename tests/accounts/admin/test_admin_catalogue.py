"""The admin's own words in Chinese that people say, from the catalogue that is served."""

import gettext
import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.urls import reverse

from tests.people import person, sign_in

pytestmark = pytest.mark.django_db
FOLDER = Path(settings.LOCALE_PATHS[0]) / "zh_Hans/LC_MESSAGES"


def test_what_is_served_is_what_was_written():
    with (FOLDER / "django.mo").open("rb") as compiled:
        served = gettext.GNUTranslations(compiled)._catalog
    written = re.findall(
        r'^msgstr(?:\[0\])? "(.+)"$', (FOLDER / "django.po").read_text(), re.MULTILINE
    )
    assert written and set(written) <= set(served.values())


def test_each_word_of_the_catalogue_is_one_that_django_says():
    """A message of another release of Django would stand there for nothing."""
    import django.contrib.admin
    import django.contrib.auth

    known = set()
    for package in (django.contrib.admin, django.contrib.auth):
        folder = Path(package.__file__).parent / "locale/zh_Hans/LC_MESSAGES"
        with (folder / "django.mo").open("rb") as compiled:
            known |= {_read_msgid(key) for key in gettext.GNUTranslations(compiled)._catalog}
    with (FOLDER / "django.mo").open("rb") as compiled:
        ours = {_read_msgid(key) for key in gettext.GNUTranslations(compiled)._catalog}
    assert ours - known == set()


def _read_msgid(key):
    return key[0] if isinstance(key, tuple) else key


def test_lists_forms_and_the_front_page_say_it(admin_client):
    person("owner")
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
    sign_in(client, person("mod", is_staff=True))
    factor = Authenticator.objects.filter(user__email="mod@example.com").get()
    page = admin_client.get(reverse("admin:mfa_authenticator_change", args=[factor.pk]))
    html = page.content.decode()
    assert "验证器" in html and "TOTP" not in html.split("<body")[1]
    assert "账号" in html and "谁的" not in html
