"""The rows that a field of the admin looks up while one types."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.db.models import Model
from django.http import HttpRequest, HttpResponse

from sitekit.forms.autocomplete import format_lookup_label, may_look_up


class PostedLookupView(AutocompleteJsonView):
    """Django's view, but what is typed is posted: it may be a contact of a person, which belongs into no address."""

    http_method_names = ["post"]

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look_up(self.model_admin, request)

    def serialize_result(self, obj: Model, to_field_name: str) -> dict[str, str]:
        label = format_lookup_label(self.model_admin, obj)
        return super().serialize_result(obj, to_field_name) | {"text": label}

    def post(self, request: HttpRequest) -> HttpResponse:
        posted = request.POST.copy()
        posted["term"] = posted.get("term", "").replace("\0", "")  # the database takes none
        request.GET = posted  # type: ignore[assignment]
        answer: HttpResponse = self.get(request)
        return answer
