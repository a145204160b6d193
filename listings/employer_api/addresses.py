"""The addresses of the API, its OpenAPI document, and what holds for every answer."""

from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from itertools import chain
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from listings.employer_api.api import api
from listings.employer_api.problems import CONTENT_TYPE, build_page_problem, build_problem
from listings.employer_api.webhook_document import build_webhook_document

BASE = "api/v1/"


def _finish_answers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Explain refused methods like other errors, and forbid caches to store the answer."""

    @wraps(view)
    def view_api(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if response.status_code == 405:
            words = f"这个地址只收 {response['Allow']}。"
            response = build_problem(405, words, headers={"Allow": response["Allow"]})
        response["Cache-Control"] = "no-store, private"
        return response

    return view_api


class ApiProblemsMiddleware:
    """Answers errors outside the operations with problem JSON, because a program cannot read an error page: unknown
    addresses, refused character sets, and a lost database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_of_api = f"{request.path_info}/".startswith(f"/{BASE}")
        if not is_of_api or response.status_code < HTTPStatus.BAD_REQUEST:
            return response
        is_page = response.headers.get("Content-Type", "").startswith("text/html")
        return build_page_problem(response) if is_page else response


def list_api_patterns() -> list[URLPattern]:
    patterns = cast("list[URLPattern]", api.urls[0])
    return [
        path(f"{BASE}{pattern.pattern}", _finish_answers(pattern.callback), name=pattern.name)
        for pattern in patterns
        if pattern.name != "api-root"
    ]


@cache
def build_openapi() -> dict[str, Any]:
    """Return the OpenAPI document. It contains no data, so everybody may read it."""
    document: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=f"/{BASE}"))
    for operation in chain.from_iterable(
        path_item.values() for path_item in document["paths"].values()
    ):
        for status, answer in operation["responses"].items():
            if int(status) >= 400 and "content" in answer:
                answer["content"] = {CONTENT_TYPE: answer["content"].pop("application/json")}
    document["webhooks"] = build_webhook_document()
    return document
