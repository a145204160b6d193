"""What a visitor is shown when a request failed: the site is busy for a moment, or something is broken."""

import errno
import sys

from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from sitekit.databases.read_retry import is_database_unavailable, note_lost_connection
from sitekit.refused_posts.typed_fields import TypedField, is_secret_field, list_posted_fields
from sitekit.telemetry.current_work import get_current_work

RETRY_AFTER = 10  # seconds
STAFF_PATH = "/admin/"  # written out: the page of an error asks nothing that may be broken
DISK_ERRORS = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


def show_server_error(request: HttpRequest) -> HttpResponse:
    """The handler of errors: 503 if the database is away, busy or read-only, or a disk is full, else 500."""
    error = sys.exc_info()[1]
    note_lost_connection(request, error)
    if not (is_database_unavailable(error) or is_disk_unavailable(error)):
        return HttpResponse(render_to_string("500.html", _describe_home(request)), status=500)
    context = {**_describe_request(request), **_describe_home(request)}
    body = render_to_string("503.html", context)
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    return HttpResponse(body, status=503, headers=headers)


def is_disk_unavailable(error: BaseException | None) -> bool:
    """Whether a file could not be written for lack of room or of a disk that takes writes: what was being
    uploaded is undone, and goes well when somebody has made room."""
    return isinstance(error, OSError) and error.errno in DISK_ERRORS


def _describe_home(request: HttpRequest) -> dict[str, object]:
    """Return the number to report, and whether the page leads back to the pages of the staff."""
    return {"number": _get_number(), "is_of_staff": request.path.startswith(STAFF_PATH)}


def _get_number() -> str:
    """Return what a visitor can tell the operator: the end of what the lines of the log are marked with."""
    work = get_current_work()
    return work.key[-10:] if work else ""


def _describe_request(request: HttpRequest) -> dict[str, object]:
    """Return what the page needs so that nothing has to be typed again; what is saved was undone."""
    address = request.get_full_path()
    if request.method != "POST":
        return {"address": address, "was_read": True}
    fields = _list_repeatable_fields(request)
    return {"address": address, "fields": fields, "token": get_token(request) if fields else ""}


def _list_repeatable_fields(request: HttpRequest) -> list[TypedField]:
    """Return none where the form cannot be sent again from a page: files, passwords and codes."""
    fields = list_posted_fields(request)
    is_secret = any(is_secret_field(field.name) for field in fields)
    return [] if is_secret or (fields and request.FILES) else fields
