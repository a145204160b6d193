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
    """Answer a request that failed (Django's `handler500`): 503 if the database is away, busy or read-only, or a disk
    is full or cannot be written, else 500."""
    error = sys.exc_info()[1]
    note_lost_connection(request, error)
    if not (is_database_unavailable(error) or is_disk_unavailable(error)):
        return HttpResponse(render_to_string("500.html", _describe_home(request)), status=500)
    context = {**_describe_request(request), **_describe_home(request)}
    body = render_to_string("503.html", context)
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    return HttpResponse(body, status=503, headers=headers)


def is_disk_unavailable(error: BaseException | None) -> bool:
    """Whether a file could not be written because the disk is full or not writable. The upload was undone, and succeeds
    once there is room."""
    return isinstance(error, OSError) and error.errno in DISK_ERRORS


def _describe_home(request: HttpRequest) -> dict[str, object]:
    """Return the number to report, and whether the page leads back to the pages of the staff."""
    return {"number": _get_number(), "is_of_staff": request.path.startswith(STAFF_PATH)}


def _get_number() -> str:
    """Return the last ten characters of the key that marks the request's log lines, for the visitor to tell the
    operator; "" without a key."""
    work = get_current_work()
    return work.key[-10:] if work else ""


def _describe_request(request: HttpRequest) -> dict[str, object]:
    """Return what the error page needs to send the request again, so that nobody has to type it twice. Nothing of the
    failed request was saved."""
    address = request.get_full_path()
    if request.method != "POST":
        return {"address": address, "was_read": True}
    fields = _list_repeatable_fields(request)
    return {"address": address, "fields": fields, "token": get_token(request) if fields else ""}


def _list_repeatable_fields(request: HttpRequest) -> list[TypedField]:
    """Return the posted fields; none if there are files, passwords or codes among them, because a page cannot send
    these again."""
    fields = list_posted_fields(request)
    is_secret = any(is_secret_field(field.name) for field in fields)
    return [] if is_secret or (fields and request.FILES) else fields
