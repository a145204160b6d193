"""Search in the lists of the admin. Contacts are sealed in the database, and in the address of a list, too.

The search form posts what was typed. A contact, and every search in a list of people, then stands sealed in the
address of the list, where it works for a day.
"""

import contextlib
from datetime import timedelta
from typing import Any

from cryptography.fernet import InvalidToken, MultiFernet
from django.contrib.admin import ModelAdmin
from django.contrib.admin.views.main import ChangeListSearchForm
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import CharField
from django.http import HttpRequest

from sitekit.forms.phone_numbers import normalise_phone
from sitekit.sealing.keys import build_cipher, derive_keys

OPEN_FOR = timedelta(days=1)
_MARK = "sealed."


class ContactSearch(ModelAdmin):
    """An admin that lists contact columns in `search_fields` with a `=`; a phone is found in any spelling."""

    search_help_text = "邮箱、手机号要写全，只写一部分查不到。"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        with contextlib.suppress(ValueError):
            search_term = normalise_phone(search_term)
        return super().get_search_results(request, queryset, search_term)


class SealedSearchField(CharField):
    """Opens words that `seal_search_term` sealed; other words stay as they are."""

    def clean(self, value: Any) -> str:
        words: str = super().clean(value)
        if not is_sealed_search(words):
            return words
        token = words.removeprefix(_MARK).encode(errors="replace")
        try:
            return _get_cipher().decrypt(token, ttl=int(OPEN_FOR.total_seconds())).decode()
        except InvalidToken:
            raise ValidationError("这次搜索过了一天，已经失效：在搜索框里再搜一次。") from None


class SealedSearchForm(ChangeListSearchForm):
    """The search form of every list in the admin, since people may type a contact into any of them."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: SealedSearchField(required=False, strip=False) for name in self.fields}


def seal_search_term(words: str) -> str:
    return _MARK + _get_cipher().encrypt(words.encode()).decode()


def is_sealed_search(words: str) -> bool:
    return words.startswith(_MARK)


def _get_cipher() -> MultiFernet:
    return build_cipher(derive_keys("sitekit.searched_contacts"))
