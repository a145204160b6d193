"""The scripts of the admin speak Chinese: all that they say stands in the catalogue that is served."""

import gettext
import json
import re
from pathlib import Path

import django.contrib.admin
from django.conf import settings

SCRIPTS = Path(django.contrib.admin.__file__).parent / "static/admin/js"
JOINED = re.compile(r'"\s*\+\s*"')  # a long text over several lines
SAID = re.compile(r'\bn?gettext\(\s*"((?:[^"\\]|\\.)*)"')


def list_said():
    for script in SCRIPTS.rglob("*.js"):
        if "vendor" not in script.parts:
            yield from SAID.findall(JOINED.sub("", script.read_text()))


def test_what_they_say_is_translated(admin_client):
    served = admin_client.get("/admin/jsi18n/").content.decode()
    catalogue = json.loads(re.search(r"newcatalog = (\{.*?\n\s*\});", served, re.DOTALL)[1])
    script_words = set(list_said())
    assert any("Enter times in the" in words for words in script_words)
    assert sorted(script_words - set(catalogue)) == []
    ahead = next(words for words in script_words if "hour ahead" in words)
    assert catalogue[ahead] == ["请按北京时间填，你这里比北京早 %(offset)s 小时。"]
    assert catalogue["Noon"] == "正午", "what Django has stays"


def test_what_is_served_is_what_was_written():
    folder = Path(settings.LOCALE_PATHS[0]) / "zh_Hans/LC_MESSAGES"
    with (folder / "djangojs.mo").open("rb") as compiled:
        served = set(gettext.GNUTranslations(compiled)._catalog.values())
    written = re.findall(
        r'^msgstr(?:\[0\])? "(.+)"$', (folder / "djangojs.po").read_text(), re.MULTILINE
    )
    assert written and set(written) <= served
