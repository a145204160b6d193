from collections.abc import Iterable

from django.apps import AppConfig, apps
from django.apps.registry import Apps
from django.db.models.signals import post_migrate, post_save


class SafetyConfig(AppConfig):
    name = "safety"
    verbose_name = "审核与举报"

    def ready(self) -> None:
        """Register the kinds of case, in the order of the desk's navigation, complaints, appeals."""
        from accounts.models import StaffPost
        from listings.applications.application_rows import WARNING_FINDERS
        from listings.detail.appearances import COMPLAINT_QUERIES
        from listings.employer_desk.dashboard import FRAUD_APPEAL_QUERIES
        from safety.aftercare.warnings import find_application_warning
        from safety.appeals.transitions import list_fraud_appeals
        from safety.case_messages import sent_files  # noqa: F401 - deletes files with their rows
        from safety.casework.appeal_case import AppealCase
        from safety.casework.employer_case import EmployerCase
        from safety.casework.listing_case import ListingCase
        from safety.casework.report_case import ReportCase
        from safety.casework.text_case import TextCase
        from safety.evidence import system_checks  # noqa: F401
        from safety.forwarded_checks import system_checks as forwarded_system_checks  # noqa: F401
        from safety.moderation.decisions import CASE_TYPES
        from safety.moderation.desk_layout import give_questions_to_others
        from safety.reports.complaints import list_upheld_complaints
        from safety.second_looks.second_look_case import SecondLookCase

        cases = (
            ListingCase(),
            EmployerCase(),
            TextCase(),
            ReportCase(),
            AppealCase(),
            SecondLookCase(),
        )
        for case_type in cases:
            CASE_TYPES[case_type.kind] = case_type
        COMPLAINT_QUERIES.append(list_upheld_complaints())
        FRAUD_APPEAL_QUERIES.append(list_fraud_appeals())
        WARNING_FINDERS.append(find_application_warning)

        post_save.connect(
            give_questions_to_others, sender=StaffPost, dispatch_uid="questions of a post"
        )
        # The permissions of the apps below this one exist by now, too.
        post_migrate.connect(write_shipped_rows, sender=self, dispatch_uid="shipped rows")


def write_shipped_rows(
    apps: Apps = apps, plan: Iterable[tuple[object, bool]] = (), **_signal: object
) -> None:
    """Receiver of `post_migrate`: write the groups of roles and the canned reasons. After a migration backwards nothing
    is written, because the tables may not fit the models or not exist."""
    from accounts.staff.roles import ensure_role_groups
    from safety.moderation.canned_reasons import load_canned_reasons

    went_back = any(backwards for _, backwards in plan)
    if not went_back and "cannedreason" in apps.all_models["safety"]:
        ensure_role_groups()
        load_canned_reasons()
