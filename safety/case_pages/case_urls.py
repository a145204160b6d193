"""The addresses that every kind of case has."""

from django.urls import URLPattern, path

from safety.case_pages import case_views, colleague_views, postponement_views, queue_views
from safety.moderation.case_type import CaseType


def build_case_urls(case_type: CaseType) -> list[URLPattern]:
    queue, kind, arguments = case_type.queue_name, case_type.kind, {"case_type": case_type}
    return [
        path(f"{queue}/", queue_views.show_queue, arguments, name=queue),
        path(f"{queue}/next/", queue_views.open_next_case, arguments, name=f"{queue}_next"),
        path(
            f"{queue}/filter/", queue_views.choose_queue_filter, arguments, name=f"{queue}_filter"
        ),
        path(f"{queue}/<int:pk>/", case_views.show_case, arguments, name=kind),
        path(f"{queue}/<int:pk>/take/", case_views.take_case, arguments, name=f"{kind}_take"),
        path(
            f"{queue}/<int:pk>/release/", case_views.release_case, arguments, name=f"{kind}_release"
        ),
        path(
            f"{queue}/<int:pk>/skip/",
            postponement_views.skip_queued_case,
            arguments,
            name=f"{kind}_skip",
        ),
        path(
            f"{queue}/<int:pk>/defer/",
            postponement_views.defer_queued_case,
            arguments,
            name=f"{kind}_defer",
        ),
        path(
            f"{queue}/<int:pk>/resume/",
            postponement_views.resume_queued_case,
            arguments,
            name=f"{kind}_resume",
        ),
        path(
            f"{queue}/<int:pk>/note/",
            postponement_views.write_case_note,
            arguments,
            name=f"{kind}_note",
        ),
        path(f"{queue}/<int:pk>/decide/", case_views.decide_case, arguments, name=f"{kind}_decide"),
        path(
            f"{queue}/<int:pk>/ask/", colleague_views.ask_about_case, arguments, name=f"{kind}_ask"
        ),
        path(
            f"{queue}/<int:pk>/escalate/",
            colleague_views.escalate_case,
            arguments,
            name=f"{kind}_escalate",
        ),
        path(
            f"{queue}/<int:pk>/return/",
            colleague_views.return_escalated_case,
            arguments,
            name=f"{kind}_return",
        ),
    ]
