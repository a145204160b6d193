from django.http import HttpResponseBadRequest
from django.template.loader import render_to_string


class CleanQueryMiddleware:
    """PostgreSQL can't hold NUL in text: drop it from what was asked, so that no view has to. Nor
    has any to cope with a form in another charset than ours, which Django fails at."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if "\0" in request.path_info or _is_in_another_charset(request):
            return HttpResponseBadRequest(render_to_string("400.html"))
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.META["QUERY_STRING"] = request.META["QUERY_STRING"].replace("%00", "")
        return self.get_response(request)


def _is_in_another_charset(request):
    charset = request.content_params.get("charset", "utf-8")
    return request.method == "POST" and charset.lower() not in ("utf-8", "utf8")
