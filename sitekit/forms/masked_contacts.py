"""Contacts on pages of the admin are masked until a staff member presses a button. Each look is recorded.

A look is an entry in Django's admin log: who looked at which row, and when, without the contact. The journal shows it.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import ModelAdmin
from django.contrib.admin.models import LogEntry
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from sitekit.forms.phone_numbers import mask_phone_or_mailbox

# The action flag of the log entry. Django itself uses 1 to 3, `accounts.choices.LIST_EXPORT_FLAG` is 4.
CONTACT_LOOK_FLAG = 5
SHOW_CONTACTS = "show_contacts"  # the field that the button posts
LOOKED_WORDS = "看了联系方式"
SHOWN_ONCE_WORDS = "联系方式只显示这一次。谁看的、什么时候看的，已经记下。"


class MaskedContactInput(forms.TextInput):
    """Shows the stored contact masked. If the masked text is sent back unchanged, the stored contact stays."""

    def __init__(self, stored: str) -> None:
        super().__init__({"class": "vTextField", "autocomplete": "off"})
        self.stored, self.masked = stored, mask_phone_or_mailbox(stored)

    def format_value(self, value: Any) -> str | None:
        return self.masked if value == self.stored else super().format_value(value)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        return self.stored if typed and typed.strip() == self.masked else typed


class MaskedContacts(ModelAdmin):
    """`masked_columns` names for each contact column the method that shows it masked."""

    masked_columns: dict[str, str] = {}

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Answer the button, which posts to the page itself, with the contacts. They are then in no address and no
        session; like every admin page, the answer is not cached."""
        if request.method == "POST" and SHOW_CONTACTS in request.POST:
            request = self._record_look(request, object_id)
        return super().change_view(request, object_id, form_url, extra_context)

    def _record_look(self, request: HttpRequest, object_id: str) -> HttpRequest:
        """Record who looks at which row; return a GET request for the page with the contacts. Raises
        PermissionDenied."""
        reading = copy(request)
        reading.method = "GET"
        row = self.get_object(reading, unquote(object_id))
        if row is None:  # the page says so
            return reading
        if not self.has_view_or_change_permission(reading, row):
            raise PermissionDenied
        reader_pk: Any = request.user.pk
        LogEntry.objects.log_actions(
            reader_pk, [row], CONTACT_LOOK_FLAG, LOOKED_WORDS, single_object=True
        )
        messages.info(reading, SHOWN_ONCE_WORDS)
        reading.shows_contacts = True  # type: ignore[attr-defined]
        return reading

    def mask_columns(self, request: HttpRequest, names: Iterable[Any]) -> list[Any]:
        """Return the read-only columns; unless contacts are shown, each contact is replaced by its masking method."""
        if is_showing_contacts(request):
            return list(names)
        return [self.masked_columns.get(name, name) for name in names]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        context["has_masked_contacts"] = not is_showing_contacts(request) and any(
            getattr(row, name, "") for name in self.masked_columns
        )
        return super().render_change_form(request, context, *args, **kwargs)


def is_showing_contacts(request: HttpRequest) -> bool:
    return getattr(request, "shows_contacts", False)
