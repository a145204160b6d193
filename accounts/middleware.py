"""The answer when a form of the employer desk, or a link, belongs to another employer than the one chosen now."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin

from accounts.employers.membership import OtherEmployerChosen
from sitekit.refused_posts.ended_login import get_form_address
from sitekit.refused_posts.typed_fields import collect_typed_input


class OtherEmployerMiddleware(MiddlewareMixin):
    """Shows why nothing was done, what was typed, and the ways on with either employer."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, OtherEmployerChosen):
            return None
        context = {
            "employer": exception.chosen,
            "meant": exception.meant,
            "words": str(exception),
            "typed": collect_typed_input(request),
            "way_back": get_form_address(request, reverse("listings:desk")),
        }
        if exception.is_link:
            context |= {"next": request.get_full_path(), "way_back": request.path}
        response = render(request, "accounts/employers/other_employer.html", context, status=409)
        add_never_cache_headers(response)
        return response
