"""The addresses that every kind of case has."""

from django.urls import URLPattern, path

from safety.case_pages import case_views, colleague_views, postponement_views, queue_views
from safety.moderation.case_type import CaseType

# By the end of the address, which is also the end of its name.
_CASE_VIEWS = {
    "take": case_views.take_case,
    "release": case_views.release_case,
    "skip": postponement_views.skip_queued_case,
    "defer": postponement_views.defer_queued_case,
    "resume": postponement_views.resume_queued_case,
    "note": postponement_views.write_case_note,
    "decide": case_views.decide_case,
    "ask": colleague_views.ask_about_case,
    "escalate": colleague_views.escalate_case,
    "return": colleague_views.return_escalated_case,
}


def build_case_urls(case_type: CaseType) -> list[URLPattern]:
    queue, kind, arguments = case_type.queue_name, case_type.kind, {"case_type": case_type}
    return [
        path(f"{queue}/", queue_views.show_queue, arguments, name=queue),
        path(f"{queue}/next/", queue_views.open_next_case, arguments, name=f"{queue}_next"),
        path(
            f"{queue}/filter/", queue_views.choose_queue_filter, arguments, name=f"{queue}_filter"
        ),
        path(f"{queue}/<int:pk>/", case_views.show_case, arguments, name=kind),
        *(
            path(f"{queue}/<int:pk>/{ending}/", view, arguments, name=f"{kind}_{ending}")
            for ending, view in _CASE_VIEWS.items()
        ),
    ]
