from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SafetyConfig(AppConfig):
    name = "safety"
    verbose_name = "审核与举报"

    def ready(self):
        """The kinds of case, in the order of the desk's navigation."""
        from safety.casework.appeal_case import AppealCase
        from safety.casework.employer_case import EmployerCase
        from safety.casework.listing_case import ListingCase
        from safety.casework.report_case import ReportCase
        from safety.evidence import system_checks as checks  # noqa: F401
        from safety.moderation import (
            canned_reasons as canned,
        )
        from safety.moderation import (
            decisions as deciding,
        )
        from safety.moderation import (
            permissions as roles,
        )

        for case_type in (ListingCase(), EmployerCase(), ReportCase(), AppealCase()):
            deciding.register_case_type(case_type)

        post_migrate.connect(
            roles.ensure_moderator_group, sender=self, dispatch_uid="moderators' group"
        )
        post_migrate.connect(canned.load_canned_reasons, sender=self, dispatch_uid="canned reasons")
