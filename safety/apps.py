from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SafetyConfig(AppConfig):
    name = "safety"
    verbose_name = "审核与举报"

    def ready(self):
        """The kinds of case, in the order of the desk's navigation."""
        from safety import canned, deciding, roles
        from safety.aftercare import checks  # noqa: F401
        from safety.appeal_desk import AppealCase
        from safety.desk.employer_desk import EmployerCase
        from safety.desk.listing_desk import ListingCase
        from safety.report_desk import ReportCase

        for case_type in (ListingCase(), EmployerCase(), ReportCase(), AppealCase()):
            deciding.register(case_type)

        post_migrate.connect(roles.ensure, sender=self, dispatch_uid="moderators' group")
        post_migrate.connect(canned.ensure, sender=self, dispatch_uid="canned reasons")
