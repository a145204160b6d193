"""Hides the checked text in errors: logs and error reports say where the code failed, but not the text."""

import functools
from typing import Any

from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.http import Http404, HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase

from sitekit.web.pages import View

# Errors of the request contain nothing of the text and have pages of their own.
REQUEST_ERRORS = (Http404, PermissionDenied, SuspiciousOperation, BadRequest, MultiPartParserError)


class CheckFailed(Exception):
    """Says where it failed, without the text."""

    has_plain_words = True


def hide_text_in_errors(view: View) -> View:
    """Replace an error of the view by `CheckFailed`, so that logs and reports contain no text."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except REQUEST_ERRORS:
            raise
        except Exception as error:
            place = describe_error_place(error)
        raise CheckFailed(place)  # outside the except block: without the error as its context

    return guarded


def describe_error_place(error: Exception) -> str:
    """Return the type of the error and where it was raised, without its message, which may contain the text."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    return f"{type(error).__name__} in {trace.tb_frame.f_code.co_qualname}, line {trace.tb_lineno}"
