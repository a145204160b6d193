"""Errors of the API as problem JSON (RFC 9457), in Chinese, with field and reason."""

import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from sitekit.databases.read_retry import is_database_unavailable, note_lost_connection
from sitekit.workflow.refusals import Refusal

logger = logging.getLogger(__name__)
CONTENT_TYPE = "application/problem+json"
RETRY_AFTER = 10  # seconds
TITLES = {
    400: "请求读不出来",
    401: "令牌不能用",
    403: "令牌没有这个权限",
    404: "没有找到",
    405: "这个地址不收这种请求",
    409: "现在不能这样做",
    413: "请求太大",
    422: "有的字段不对",
    429: "请求太多",
    500: "我们这边出错了",
    503: "网站正忙",
}
_NOT_DONE = "没有做成，什么也没有改变。"
_BUSY_WORDS = f"{_NOT_DONE}请 {RETRY_AFTER} 秒以后再试。"
_FAILURE_WORDS = f"{_NOT_DONE}可以带着同一个 Idempotency-Key 再试一次。"
# What is answered before an operation is reached, by status.
_PAGE_WORDS = {
    400: "地址里有不能用的字符，或者内容不是 UTF-8。",
    404: "没有这个地址，请看接口文档：/api/ 。",
    500: _FAILURE_WORDS,
    503: _BUSY_WORDS,
}
_KINDS = {  # of pydantic's errors
    "missing": "缺少这一项。",
    "extra_forbidden": "没有这个字段，请看接口文档。",
    "literal_error": "没有这个选项。",
    "finite_number": "应当是数字。",
    "json_invalid": "不是正确的 JSON。",
    "too_long": "太长了。",
    "string_too_long": "太长了。",
}
_KIND_WORDS = (
    ("string", "应当是文字。"),
    ("int", "应当是整数。"),
    ("decimal", "应当是数字。"),
    ("float", "应当是数字。"),
    ("bool", "应当是 true 或 false。"),
    ("list", "应当是数组。"),
    ("date", "应当是日期，比如 2026-03-01。"),
    ("enum", "没有这个选项。"),
    ("model", "应当是 JSON 对象。"),
    ("greater", "数字太小。"),
    ("less", "数字太大。"),
)


class FieldError(Schema):
    field: str
    reason: str


class Problem(Schema):
    """RFC 9457. `errors` 逐个字段说明哪里不对。"""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []


class ApiRefusal(Exception):
    """Ends a request with this answer."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail
        self.errors, self.headers = errors or {}, headers or {}


def build_problem(
    status: int,
    detail: str,
    errors: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES[status],
        "status": status,
        "detail": detail,
        "errors": [{"field": field, "reason": reason} for field, reason in (errors or {}).items()],
    }
    response = JsonResponse(body, status=status, json_dumps_params={"ensure_ascii": False})
    response["Content-Type"] = CONTENT_TYPE
    for name, value in (headers or {}).items():
        response[name] = value
    return response


def build_page_problem(page: HttpResponseBase) -> HttpResponse:
    """Return what takes the place of a page of an error."""
    status = page.status_code if page.status_code in TITLES else 400
    header_names = ("Allow", "Retry-After", "WWW-Authenticate")
    headers = {name: page[name] for name in header_names if name in page}
    headers["Cache-Control"] = "no-store, private"
    return build_problem(status, _PAGE_WORDS.get(status, f"{TITLES[status]}。"), headers=headers)


def register_problems(api: NinjaAPI) -> None:
    api.add_exception_handler(ApiRefusal, _answer_refusal)
    api.add_exception_handler(Refusal, _answer_words)
    api.add_exception_handler(ValidationError, _answer_invalid)
    api.add_exception_handler(AuthenticationError, _answer_unknown)
    api.add_exception_handler(HttpError, _answer_http_error)
    api.add_exception_handler(RequestDataTooBig, _answer_too_large)
    api.add_exception_handler(Http404, _answer_missing)
    api.add_exception_handler(Exception, _answer_failure)


def _answer_refusal(request: HttpRequest, refusal: Any) -> HttpResponse:
    return build_problem(refusal.status, refusal.detail, refusal.errors, refusal.headers)


def _answer_words(request: HttpRequest, refusal: Any) -> HttpResponse:
    return build_problem(409, str(refusal))


def _answer_invalid(request: HttpRequest, error: Any) -> HttpResponse:
    errors = {
        _name_place(field_error["loc"]): _explain_kind(field_error["type"])
        for field_error in error.errors
    }
    return build_problem(422, "请求里有的字段不对，一个也没有存。", errors)


def _name_place(place: tuple[Any, ...]) -> str:
    """Return `fields.slots.0` for a place in a body, in a query or in a path."""
    parts = [str(part) for part in place if part not in ("body", "query", "path")]
    return ".".join(parts)[:100] or "body"


def _explain_kind(kind: str) -> str:
    if kind in _KINDS:
        return _KINDS[kind]
    return next((words for start, words in _KIND_WORDS if kind.startswith(start)), "这一项不对。")


def _answer_unknown(request: HttpRequest, error: Any) -> HttpResponse:
    words = "请在 Authorization 里写“Bearer 令牌”。没有令牌、令牌写错了、到期了、停用了，或者创建它的人已经不是负责人。"
    return build_problem(401, words, headers={"WWW-Authenticate": 'Bearer realm="api"'})


def _answer_http_error(request: HttpRequest, error: Any) -> HttpResponse:
    status = error.status_code if error.status_code in TITLES else 400
    return build_problem(status, "请求的内容应当是 UTF-8 编码的 JSON。")


def _answer_too_large(request: HttpRequest, error: Any) -> HttpResponse:
    most = settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1024 / 1024
    return build_problem(413, f"请求的内容最多 {most:g} MB。")


def _answer_missing(request: HttpRequest, error: Any) -> HttpResponse:
    return build_problem(404, "没有这一条，或者它不是你们的。")


def _answer_failure(request: HttpRequest, error: Any) -> HttpResponse:
    if is_database_unavailable(error):
        note_lost_connection(request, error)  # a request that only reads is then asked once more
        return build_problem(503, _BUSY_WORDS, headers={"Retry-After": str(RETRY_AFTER)})
    logger.error("the API failed: %s", type(error).__name__, exc_info=error)
    return build_problem(500, _FAILURE_WORDS)
