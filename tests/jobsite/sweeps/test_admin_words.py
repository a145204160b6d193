"""The admin speaks Chinese: no English of Django or of a package, and no code of ours as it is stored."""

import re
from html import unescape

import pytest
from django.contrib import admin
from django.contrib.admin.utils import quote
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from cities.models import Region
from listings.models import Listing

# Names of formats, techniques and companies, and what is written between braces in a canned reason.
ALLOWED = set(
    "AVIF BMP GIF JPG PNG WebP Word KTV ICP App WebAuthn TOTP Control Mac Command CSV Excel Atom RSS".split()
)
GAPS = re.compile(r"\{\w+\}")
_HIDDEN = re.compile(r"<!--.*?-->|<(script|style|svg|textarea|pre)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")
# Addresses, tickets and hashes: what somebody wrote, or what we made.
_DATA = re.compile(r"\S+@\S+|\S*/\S*|\b[A-Z0-9]{3,5}(?:-[A-Z0-9]{3,5})+\b|\b(?=\w*\d)\w+\b")
_WORDS = re.compile(r"[A-Za-z][A-Za-z_]{2,}(?: [A-Za-z_]+)*")


def list_english(html, typed):
    text = unescape(_TAG.sub("\n", _HIDDEN.sub("", html[html.index("<body") :])))
    text = _DATA.sub("", GAPS.sub("", text))
    for words_of_row in sorted(typed, key=len, reverse=True):
        text = text.replace(words_of_row, "")
    words = set(_WORDS.findall(text))
    return sorted(words - ALLOWED)


@pytest.fixture
def typed(cast, db):
    """What the rows are called in these tests."""
    names = User.objects.exclude(name="").values_list("name", flat=True)
    return {*names, *Listing.objects.values_list("title", flat=True)}


# Places have their sound in a column.
@pytest.mark.parametrize(
    "model",
    [model for model in admin.site._registry if model is not Region],
    ids=lambda model: model._meta.label,
)
def test_lists_and_forms_speak_chinese(cast, typed, model):
    clients, _values = cast
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    addresses = [reverse(f"{name}_changelist"), reverse(f"{name}_add")]
    if row := model._default_manager.first():
        addresses += [
            reverse(f"{name}_{page}", args=[quote(row.pk)]) for page in ("change", "history")
        ]
    english, queries = {}, {}
    for address in addresses:
        with CaptureQueriesContext(connection) as captured:
            answer = clients["admin"].get(address, follow=True)
        queries[address] = len(captured)
        if answer.status_code == 200 and (words := list_english(answer.content.decode(), typed)):
            english[address] = words
    assert english == {}
    assert {a: n for a, n in queries.items() if n > 12} == {}
