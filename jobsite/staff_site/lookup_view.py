"""The rows that a field of the admin looks up while one types."""

from typing import Any

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, HttpResponse

from sitekit.forms.autocomplete import may_look_up


class PostedLookupView(AutocompleteJsonView):
    """Django's view, but what is typed is posted: it may be a contact of a person, which belongs into no address."""

    http_method_names = ["post"]

    def has_perm(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look_up(self.model_admin, request)

    def post(self, request: HttpRequest) -> HttpResponse:
        posted = request.POST.copy()
        posted["term"] = posted.get("term", "").replace("\0", "")  # the database takes none
        request.GET = posted  # type: ignore[assignment]
        answer: HttpResponse = self.get(request)
        return answer
