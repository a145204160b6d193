"""Sends errors to the Sentry server that SENTRY_DSN names: kind and place of an error, nothing about a person."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from jobsite.monitoring.error_mails import SILENT_LOGGERS
from sitekit.telemetry.current_work import get_current_work
from sitekit.telemetry.log_lines import hide_controls
from sitekit.web.log_masking import mask_path

# The parts of an event that are sent; the others may hold addresses, words or names.
REPORTED_EVENT_KEYS = (
    "event_id",
    "timestamp",
    "platform",
    "level",
    "logger",
    "exception",
    "sdk",
    "release",
    "tags",
)


def start_error_reports() -> None:
    if not settings.SENTRY_DSN:
        return
    try:
        import sentry_sdk
        from sentry_sdk.integrations.django import DjangoIntegration
        from sentry_sdk.integrations.logging import ignore_logger
        from sentry_sdk.utils import BadDsn
    except ImportError:
        raise ImproperlyConfigured(
            "SENTRY_DSN needs pip install -r requirements-scale.txt."
        ) from None
    for name in SILENT_LOGGERS:
        ignore_logger(name)
    try:
        sentry_sdk.init(
            settings.SENTRY_DSN,
            send_default_pii=False,
            max_request_body_size="never",
            include_local_variables=False,
            max_breadcrumbs=0,
            auto_enabling_integrations=False,
            integrations=[DjangoIntegration()],
            before_send=strip_event,
        )
    except BadDsn:  # its words may hold the key
        raise ImproperlyConfigured("SENTRY_DSN is no https://key@host/number.") from None


def strip_event(event: Any, hint: Any) -> Any:
    """Return what may leave the machine: no value of a variable, no words of an exception."""
    stripped = {name: event[name] for name in REPORTED_EVENT_KEYS if name in event}
    for error in stripped.get("exception", {}).get("values", ()):
        error["value"] = ""
        for frame in (error.get("stacktrace") or {}).get("frames", ()):
            frame.pop("vars", None)
    if message := (event.get("logentry") or {}).get("message"):
        stripped["logentry"] = {"message": message}  # without what was put into it
    request = event.get("request") or {}
    if path := request.get("url", "").partition("://")[2].partition("/")[2]:
        stripped["request"] = {
            "method": request.get("method", ""),
            "url": hide_controls(str(mask_path(f"/{path.partition('?')[0]}"))),
        }
    if work := get_current_work():
        stripped["tags"] = {"work": work.key, "name": work.name or "-"}
    return stripped
