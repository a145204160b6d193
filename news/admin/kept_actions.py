"""The list of the admin again, after an action was refused: with what was ticked, chosen and typed."""

from collections.abc import Collection
from copy import copy
from http import HTTPStatus
from typing import Any, cast

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString


class KeptActions(admin.ModelAdmin):
    """An action returns `show_list_again` where Django would redirect, which loses all that was typed."""

    def show_list_again(self, request: HttpRequest, ticked: Collection[int]) -> TemplateResponse:
        """Show the list of the address with these rows ticked; messages say why."""
        read_request: Any = copy(request)
        read_request.method, read_request.ticked_rows = "GET", frozenset(ticked)
        answer = cast("TemplateResponse", self.changelist_view(read_request))
        context = cast("dict[str, Any]", answer.context_data)
        context["action_form"].initial = request.POST.dict()
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        change_list = super().get_changelist_instance(request)
        if ticked := getattr(request, "ticked_rows", None):
            for row in change_list.result_list:
                row.is_ticked = row.pk in ticked
        return change_list

    def action_checkbox(self, obj: Model) -> SafeString:
        box, is_ticked = super().action_checkbox(obj), getattr(obj, "is_ticked", False)
        return SafeString(box.replace("<input ", "<input checked ", 1)) if is_ticked else box
