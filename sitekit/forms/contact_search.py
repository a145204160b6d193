"""The search for people in the admin, whose contacts stand in the database sealed."""

import contextlib
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import QuerySet
from django.http import HttpRequest

from sitekit.forms.phone_numbers import normalise_phone


class ContactSearch(ModelAdmin):
    """Contacts stand in `search_fields` with a `=`; a phone is found in any spelling."""

    search_help_text = "邮箱、手机号要写全，只写一部分查不到。"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        with contextlib.suppress(ValueError):
            search_term = normalise_phone(search_term)
        return super().get_search_results(request, queryset, search_term)
