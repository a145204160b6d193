"""The rows that a field of the admin looks up while one types."""

from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.http import HttpRequest, HttpResponse


class PostedLookupView(AutocompleteJsonView):
    """Django's view, but what is typed is posted: it may be a contact of a person, which belongs into no address."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        posted = request.POST.copy()
        posted["term"] = posted.get("term", "").replace("\0", "")  # the database takes none
        request.GET = posted  # type: ignore[assignment]
        answer: HttpResponse = self.get(request)
        return answer
